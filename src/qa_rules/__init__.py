"""Quality standards as rulesets: a verdict and a reason for every requirement, and a tier of assurance.

Everything public is here, but what is asked of an assessment afterwards: `why`, `fixes`, `horizon` and the like are in
`qa_rules.api`. The types of what they return are here too, imported when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.assessment.log import Listening, on_decision
from qa_rules.assessment.prepare import Prepared, keep_prepared, prepare
from qa_rules.assessment.replay import Bundle, replay
from qa_rules.errors import (
    ArgumentError,
    Diagnostic,
    DocumentError,
    EngineError,
    EngineFailedError,
    EngineUnavailableError,
    FactsError,
    NotFoundError,
    OutputError,
    Place,
    QaRulesError,
    RecordError,
    ReplayError,
    RulesetError,
    UnsupportedRulesetError,
)
from qa_rules.language.load import (
    facts_from,
    facts_model,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
    policy_from,
    policy_names,
    ruleset_from,
    ruleset_ids,
    under,
)
from qa_rules.model.assessments import Answer, Finding, Ground, GroupResult, Reason, TierResult
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import NONE, Severity, Strength, StrengthWord, Verdict
from qa_rules.version import VERSION

if TYPE_CHECKING:
    from qa_rules.assessment.decided import Decided as Decided
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

__version__ = VERSION

_LATER = {
    "Decided": "qa_rules.assessment.decided",
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
    "NONE",
    "Answer",
    "ArgumentError",
    "Assessment",
    "AssessmentDocument",
    "Backing",
    "Bundle",
    "Calendar",
    "Cause",
    "CausedMove",
    "Change",
    "Decided",
    "Diagnostic",
    "Difference",
    "DocumentError",
    "Due",
    "EngineError",
    "EngineFailedError",
    "EngineName",
    "EngineUnavailableError",
    "Evidence",
    "FactChange",
    "FactDeclaration",
    "FactType",
    "FactValue",
    "Facts",
    "FactsError",
    "Finding",
    "Fit",
    "FixStep",
    "Fixes",
    "GoalWord",
    "Ground",
    "GroupResult",
    "Horizon",
    "Listening",
    "Move",
    "MoveKind",
    "Need",
    "NotFoundError",
    "Obstacle",
    "OutputError",
    "Place",
    "Plan",
    "Policy",
    "Prepared",
    "QaRulesError",
    "Question",
    "Questions",
    "Reason",
    "RecordError",
    "Records",
    "ReplayError",
    "Ruleset",
    "RulesetError",
    "Severity",
    "Shortlist",
    "Standing",
    "Step",
    "Strength",
    "StrengthWord",
    "TierResult",
    "Unread",
    "UnsupportedRulesetError",
    "Verdict",
    "Vocabulary",
    "Why",
    "__version__",
    "assess",
    "facts_from",
    "facts_model",
    "keep_prepared",
    "load_facts",
    "load_policy",
    "load_ruleset",
    "merge",
    "on_decision",
    "policy_from",
    "policy_names",
    "prepare",
    "replay",
    "ruleset_from",
    "ruleset_ids",
    "under",
]


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module `{__name__}` has no `{name}`")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
