"""What is asked of every ruleset. A question is a function that yields claims, and one row in QUESTIONS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from qa_rules.proofs.claims import Claim
from qa_rules.proofs.questions import (
    decisions,
    decisive,
    facts,
    groups,
    heeding,
    ladder,
    laws,
    requirements,
    statements,
    tables,
    thresholds,
    timing,
    unknowns,
)
from qa_rules.proofs.study import Study


@attrs.frozen
class Question:
    """A kind of claim."""

    code: str
    title: str
    ask: Callable[[Study], Iterable[Claim]]


QUESTIONS: Final[Sequence[Question]] = (
    Question(requirements.LIVE, "every requirement can be met, not met, not applicable", requirements.live),
    Question(requirements.DEAD, "every test changes some verdict", decisive.dead_tests),
    Question(decisive.DECIDES, "every requirement decides something", decisive.requirements),
    Question(unknowns.CODE, "nothing is left open that is certain", unknowns.certain),
    Question(unknowns.SETTLED, "who has answered everything gets a verdict", unknowns.settled),
    Question(groups.CODE, "no group is contradictory or vacuous", groups.possible),
    Question(groups.IMPLIED, "no requirement is part of another in its group", groups.implied),
    Question(decisions.TOTAL, "everybody gets an outcome", decisions.total),
    Question(tables.CODE, "every table gives one value", tables.decides),
    Question(decisions.REACHABLE, "every outcome can be the answer", decisions.reachable),
    Question(heeding.STOP, "no hard stop is overridden", heeding.stops),
    Question(heeding.TIER, "no answer allows below the required tier", heeding.required_tier),
    Question(heeding.ORDER, "no outcome that forbids is overridden", heeding.order),
    Question(heeding.MEETING, "meeting a requirement never harms", heeding.meeting),
    Question(
        decisions.INDEPENDENT, "answers do not turn on what they are declared not to", decisions.independent
    ),
    Question(statements.CODE, "what the author claims holds", statements.claimed),
    Question(ladder.NESTED, "tiers are nested", ladder.nested),
    Question(ladder.REACHED, "every tier can be attained and required", ladder.reached),
    Question(ladder.RISK, "every tier and answer is there for each need", ladder.for_each_risk),
    Question(thresholds.ATTAINABLE, "every threshold can be attained", thresholds.attainable),
    Question(thresholds.ORDERED, "thresholds rise with the tiers", thresholds.ordered),
    Question(thresholds.CLIFF, "no step of one fact skips a tier", thresholds.cliffs),
    Question(decisive.ADDS, "every equivalence adds something", decisive.equivalences),
    Question(ladder.TABLE, "the required tier is settled by what the table reads", ladder.table),
    Question(ladder.RISES, "the required tier never falls with more risk", ladder.rises),
    Question(laws.LEARNING, "learning never unsettles", laws.learning),
    Question(laws.HIDING, "hiding never helps", laws.hiding),
    Question(facts.IMPROVES, "better never lowers", facts.improves),
    Question(facts.DECIDES, "every fact decides something", facts.decides),
    Question(timing.ENDS, "no verdict is lost by time alone", timing.ends),
    Question(timing.MENDS, "no shortfall is mended by waiting", timing.mends),
)
