"""What the authors of ruleset and policy claim: something never is, always is, or leads to some answers only."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.model.nodes import NodeId
from qa_rules.model.statements import Said, Statement
from qa_rules.program.gates import Lit
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.study import Study
from qa_rules.proofs.words import words_of

CODE = "author-claim"


def claimed(study: Study) -> Iterator[Claim]:
    """Claim what the author does, and of whoever is spoken of that there is somebody like that."""
    for at, each in enumerate(study.closed.claims):
        reads = (NodeId.probe(at),)
        pair = study.stated[NodeId.probe(at)]
        words = words_of(each.when, study.ruleset.vocabulary)
        match each.said:
            case Said.NEVER:
                never = f"it never is so that {words}", f"here it is so that {words}"
                yield _claim(each, (pair.t[0],), reads, *never)
            case Said.ALWAYS:
                always = f"it always is so that {words}", f"here it is not so that {words}"
                yield _claim(each, (pair.f[0],), reads, *always)
            case Said.WHOEVER:
                yield Claim(
                    code=CODE,
                    at=each.id,
                    statement=f"there may be somebody of whom it is so that {words}",
                    wanted=True,
                    literals=(pair.t[0],),
                    fault=f"there is nobody of whom it is so that {words}, so this claims nothing",
                    hint="its tests contradict each other, or the rules behind them do",
                    place=each.place,
                    reads=reads,
                )
                yield from _gets(study, each, pair.t[0], words)
                yield from _tiers(study, each, pair.t[0], words)


def _gets(study: Study, stated: Statement, holds: Lit, words: str) -> Iterator[Claim]:
    for decision in study.ruleset.decisions:
        allowed = stated.gets.get(decision.id)
        if allowed is None:
            continue
        answers = study.answers(decision)
        others = [each.id for each in decision.outcomes if each.id not in allowed]
        listed = ", ".join(f"`{each}`" for each in allowed)
        yield Claim(
            code=CODE,
            at=stated.id,
            statement=f"where {words}, `{decision.id}` never answers other than {listed}",
            wanted=False,
            literals=(holds,),
            cases=tuple(answers[each] for each in others),
            words=tuple(f"the answer is `{each}`" for each in others),
            fault=f"here {words}",
            hint="correct the claim, or the rules that let this happen",
            place=stated.place,
        )


def _tiers(study: Study, stated: Statement, holds: Lit, words: str) -> Iterator[Claim]:
    """What a policy claims of tiers: that one is needed at least, or none above one attained."""
    place = {tier.id: number for number, tier in enumerate(study.closed.ladder, 1)}
    if stated.needs:
        needed = NodeId.required(place[stated.needs])
        statement = f"where {words}, `{stated.needs}` or a higher tier is needed"
        fault = f"here {words}, and a lower tier than `{stated.needs}` may do"
        yield _claim(stated, (holds, -study.nodes[needed].t[0]), (needed,), statement, fault)
    above = NodeId.attained(place.get(stated.attains_at_most, len(place)) + 1)
    if stated.attains_at_most and above in study.nodes:
        statement = f"where {words}, no tier above `{stated.attains_at_most}` is attained"
        fault = f"here {words}, and a tier above `{stated.attains_at_most}` is attained"
        yield _claim(stated, (holds, study.nodes[above].t[0]), (above,), statement, fault)


def _claim(
    stated: Statement, literals: tuple[Lit, ...], reads: tuple[str, ...], statement: str, fault: str
) -> Claim:
    return Claim(
        code=CODE,
        at=stated.id,
        statement=stated.says.rstrip(".") or statement,
        wanted=False,
        literals=literals,
        fault=fault,
        hint="correct the claim, or the rules that let this happen",
        place=stated.place,
        reads=reads,
    )
