"""Whether outcomes leave nobody out, by trying every way in which what they ask can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from tests.meaning.believing import Believed, Declared, Plain, Value
from tests.meaning.judging import Asked, Judging, every
from tests.meaning.laddering import ladder
from tests.meaning.reading import Test, read
from tests.meaning.testing_facts import Sight, Truth, leaf

MOST = 400
"""How many readings are tried."""
_TRUTHS = (True, False)


class _TooMany(Exception):
    pass


def leaves_nobody_out(judging: Judging, decision: Plain) -> bool | None:
    """Return whether no reading rules out every outcome; None where there are too many to try."""
    conditions = [
        name
        for name, severity in judging.severities.items()
        if severity == "condition" and judging.policy.get("condition_days") is not None
    ]
    readings = _Readings(judging, decision)
    try:
        for overdue in product(_TRUTHS, repeat=len(conditions)):
            late = [name for name, is_late in zip(conditions, overdue, strict=True) if is_late]
            if readings.rule_out_all(late):
                return False
    except _TooMany:
        return None
    return True


class _Readings:
    """Tries readings, finding what is asked as it goes: each new question is first read as yes, later as no."""

    def __init__(self, judging: Judging, decision: Plain) -> None:
        self.judging, self.decision = judging, decision
        self.declared = Declared(judging.ruleset["facts"])
        self.texts = list(dict.fromkeys(_texts([judging.ruleset, judging.policy])))
        self.values: dict[str, list[Any]] = {}

    def rule_out_all(self, late: list[str]) -> bool:
        """Whether some reading does, with these conditions overdue."""
        tried = 0
        ahead: list[dict[str, Any]] = [{}]
        while ahead:
            reading = ahead.pop()
            tried += 1
            if tried > MOST:
                raise _TooMany
            try:
                if self._is_out(reading, late):
                    return True
            except _Unread as asked:
                key, values = asked.args
                ahead += [{**reading, key: value} for value in values]
        return False

    def _is_out(self, reading: Mapping[str, Any], late: list[str]) -> bool:
        def read_as(key: str, values: Any = _TRUTHS) -> Any:
            if key not in reading:
                raise _Unread(key, list(values))
            return reading[key]

        asked = Asked(
            lambda text, _: self._read(text, read_as),
            lambda key, inner, _, outside: read_as(f"{key}: {inner}"),
            read_as,
        )
        judging = Judging(self.judging.ruleset, self.judging.policy, asked, late)
        ladder(judging, shown=False)
        scopes = (judging.ruleset.get("applies_when"), self.decision.get("applies_when"))
        if every(True if each is None else judging.worth(each, 3) for each in scopes) is not True:
            return False
        return all(judging.outcome(each["when"], 3) is False for each in self.decision["outcomes"])

    def _read(self, text: str, read_as: Any) -> Truth:
        test = read(text)
        if test.operator == "exists":
            return self._read(f"{test.subject.words}.exists", read_as)
        if test.operator == "current":
            name = test.subject.words
            there = self._read(f"{name}.exists", read_as)
            parts = [f"{name}.review_due is given", f"{name}.review_due not before on"]
            given, ahead = (read_as(_plain(read(each))) for each in parts)
            return bool(there and (not given or ahead))
        declared = self.declared.scalars.get(test.subject.words, {})
        if test.operator == "given" and not declared.get("may_be_none") and "." not in test.subject.words:
            return not test.negated  # whoever has answered everything has given it
        fact = self._fact(test)
        if fact:
            return self._of_value(text, fact, read_as(fact, self._kept(fact)))
        truth = read_as(_plain(test))
        return truth is not test.negated

    def _fact(self, test: Test) -> str:
        """The only fact of a test that is about one that is never none, and known in the end; else empty."""
        name = test.subject.words
        declared = self.declared.scalars.get(name)
        if (
            declared is None
            or declared.get("may_be_none")
            or declared["type"] in ("choices", "codes", "text", "date")
        ):
            return ""
        options = declared.get("options", {})
        others = [each.words for each in test.others]
        if any(
            each.startswith("policy.") or (each in self.declared.scalars and each not in options)
            for each in others
        ):
            return ""
        return name

    def _kept(self, name: str) -> list[Any]:
        if name not in self.values:
            self.values[name] = self._values(name)
        return self.values[name]

    def _values(self, name: str) -> list[Any]:
        declared = self.declared.scalars[name]
        kind = declared["type"]
        if kind in ("yes_no", "judgement"):
            return [True, False]
        if kind == "choice":
            return list(declared["options"])
        written = sorted(
            {each for test in self._tests(name) for each in (term.words for term in test.others)}
        )
        if kind == "code":
            return [*written, "of nobody"]
        numbers = {Decimal(each) for each in written}
        near = {each + step for each in numbers for step in (Decimal(-1), Decimal(0), Decimal(1))}
        if kind == "decimal":
            near |= {(one + other) / 2 for one in numbers for other in numbers}
        low, high = (
            None if each is None else Decimal(str(each))
            for each in (declared.get("least"), declared.get("most"))
        )
        near |= {each for each in (low, high) if each is not None} or {Decimal(0)}
        return [
            each for each in sorted(near) if (low is None or each >= low) and (high is None or each <= high)
        ]

    def _tests(self, name: str) -> Iterator[Test]:
        for text in self.texts:
            if text.split()[0] == name:
                test = read(text)
                if test.operator != "given" and self._fact(test) == name:
                    yield test

    def _of_value(self, text: str, fact: str, value: Any) -> Truth:
        sight = _sight(self.judging, self.declared, fact, value)
        return leaf(text, sight, {}, None)


class _Unread(Exception):
    pass


def _plain(test: Test) -> str:
    return str(test._replace(negated=False))


def _texts(data: Any) -> Iterator[str]:
    """Every test that is written anywhere in the rules."""
    if isinstance(data, dict):
        for key, each in data.items():
            if key not in ("facts", "id", "title", "says", "source", "question", "because"):
                yield from _texts(each)
    elif isinstance(data, list):
        for each in data:
            yield from _texts(each)
    elif isinstance(data, str) and data:
        yield data


def _sight(judging: Judging, declared: Declared, fact: str, value: Any) -> Sight:
    day = date(2026, 1, 1)
    believed = Believed(declared, {"facts": {}}, day, None)  # type: ignore[arg-type]
    believed.values[fact] = Value(value, 3, True, day, day, None)
    return Sight(believed, 1, day, lambda _: True, {}, judging.ruleset.get("parameters", {}))
