"""The claims of a ruleset or policy file: what its author says must hold of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import attrs

from qa_rules.language.expressions import ExpressionReader, Slot
from qa_rules.language.reading import Trail
from qa_rules.language.statement_schema import StatementDocument
from qa_rules.language.values import near
from qa_rules.model.expressions import Reference, walk
from qa_rules.model.rulesets import Decision
from qa_rules.model.statements import Said, Statement


@attrs.frozen
class StatementReader:
    """Reads the claims of one file; faults go to its source."""

    reader: ExpressionReader
    decisions: Sequence[Decision]
    tiers: Collection[str] | None = None
    """Those of a policy, whose claims may ask about tiers and severities; None for a ruleset."""

    def read(self, documents: Sequence[StatementDocument]) -> Iterator[Statement]:
        """Yield the claims of which it can be told what they say."""
        source = self.reader.source
        for at, document in enumerate(documents):
            trail: Trail = ("claims", at)
            if document.id in [each.id for each in documents[:at]]:
                message = f"the claim `{document.id}` is named twice"
                source.fault("duplicate-id", message, (*trail, "id"), "rename one")
            given = {said: getattr(document, said) for said in Said if getattr(document, said) is not None}
            then = document.gets or document.needs or document.attains_at_most
            if len(given) != 1 or (Said.WHOEVER in given) is not bool(then):
                hint = (
                    "write `never:`, `always:`, or `whoever:` with `gets:` and the answers that they may get"
                )
                if self.tiers:
                    hint += ", `needs:` or `attains_at_most:` and a tier"
                source.fault("claim", f"`{document.id}` does not claim one thing", trail, hint)
                continue
            ((said, raw),) = given.items()
            when = self.reader.read(raw, (*trail, said), Slot.OUTCOME)
            if self.tiers is None and any(
                isinstance(each, Reference) and (each.name.is_tier or each.name.severity)
                for each in walk(when)
            ):
                hint = "name the requirement or group itself, or claim it in the policy"
                message = "a claim holds whatever the policy, so it asks about no tier and no severity"
                source.fault("reference", message, (*trail, said), hint)
                continue
            self._answers(document.gets, (*trail, "gets"))
            self._tier(document.needs, (*trail, "needs"))
            self._tier(document.attains_at_most, (*trail, "attains_at_most"))
            gets = {name: tuple(words) for name, words in document.gets.items()}
            place = source.place((*trail, "id"))
            yield Statement(
                document.id,
                said,
                when,
                gets,
                document.says or "",
                document.needs or "",
                document.attains_at_most or "",
                place=place,
            )

    def _tier(self, name: str | None, trail: Trail) -> None:
        if name is None or name in (self.tiers or ()):
            return
        source, known = self.reader.source, self.tiers or ()
        if self.tiers is None:
            hint = "claim it in the policy whose tier it is; a level of the standard stands under `gets: {level: ...}`"
            source.fault("unknown-tier", "a claim of a ruleset names no tier", trail, hint, key=True)
            return
        hint = near(source, name, known) or f"the tiers are {', '.join(known) or 'none'}"
        source.fault("unknown-tier", f"there is no tier `{name}`", trail, hint)

    def _answers(self, gets: Mapping[str, Sequence[str]], trail: Trail) -> None:
        source, known = self.reader.source, {each.id: each for each in self.decisions}
        for name, words in gets.items():
            if name not in known:
                hint = near(source, name, known) or f"the decisions are {', '.join(known) or 'none'}"
                source.fault(
                    "unknown-decision", f"there is no decision `{name}`", (*trail, name), hint, key=True
                )
                continue
            there = [each.id for each in known[name].outcomes]
            for at, word in enumerate(words):
                if word not in there:
                    hint = near(source, word, there) or f"the answers are {', '.join(there)}"
                    where = (*trail, name, at)
                    source.fault("unknown-outcome", f"`{word}` is no answer of `{name}`", where, hint)
