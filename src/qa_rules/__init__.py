"""Quality standards as rulesets: a verdict and a reason for every requirement, and a tier of assurance."""

from qa_rules.assessment.assess import Assessment, assess
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
    ruleset_from,
    under,
)
from qa_rules.model.assessments import Answer, Finding, Ground, GroupResult, Reason, TierResult
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import NONE, Strength, Verdict
from qa_rules.version import VERSION

__version__ = VERSION

__all__ = [
    "NONE",
    "Answer",
    "ArgumentError",
    "Assessment",
    "Bundle",
    "Calendar",
    "Diagnostic",
    "DocumentError",
    "EngineError",
    "EngineFailedError",
    "EngineUnavailableError",
    "Evidence",
    "FactValue",
    "Facts",
    "FactsError",
    "Finding",
    "Ground",
    "GroupResult",
    "NotFoundError",
    "OutputError",
    "Place",
    "Policy",
    "QaRulesError",
    "Reason",
    "RecordError",
    "Records",
    "ReplayError",
    "Ruleset",
    "RulesetError",
    "Strength",
    "TierResult",
    "UnsupportedRulesetError",
    "Verdict",
    "__version__",
    "assess",
    "facts_from",
    "facts_model",
    "load_facts",
    "load_policy",
    "load_ruleset",
    "merge",
    "policy_from",
    "replay",
    "ruleset_from",
    "under",
]
