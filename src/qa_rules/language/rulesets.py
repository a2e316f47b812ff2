"""From a ruleset file and its vocabularies to the model, every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from qa_rules.errors import RulesetError
from qa_rules.language.acceptances import acceptances, named_in
from qa_rules.language.checking import check
from qa_rules.language.decision_tables import TableReader, declared_outputs, with_rows
from qa_rules.language.decisions import DecisionReader, known_facts
from qa_rules.language.dependencies import report_cycles
from qa_rules.language.expressions import ExpressionReader, Scope
from qa_rules.language.idle_needs import report_idle_needs
from qa_rules.language.levels import LevelReader, written_needs
from qa_rules.language.library import ruleset_file, shipped_ruleset_file, vocabulary_file, vocabulary_names
from qa_rules.language.named_values import declared_values, read_values
from qa_rules.language.numbers import NumberReader
from qa_rules.language.overlaps import report_overlaps, stop_at_faults
from qa_rules.language.reading import Raw, Source, Trail, kept_until_changed, mapping, read_copy, read_file
from qa_rules.language.schema import (
    GroupDocument,
    ParameterDocument,
    ReadingDocument,
    RequirementDocument,
    RulesetDocument,
)
from qa_rules.language.settings import setting
from qa_rules.language.statements import StatementReader
from qa_rules.language.values import near
from qa_rules.language.vocabularies import answering, declare, gather, people_of, read_vocabulary
from qa_rules.model.conversation import FollowUp, Prompt
from qa_rules.model.decision_tables import DecisionTable
from qa_rules.model.expressions import AnyOf, Expr
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.frozen import freeze
from qa_rules.model.judged import UNNAMED, Judged
from qa_rules.model.named_values import NamedValue
from qa_rules.model.rulesets import (
    Decision,
    Group,
    ParameterDeclaration,
    Reading,
    Requirement,
    Route,
    Ruleset,
    TopTier,
)
from qa_rules.model.values import Severity
from qa_rules.program.bind import close


def load_ruleset(which: str | Path) -> Ruleset:
    """Return a ruleset by id (`ss2q@2017`), folder or file; text without a separator is an id.

    The same object for as long as its files hold the same text. NotFoundError when there is none; RulesetError with
    every diagnostic when it is at fault.
    """
    file = ruleset_file(which)
    return kept_until_changed("ruleset", file, lambda: resolve(read_file(file), file.parent))


def shipped_ruleset(name: str) -> Ruleset:
    """Return a shipped ruleset by its id, for names that stand in requests and records: no path is followed."""
    return load_ruleset(shipped_ruleset_file(name))


def ruleset_from(data: Mapping[str, object], beside: str | Path | None = None) -> Ruleset:
    """Return a ruleset from the data that a file would hold, made in Python.

    `beside` is a folder in which vocabularies are looked for before the shipped ones. RulesetError as for a file.
    """
    return resolve(read_copy(data, "<ruleset>"), None if beside is None else Path(beside).resolve())


def resolve(source: Source, folder: Path | None, at_hand: Mapping[str, Source] | None = None) -> Ruleset:
    """Return the model of a ruleset that was read; RulesetError with every diagnostic.

    With vocabularies `at_hand`, no file is looked for.
    """
    beside = with_rows(source, folder)
    document = check(RulesetDocument, source)
    if document is None:
        raise RulesetError([one for each in (source, *beside.values()) for one in each.diagnostics])
    vocabulary, sources = _vocabulary(document, source, folder, at_hand)
    vocabularies = {name: inner.data for name, inner in sources.items()}
    written = freeze({"ruleset": source.data, "vocabularies": vocabularies})
    ruleset = attrs.evolve(_Resolver(source, document, vocabulary, beside).ruleset(), written=written)
    if ruleset.levels and not source.diagnostics:
        report_idle_needs(source, ruleset, None, written_needs(document.levels))
    files = (source, *sources.values(), *beside.values())
    stop_at_faults(files)
    report_overlaps(source, beside, ruleset)
    stop_at_faults(files)
    if ruleset.values:  # what cannot be worked out is told now, not when somebody is assessed
        close(ruleset)
    return ruleset


def _vocabulary(
    document: RulesetDocument, source: Source, folder: Path | None, at_hand: Mapping[str, Source] | None
) -> tuple[Vocabulary, dict[str, Source]]:
    parts, sources = [], {}
    for at, name in enumerate(document.vocabularies):
        file = vocabulary_file(name, folder) if at_hand is None else None
        inner = at_hand.get(name) if at_hand is not None else read_file(file) if file is not None else None
        if inner is None:
            hint = near(source, name, vocabulary_names()) or f"there are {', '.join(vocabulary_names())}"
            source.fault("unknown-vocabulary", f"there is no vocabulary `{name}`", ("vocabularies", at), hint)
            continue
        sources[name] = inner
        parts.append((inner, read_vocabulary(inner)))
    parts.append((source, declare(document.facts, source, ("facts",))))
    return answering(gather(parts), people_of(document.people)), sources


@attrs.define
class _Resolver:
    source: Source
    document: RulesetDocument
    vocabulary: Vocabulary
    beside: Mapping[int, Source]
    """The rows of tables that stand in files of their own."""

    def ruleset(self) -> Ruleset:
        document, source, judged = self.document, self.source, self.document.subject
        parameters = {name: self._parameter(name, each) for name, each in document.parameters.items()}
        groups = [
            *(("groups", each) for each in document.groups),
            *(("locks", each) for each in document.locks),
        ]
        ids = [each.id for each in document.requirements] + [each.id for _, each in groups]
        self._unique(ids)
        names = declared_values(document.values, self.vocabulary, source)
        names = {**names, **declared_outputs(document.tables, {**self.vocabulary.facts, **names}, source)}
        reader = ExpressionReader(source, Scope(self.vocabulary, parameters, frozenset(ids), names))
        with_defaults = {name: self._default(name, each, reader) for name, each in parameters.items()}
        requirements = [self._requirement(at, each, reader) for at, each in enumerate(document.requirements)]
        built = [
            self._group(kind, at, each, reader, frozenset(ids))
            for kind, each_kind in (("groups", document.groups), ("locks", document.locks))
            for at, each in enumerate(each_kind)
        ]
        asked = {each.id: each for each in document.requirements}
        grouped = {each.id: each for each in (*document.groups, *document.locks)}
        values = dict(read_values(document.values, NumberReader(reader, asked, grouped, document.values)))
        tables = TableReader(source, reader, self.beside).tables(document.tables)
        self._acyclic(requirements, built, with_defaults.values(), values, tables)
        decisions = DecisionReader(source, self.vocabulary, reader)
        levels = LevelReader(source, document.levels, reader)
        ladder = levels.levels()
        made_decisions = [decisions.read(at, each) for at, each in enumerate(document.decisions)]
        if ladder:
            made_decisions.append(levels.decision(ladder, [each.id for each in made_decisions]))
        self._decides(made_decisions)
        claims = tuple(StatementReader(reader, made_decisions).read(document.claims))
        made = Ruleset(
            name=document.ruleset,
            edition=document.edition,
            title=document.title,
            vocabulary=self.vocabulary,
            requirements=tuple(requirements),
            groups=tuple(built),
            decisions=tuple(made_decisions),
            levels=ladder,
            claims=claims,
            parameters=tuple(with_defaults.values()),
            applies_when=self._optional(document.applies_when, ("applies_when",), reader),
            source=document.source,
            caveats=tuple(document.caveats),
            readings=_readings(document.readings),
            routes=tuple(self._routes(reader)),
            top_tier=self._top_tier(reader, requirements),
            conversation=tuple(self._conversation(reader)),
            values=tuple(values),
            tables=tables,
            subject=UNNAMED
            if judged is None
            else Judged(judged.singular, judged.plural, judged.called or "", judged.part or ""),
            people=people_of(document.people),
            place=source.place(("ruleset",)),
        )
        return attrs.evolve(made, accept=acceptances(document.accept, source, named_in(made)))

    def _decides(self, decisions: Sequence[Decision]) -> None:
        document, source = self.document, self.source
        if not decisions and "decisions" not in mapping(source.data):
            hint = (
                "write `decisions:` or `levels:` and below it each behind a dash; for none, `decisions: []`"
            )
            source.fault("missing-key", "`decisions` is missing", (), hint, key=True)
        if document.levels and document.routes:
            hint = "say under `tiers` in a policy what each route needs at each level, or take the routes out"
            message = "a standard that is assessed by routes has its levels in a policy"
            source.fault("level", message, ("levels",), hint, key=True)

    def _optional(
        self, raw: Raw, trail: Trail, reader: ExpressionReader, left_out: str = "it then always applies"
    ) -> Expr | None:
        return None if raw is None else reader.read(raw, trail, left_out=left_out)

    def _unique(self, ids: Sequence[str]) -> None:
        trails = [("requirements", at, "id") for at in range(len(self.document.requirements))]
        trails += [("groups", at, "id") for at in range(len(self.document.groups))]
        trails += [("locks", at, "id") for at in range(len(self.document.locks))]
        seen: dict[str, Trail] = {}
        for name, trail in zip(ids, trails, strict=True):
            if name in seen:
                hint = f"it is also at {self.source.place(seen[name])}"
                self.source.fault("duplicate-id", f"the id `{name}` is used twice", trail, hint)
            seen.setdefault(name, trail)
        self._unique_names("decisions", [each.id for each in self.document.decisions])
        self._unique_names("routes", [each.id for each in self.document.routes])
        for at, decision in enumerate(self.document.decisions):
            words = [*(each.id for each in decision.outcomes), decision.undecided, decision.not_applicable]
            for word in sorted({word for word in words if words.count(word) > 1}):
                trail = ("decisions", at, "outcomes")
                self.source.fault(
                    "duplicate-id", f"`{word}` names two answers", trail, "name each answer once", key=True
                )

    def _unique_names(self, key: str, names: list[str]) -> None:
        for at, name in enumerate(names):
            if name in names[:at]:
                self.source.fault(
                    "duplicate-id", f"`{name}` is used twice", (key, at, "id"), "rename one of them"
                )

    def _parameter(self, name: str, document: ParameterDocument) -> ParameterDeclaration:
        trail = ("parameters", name)
        chooses = document.type in ("choice", "choices")
        if chooses and not document.options:
            self.source.fault("fact", f"`{name}` has no options", trail, "write `options:`", key=True)
        if not document.question.rstrip().endswith("?"):
            self.source.fault(
                "fact", "a question ends in a question mark", (*trail, "question"), "word it as one"
            )
        return ParameterDeclaration(
            name=name,
            type=None if document.type == "test" else FactType(document.type),
            question=document.question,
            unit=document.unit or "",
            options=document.options,
            ordered=document.ordered,
            least=document.least,
            most=document.most,
            place=self.source.place(trail, key=True),
        )

    def _default(
        self, name: str, declared: ParameterDeclaration, reader: ExpressionReader
    ) -> ParameterDeclaration:
        document = self.document.parameters[name]
        if document.reading is None:
            return declared
        trail = ("parameters", name, "reading", "value")
        value = setting(document.reading.value, declared, reader, trail)
        return attrs.evolve(declared, default=value, reading=Reading(name, document.reading.because))

    def _requirement(self, at: int, document: RequirementDocument, reader: ExpressionReader) -> Requirement:
        trail = ("requirements", at)
        if document.hard_stop and document.severity not in (None, Severity.REQUIRED.value):
            message = f"`{document.id}` is a hard stop, which always counts as required"
            hint = "delete `severity`, or `hard_stop`"
            self.source.fault("fixed-severity", message, (*trail, "severity"), hint)
        met = reader.read(document.met_when, (*trail, "met_when"))
        explained = self._optional(document.explained_when, (*trail, "explained_when"), reader)
        if explained is not None and document.hard_stop:
            message = f"`{document.id}` is a hard stop, which no explanation meets"
            self.source.fault("explained-stop", message, (*trail, "explained_when"), "delete one of them")
        return Requirement(
            id=document.id,
            title=document.title,
            says=document.says,
            source=document.source,
            met_when=met if explained is None else AnyOf((met, explained), place=met.place),
            plainly=None if explained is None else met,
            applies_when=self._optional(document.applies_when, (*trail, "applies_when"), reader),
            fix=document.fix or "",
            about=document.about or "",
            effort=document.effort,
            severity=None if document.severity is None else Severity(document.severity),
            hard_stop=document.hard_stop,
            readings=_readings(document.reading),
            place=self.source.place((*trail, "id")),
        )

    def _group(
        self, key: str, at: int, document: GroupDocument, reader: ExpressionReader, ids: frozenset[str]
    ) -> Group:
        trail = (key, at)
        for index, member in enumerate(document.members):
            if member not in ids:
                hint = near(self.source, member, ids) or "members are ids of requirements and groups"
                where = (*trail, "members", index)
                self.source.fault(
                    "unknown-reference", f"there is no requirement or group `{member}`", where, hint
                )
        if bool(document.members) == bool(document.not_applicable):
            hint = "name its members, or say under `not_applicable` why the source asks nothing"
            self.source.fault(
                "empty-group", f"`{document.id}` has no members, or says it should not", trail, hint
            )
        if key == "groups" and document.kind == "lock":
            hint = "write it under `locks:`, or give it a kind of another name"
            message = f"`{document.id}` is called a lock, and stands among the groups"
            self.source.fault("lock-among-groups", message, (*trail, "kind"), hint)
        return Group(
            id=document.id,
            title=document.title,
            kind="lock" if key == "locks" else document.kind,
            members=tuple(document.members),
            instead=self._optional(
                document.instead, (*trail, "instead"), reader, "then only its members count"
            ),
            not_applicable=document.not_applicable or "",
            says=document.says or "",
            readings=_readings(document.reading),
            place=self.source.place((*trail, "id")),
        )

    def _routes(self, reader: ExpressionReader) -> Iterable[Route]:
        for at, each in enumerate(self.document.routes):
            trail = ("routes", at)
            yield Route(
                id=each.id,
                title=each.title,
                says=each.says,
                used_when=reader.read(each.used_when, (*trail, "used_when")),
                counts_when=self._optional(
                    each.counts_when, (*trail, "counts_when"), reader, "it then counts while it is used"
                ),
                place=self.source.place((*trail, "id")),
            )

    def _top_tier(self, reader: ExpressionReader, requirements: list[Requirement]) -> TopTier | None:
        document = self.document.tiers
        if document is None:
            return None
        ids = {each.id for each in requirements}
        for at, need in enumerate(document.top_needs):
            if need not in ids:
                hint = near(self.source, need, ids)
                self.source.fault(
                    "unknown-reference", f"there is no requirement `{need}`", ("tiers", "top_needs", at), hint
                )
        return TopTier(tuple(document.top_needs), reader.read(document.top_when, ("tiers", "top_when")))

    def _conversation(self, reader: ExpressionReader) -> Iterable[Prompt]:
        for at, each in enumerate(self.document.conversation):
            trail = ("conversation", at)
            known_facts(self.source, self.vocabulary, each.fills, (*trail, "fills"))
            follow_ups = []
            for index, inner in enumerate(each.follow_up):
                below = (*trail, "follow_up", index)
                known_facts(self.source, self.vocabulary, inner.fills, (*below, "fills"))
                when, place = reader.read(inner.when, (*below, "when")), self.source.place((*below, "ask"))
                follow_ups.append(FollowUp(when, inner.ask, tuple(inner.fills), place=place))
            place = self.source.place((*trail, "ask"))
            yield Prompt(each.id, each.ask, tuple(each.fills), tuple(follow_ups), each.stop, place=place)

    def _acyclic(
        self,
        requirements: list[Requirement],
        groups: list[Group],
        parameters: Iterable[ParameterDeclaration],
        values: Mapping[NamedValue, Trail],
        tables: Sequence[DecisionTable],
    ) -> None:
        trails: dict[str, Trail] = {each.id: ("requirements", at) for at, each in enumerate(requirements)}
        trails |= {each.id: ("groups", at) for at, each in enumerate(self.document.groups)}
        trails |= {each.id: ("locks", at) for at, each in enumerate(self.document.locks)}
        trails |= {each.name: trail for each, trail in values.items()}
        trails |= {name: ("tables", at) for at, each in enumerate(tables) for name in each.output}
        trails |= {f"policy.{each.name}": ("parameters", each.name) for each in parameters}
        defaults = {each.name: each.default for each in parameters}
        report_cycles(self.source, requirements, groups, values, tables, defaults, trails)


def _readings(documents: list[ReadingDocument]) -> tuple[Reading, ...]:
    return tuple(Reading(each.about, each.choice) for each in documents)
