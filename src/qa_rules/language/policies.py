"""From a policy file to the model, checked against the ruleset that it is for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from qa_rules.errors import RulesetError
from qa_rules.language.acceptances import acceptances, named_in
from qa_rules.language.asking import AskingReader
from qa_rules.language.checking import check
from qa_rules.language.decision_tables import TableReader, declared_outputs, with_rows
from qa_rules.language.dependencies import report_cycles
from qa_rules.language.expressions import ExpressionReader, Scope, Slot
from qa_rules.language.idle_needs import report_idle_needs
from qa_rules.language.levels import read_needs
from qa_rules.language.library import policy_file, policy_names, shipped_policy_file
from qa_rules.language.overlaps import report_overlaps, stop_at_faults
from qa_rules.language.reading import Raw, Source, Trail, kept_until_changed, mapping, read_copy, read_file
from qa_rules.language.schema import PolicyDocument, TierDocument
from qa_rules.language.settings import setting
from qa_rules.language.statements import StatementReader
from qa_rules.language.values import near
from qa_rules.model.decision_tables import DecisionTable, TableRow
from qa_rules.model.expressions import Compare, Expr, Literal, Named, Op
from qa_rules.model.frozen import freeze
from qa_rules.model.rulesets import Policy, RequiredRow, Ruleset, Tier
from qa_rules.model.values import Scalar, Severity, Strength
from qa_rules.program.levels import ONLY
from qa_rules.program.table_tests import named_facts


def load_policy(which: str | Path, ruleset: Ruleset) -> Policy:
    """Return a policy by name or path, for a ruleset; text without a separator is a name.

    The same object for as long as its files hold the same text. NotFoundError when there is none; RulesetError with
    every diagnostic when it is at fault or for another ruleset.
    """
    file = policy_file(which)
    return kept_until_changed(
        "policy", file, lambda: _resolve(read_file(file), ruleset, file.parent), ruleset
    )


def shipped_policy(name: str, ruleset: Ruleset) -> Policy:
    """Return a shipped policy by its name, for names that stand in requests and records: no path is followed."""
    return load_policy(shipped_policy_file(name), ruleset)


def shipped_policies(ruleset: Ruleset) -> tuple[Policy, ...]:
    """Return the shipped policies that are for a ruleset. RulesetError when one is at fault."""
    files = [policy_file(name) for name in policy_names()]
    return tuple(
        load_policy(file, ruleset) for file in files if mapping(read_file(file).data).get("for") == ruleset.id
    )


def policy_from(data: Mapping[str, object], ruleset: Ruleset, asks: Collection[Ruleset] = ()) -> Policy:
    """Return a policy from the data that a file would hold, made in Python. RulesetError as for a file.

    The rulesets that it asks are among `asks` or shipped: no path in it is followed.
    """
    return _resolve(read_copy(data, "<policy>"), ruleset, None, asks)


def _resolve(
    source: Source, ruleset: Ruleset, folder: Path | None, others: Collection[Ruleset] = ()
) -> Policy:
    beside = with_rows(source, folder)
    document = check(PolicyDocument, source)
    if document is None:
        raise RulesetError([one for each in (source, *beside.values()) for one in each.diagnostics])
    if "for" in mapping(source.data) and document.for_ != ruleset.id:
        hint = f"load that ruleset, or write `for: {ruleset.id}`"
        source.fault("other-ruleset", f"this policy is for {document.for_}, not {ruleset.id}", ("for",), hint)
        raise RulesetError(source.diagnostics)
    resolver = _Resolver(source, document, ruleset, folder, others, beside)
    policy = attrs.evolve(resolver.policy(), written=freeze(source.data))
    files = (source, *beside.values())
    if not source.diagnostics:
        report_idle_needs(source, ruleset, policy, dict(_written(document)))
    stop_at_faults(files)
    report_overlaps(source, beside, ruleset, policy)
    stop_at_faults(files)
    return policy


def _written(document: PolicyDocument) -> Iterator[tuple[tuple[int, str], tuple[Trail, Raw]]]:
    """The needs as the file has them, by the position of the tier and the route."""
    for at, tier in enumerate(document.tiers):
        if tier.needs is not None:
            yield (at, ONLY), (("tiers", at, "needs"), tier.needs)
        for route, raw in (tier.routes or {}).items():
            yield (at, route), (("tiers", at, "routes", route), raw)


@attrs.define
class _Resolver:
    source: Source
    document: PolicyDocument
    ruleset: Ruleset
    folder: Path | None
    others: Collection[Ruleset]
    beside: Mapping[int, Source]
    """The rows of tables that stand in files of their own."""

    def policy(self) -> Policy:
        document, ruleset, source = self.document, self.ruleset, self.source
        names = frozenset({*ruleset.requirement, *ruleset.group})
        given = named_facts(ruleset)
        given |= declared_outputs(document.tables, {**ruleset.vocabulary.facts, **given}, source)
        reader = ExpressionReader(source, Scope(ruleset.vocabulary, ruleset.parameter, names, given))
        tables = TableReader(source, reader, self.beside).tables(document.tables)
        settings = self._settings(reader, tables)
        self._severities(names)
        tiers = tuple(self._tiers(reader))
        claims = StatementReader(reader, ruleset.decisions, [each.id for each in tiers])
        claimed = tuple(claims.read(document.claims))
        named = named_in(ruleset, document.policy, tiers, tables, claimed)
        asking = AskingReader(source, document, ruleset, reader, self.folder, self.others)
        return Policy(
            name=document.policy,
            ruleset=document.for_,
            title=document.title,
            says=document.says or "",
            illustrative=document.illustrative,
            settings=settings,
            severities={key: Severity(word) for key, word in document.severity.items()},
            condition_days=document.condition_days,
            condition_days_from=document.condition_days_from,
            strength=Strength.of(document.strength),
            activity_strength=Strength.of(document.activity_strength),
            tiers=tiers,
            required_tier=tuple(self._given(tables) if self.required_by else self._rows(reader)),
            required_by=self.required_by,
            tables=tables,
            counts=asking.counts(),
            asks=asking.asks(),
            claims=claimed,
            accept=acceptances(document.accept, source, named),
            place=source.place(("policy",)),
        )

    def _settings(
        self, reader: ExpressionReader, tables: Sequence[DecisionTable]
    ) -> dict[str, Scalar | frozenset[str] | Expr]:
        found: dict[str, Scalar | frozenset[str] | Expr] = {}
        for name, raw in self.document.settings.items():
            declared = self.ruleset.parameter.get(name)
            if declared is None:
                known = self.ruleset.parameter
                hint = (
                    near(self.source, name, known)
                    or f"{self.ruleset.id} asks for {', '.join(known) or 'none'}"
                )
                message = f"the ruleset has no parameter `{name}`"
                self.source.fault("unknown-parameter", message, ("settings", name), hint, key=True)
                continue
            value = setting(raw, declared, reader, ("settings", name))
            if value is not None:
                found[name] = value
        self._acyclic(found, tables)
        return found

    def _acyclic(
        self, settings: Mapping[str, Scalar | frozenset[str] | Expr], tables: Sequence[DecisionTable]
    ) -> None:
        """A test may use other settings, but not itself, nor what uses it."""
        ruleset = self.ruleset
        defaults = {name: each.default for name, each in ruleset.parameter.items()}
        trails: dict[str, Trail] = {f"policy.{name}": ("settings", name) for name in settings}
        trails |= {
            name: ("tables", at, "outputs", name) for at, table in enumerate(tables) for name in table.output
        }
        report_cycles(
            self.source,
            ruleset.requirements,
            ruleset.groups,
            ruleset.values,
            (*ruleset.tables, *tables),
            defaults | dict(settings),
            trails,
        )

    def _severities(self, names: frozenset[str]) -> None:
        for key, word in self.document.severity.items():
            trail = ("severity", key)
            if key != "default" and key not in names:
                hint = near(self.source, key, {*names, "default"}) or "write the id of a requirement or group"
                self.source.fault(
                    "unknown-reference", f"there is no `{key}` in {self.ruleset.id}", trail, hint, key=True
                )
                continue
            requirement = self.ruleset.requirement.get(key)
            fixed = None if requirement is None else requirement.severity
            stops = requirement is not None and requirement.hard_stop
            if stops and word != Severity.REQUIRED.value:
                message = f"`{key}` is a hard stop, which no policy may loosen"
                self.source.fault("loosened-stop", message, trail, "delete the line")
            elif fixed is not None and fixed.value != word:
                message = f"the standard itself makes `{key}` {fixed}"
                self.source.fault("fixed-severity", message, trail, "delete the line")

    def _tiers(self, reader: ExpressionReader) -> list[Tier]:
        routes = {route.id for route in self.ruleset.routes}
        found: list[Tier] = []
        for at, document in enumerate(self.document.tiers):
            trail = ("tiers", at)
            if document.id in [tier.id for tier in found]:
                self.source.fault(
                    "duplicate-id", f"the tier `{document.id}` is named twice", (*trail, "id"), "rename one"
                )
            needs = {}
            self._has_needs(document, trail, bool(routes))
            if document.needs is not None and not routes:
                needs[ONLY] = read_needs(reader, document.needs, (*trail, "needs"))
            for route, raw in (document.routes or {}).items() if routes else ():
                below = (*trail, "routes", route)
                if route not in routes:
                    hint = (
                        near(self.source, route, routes)
                        or f"the routes are {', '.join(sorted(routes)) or 'none'}"
                    )
                    self.source.fault("unknown-route", f"there is no route `{route}`", below, hint, key=True)
                if found and route not in found[-1].needs:
                    hint = f"say what it needs at `{found[-1].id}` too; the needs of lower tiers always count"
                    self.source.fault(
                        "tier-gap", f"`{route}` leaves out the tier below", below, hint, key=True
                    )
                needs[route] = reader.read(raw, below, Slot.NEEDS)
            place = self.source.place((*trail, "id"))
            found.append(
                Tier(document.id, document.title, Strength.of(document.strength), needs, place=place)
            )
        return found

    def _has_needs(self, document: TierDocument, trail: Trail, has_routes: bool) -> None:
        """Each tier says what it needs: by route where the ruleset has routes, and once where it has none."""
        name, routes = self.ruleset.id, ", ".join(route.id for route in self.ruleset.routes)
        if self.ruleset.levels:
            hint = "delete `tiers`, or choose which of them count in an outcome of the ruleset"
            self.source.fault("level", f"{name} has levels of its own", ("tiers",), hint, key=True)
        elif has_routes and document.routes is None:
            hint = f"write `routes:` and below it what each needs; {name} has {routes}"
            self.source.fault("missing-key", "`routes` is missing", trail, hint, key=True)
        elif has_routes and document.needs is not None:
            hint = f"write it under `routes:`, for {routes}"
            message = "what a tier needs is said for each route"
            self.source.fault("unknown-key", message, (*trail, "needs"), hint, key=True)
        elif not has_routes and (document.routes is not None or document.needs is None):
            hint = "write `needs:` and what the tier asks, such as `needs: Everything`"
            message = f"{name} has no routes: a tier says what it needs once"
            self.source.fault("unknown-route", message, trail, hint, key=True)

    @property
    def required_by(self) -> str:
        """What a table gives that says which tier is required; empty where rows of tests do."""
        rows = self.source.data["required_tier"] if self.document.required_tier else None
        return rows if isinstance(rows, str) else ""

    def _given(self, tables: Sequence[DecisionTable]) -> Iterator[RequiredRow]:
        """A row for each tier that a table gives, strictest first."""
        trail: Trail = ("required_tier",)
        order = [tier.id for tier in self.document.tiers]
        outputs = {each.name: (table, at) for table in tables for at, each in enumerate(table.outputs)}
        found = outputs.get(self.required_by)
        if found is None:
            hint = near(self.source, self.required_by, outputs)
            hint = hint or "name an output of a table under `tables:`, or write rows with `tier` and `when`"
            message = f"no table of this policy gives `{self.required_by}`"
            self.source.fault("unknown-tier", message, trail, hint)
            return
        self._is_asked(order)
        table, at = found
        rows = (*table.rows, *(() if table.otherwise is None else (TableRow((), table.otherwise),)))
        given = dict.fromkeys(str(row.outputs[at]) for row in rows if len(row.outputs) > at)
        for each in given:
            if each not in order:
                hint = f"the tiers are {', '.join(order) or 'none'}"
                message = f"`{table.id}` gives `{each}`, and there is no such tier"
                self.source.fault("unknown-tier", message, trail, hint)
        for tier in reversed(order):
            if tier in given:
                test = Compare(Named(self.required_by), Op.IS, Literal(tier))
                yield RequiredRow(tier, test, place=table.place)

    def _is_asked(self, order: Sequence[str]) -> None:
        """Rows that say which tier is required stand where there are routes, and with tiers."""
        asked = bool(self.document.required_tier)
        if asked and not self.ruleset.routes:
            hint = "delete `required_tier`; who needs which level is for outcomes of the ruleset to say"
            message = f"{self.ruleset.id} has no routes: its tiers are awarded, and nobody needs one"
            self.source.fault("unknown-tier", message, ("required_tier",), hint, key=True)
        elif order and not asked and self.ruleset.routes:
            hint = "say under `required_tier` which tier is required when"
            self.source.fault(
                "policy-gap", "there are tiers, but none is ever required", ("tiers",), hint, key=True
            )

    def _rows(self, reader: ExpressionReader) -> list[RequiredRow]:
        order = [tier.id for tier in self.document.tiers]
        rows: list[RequiredRow] = []
        for at, document in enumerate(self.document.required_tier):
            trail: Trail = ("required_tier", at)
            if document.tier not in order:
                hint = (
                    near(self.source, document.tier, order) or f"the tiers are {', '.join(order) or 'none'}"
                )
                self.source.fault(
                    "unknown-tier", f"there is no tier `{document.tier}`", (*trail, "tier"), hint
                )
            elif rows and rows[-1].tier in order and order.index(document.tier) > order.index(rows[-1].tier):
                self.source.fault(
                    "row-order",
                    "a stricter tier stands below a laxer one",
                    (*trail, "tier"),
                    "strictest first",
                )
            if document.when is None and at + 1 < len(self.document.required_tier):
                self.source.fault(
                    "row-order", "a row without `when` is the last", trail, "give it a `when` or move it"
                )
            left_out = "the last row then holds wherever no row above it does"
            when = (
                None
                if document.when is None
                else reader.read(document.when, (*trail, "when"), left_out=left_out)
            )
            rows.append(RequiredRow(document.tier, when, place=self.source.place((*trail, "tier"))))
        self._is_asked(order)
        return rows
