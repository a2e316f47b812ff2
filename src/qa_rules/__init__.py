"""Quality standards as rulesets: a verdict and a reason for every requirement, and a tier of assurance.

Everything public is here, but what is asked of an assessment afterwards: `why`, `fixes`, `horizon` and the like are in
`qa_rules.api`. The types of what they return are here too, imported when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from qa_rules.version import VERSION

if TYPE_CHECKING:
    from qa_rules.assessment.assess import Assessment as Assessment
    from qa_rules.assessment.assess import assess as assess
    from qa_rules.assessment.decided import Decided as Decided
    from qa_rules.assessment.log import Listening as Listening
    from qa_rules.assessment.log import on_decision as on_decision
    from qa_rules.assessment.prepare import Prepared as Prepared
    from qa_rules.assessment.prepare import keep_prepared as keep_prepared
    from qa_rules.assessment.prepare import prepare as prepare
    from qa_rules.assessment.replay import Bundle as Bundle
    from qa_rules.assessment.replay import replay as replay
    from qa_rules.engines import EngineName as EngineName
    from qa_rules.errors import ArgumentError as ArgumentError
    from qa_rules.errors import Diagnostic as Diagnostic
    from qa_rules.errors import DocumentError as DocumentError
    from qa_rules.errors import EngineError as EngineError
    from qa_rules.errors import EngineFailedError as EngineFailedError
    from qa_rules.errors import EngineUnavailableError as EngineUnavailableError
    from qa_rules.errors import FactsError as FactsError
    from qa_rules.errors import NotFoundError as NotFoundError
    from qa_rules.errors import OutputError as OutputError
    from qa_rules.errors import Place as Place
    from qa_rules.errors import QaRulesError as QaRulesError
    from qa_rules.errors import RecordError as RecordError
    from qa_rules.errors import ReplayError as ReplayError
    from qa_rules.errors import RulesetError as RulesetError
    from qa_rules.errors import UnsupportedRulesetError as UnsupportedRulesetError
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
    from qa_rules.language.load import facts_from as facts_from
    from qa_rules.language.load import facts_model as facts_model
    from qa_rules.language.load import load_facts as load_facts
    from qa_rules.language.load import load_policy as load_policy
    from qa_rules.language.load import load_ruleset as load_ruleset
    from qa_rules.language.load import merge as merge
    from qa_rules.language.load import policy_from as policy_from
    from qa_rules.language.load import policy_names as policy_names
    from qa_rules.language.load import ruleset_from as ruleset_from
    from qa_rules.language.load import ruleset_ids as ruleset_ids
    from qa_rules.language.load import under as under
    from qa_rules.model.assessments import Answer as Answer
    from qa_rules.model.assessments import Finding as Finding
    from qa_rules.model.assessments import Ground as Ground
    from qa_rules.model.assessments import GroupResult as GroupResult
    from qa_rules.model.assessments import Reason as Reason
    from qa_rules.model.assessments import TierResult as TierResult
    from qa_rules.model.assessments import ValueResult as ValueResult
    from qa_rules.model.calendars import Calendar as Calendar
    from qa_rules.model.facts import Evidence as Evidence
    from qa_rules.model.facts import FactDeclaration as FactDeclaration
    from qa_rules.model.facts import Facts as Facts
    from qa_rules.model.facts import FactType as FactType
    from qa_rules.model.facts import FactValue as FactValue
    from qa_rules.model.facts import Records as Records
    from qa_rules.model.facts import Vocabulary as Vocabulary
    from qa_rules.model.rulesets import Policy as Policy
    from qa_rules.model.rulesets import Ruleset as Ruleset
    from qa_rules.model.values import NONE as NONE
    from qa_rules.model.values import Severity as Severity
    from qa_rules.model.values import Strength as Strength
    from qa_rules.model.values import StrengthWord as StrengthWord
    from qa_rules.model.values import Verdict as Verdict
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

_WHERE: Final = {
    "Answer": "qa_rules.model.assessments",
    "ArgumentError": "qa_rules.errors",
    "Assessment": "qa_rules.assessment.assess",
    "AssessmentDocument": "qa_rules.language.assessments",
    "Backing": "qa_rules.explain.tree",
    "Bundle": "qa_rules.assessment.replay",
    "Calendar": "qa_rules.model.calendars",
    "Cause": "qa_rules.timeline.horizon",
    "CausedMove": "qa_rules.timeline.difference",
    "Change": "qa_rules.timeline.horizon",
    "Decided": "qa_rules.assessment.decided",
    "Diagnostic": "qa_rules.errors",
    "Difference": "qa_rules.timeline.difference",
    "DocumentError": "qa_rules.errors",
    "Due": "qa_rules.timeline.horizon",
    "EngineError": "qa_rules.errors",
    "EngineFailedError": "qa_rules.errors",
    "EngineName": "qa_rules.engines",
    "EngineUnavailableError": "qa_rules.errors",
    "Evidence": "qa_rules.model.facts",
    "FactChange": "qa_rules.timeline.difference",
    "FactDeclaration": "qa_rules.model.facts",
    "FactType": "qa_rules.model.facts",
    "FactValue": "qa_rules.model.facts",
    "Facts": "qa_rules.model.facts",
    "FactsError": "qa_rules.errors",
    "Finding": "qa_rules.model.assessments",
    "Fit": "qa_rules.shortlist.matching",
    "FixStep": "qa_rules.repair.plans",
    "Fixes": "qa_rules.repair.plans",
    "GoalWord": "qa_rules.interview.purpose",
    "Ground": "qa_rules.model.assessments",
    "GroupResult": "qa_rules.model.assessments",
    "Horizon": "qa_rules.timeline.horizon",
    "Listening": "qa_rules.assessment.log",
    "Move": "qa_rules.explain.standing",
    "MoveKind": "qa_rules.explain.standing",
    "NONE": "qa_rules.model.values",
    "Need": "qa_rules.repair.plans",
    "NotFoundError": "qa_rules.errors",
    "Obstacle": "qa_rules.repair.blockers",
    "OutputError": "qa_rules.errors",
    "Place": "qa_rules.errors",
    "Plan": "qa_rules.repair.plans",
    "Policy": "qa_rules.model.rulesets",
    "Prepared": "qa_rules.assessment.prepare",
    "QaRulesError": "qa_rules.errors",
    "Question": "qa_rules.interview.ranking",
    "Questions": "qa_rules.interview.ranking",
    "Reason": "qa_rules.model.assessments",
    "RecordError": "qa_rules.errors",
    "Records": "qa_rules.model.facts",
    "ReplayError": "qa_rules.errors",
    "Ruleset": "qa_rules.model.rulesets",
    "RulesetError": "qa_rules.errors",
    "Severity": "qa_rules.model.values",
    "Shortlist": "qa_rules.shortlist.matching",
    "Standing": "qa_rules.explain.standing",
    "Step": "qa_rules.explain.tree",
    "Strength": "qa_rules.model.values",
    "StrengthWord": "qa_rules.model.values",
    "TierResult": "qa_rules.model.assessments",
    "Unread": "qa_rules.shortlist.matching",
    "UnsupportedRulesetError": "qa_rules.errors",
    "ValueResult": "qa_rules.model.assessments",
    "Verdict": "qa_rules.model.values",
    "Vocabulary": "qa_rules.model.facts",
    "Why": "qa_rules.explain.why",
    "assess": "qa_rules.assessment.assess",
    "facts_from": "qa_rules.language.load",
    "facts_model": "qa_rules.language.load",
    "keep_prepared": "qa_rules.assessment.prepare",
    "load_facts": "qa_rules.language.load",
    "load_policy": "qa_rules.language.load",
    "load_ruleset": "qa_rules.language.load",
    "merge": "qa_rules.language.load",
    "on_decision": "qa_rules.assessment.log",
    "policy_from": "qa_rules.language.load",
    "policy_names": "qa_rules.language.load",
    "prepare": "qa_rules.assessment.prepare",
    "replay": "qa_rules.assessment.replay",
    "ruleset_from": "qa_rules.language.load",
    "ruleset_ids": "qa_rules.language.load",
    "under": "qa_rules.language.load",
}
"""Where each name is: it is imported when it is first asked for, so that importing the library takes no time."""

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
    "ValueResult",
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
    if name not in _WHERE:
        raise AttributeError(f"module `{__name__}` has no `{name}`")
    found = globals()[name] = getattr(import_module(_WHERE[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
