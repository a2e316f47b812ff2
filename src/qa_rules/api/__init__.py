"""What is asked of a decision afterwards: why, what to put right, what to ask, how long it holds, where else, what if.

The functions, and the types of what they return, each imported when it is first asked for. What is asked of a
ruleset (`verify`, `compare`) is in `qa_rules.api.verify`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa_rules.api.analyse import YEARS as YEARS
    from qa_rules.api.analyse import Given as Given
    from qa_rules.api.analyse import difference as difference
    from qa_rules.api.analyse import fixes as fixes
    from qa_rules.api.analyse import horizon as horizon
    from qa_rules.api.analyse import next_questions as next_questions
    from qa_rules.api.analyse import shortlist as shortlist
    from qa_rules.api.analyse import standing as standing
    from qa_rules.api.analyse import what_if as what_if
    from qa_rules.api.analyse import why as why
    from qa_rules.api.results import schema_of_result as schema_of_result
    from qa_rules.engines import EngineName as EngineName
    from qa_rules.explain.standing import Move as Move
    from qa_rules.explain.standing import MoveKind as MoveKind
    from qa_rules.explain.standing import Standing as Standing
    from qa_rules.explain.tree import Backing as Backing
    from qa_rules.explain.tree import Step as Step
    from qa_rules.explain.why import Why as Why
    from qa_rules.interview.purpose import GoalWord as GoalWord
    from qa_rules.interview.ranking import Question as Question
    from qa_rules.interview.ranking import Questions as Questions
    from qa_rules.interview.requests import respond as respond
    from qa_rules.language.assessments import AssessmentDocument as AssessmentDocument
    from qa_rules.repair.blockers import Obstacle as Obstacle
    from qa_rules.repair.plans import Fixes as Fixes
    from qa_rules.repair.plans import FixStep as FixStep
    from qa_rules.repair.plans import Need as Need
    from qa_rules.repair.plans import Plan as Plan
    from qa_rules.shortlist.matching import Fit as Fit
    from qa_rules.shortlist.matching import Shortlist as Shortlist
    from qa_rules.shortlist.matching import Unread as Unread
    from qa_rules.timeline.difference import CausedMove as CausedMove
    from qa_rules.timeline.difference import Difference as Difference
    from qa_rules.timeline.difference import FactChange as FactChange
    from qa_rules.timeline.horizon import Cause as Cause
    from qa_rules.timeline.horizon import Change as Change
    from qa_rules.timeline.horizon import Due as Due
    from qa_rules.timeline.horizon import Horizon as Horizon

_LATER = {
    "YEARS": "qa_rules.api.analyse",
    "Given": "qa_rules.api.analyse",
    "difference": "qa_rules.api.analyse",
    "fixes": "qa_rules.api.analyse",
    "horizon": "qa_rules.api.analyse",
    "next_questions": "qa_rules.api.analyse",
    "shortlist": "qa_rules.api.analyse",
    "standing": "qa_rules.api.analyse",
    "what_if": "qa_rules.api.analyse",
    "why": "qa_rules.api.analyse",
    "respond": "qa_rules.interview.requests",
    "schema_of_result": "qa_rules.api.results",
    "EngineName": "qa_rules.engines",
    "Move": "qa_rules.explain.standing",
    "MoveKind": "qa_rules.explain.standing",
    "Standing": "qa_rules.explain.standing",
    "Backing": "qa_rules.explain.tree",
    "Step": "qa_rules.explain.tree",
    "Why": "qa_rules.explain.why",
    "GoalWord": "qa_rules.interview.purpose",
    "Question": "qa_rules.interview.ranking",
    "Questions": "qa_rules.interview.ranking",
    "AssessmentDocument": "qa_rules.language.assessments",
    "Obstacle": "qa_rules.repair.blockers",
    "Fixes": "qa_rules.repair.plans",
    "FixStep": "qa_rules.repair.plans",
    "Need": "qa_rules.repair.plans",
    "Plan": "qa_rules.repair.plans",
    "Fit": "qa_rules.shortlist.matching",
    "Shortlist": "qa_rules.shortlist.matching",
    "Unread": "qa_rules.shortlist.matching",
    "CausedMove": "qa_rules.timeline.difference",
    "Difference": "qa_rules.timeline.difference",
    "FactChange": "qa_rules.timeline.difference",
    "Cause": "qa_rules.timeline.horizon",
    "Change": "qa_rules.timeline.horizon",
    "Due": "qa_rules.timeline.horizon",
    "Horizon": "qa_rules.timeline.horizon",
}
"""What is imported when it is first asked for, and where it is."""

__all__ = [
    "YEARS",
    "AssessmentDocument",
    "Backing",
    "Cause",
    "CausedMove",
    "Change",
    "Difference",
    "Due",
    "EngineName",
    "FactChange",
    "Fit",
    "FixStep",
    "Fixes",
    "Given",
    "GoalWord",
    "Horizon",
    "Move",
    "MoveKind",
    "Need",
    "Obstacle",
    "Plan",
    "Question",
    "Questions",
    "Shortlist",
    "Standing",
    "Step",
    "Unread",
    "Why",
    "difference",
    "fixes",
    "horizon",
    "next_questions",
    "respond",
    "schema_of_result",
    "shortlist",
    "standing",
    "what_if",
    "why",
]


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module `{__name__}` has no `{name}`")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
