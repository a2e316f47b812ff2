"""From what the nodes of a closed ruleset are worth to verdicts, tiers and answers, as the program decides them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TypeVar

from qa_rules.model.assessments import Answer, TierResult
from qa_rules.model.facts import Facts
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision, Tier
from qa_rules.model.values import EXPLAINED, DecisionKind, Strength, Verdict
from qa_rules.program import algebra, levels
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.decide import AnswerIs, IsPossible, IsUsed, Output, TierIs, What, verdicts
from qa_rules.program.gates import FALSE, TRUE, Lit
from qa_rules.program.lower import NodeIs, Program, over_nodes
from qa_rules.program.store import Store
from qa_rules.semantics.truth import PAIR, Pair

Results = Sequence[int]
"""The six bits of each node, in the order of the closed ruleset."""

_ALWAYS: Pair = (3, 0)


def pair_of(closed: ClosedRuleset, results: Results, name: str) -> Pair | None:
    """Return the pair of a node, None when there is no such node."""
    at = closed.index.get(name)
    return None if at is None else PAIR[results[at]]


# Verdicts


def verdicts_of(closed: ClosedRuleset, results: Results) -> dict[str, Verdict]:
    """Return the verdict of each requirement, in the order of the ruleset."""
    table = _verdicts(closed.strength)
    outside = _outside(closed, results)
    if outside >= closed.strength:
        return dict.fromkeys(closed.ruleset.requirement, Verdict.NOT_APPLICABLE)
    always = table[0]
    return {
        name: always[results[at]] if applies is None else table[PAIR[results[applies]][1]][results[at]]
        for name, at, applies in closed.requirement_nodes
    }


def _outside(closed: ClosedRuleset, results: Results) -> int:
    """How strongly it is known that the ruleset as a whole does not apply."""
    scope = closed.index.get(SCOPE)
    return 0 if scope is None else PAIR[results[scope]][1]


Stands = tuple[Verdict, Strength | None]
"""The strength of met and of not applicable is that of the claim; of the others None."""


def verdict_of(closed: ClosedRuleset, results: Results, name: str) -> Stands:
    """Return the verdict of a requirement or group, and how strongly it stands."""
    return verdict_by(closed, results)(name)


def verdict_by(closed: ClosedRuleset, results: Results) -> Callable[[str], Stands]:
    """Return how to have the verdict of a requirement or group, and how strongly it stands."""
    places, outside, table = _places(closed), _outside(closed, results), _standings(closed.strength)

    def stands(name: str) -> Stands:
        at, applies = places[name]
        never = outside if applies is None else max(outside, PAIR[results[applies]][1])
        return table[never][results[at]]

    return stands


def explained_by(closed: ClosedRuleset, results: Results) -> Callable[[str], bool]:
    """Return how to know of a requirement that is met whether only an explanation meets it, as strongly as is asked."""
    plainly = {name: PAIR[results[at]][0] for name, at in _done_plainly(closed).items()}
    return lambda name: plainly.get(name, Strength.VERIFIED) < closed.strength


def word_of(closed: ClosedRuleset, results: Results, name: str) -> str:
    """Return the verdict of a requirement or group as a word, `explained` where only an explanation meets it."""
    verdict, _ = verdict_of(closed, results, name)
    at = _done_plainly(closed).get(name) if verdict is Verdict.MET else None
    return verdict.value if at is None or PAIR[results[at]][0] >= closed.strength else EXPLAINED


@once_for_each
def _done_plainly(closed: ClosedRuleset) -> dict[str, int]:
    """The places of the nodes that say of a requirement with `explained_when` that what is asked is done."""
    rules = (each.id for each in closed.ruleset.requirements if each.plainly is not None)
    return {name: closed.index[NodeId.plainly(name)] for name in rules}


@lru_cache(maxsize=4)
def _standings(asked: Strength) -> tuple[tuple[Stands, ...], ...]:
    """Verdicts as `_verdicts` has them, each with its strength."""

    def stands(verdict: Verdict, never: int, pair: Pair) -> Stands:
        if verdict is Verdict.NOT_APPLICABLE:
            return verdict, Strength(never)
        return verdict, Strength(pair[0]) if verdict is Verdict.MET else None

    return tuple(
        tuple(stands(verdict, never, pair) for verdict, pair in zip(row, PAIR, strict=True))
        for never, row in enumerate(_verdicts(asked))
    )


@once_for_each
def _places(closed: ClosedRuleset) -> dict[str, tuple[int, int | None]]:
    """The places of the node of each requirement and group, and of that which says whether it applies."""
    get, names = closed.index.get, (*closed.ruleset.requirement, *closed.ruleset.group)
    return {name: (closed.index[name], get(NodeId.applies(name))) for name in names if name in closed.index}


@lru_cache(maxsize=4)
def _verdicts(asked: Strength) -> tuple[tuple[Verdict, ...], ...]:
    """The verdict by the strength at which something does not apply, and the six bits of its node."""
    make = Store()
    return tuple(
        tuple(
            next(
                verdict
                for verdict, literal in verdicts(
                    make, _fixed(pair), TRUE if never >= asked else FALSE, asked
                ).items()
                if literal == TRUE
            )
            for pair in PAIR
        )
        for never in range(4)
    )


def _fixed(pair: Pair) -> algebra.Pair:
    """A pair that is known, as literals."""
    t, f = (tuple(TRUE if side >= level else FALSE for level in (1, 2, 3)) for side in pair)
    return algebra.Pair(t, f)


# Answers


def answer_of(closed: ClosedRuleset, results: Results, decision: Decision, facts: Facts) -> Answer | None:
    """Return what a decision comes to; None when it needs a subject of whom no fact is given."""
    if decision.needs and not _is_given(closed, decision.needs, facts):
        return None
    return _decisions(closed)[decision.id](results)


def _is_given(closed: ClosedRuleset, about: str, facts: Facts) -> bool:
    names = _facts_about(closed, about)
    return not (names.isdisjoint(facts.values) and names.isdisjoint(facts.collections))


@once_for_each
def _facts_about(closed: ClosedRuleset, about: str) -> frozenset[str]:
    vocabulary = closed.ruleset.vocabulary
    every = (*vocabulary.scalars.items(), *vocabulary.collections.items())
    return frozenset(name for name, declared in every if declared.about == about)


@once_for_each
def _decisions(closed: ClosedRuleset) -> Mapping[str, Callable[[Results], Answer]]:
    """How to read off each decision, by its id, of whose subject something is known."""
    program = over_nodes(closed)
    found: dict[str, Callable[[Results], Answer]] = {}
    for decision in closed.ruleset.decisions:
        outputs: dict[Output, Lit] = {
            AnswerIs(decision.id, word): each for word, each in program.answers(decision).items()
        }
        outputs |= {IsPossible(decision.id, word): each for word, each in program.open(decision).items()}
        found[decision.id] = reader(program, outputs, partial(_answer, decision))
    return found


def _answer(decision: Decision, told: Sequence[Output]) -> Answer:
    possible = tuple(each.word for each in told if isinstance(each, IsPossible))
    word = next(each.word for each in told if isinstance(each, AnswerIs))
    outcome = next((each for each in decision.outcomes if each.id == word), None)
    if outcome is not None:
        words, next_step, allows = outcome.words, outcome.next_step, outcome.allows
    elif word == decision.undecided:
        words, next_step, allows = undecided_words(decision, possible), "", None
    else:
        words, next_step, allows = _outside_words(decision), "", None
    settled = possible == (word,)
    urgent = outcome is not None and outcome.urgent
    return Answer(
        decision.id, decision.title, word, words, possible, allows, settled, next_step, decision.kind, urgent
    )


def undecided_words(decision: Decision, possible: Sequence[str]) -> str:
    """Return what is said while several answers are possible: of a rating the span, of a category the set."""
    if decision.undecided_words or decision.kind is DecisionKind.PERMISSION or len(possible) < 2:
        return decision.undecided_words or "Cannot be decided yet"
    titles = {each.id: each.words for each in decision.outcomes}
    outside = [_outside_words(decision)] if decision.not_applicable in possible else []
    inside = [titles[each] for each in possible if each in titles]
    if decision.kind is DecisionKind.RATING and len(inside) > 1:
        first, *_, last = inside
        return f"{''.join(f'“{each}”, or b' for each in outside) or 'B'}etween “{first}” and “{last}”"
    return f"One of {', '.join(f'“{each}”' for each in (*outside, *inside))}"


def _outside_words(decision: Decision) -> str:
    return decision.not_applicable_words or "Does not apply here"


# Tiers


def tiers_of(closed: ClosedRuleset, results: Results) -> TierResult | None:
    """Return the tier attained, its bound, what the routes in use can reach, and the tier required."""
    read = _ladder(closed)
    return None if read is None else read(results)


@once_for_each
def _ladder(closed: ClosedRuleset) -> Callable[[Results], TierResult] | None:
    if not closed.ladder:
        return None
    program = over_nodes(closed)
    return reader(program, program.ladder(), partial(_tiers, closed.ladder, bool(closed.ruleset.routes)))


def _tiers(ladder: Sequence[Tier], has_routes: bool, told: Sequence[TierIs | IsUsed]) -> TierResult:
    names = ("", *(tier.id for tier in ladder))
    routes = tuple(each.route for each in told if isinstance(each, IsUsed))
    ways = () if has_routes else (levels.ONLY,)
    highest = dict.fromkeys(What, 0)
    for each in told:
        if isinstance(each, TierIs):
            highest[each.what] = max(highest[each.what], each.number)
    return TierResult(
        attained=names[highest[What.ATTAINED]],
        at_most=names[highest[What.AT_MOST]],
        reaches=names[max((levels.reach(ladder, way) for way in routes or ways), default=0)],
        required_least=names[highest[What.REQUIRED_LEAST]],
        required_greatest=names[highest[What.REQUIRED_GREATEST]],
        routes=routes,
        ladder=names[1:],
    )


# Reading outputs off results

T = TypeVar("T")
Read = TypeVar("Read", bound=Output)


def reader(
    program: Program, outputs: Mapping[Read, Lit], made: Callable[[Sequence[Read]], T]
) -> Callable[[Results], T]:
    """Return how to make something of those outputs of a program over nodes that hold, from results.

    Something is taken to be known of a subject: where nothing is, nobody asks. What was made is kept, for few of all
    the things come about that the nodes could be worth.
    """
    literals = list(outputs.values())
    inputs = program.inputs_of(literals)
    places = tuple(
        dict.fromkeys(program.closed.index[each.node] for each, _ in inputs if isinstance(each, NodeIs))
    )

    @lru_cache(maxsize=1024)
    def read(codes: tuple[int, ...]) -> T:
        worth = dict(zip(places, (PAIR[code] for code in codes), strict=True))
        truths = {
            name: worth[program.closed.index[each.node]][0 if each.met else 1] >= each.strength
            if isinstance(each, NodeIs)
            else True
            for each, name in inputs
        }
        holds = program.make.evaluate(truths, literals)
        return made([each for each, truth in zip(outputs, holds, strict=True) if truth])

    return lambda results: read(tuple([results[at] for at in places]))
