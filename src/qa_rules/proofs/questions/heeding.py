"""Does an answer that allows heed hard stops, the required tier, the outcomes that forbid, and what is missing?"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from qa_rules.model.nodes import BELOW, NO_ROUTE, SCOPE, NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import DecisionKind, Severity
from qa_rules.program.algebra import Pair
from qa_rules.program.decide import Nodes
from qa_rules.program.gates import FALSE, TRUE, Lit
from qa_rules.program.graph import outcomes_of
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.study import Study

STOP = "hard-stop"
TIER = "tier-heeded"
ORDER = "forbidding-heeded"
MEETING = "meeting-never-harms"


def stops(study: Study) -> Iterator[Claim]:
    """Claim that no answer allows what a hard stop rejects, and that it is forbidden even without a policy."""
    make, bare = study.make, study.bare_nodes
    for each in study.ruleset.requirements:
        for decision in _owing(study, (each.id,), (each.id,)) if each.hard_stop else ():
            inside = make.all((study.is_made(decision, bare), study.scope(decision, bare).t[-1]))
            forbidden = _forbidding(study, decision, bare)
            yield Claim(
                code=STOP,
                at=each.id,
                statement=f"`{decision.id}` never allows whoever falls short of the hard stop {each.id}, and forbids "
                "it even without a policy",
                wanted=False,
                literals=(),
                cases=(
                    make.all((study.not_met(each.id), study.allowing(decision))),
                    make.all((study.not_met(each.id, bare), inside, -forbidden)),
                ),
                words=("it allows", "without a policy it does not forbid"),
                fault=f"`{decision.id}` does not stop this {study.judged.singular} although the hard stop "
                f"{each.id} is not met",
                hint=f"add `{each.id} is not met` by itself to an outcome of `{decision.id}` that forbids",
                place=each.place,
            )


def required_tier(study: Study) -> Iterator[Claim]:
    """Claim that no answer allows whoever is certainly below the required tier."""
    policy = study.closed.policy
    if policy is None or NodeId.required(1) not in study.nodes:
        return
    table = [NodeId.required(at) for at in range(1, len(policy.tiers) + 1)]
    for decision in _owing(study, (BELOW, NO_ROUTE, *table), table):
        yield Claim(
            code=TIER,
            at=decision.id,
            statement=f"`{decision.id}` never allows whoever is below the required tier",
            wanted=False,
            literals=(study.nodes[BELOW].t[0], study.allowing(decision)),
            fault=f"`{decision.id}` allows this {study.judged.singular}, which does not reach the required tier",
            hint=f"add `tier is below required` to an outcome of `{decision.id}` that forbids, and nowhere else",
            place=decision.place,
        )


def _owing(study: Study, heeded: Collection[str], looking: Collection[str]) -> list[Decision]:
    """The decisions that owe it to some nodes to heed them.

    Those that refer to one; those that look at everybody and everything that `looking` looks at (what is decided about
    a link worker has nothing to do with a provider's shortfall); and where there are none, the first, which is the
    overall one.
    """
    able = [each for each in study.ruleset.decisions if any(outcome.allows for outcome in each.outcomes)]
    subjects = _subjects(study, looking)
    owing = []
    for decision in able:
        outcomes = outcomes_of(decision)
        if not study.closed.behind(outcomes).isdisjoint(heeded) or subjects <= {
            decision.needs,
            *_subjects(study, outcomes),
        }:
            owing.append(decision)
    return owing or able[:1]


def _subjects(study: Study, names: Collection[str]) -> set[str]:
    """Whom and what the facts that these nodes read are about."""
    declared = study.ruleset.vocabulary.facts
    reads = {fact.partition(".")[0] for name in names for fact in study.reads[name]}
    return {declared[name].about for name in reads if name in declared}


def order(study: Study) -> Iterator[Claim]:
    """Claim that no answer allows while an outcome that forbids holds."""
    for decision in study.ruleset.decisions:
        forbidding = [each for each in decision.outcomes if each.allows is False]
        if decision.kind is not DecisionKind.PERMISSION:
            continue
        yield Claim(
            code=ORDER,
            at=decision.id,
            statement=f"`{decision.id}` never allows while an outcome that forbids holds",
            wanted=False,
            literals=(study.allowing(decision),),
            cases=tuple(study.stops(decision, each) for each in forbidding),
            places=tuple(each.place for each in forbidding),
            words=tuple(f"`{each.id}` holds" for each in forbidding),
            fault="an outcome that forbids stands below one that allows, and "
            f"`{decision.id}` allows this {study.judged.singular}",
            hint="put the outcomes in order, the strictest first",
            place=decision.place,
        )


def meeting(study: Study) -> Iterator[Claim]:
    """Claim that meeting a requirement that counts never turns an answer that allows into one that forbids.

    All else is taken to stay as it is.
    """
    sure = Pair((TRUE,) * study.limits.levels, (FALSE,) * study.limits.levels)
    for decision in study.ruleset.decisions:
        if len({outcome.allows for outcome in decision.outcomes}) < 2:
            continue
        outcomes = outcomes_of(decision)
        behind = study.closed.behind(outcomes)
        beside = [name for name in (*outcomes, SCOPE, NodeId.scope(decision.id)) if name in study.nodes]
        beside += [NodeId.subject(decision.needs)] if decision.needs else []
        counting = [
            each.id
            for each in study.ruleset.requirements
            if each.id in behind and study.closed.severities[each.id] is not Severity.ADVICE
        ]
        cases, looser = [], []
        for name in counting:
            met = {part: sure for part in (name, NodeId.met(name)) if part in study.nodes}
            cases.append(_turned(study, decision, name, study.nodes, study.taking(met)))
            looser.append((_turned(study, decision, name, *study.taking_loosely(met, beside)),))
        yield Claim(
            code=MEETING,
            at=decision.id,
            statement=f"`{decision.id}` never allows whom it would forbid if they met one requirement more",
            wanted=False,
            literals=(),
            cases=tuple(cases),
            looser=tuple(looser),
            words=tuple(f"{name} is not met, and if it were, the answer would forbid" for name in counting),
            fault=f"`{decision.id}` allows this {study.judged.singular} for falling short",
            hint="an outcome has `allows` the wrong way round, or asks that something is not met where it should be "
            "met",
            place=decision.place,
        )


def _turned(study: Study, decision: Decision, name: str, short: Nodes, met: Nodes) -> Lit:
    """Whether a requirement that is not met, once it is, turns an answer that allows into one that forbids."""
    forbids = _forbidding(study, decision, met)
    return study.make.all((study.not_met(name, short), study.allowing(decision, short), forbids))


def _forbidding(study: Study, decision: Decision, nodes: Nodes) -> Lit:
    words = study.answers(decision, nodes)
    return study.make.any(words[each.id] for each in decision.outcomes if each.allows is False)
