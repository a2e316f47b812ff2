"""A printed plan read back: what a careful reader of the text would do, and no more than it asks.

Nothing is taken from the plan but its printed lines. What a step says of a part is done to the fact of that name, at
the least that its words allow; where the words are those of a whole requirement, that is met, and nothing else.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Sequence

import attrs

from qa_rules import Assessment, assess
from qa_rules.api.analyse import fixes
from qa_rules.explain.wording import capital, label_of, question_of
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength, Unit, Value
from qa_rules.semantics.dates import later

_STEP = re.compile(r"^ {4}\d+\. ")
_DAY = r"(\d{1,2} [A-Z][a-z]+ \d{4})"


class Unreadable(Exception):
    """A printed step of which a reader cannot tell what to do."""


@attrs.frozen
class Printed:
    """One step as it is printed."""

    words: str
    """Its title and what to do."""
    now: str
    details: str

    @property
    def requirement(self) -> str:
        return self.details.partition(",")[0] if re.match(r"[^,;]+, ", self.details) else ""

    @property
    def strength(self) -> Strength:
        found = re.search("has to be (seen|verified)", self.details)
        return Strength.of(found[1]) if found else Strength.STATED


def steps_of(lines: Sequence[str]) -> Iterator[Printed]:
    """Yield the steps of one plan from its printed lines."""
    blocks: list[list[str]] = []
    for line in lines:
        if _STEP.match(line):
            blocks.append([_STEP.sub("", line)])
        elif blocks and line.startswith("       "):
            blocks[-1].append(line.strip())
        elif blocks and not line.startswith("  "):
            break
    for block in blocks:
        at = max(number for number, line in enumerate(block) if line.startswith("("))
        while not re.search(r"effort \d", " ".join(block[at:])):
            at -= 1
        now = next((number for number, line in enumerate(block) if line.startswith("Now: ")), at)
        told = " ".join(block[now:at]).removeprefix("Now: ")
        yield Printed(" ".join(block[:now]), told, " ".join(block[at:]).strip("()"))


@attrs.define
class Reader:
    """Whoever does what a printed plan says."""

    ruleset: Ruleset
    made: Assessment
    facts: Facts

    def again(self) -> Assessment:
        closed = self.made.work.closed
        calendar = self.made.work.known.calendar
        return assess(self.ruleset, self.facts, on=self.made.on, policy=closed.policy, calendar=calendar)

    def do(self, step: Printed) -> None:
        """Do what a step says, at its least."""
        try:
            parts = dict(self._parts(step))
        except Unreadable:  # of records, say: then the requirement of the step is what has to be met
            if not step.requirement:
                raise
            parts = {}
        for name, value in parts.items():
            self._put(name, value, step.strength)
        if step.requirement and (not parts or "? " in f"{step.words} "):
            self._meet(step.requirement, step.strength)
        elif not parts:
            self._answer(step)

    def _answer(self, step: Printed) -> None:
        """Of a question alone any answer has to do."""
        for declared in self.ruleset.vocabulary.scalars.values():
            if step.words.endswith(question_of(declared, self.ruleset.vocabulary)):
                self._put(declared.name, _anything(declared, self.made.on), step.strength)
                return
        raise Unreadable(step)

    def _meet(self, name: str, strength: Strength) -> None:
        found = fixes(self.again(), name, 1)
        if not found.is_reached:
            if not found.plans:
                raise Unreadable(f"{name} cannot be met by itself")
            self.facts = found.plans[0].facts
        base = {each.partition(".")[0] for each in self.made.work.closed.reads[name]}
        for each in base | set(self.made.work.closed.reads[name]):
            self._back(each, strength)

    def _back(self, name: str, strength: Strength) -> None:
        """Have somebody look at what is weaker, as it is."""
        if name in self.facts.values:
            self._keep(name, _backed(self.facts.values[name], strength))
        if name in self.facts.collections:
            given = self.facts.collections[name]
            records = tuple(
                {key: _backed(each, strength) for key, each in record.items()} for record in given.records
            )
            evidence = _evidence(given.evidence, strength)
            lists = {**self.facts.collections, name: Records(records, evidence, given.partial)}
            self.facts = attrs.evolve(self.facts, collections=lists)

    def _put(self, name: str, value: Value | None, strength: Strength) -> None:
        held = self.facts.values.get(name)
        if value is None:  # as it is, seen by somebody
            self._back(name, strength)
            return
        evidence = Evidence(source="done", strength=strength, by="a reader", on=self.made.on)
        self._keep(name, FactValue(value, evidence, held is not None and held.partial))

    def _keep(self, name: str, value: FactValue) -> None:
        self.facts = attrs.evolve(self.facts, values={**self.facts.values, name: value})

    # Reading

    def _parts(self, step: Printed) -> Iterator[tuple[str, Value | None]]:
        """Each fact that a step names, and the least value that its words allow; None: as it is, seen."""
        scalars = self.ruleset.vocabulary.scalars
        named = {capital(label_of(each, self.ruleset.vocabulary)): each for each in scalars.values()}
        now = [label for label in named if f"{label}: " in f" {step.now}"]
        now = [label for label in now if not any(label != other and label in other for other in now)]
        for label in named:
            if re.search(rf"(^|[.:] ){re.escape(label)}: [^.]*\. Ask who judged so", step.words):
                yield named[label].name, True
        phrases = re.findall(
            r"(Confirm|Needed|counts on): ((?:[^.“]|“[^”]*”|\.(?! |$))*)(?:\.|$)", step.words
        )
        for kind, words in phrases:
            for part in self._apart(words, named):
                label = next(
                    (each for each in sorted(named, key=len, reverse=True) if part.startswith(f"{each}: ")),
                    "",
                )
                phrase = part.removeprefix(f"{label}: ") if label else part
                if not label and part in named:
                    label, phrase = part, "yes"
                if not label and len(phrases) == len(now) == 1 and step.now.startswith(f"{now[0]}: "):
                    (label,) = now
                if not label:
                    raise Unreadable(step)
                declared = named[label]
                yield declared.name, None if kind == "Confirm" else self._least(declared, phrase)

    @staticmethod
    def _apart(words: str, named: Collection[str]) -> list[str]:
        """What is said of each thing: what does not begin with another's name belongs to the one before."""
        found: list[str] = []
        for part in words.split("; "):
            is_new = part in named or any(part.startswith(f"{each}: ") for each in named)
            if found and not is_new:
                found[-1] = f"{found[-1]}; {part}"
            else:
                found.append(part)
        return found

    def _least(self, declared: FactDeclaration, phrase: str) -> Value:
        on = self.made.on
        held = self.facts.values.get(declared.name)
        if phrase == "given":  # any answer will do
            return _anything(declared, on)
        match declared.type:
            case FactType.YES_NO | FactType.JUDGEMENT:
                if phrase not in ("yes", "no"):
                    raise Unreadable(phrase)
                return phrase == "yes"
            case FactType.TEXT:
                return "some words"
            case FactType.DATE:
                return _date(phrase, on)
            case FactType.CHOICE:
                named, is_barred = _quoted(phrase), phrase.startswith("not ")
                options = [key for key, words in declared.options.items() if (words in named) != is_barred]
                if not options:
                    raise Unreadable(phrase)
                return options[0]
            case FactType.CHOICES:
                return self._set(declared, phrase, held)
            case FactType.INTEGER | FactType.DECIMAL:
                found = re.search(r"\d[\d,]*", phrase)
                if found is None:
                    raise Unreadable(phrase)
                return int(found[0].replace(",", ""))
            case _:
                raise Unreadable(phrase)

    @staticmethod
    def _set(declared: FactDeclaration, phrase: str, held: FactValue | None) -> Value:
        wanted, _, barred = phrase.partition("not ")
        keep = held.value if held is not None and isinstance(held.value, frozenset) else frozenset[str]()
        ids = {words: key for key, words in declared.options.items()}
        named = [ids[each] for each in _quoted(wanted) if each in ids]
        if "at least one of" in wanted:
            named = named[:1]
        if not named and not barred:
            raise Unreadable(phrase)
        return (keep | frozenset(named)) - {ids[each] for each in _quoted(barred) if each in ids}


def _anything(declared: FactDeclaration, on: datetime.date) -> Value:
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return True
        case FactType.DATE:
            return on
        case FactType.CHOICE:
            return next(iter(declared.options))
        case FactType.CHOICES | FactType.CODES:
            return frozenset[str]()
        case FactType.INTEGER | FactType.DECIMAL:
            return int(declared.least or 1)
        case _:
            return "something"


def _quoted(phrase: str) -> list[str]:
    """The values that stand in quotation marks; without any the phrase is one."""
    return re.findall("“([^”]*)”", phrase) or ([phrase] if phrase else [])


def _date(phrase: str, on: datetime.date) -> datetime.date:
    if span := re.fullmatch(
        r"no more than (\d+) (day|month|year)s? before the day of the assessment", phrase
    ):
        return later(on, -int(span[1]), Unit(f"{span[2]}s"), None) or on
    if re.search("on or (after|before) the day of the assessment", phrase):
        return on
    if "before the day of the assessment" in phrase:
        return on - datetime.timedelta(days=1)
    if found := re.search(_DAY, phrase):
        return datetime.datetime.strptime(found[1], "%d %B %Y").date()
    raise Unreadable(phrase)


def _backed(value: FactValue, strength: Strength) -> FactValue:
    return attrs.evolve(value, evidence=_evidence(value.evidence, strength))


def _evidence(evidence: Evidence, strength: Strength) -> Evidence:
    return evidence if evidence.strength >= strength else attrs.evolve(evidence, strength=strength)
