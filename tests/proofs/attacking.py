"""Attacks on what the verifier says of nobody: is there a made-up provider who shows it all the same?

Two ways that share little. *Formulas*: the claim's own formula, over lists three times as long as the proof needed, of
the values of each provider; that the formulas mean what the definition says is tested in `test_encoding`. *Meaning*:
verdicts, tiers and answers worked out by the oracles (`tests/semantics/definition`, `tests/program/deciding`), which
use nothing of the verifier, held against what a claim says in words.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from qa_rules import Policy, Ruleset
from qa_rules.api.verify import Compared, Verified
from qa_rules.model.expressions import Reference
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import BELOW
from qa_rules.model.values import Verdict
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.gates import Number
from qa_rules.program.overdue import may_be_overdue, opened, with_overdue
from qa_rules.program.simulate import Simulation
from qa_rules.proofs.bounds import sufficient
from qa_rules.proofs.claims import Claim, Proof, Status
from qa_rules.proofs.compare import GAINS, LOSES
from qa_rules.proofs.concretize import assignment_of
from qa_rules.proofs.prove import claims
from qa_rules.proofs.study import LATER, Study
from qa_rules.proofs.symbolic import Cell, Limits, ListCell
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.semantics.truth import pack
from tests.program.deciding import Results, answer_of, verdict_of
from tests.proofs.providers import Maker
from tests.semantics.definition import Truth, worth

Assigned = dict[str, bool | Number]
TIMES = 3
"""Lists are so many times as long as the proofs take them to be."""
CHANGES = 20
"""In so many ways each provider is tried by the formulas: as it is, and with something as somebody else has it."""


def of_nobody(proofs: Iterable[Proof]) -> list[Proof]:
    """What is said of nobody: that nobody shows a fault, or that nobody shows what somebody should."""
    return [
        each
        for each in proofs
        if each.witness is None and each.status is not Status.UNDECIDED and not each.because
    ]


# By the formulas


def broken_formulas(verified: Verified, number: int, seed: int = 1) -> list[str]:
    """The claims about nobody whose own formula some made-up provider satisfies."""
    closed = opened(verified.ruleset, verified.policy)
    limits = verified.limits
    lists = closed.ruleset.vocabulary.collections
    longest = TIMES * max([limits.records, *_longest(closed)])
    wide = attrs.evolve(limits, more_records=dict.fromkeys(lists, longest))
    study = Study(closed, wide, verified.calendar)
    chance = random.Random(seed)
    maker = Maker(closed, limits.on, study.maker.codes, longest, chance)
    crowd = [_assigned(study, each, chance) for each in maker.providers(number)]
    told = {(each.code, each.at, each.statement): each for each in of_nobody(verified.proofs)}
    asked = []
    for claim in claims(study):
        proof = told.get((claim.code, claim.at, claim.statement))
        is_of_nobody = proof is not None and claim.wanted != (proof.status is Status.PROVED)
        if is_of_nobody and not claim.node_by_node and not claim.whatever:
            asked.append(claim)
    shown = _shown(study, asked, crowd, chance)
    return [f"{each.code}: {each.statement}" for each in asked if _shows(study, each, shown)]


def _longest(closed: ClosedRuleset) -> Iterator[int]:
    yield from sufficient(Limits(datetime.date(2026, 1, 1)), closed).more_records.values()


def _shown(
    study: Study, asked: Sequence[Claim], crowd: Sequence[Assigned], chance: random.Random
) -> Simulation:
    """Everybody as they are and with each of some changes, beside a second provider and a later day.

    The second provider and the later day are for claims that look at two. A change gives a fact or list as somebody
    else has it.
    """
    changed = {(stem, prefix): None for each in asked for stem, prefix in each.changed.items()}
    changed |= {(each.at, "other "): None for each in asked if each.code == "fact-decides"}
    on = study.limits.on.toordinal()
    pairs = [
        {**_beside(each, chance.choice(crowd), changed), LATER: on + chance.choice((1, 30, 31, 366, 1500))}
        for each in crowd
    ]
    truths = {key: False for each in crowd for key, value in each.items() if isinstance(value, bool)}
    stems = [*study.world.cells, *study.world.lists]
    changes: list[Assigned] = [{}]
    for _ in range(CHANGES - 1):
        stem, other = chance.choice(stems), chance.choice(crowd)
        changes.append(_of_stem(stem, {**truths, **other}))
    return Simulation(study.make.gates, study.calendar, pairs, changes)


def _of_stem(stem: str, of: Assigned) -> Assigned:
    """The variables of a fact or list."""
    return {
        key: value
        for key, value in of.items()
        if key.startswith(stem) and key[len(stem) :][:1] in ("", *"?=+!~[.")
    }


def _shows(study: Study, claim: Claim, shown: Simulation) -> bool:
    lawful = shown.every
    for law in study.laws.needs([*claim.literals, *claim.cases]).laws:
        lawful &= shown.mask(law)
    assert lawful, "no provider is lawful"
    for literal in claim.literals:
        lawful &= shown.mask(literal)
    return any(lawful & shown.mask(case) for case in claim.cases)


def _beside(one: Assigned, other: Assigned, changed: Iterable[tuple[str, str]]) -> Assigned:
    """A provider, with what a second one has otherwise."""
    found = dict(one)
    for stem, prefix in changed:
        found |= {prefix + key: value for key, value in _of_stem(stem, other).items()}
    return found


def _assigned(study: Study, facts: Facts, chance: random.Random) -> Assigned:
    vocabulary = study.ruleset.vocabulary
    known = believe(facts, vocabulary, study.limits.on, study.calendar)
    overdue = _overdue(study.closed, known, chance)
    found = assignment_of(with_overdue(known, study.closed, overdue), vocabulary, study.limits.levels)
    for name, cell in study.world.cells.items():
        _fill(found, name, cell)
    for name, listing in study.world.lists.items():
        _fill(found, name, listing)
    return found


def _fill(found: Assigned, name: str, cell: Cell | ListCell) -> None:
    """Of a choice that is not known some option is true all the same: it is one of them."""
    if isinstance(cell, ListCell):
        for at, record in enumerate(cell.records):
            for key, inner in record.fields.items():
                _fill(found, f"{name}[{at}].{key}", inner)
    elif cell.whole is None and len(cell.items) > 1:
        names = [f"{name}={item}" for item in cell.items]
        if not any(found.get(each) for each in names):
            found[names[0]] = True


# By the meaning


@attrs.frozen
class Shown:
    """What an oracle finds of a provider."""

    verdicts: Mapping[str, Verdict]
    answers: Mapping[str, str]
    allowed: frozenset[str]
    possible: Mapping[str, tuple[str, ...]]
    below: bool


def results_of(closed: ClosedRuleset, known: Known) -> Results:
    """The results of each node by the oracle, when all evidence is verified."""
    truths: dict[str, Truth] = {}

    def graded(reference: Reference) -> Truth:
        return truths[reference.name]

    for node in closed.nodes:
        truths[node.name] = worth(node.expr, known, truths, graded)
    return [
        pack(3 if truths[node.name] else 0, 3 if truths[node.name] is False else 0) for node in closed.nodes
    ]


def shown_by(closed: ClosedRuleset, facts: Facts, known: Known) -> Shown:
    """What a provider comes to by the oracles."""
    results = results_of(closed, known)
    ruleset = closed.ruleset
    found = {each.id: answer_of(closed, results, each, facts) for each in ruleset.decisions}
    answers = {name: each for name, each in found.items() if each is not None}
    below = closed.index.get(BELOW)
    return Shown(
        {name: verdict_of(closed, results, name)[0] for name in (*ruleset.requirement, *ruleset.group)},
        {name: each.outcome for name, each in answers.items()},
        frozenset(name for name, each in answers.items() if each.allows),
        {name: each.possible for name, each in answers.items()},
        below is not None and results[below] == pack(3, 0),
    )


def _overdue(closed: ClosedRuleset, known: Known, chance: random.Random) -> tuple[str, ...]:
    """Some of the conditions that fall short."""
    names = list(may_be_overdue(closed))
    if not names:
        return ()
    results = results_of(closed, with_overdue(known, closed, ()))
    short = pack(0, 3)
    return tuple(name for name in names if results[closed.index[name]] == short and chance.random() < 0.5)


def broken_words(verified: Verified, number: int, seed: int = 2) -> list[str]:
    """The claims about nobody against which some made-up provider speaks by the oracles."""
    closed = opened(verified.ruleset, verified.policy)
    chance = random.Random(seed)
    maker = Maker(closed, verified.limits.on, ("other-1", "other-2", "other-3"), 9, chance)
    said = {(each.code, each.at, each.statement): each for each in of_nobody(verified.proofs)}
    found: dict[str, None] = {}
    for facts in maker.providers(number):
        known = believe(facts, closed.ruleset.vocabulary, verified.limits.on, verified.calendar)
        known = with_overdue(known, closed, _overdue(closed, known, chance))
        for key, is_so in _against(verified.ruleset, shown_by(closed, facts, known)):
            proof = said.get(key)
            if proof is not None and (proof.status is Status.PROVED) != is_so:
                found.setdefault(f"{proof.code}: {proof.statement}")
    return list(found)


def _against(ruleset: Ruleset, shown: Shown) -> Iterator[tuple[tuple[str, str, str], bool]]:
    """The claims on which a provider bears, and whether it shows that what is claimed can be so."""
    words = {
        Verdict.MET: "be met",
        Verdict.NOT_MET: "be not met",
        Verdict.NOT_APPLICABLE: "be not applicable",
    }
    for name, verdict in shown.verdicts.items():
        if verdict in words:
            yield ("requirement-live", name, f"{name} can {words[verdict]}"), True
            yield ("group-possible", name, f"{name} can {words[verdict]}"), True
    for name, word in shown.answers.items():
        yield ("outcome-reachable", f"{name}.{word}", f"`{word}` can be the answer of `{name}`"), True
        if not shown.possible[name]:
            yield ("decision-total", name, f"`{name}` has an outcome for everybody"), False
    for name in shown.allowed:
        if shown.below:
            yield ("tier-heeded", name, f"`{name}` never allows whoever is below the required tier"), False
        for each in ruleset.requirements:
            if each.hard_stop and shown.verdicts[each.id] is Verdict.NOT_MET:
                statement = (
                    f"`{name}` never allows whoever falls short of the hard stop {each.id}, and forbids "
                    "it even without a policy"
                )
                yield ("hard-stop", each.id, statement), False


def broken_comparison(
    compared: Compared,
    old: tuple[Ruleset, Policy | None],
    new: tuple[Ruleset, Policy | None],
    number: int,
    seed: int = 3,
) -> list[str]:
    """What a comparison proves and some made-up provider shows otherwise, by the oracles."""
    before, after, on = close(*old), close(*new), compared.limits.on
    proved = {(each.code, each.at) for each in compared.proofs if each.status is Status.PROVED}
    proved -= {(each.code, each.at) for each in compared.proofs if each.status is not Status.PROVED}
    chance, found = random.Random(seed), dict[str, None]()
    makers = [Maker(each, on, ("other-1", "other-2"), 9, chance) for each in (before, after)]
    for facts in (one for maker in makers for one in maker.providers(number // 2)):
        was, now = (
            shown_by(each, facts, believe(facts, each.ruleset.vocabulary, on)) for each in (before, after)
        )
        told = [(LOSES, name) for name in was.allowed - now.allowed]
        told += [(GAINS, name) for name in now.allowed - was.allowed]
        both = was.verdicts.keys() & now.verdicts.keys()
        told += [("same-answer", name) for name in both if was.verdicts[name] is not now.verdicts[name]]
        found |= {f"{code} {name}": None for code, name in told if (code, name) in proved}
    return list(found)
