"""Values and decision tables: numbers as the least and the most that they can be, tables by trying their inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from typing import Any, NamedTuple

from tests.meaning.believing import NONE, Plain
from tests.meaning.judging import Judging, every, opposite, setting, some
from tests.meaning.tabling import against, every_value, given_by
from tests.meaning.testing_facts import Sight, Truth

_TEST = re.compile(
    r"([a-z]\w*)(?: (is|is not|at least|at most|more than|less than) (-?[\d.]+|policy\.\w+|\w+))?"
)
_MIRRORED = {"at least": "at most", "at most": "at least", "more than": "less than", "less than": "more than"}
_TIMES = re.compile(r"(\S+) times (\S+)")
_NOT_OURS: Any = ...
Ends = tuple[Fraction | None, Fraction | None]


class _NotGivenError(Exception):
    """A setting that nobody gave, or a fact that may be none and is not known to be a number."""


class _Line(NamedTuple):
    constant: Fraction
    facts: Mapping[str, Fraction]
    tests: Mapping[str, Fraction]


class Makes:
    """What a ruleset makes of facts: yes or no, numbers, and outputs of tables."""

    def __init__(self, judging: Judging, sights: Mapping[int, Sight]) -> None:
        self.judging, self.sights, self.rules = judging, sights, judging.ruleset
        self.values: Plain = self.rules.get("values", {})
        self.tables = {name: each for each in self.rules.get("tables", []) for name in each["outputs"]}
        self.kept: dict[tuple[str, int], set[Any]] = {}

    def test(self, text: str, strength: int) -> Any:
        """Return what a test of a value or an output comes to; `...` for a test of anything else."""
        found = _TEST.fullmatch(text)
        if found is None:
            return _NOT_OURS
        name, how, other = found.groups()
        if not self._is_made(name) and other and self._is_made(other):
            name, how, other = other, _MIRRORED.get(how, how), name
        if not self._is_made(name):
            return _NOT_OURS
        if how == "is not":
            return opposite(self.test(f"{name} is {other}", strength))
        if name in self.tables:
            return self._output(name, how, other, strength)
        value = self.values[name]
        if value["type"] == "yes_no":
            holds = self.judging.worth(value["when"], strength)
            return opposite(holds) if other == "no" else holds
        return self._number(value, name, how, other, strength)

    def _is_made(self, name: str) -> bool:
        return name in self.values or name in self.tables

    # Numbers

    def _number(self, value: Plain, name: str, how: str, other: str, strength: int) -> Truth:
        if isinstance(value.get("count"), dict):
            return self._records(value["count"], how, int(other), strength)
        if "share" in value:
            return self._share(value["share"], how, Fraction(other), strength)
        return self._compared([(Fraction(1), name), (Fraction(-1), other)], how, strength)

    def _compared(self, parts: list[tuple[Fraction, Any]], how: str, strength: int) -> Truth:
        """A sum against nothing. What may be none, or was not set, leaves it open."""
        lines: list[_Line] = []
        try:
            low, high = self._ends(parts, _Line(Fraction(0), {}, {}), strength, lines)
        except _NotGivenError:
            return None
        if how == "is" and len(lines) == 1 and self._steps_over(lines[0]):
            return False
        return against(low, high, how)

    def _ends(self, parts: Sequence[Any], line: _Line, strength: int, lines: list[_Line]) -> Ends:
        """The least and the most of a sum: the least and greatest of numbers come last, around all the rest."""
        if not parts:
            lines.append(line)
            return self._of_line(line, strength)
        (times, part), *rest = parts
        part = self._opened(part)
        if isinstance(part, Fraction):
            return self._ends(rest, line._replace(constant=line.constant + times * part), strength, lines)
        if isinstance(part, str):
            self._is_number(part, strength)
            facts = {**line.facts, part: line.facts.get(part, Fraction(0)) + times}
            return self._ends(rest, line._replace(facts=facts), strength, lines)
        if "sum" in part:
            return self._ends([*((times * by, of) for by, of in part["sum"]), *rest], line, strength, lines)
        if "when" in part:
            key = json.dumps(part["when"])
            tests = {**line.tests, key: line.tests.get(key, Fraction(0)) + times}
            return self._ends(rest, line._replace(tests=tests), strength, lines)
        ((kind, several),) = part.items()
        ways = [self._ends([(times, each), *rest], line, strength, lines) for each in several]
        pick = min if (kind == "least") is (times >= 0) else max
        lows, highs = zip(*ways, strict=True)
        return _picked(pick, lows, low=True), _picked(pick, highs, low=False)

    def _opened(self, part: Any) -> Any:
        """A part as a number, a fact, a sum of parts each so many times, a test, or the least or greatest of some."""
        if isinstance(part, dict):
            return self._of_keys(part)
        text = str(part)
        times = _TIMES.fullmatch(text)
        if times:
            factor = self._opened(times[1])
            return {"sum": [(factor, times[2])]}
        if text.startswith("policy."):
            given = setting(self.rules, self.judging.policy, text[7:])
            if given is None:
                raise _NotGivenError
            return Fraction(str(given))
        if text in self.values:
            return self._of_keys(self.values[text])
        return text if text in self.rules["facts"] else Fraction(text)

    def _of_keys(self, part: Plain) -> Any:
        if "bounded" in part:
            inside = {key: each for key, each in part.items() if key != "bounded"}
            limits = part["bounded"]
            if "most" in limits:
                inside = {"least": [inside, limits["most"]]}
            return {"greatest": [inside, limits["least"]]} if "least" in limits else inside
        if "add" in part:
            return {"sum": [(self._opened(part["add"]), {"when": part["when"]})]}
        if "sum" in part:
            return {"sum": [(Fraction(1), each) for each in part["sum"]]} if _is_raw(part["sum"]) else part
        if "difference" in part:
            first, *others = part["difference"]
            return {"sum": [(Fraction(1), first), *((Fraction(-1), each) for each in others)]}
        if "count" in part:
            names = dict.fromkeys(name for each in part["count"] for name in self.judging.inside(each))
            return {"sum": [(Fraction(1), {"when": f"{name} applies and is met"}) for name in names]}
        return {key: each for key, each in part.items() if key in ("least", "greatest", "when")}

    def _is_number(self, fact: str, strength: int) -> None:
        if self.rules["facts"][fact].get("may_be_none"):
            held = self.sights[strength].seen(self.sights[strength].believed.values.get(fact))
            if held is None or held.value is NONE:
                raise _NotGivenError

    def _of_line(self, line: _Line, strength: int) -> Ends:
        low: Fraction | None = line.constant
        high: Fraction | None = line.constant
        for name, times in line.facts.items():
            ends = self._of_fact(name, strength)
            least, most = ends if times >= 0 else ends[::-1]
            if times:
                low = None if low is None or least is None else low + times * least
                high = None if high is None or most is None else high + times * most
        for key, times in line.tests.items():
            holds = self.judging.worth(json.loads(key), strength)
            reach = (Fraction(holds is True), Fraction(holds is not False))
            least, most = reach if times >= 0 else reach[::-1]
            low = None if low is None else low + times * least
            high = None if high is None else high + times * most
        return low, high

    def _of_fact(self, name: str, strength: int) -> Ends:
        held = self.sights[strength].seen(self.sights[strength].believed.values.get(name))
        if held is not None:
            return Fraction(held.value), Fraction(held.value)
        declared = self.rules["facts"][name]
        least, most = declared.get("least"), declared.get("most")
        return (
            None if least is None else Fraction(str(least)),
            None if most is None else Fraction(str(most)),
        )

    def _steps_over(self, line: _Line) -> bool:
        """Whether whole numbers, each so many times, never come to nothing whatever they are."""
        times = [each for each in line.facts.values() if each]
        facts = self.rules["facts"]
        whole = all(facts[name]["type"] == "integer" for name, each in line.facts.items() if each)
        if line.tests or not times or not whole:
            return False
        unit = 1
        for each in (line.constant, *times):
            unit *= each.denominator
        step = 0
        for each in times:
            step = _common(step, int(each * unit))
        return int(line.constant * unit) % step != 0

    def _records(self, counted: Plain, how: str, number: int, strength: int) -> Truth:
        name = counted["records"]

        def enough(count: int) -> Truth:
            if count <= 0:
                return True
            return self.judging.worth({f"at least {count} {name}": {"where": counted["where"]}}, strength)

        match how:
            case "at least":
                return enough(number)
            case "more than":
                return enough(number + 1)
            case "at most":
                return opposite(enough(number + 1))
            case "less than":
                return opposite(enough(number))
            case _:
                return every([enough(number), opposite(enough(number + 1))])

    def _share(self, of: Sequence[str], how: str, percent: Fraction, strength: int) -> Truth:
        """Percent of what applies: open while it is not known that anything does."""
        names = dict.fromkeys(name for each in of for name in self.judging.inside(each))
        nodes = [self.judging.node(name) for name in names]
        if some(each.applies(strength) for each in nodes) is not True:
            return None
        low = high = Fraction(0)
        for each in nodes:
            yes = each.asked_and_met(strength)
            no = every([each.applies(strength), opposite(each.met(strength))])
            for holds, worth in ((yes, 100 - percent), (no, -percent)):
                reach = [worth * (holds is True), worth * (holds is not False)]
                low, high = low + min(reach), high + max(reach)
        return against(low, high, how)

    # Tables

    def _output(self, name: str, how: str | None, other: str | None, strength: int) -> Truth:
        results = self.results(name, strength)
        if None in results:
            return None
        truths = {self._of_output(name, each, how, other, strength) for each in results}
        return truths.pop() if len(truths) == 1 else None

    def _of_output(self, name: str, value: Any, how: str | None, other: str | None, strength: int) -> Truth:
        declared = self.tables[name]["outputs"][name]
        if declared["type"] == "yes_no":
            return bool(value is (other != "no"))
        if declared["type"] == "choice":
            if how == "is":
                return bool(value == other)
            order = list(declared["options"])
            return against(Fraction(order.index(value) - order.index(str(other))), None, str(how), same=True)
        return self._compared([(Fraction(1), value), (Fraction(-1), other)], str(how), strength)

    def results(self, name: str, strength: int) -> set[Any]:
        """Return what an output may be, by every way in which the inputs may turn out; None is no value."""
        key = name, strength
        if key not in self.kept:
            table = self.tables[name]
            at = list(table["outputs"]).index(name)
            ways = product(*(self._ways(each, table, strength) for each in table["inputs"]))
            self.kept[key] = {given_by(table, way, at) for way in ways}
        return self.kept[key]

    def _ways(self, asked: Any, table: Plain, strength: int) -> Sequence[Any]:
        if isinstance(asked, dict):
            return _truths(self.judging.worth(asked["test"], strength))
        if asked in self.tables:
            found = self.results(asked, strength)
            return [*(self._anything(asked, table) if None in found else found)]
        if asked in self.values:
            if self.values[asked]["type"] == "yes_no":
                return _truths(self.judging.worth(self.values[asked]["when"], strength))
            return list(self._points(asked, table, strength))
        declared, sight = self.rules["facts"][asked], self.sights[strength]
        held = sight.seen(sight.believed.values.get(asked))
        if held is not None:
            return [Fraction(held.value) if isinstance(held.value, Decimal) else held.value]
        return [*every_value(declared), *([NONE] if declared.get("may_be_none") else [])]

    def _anything(self, output: str, table: Plain) -> Sequence[Any]:
        """What an output that may have no value is taken for: any value of its type that a row can tell apart."""
        declared = self.tables[output]["outputs"][output]
        if declared["type"] != "decimal":
            return every_value(declared)
        named = _named(table, output)
        between = [(one + other) / 2 for one, other in pairwise(named)]
        beyond = [named[0] - 1, named[-1] + 1] if named else [Fraction(0)]
        return [*named, *between, *beyond]

    def _points(self, name: str, table: Plain, strength: int) -> Iterator[Fraction]:
        """Numbers that a value may be: those that its cells name, and one beside each."""
        named = _named(table, name)
        for at, number in enumerate(named):
            if self._compared([(Fraction(1), name), (-number, 1)], "is", strength) is not False:
                yield number
            below = [named[at - 1]] if at else []
            if self._lies(name, [*below], [number], strength):
                yield (number + below[0]) / 2 if below else number - 1
        if self._lies(name, named[-1:], [], strength):
            yield (named[-1] if named else Fraction(0)) + 1

    def _lies(self, name: str, above: list[Fraction], below: list[Fraction], strength: int) -> bool:
        tests = [(each, "more than") for each in above] + [(each, "less than") for each in below]
        return all(
            self._compared([(Fraction(1), name), (-each, 1)], how, strength) is not False
            for each, how in tests
        )


def _named(table: Plain, asked: str) -> list[Fraction]:
    """The numbers that the cells of an input name, in order."""
    column = table["inputs"].index(asked)
    cells = " ".join(str(row[column]) for row in table["rows"])
    return sorted({Fraction(each) for each in re.findall(r"-?\d+(?:\.\d+)?", cells)})


def _picked(pick: Any, ends: Sequence[Fraction | None], low: bool) -> Fraction | None:
    """The least or greatest of some ends, None being without end."""
    known = [each for each in ends if each is not None]
    if len(known) == len(ends):
        return pick(known)  # type: ignore[no-any-return]
    # No end wins where it lies further out; else it is passed over.
    wins = (pick is min) is low
    return None if wins or not known else pick(known)


def _truths(holds: Truth) -> list[bool]:
    return [True, False] if holds is None else [holds]


def _is_raw(parts: Sequence[Any]) -> bool:
    return not any(isinstance(each, tuple) for each in parts)


def _common(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return abs(one)
