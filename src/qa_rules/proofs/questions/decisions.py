"""Does every provider get an answer, and can every answer be given?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from qa_rules.errors import Place
from qa_rules.model.nodes import BELOW, SCOPE, NodeId
from qa_rules.model.rulesets import Decision, Outcome
from qa_rules.program.gates import FALSE, Lit
from qa_rules.program.graph import outcomes_of
from qa_rules.proofs.claims import Claim, Part, Turn
from qa_rules.proofs.questions.requirements import together
from qa_rules.proofs.study import Study
from qa_rules.proofs.wider import nobody
from qa_rules.proofs.words import words_of

TOTAL = "decision-total"
REACHABLE = "outcome-reachable"
INDEPENDENT = "independent-of"


def total(study: Study) -> Iterator[Claim]:
    """Claim that some outcome of each decision is always left."""
    for decision in study.ruleset.decisions:
        scope = study.make.all((study.is_made(decision), study.at(study.scope(decision).t, study.asked)))
        nothing = [-literal for literal in study.possible(decision)]
        yield Claim(
            code=TOTAL,
            at=decision.id,
            statement=f"`{decision.id}` has an outcome for everybody",
            wanted=False,
            literals=(scope, *nothing),
            fault=f"`{decision.id}` has no outcome for this {study.judged.singular}: all of them are ruled out",
            hint="give the case to one of the outcomes, usually a stricter one",
            place=decision.place,
        )


def reachable(study: Study) -> Iterator[Claim]:
    """Claim that each outcome can be the answer, and an allowing one for whoever needs each tier."""
    scope = study.ruleset.applies_when
    if scope is not None and nobody(study, partial(_inside, name=SCOPE)):
        yield _somebody_within(study, study.ruleset.id, SCOPE, scope.place or study.ruleset.place)
        return
    for decision in study.ruleset.decisions:
        scope, name = decision.applies_when, NodeId.scope(decision.id)
        if scope is not None and nobody(study, partial(_inside, name=name)):
            yield _somebody_within(study, decision.id, name, scope.place or decision.place)
            continue
        words = study.answers(decision)
        unmade = study.is_made(decision) == FALSE
        for outcome in decision.outcomes:
            yield Claim(
                code=REACHABLE,
                at=f"{decision.id}.{outcome.id}",
                statement=f"`{outcome.id}` can be the answer of `{decision.id}`",
                wanted=True,
                literals=(words[outcome.id],),
                fault=f"`{outcome.id}` is never the answer of `{decision.id}`",
                hint=f"`{decision.id}` needs something known of the {decision.needs}, and no fact is about the "
                f"{decision.needs}: correct `needs`"
                if unmade
                else f"a stricter outcome takes every such {study.judged.singular}, or its own test "
                "contradicts itself",
                place=outcome.place,
                about=(NodeId.outcome(decision.id, outcome.id), SCOPE, NodeId.scope(decision.id)),
                parts=() if unmade else tuple(_holding(study, decision, outcome)),
            )
        behind = study.closed.behind(outcomes_of(decision))
        if study.closed.policy is not None and BELOW in behind and not unmade:
            for number, tier in enumerate(study.closed.policy.tiers, 1):
                if NodeId.required(number) in study.nodes:
                    yield Claim(
                        code=REACHABLE,
                        at=f"{decision.id}.{tier.id}",
                        statement=f"whoever needs the tier `{tier.id}` can be allowed by `{decision.id}`",
                        wanted=True,
                        literals=(*study.exactly(NodeId.required, number), study.allowing(decision)),
                        fault=f"nobody who needs the tier `{tier.id}` is ever allowed by `{decision.id}`",
                        hint="no route reaches that tier, or what it needs cannot all be met",
                        place=tier.place,
                        about=(
                            NodeId.outcome(decision.id, decision.outcomes[-1].id),
                            NodeId.required(number),
                        ),
                    )


def _holding(study: Study, decision: Decision, outcome: Outcome) -> Iterator[Part]:
    """What has to be so where an outcome holds: each of its tests does, and each stricter outcome is ruled out."""
    for each in together(study.closed.exprs[NodeId.outcome(decision.id, outcome.id)]):
        words = words_of(each, study.ruleset.vocabulary)
        yield Part(words, study.encoder.of(each, study.nodes).t[0], each.place or outcome.place)
    for stricter in decision.outcomes[: decision.outcomes.index(outcome)]:
        ruled_out = study.nodes[NodeId.outcome(decision.id, stricter.id)].f[0]
        yield Part(f"`{stricter.id}` is ruled out", ruled_out, stricter.place)


def _inside(study: Study, name: NodeId) -> tuple[Lit, ...]:
    return (study.nodes[name].t[0],)


def _somebody_within(study: Study, at: str, name: NodeId, place: Place | None) -> Claim:
    """Claim that somebody is within the scope of the ruleset, or of a decision."""
    whole = "the whole ruleset" if name == SCOPE else f"the decision `{at}`"
    parts = (
        Part(words_of(each, study.ruleset.vocabulary), study.encoder.of(each, study.nodes).t[0], each.place)
        for each in together(study.closed.exprs[name])
    )
    return Claim(
        code=REACHABLE,
        at=at,
        statement=f"somebody is within the scope of {at}",
        wanted=True,
        literals=_inside(study, name),
        fault=f"nobody is within the scope of {at}, so it never answers anything",
        hint=f"correct `applies_when` of {whole}: its tests contradict each other",
        place=place,
        about=(name,),
        parts=tuple(parts),
    )


def independent(study: Study) -> Iterator[Claim]:
    """Claim that no answer turns on a fact that the decision is declared not to turn on."""
    for decision in study.ruleset.decisions:
        before = study.answers(decision)
        for name in decision.independent_of:
            names = [
                each
                for each in study.reads_of(name)
                if each in study.world.cells or each in study.world.lists
            ]
            if not names:
                continue
            prefix = f"other {decision.id} "
            after = study.answers(decision, study.copy({each: study.another(each, prefix) for each in names}))
            differs = study.make.any(-study.make.same(before[word], after[word]) for word in before)
            yield Claim(
                code=INDEPENDENT,
                at=f"{decision.id}.{name}",
                statement=f"`{decision.id}` does not turn on `{name}`",
                wanted=False,
                literals=(differs,),
                fault=f"`{decision.id}` turns on `{name}`, which it is declared not to",
                hint="take the fact out of the rules behind it, or out of `independent_of`",
                place=decision.place,
                changed=dict.fromkeys(names, prefix),
                turns=Turn.ANSWER,
            )
