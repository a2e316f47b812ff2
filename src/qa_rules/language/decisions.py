"""From the decisions of a ruleset file to the model: permissions, ratings and categories."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from qa_rules.language.expressions import ExpressionReader, Slot
from qa_rules.language.reading import Raw, Source, Trail
from qa_rules.language.schema import DecisionDocument, OutcomeDocument
from qa_rules.language.values import near
from qa_rules.model.expressions import Constant, Expr
from qa_rules.model.facts import Vocabulary
from qa_rules.model.rulesets import Decision, Outcome
from qa_rules.model.values import DecisionKind

OTHERWISE = "otherwise"
"""What the last outcome may say in place of a test."""
_SCALES = {
    DecisionKind.RATING: "a rating is a scale, and lets nobody go ahead",
    DecisionKind.CATEGORY: "a category lets nobody go ahead",
}


@attrs.frozen
class DecisionReader:
    """Reads the decisions of one file; faults go to its source."""

    source: Source
    vocabulary: Vocabulary
    reader: ExpressionReader

    def read(self, at: int, document: DecisionDocument) -> Decision:
        """Return the decision at a place of the list."""
        trail = ("decisions", at)
        kind = DecisionKind(document.kind)
        applies_when = document.applies_when
        known_facts(self.source, self.vocabulary, document.independent_of, (*trail, "independent_of"))
        return Decision(
            id=document.id,
            title=document.title,
            outcomes=tuple(
                self._outcome(each, (*trail, "outcomes", index), kind, document.outcomes)
                for index, each in enumerate(document.outcomes)
            ),
            undecided=document.undecided,
            undecided_words=document.undecided_words or "",
            not_applicable=document.not_applicable,
            not_applicable_words=document.not_applicable_words or "",
            applies_when=None
            if applies_when is None
            else self.reader.read(applies_when, (*trail, "applies_when"), left_out="it then always applies"),
            needs=self._subject(document.needs, (*trail, "needs")),
            independent_of=tuple(document.independent_of),
            kind=kind,
            place=self.source.place((*trail, "id")),
        )

    def _outcome(
        self, document: OutcomeDocument, trail: Trail, kind: DecisionKind, every: Sequence[OutcomeDocument]
    ) -> Outcome:
        if kind is DecisionKind.PERMISSION and document.allows is None:
            hint = "write `allows: yes` or `allows: no`; a `kind: rating` or `category` has none"
            self.source.fault("missing-key", "`allows` is missing", trail, hint, key=True)
        elif kind is not DecisionKind.PERMISSION and document.allows is not None:
            hint = "delete `allows`, here and at the other outcomes"
            self.source.fault("outcome", _SCALES[kind], (*trail, "allows"), hint, key=True)
        if document.urgent and not document.next:
            hint = "write `next:` and what to do first"
            self.source.fault(
                "missing-key", "what is urgent has no `next`", (*trail, "urgent"), hint, key=True
            )
        otherwise = is_otherwise(document.when)
        when = self._otherwise(document, trail, every) if otherwise else self._when(document.when, trail)
        return Outcome(
            id=document.id,
            words=document.words,
            when=when,
            allows=bool(document.allows) if kind is DecisionKind.PERMISSION else None,
            next_step=document.next or "",
            otherwise=otherwise,
            urgent=document.urgent,
            place=self.source.place((*trail, "id")),
        )

    def _when(self, raw: Raw, trail: Trail) -> Expr:
        return self.reader.read(raw, (*trail, "when"), Slot.OUTCOME)

    def _otherwise(self, document: OutcomeDocument, trail: Trail, every: Sequence[OutcomeDocument]) -> Expr:
        """What holds otherwise has no test of its own: what stands before it says when."""
        where = (*trail, "when")
        if document is not every[-1]:
            hint = "move it to the end of the list, or write its test"
            self.source.fault("outcome", "only the last outcome can be for all others", where, hint)
        elif len(every) == 1:
            hint = "write the test of this outcome, or the outcomes before it"
            self.source.fault("outcome", "there is no outcome before this one", where, hint)
        return Constant(True, place=self.source.place(where))

    def _subject(self, name: str | None, trail: Trail) -> str:
        """Who has to be known for a decision to be made. Of nobody whom no fact is about anything is ever known."""
        known = {each.about for each in self.vocabulary.facts.values()} - {""}
        if name is not None and name not in known:
            there = (
                f"there are {', '.join(sorted(known))}" if known else "write `about:` at the facts that are"
            )
            hint = near(self.source, name, known) or there
            self.source.fault("unknown-subject", f"no fact is about `{name}`", trail, hint)
        return name or ""


def is_otherwise(raw: Raw) -> bool:
    """Whether an outcome says that it is for all whom no outcome before it is for."""
    return isinstance(raw, str) and raw.strip().lower() == OTHERWISE


def known_facts(source: Source, vocabulary: Vocabulary, names: list[str], trail: Trail) -> None:
    """Record a fault for each of these names that is no fact."""
    known = {*vocabulary.facts, *vocabulary.scalars}
    for at, name in enumerate(names):
        if name not in known:
            source.fault(
                "unknown-fact", f"there is no fact `{name}`", (*trail, at), near(source, name, known)
            )
