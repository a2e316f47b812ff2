"""What a table came to in a few numbers."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

_NOT_MET: Final = "not_met"
_FAILING: Final = 10


@attrs.frozen
class Summary:
    """Counts of a table or of a part of it."""

    ruleset: str
    policy: str
    on: datetime.date
    rows: int
    faults: int
    """What was not used: values that do not fit, lines that cannot be read, records that belong to no row."""
    rows_at_fault: int
    counts: Mapping[str, Mapping[str, int]] = attrs.field(hash=False)
    """By column of the result: how many rows have each word."""
    hashes: Mapping[str, str | None] = attrs.field(factory=dict, hash=False)
    """What names exactly the ruleset and the policy that decided, as in a record."""

    @classmethod
    def of(cls, parts: Iterable[Summary]) -> Summary:
        """Return the summary of all parts of one table, of which there is at least one."""
        every = list(parts)
        counts: dict[str, Counter[str]] = {name: Counter() for name in every[0].counts}
        for part in every:
            for name, words in part.counts.items():
                counts[name].update(words)
        return attrs.evolve(
            every[0],
            rows=sum(part.rows for part in every),
            faults=sum(part.faults for part in every),
            rows_at_fault=sum(part.rows_at_fault for part in every),
            counts={name: dict(words) for name, words in counts.items()},
        )

    @property
    def outcomes(self) -> Mapping[str, Mapping[str, int]]:
        """Counts by outcome, for each decision, and for each person where persons were given."""
        return self._under("outcome.")

    @property
    def tiers(self) -> Mapping[str, Mapping[str, int]]:
        """Counts by tier: attained, at most, and so on."""
        return self._under("tier.")

    def _under(self, prefix: str) -> dict[str, Mapping[str, int]]:
        return {
            name.removeprefix(prefix): words for name, words in self.counts.items() if name.startswith(prefix)
        }

    def failing(self, names: Iterable[str]) -> list[tuple[str, int]]:
        """Return which of the named requirements are not met in how many rows, the most frequent first.

        One that turns on the person stands once for each, as `ID@PERSON`.
        """
        wanted = set(names)
        found = [
            (name, words[_NOT_MET])
            for name, words in self.counts.items()
            if name.partition("@")[0] in wanted and words.get(_NOT_MET)
        ]
        return sorted(found, key=lambda each: -each[1])

    @property
    def explained(self) -> Mapping[str, int]:
        """Of each requirement with `explained_when`: in how many rows only the explanation meets it."""
        found = {name.partition("@explained"): words for name, words in self.counts.items()}
        return {name + person: words.get("yes", 0) for (name, about, person), words in found.items() if about}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Summary:
        """Return the counts that `to_dict` wrote."""
        on = datetime.date.fromisoformat(data["on"])
        return cls(**{**data, "policy": data["policy"] or "", "on": on})

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {
            "ruleset": self.ruleset,
            "policy": self.policy or None,
            "hashes": dict(self.hashes),
            "on": self.on.isoformat(),
            "rows": self.rows,
            "faults": self.faults,
            "rows_at_fault": self.rows_at_fault,
            "counts": {name: dict(words) for name, words in self.counts.items()},
        }

    def text(self, requirements: Iterable[str] = ()) -> str:
        """Return the counts in words: outcomes, tiers, and the requirements that are most often not met."""
        lines = [
            f"{counted(self.rows, 'row')}, {self.ruleset}, policy {self.policy or 'none'}, on {self.on.isoformat()}"
        ]
        if self.faults:
            lines.append(
                f"{counted(self.faults, 'fault')}, in {counted(self.rows_at_fault, 'row')}: "
                "what does not fit is unknown there"
            )
        for title, found in (("outcome", self.outcomes), ("tier", self.tiers)):
            for name, words in found.items():
                said = [f"{word or 'none'} {count:,}" for word, count in words.items() if count]
                lines.append(f"{title} {name}: {', '.join(said) or 'nothing'}")
        if self.explained:
            lines.append("met by an explanation alone:")
            lines += [f"  {name:20} {count:>12,}" for name, count in self.explained.items() if count]
        failing = self.failing(requirements)[:_FAILING]
        if failing:
            lines.append("most often not met:")
            lines += [f"  {name:20} {count:>12,}" for name, count in failing]
        return "\n".join(lines)


def counted(number: int, what: str) -> str:
    """Return a number with what is counted, as *1 row* or *2,000 rows*."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")
