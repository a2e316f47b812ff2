"""Quality standards as rulesets: a verdict and a reason for every requirement, and a tier of assurance."""

from qa_rules.assessing import Assessment, assess, replay
from qa_rules.errors import (
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
    RulesetError,
    UnsupportedRulesetError,
)
from qa_rules.loading import (
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

__all__ = [
    "NONE",
    "Answer",
    "Assessment",
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
    "Records",
    "Ruleset",
    "RulesetError",
    "Strength",
    "TierResult",
    "UnsupportedRulesetError",
    "Verdict",
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
