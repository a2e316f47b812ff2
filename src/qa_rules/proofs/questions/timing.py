"""Which verdicts change although nothing does but the date? That is no fault; somebody should know."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.proofs.claims import Claim
from qa_rules.proofs.study import Study

ENDS = "time-ends"
MENDS = "time-mends"


def ends(study: Study) -> Iterator[Claim]:
    """Claim of each requirement that it does not turn from met to not met by time alone."""
    later = study.later_nodes
    for each in study.ruleset.requirements:
        yield Claim(
            code=ENDS,
            at=each.id,
            statement=f"time alone never turns {each.id} from met to not met",
            wanted=False,
            literals=(study.is_later, study.met(each.id), study.not_met(each.id, later)),
            fault=f"time alone turns {each.id} from met to not met",
            place=each.place,
            reads=(each.id,),
            later=True,
            note=True,
        )


def mends(study: Study) -> Iterator[Claim]:
    """Claim of each requirement that waiting does not turn it from not met to met."""
    later = study.later_nodes
    for each in study.ruleset.requirements:
        yield Claim(
            code=MENDS,
            at=each.id,
            statement=f"waiting alone never turns {each.id} from not met to met",
            wanted=False,
            literals=(study.is_later, study.not_met(each.id), study.met(each.id, later)),
            fault=f"waiting alone turns {each.id} from not met to met",
            place=each.place,
            reads=(each.id,),
            later=True,
            note=True,
        )
