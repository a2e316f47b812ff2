"""From the levels of a ruleset file to the model: a ladder, and the rating that says which level is reached."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import attrs

from qa_rules.language.expressions import ExpressionReader, Slot
from qa_rules.language.reading import Raw, Source, Trail
from qa_rules.language.schema import LevelDocument
from qa_rules.model.expressions import AllOf, Expr
from qa_rules.model.rulesets import Decision, Tier
from qa_rules.model.values import Strength
from qa_rules.program.levels import LEVEL, ONLY, level_reached


@attrs.frozen
class LevelReader:
    """Reads the levels of one file; faults go to its source."""

    source: Source
    documents: Sequence[LevelDocument]
    reader: ExpressionReader

    def levels(self) -> tuple[Tier, ...]:
        """Return the levels, lowest first, without the first where that is only the word for having none."""
        found = []
        names = [each.id for each in self.documents]
        for at, document in enumerate(self.documents):
            trail: Trail = ("levels", at)
            if document.id in names[:at]:
                message = f"the level `{document.id}` is named twice"
                self.source.fault("duplicate-id", message, (*trail, "id"), "rename one")
            if document.needs is None:
                self._without_needs(at)
                continue
            needs = read_needs(self.reader, document.needs, (*trail, "needs"))
            strength = Strength.of(document.strength)
            place = self.source.place((*trail, "id"))
            found.append(Tier(document.id, document.title, strength, {ONLY: needs}, place=place))
        return tuple(found)

    def _without_needs(self, at: int) -> None:
        trail: Trail = ("levels", at)
        if at:
            hint = "write `needs:` and what this level asks beyond the levels below it"
            self.source.fault("missing-key", "`needs` is missing", trail, hint, key=True)
        elif len(self.documents) == 1:
            hint = "write the levels above it, each with what it needs"
            self.source.fault("level", "there is no level to reach", trail, hint)

    def decision(self, levels: Sequence[Tier], taken: Collection[str]) -> Decision:
        """Return the rating that says which level is reached; `taken` are the decisions that the file makes itself."""
        if LEVEL in taken:
            hint = "give the decision another name: this one says which level is reached"
            self.source.fault("duplicate-id", f"`{LEVEL}` names two decisions", ("levels",), hint, key=True)
        lowest = self.documents[0]
        place = self.source.place(("levels",), key=True)
        if lowest.needs is not None:
            return level_reached(levels, place=place)
        return level_reached(levels, lowest.id, lowest.title, place)


def written_needs(documents: Sequence[LevelDocument]) -> dict[tuple[int, str], tuple[Trail, Raw]]:
    """Return the needs as the file has them, with their places, by the position of the level and its only way."""
    named = ((at, each.needs) for at, each in enumerate(documents) if each.needs is not None)
    return {(number, ONLY): (("levels", at, "needs"), raw) for number, (at, raw) in enumerate(named)}


def read_needs(reader: ExpressionReader, raw: Raw, trail: Trail) -> Expr:
    """Return what a level needs: a test, or a list of ids and tests of which all are needed."""
    if isinstance(raw, list) and raw:
        return AllOf(
            tuple(reader.read(each, (*trail, at), Slot.NEEDS) for at, each in enumerate(raw)),
            place=reader.source.place(trail),
        )
    return reader.read(raw, trail, Slot.NEEDS)
