"""Rulesets, policies and facts from files or from Python data, each imported only when it is first used.

Reading files needs pydantic, a YAML parser and a grammar; a program that imports the library to look at
assessments does not wait for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING

from qa_rules.errors import NotFoundError, due, due_names
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset

if TYPE_CHECKING:
    from pydantic import BaseModel

    from qa_rules.model.calendars import Calendar
    from qa_rules.program.bind import ClosedRuleset

A_RULESET = "a Ruleset, as load_ruleset returns it"


def load_ruleset(which: str | Path) -> Ruleset:
    """Return a ruleset by id (`ss2q@2017`), folder or file; text without a separator is an id.

    NotFoundError when there is none; RulesetError with every diagnostic when it is at fault.
    """
    due("which", which, (str, Path), "an id or a path")
    from qa_rules.language import rulesets

    return rulesets.load_ruleset(which)


def ruleset_from(data: Mapping[str, object], beside: str | Path | None = None) -> Ruleset:
    """Return a ruleset from the data that a file would hold, made in Python.

    `beside` is a folder in which vocabularies are looked for before the shipped ones. RulesetError as for a file.
    """
    due("data", data, Mapping, "a mapping, as a ruleset file holds it")
    due("beside", beside, (str, Path, NoneType), "a folder, or None")
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in str(beside)):
        raise NotFoundError("there is no folder of such a name: it holds half a character or a NUL")
    from qa_rules.language import rulesets

    return rulesets.ruleset_from(data, beside)


def ruleset_ids() -> list[str]:
    """Return the ids of the shipped rulesets, `name@edition`, in order."""
    from qa_rules.language import library

    return library.ruleset_ids()


def policy_names() -> list[str]:
    """Return the names of the shipped policies."""
    from qa_rules.language import library

    return library.policy_names()


def load_policy(which: str | Path, ruleset: Ruleset) -> Policy:
    """Return a policy by name or path, for a ruleset; text without a separator is a name.

    NotFoundError when there is none; RulesetError with every diagnostic when it is at fault or for another ruleset.
    """
    due("which", which, (str, Path), "a name or a path")
    due("ruleset", ruleset, Ruleset, A_RULESET)
    from qa_rules.language import policies

    return policies.load_policy(which, ruleset)


def under(ruleset: Ruleset, policy: Policy | None) -> Ruleset:
    """Return the ruleset with all that a policy lets count: facts of other rulesets that it asks can be given for it.

    The ruleset itself under a policy that asks nothing more. Everything that takes a ruleset and a policy takes either.
    """
    due("ruleset", ruleset, Ruleset, A_RULESET)
    due("policy", policy, (Policy, NoneType), "a Policy, or None")
    from qa_rules.program import joint

    return joint.under(ruleset, policy)


def policy_from(data: Mapping[str, object], ruleset: Ruleset, *, asks: Collection[Ruleset] = ()) -> Policy:
    """Return a policy from the data that a file would hold, made in Python. RulesetError as for a file.

    The other rulesets that it asks are those of `asks`, by their ids, or shipped ones: no path in it is followed.
    """
    due("data", data, Mapping, "a mapping, as a policy file holds it")
    due("ruleset", ruleset, Ruleset, A_RULESET)
    due("asks", asks, (list, tuple, set, frozenset), "a list of rulesets")
    for each in asks:
        due("asks", each, Ruleset, "a list of rulesets")
    from qa_rules.language import policies

    return policies.policy_from(data, ruleset, asks)


def load_facts(path: str | Path, ruleset: Ruleset) -> Facts:
    """Return the facts of a YAML or JSON file. NotFoundError, or FactsError with every diagnostic."""
    due("path", path, (str, Path), "a path")
    due("ruleset", ruleset, Ruleset, A_RULESET)
    from qa_rules.language import facts

    return facts.load_facts(path, ruleset)


def facts_from(values: Mapping[str, object], ruleset: Ruleset) -> Facts:
    """Return facts from a plain mapping of names to values. FactsError with every diagnostic."""
    from qa_rules.language import facts

    return facts.facts_from(values, ruleset)


def facts_model(ruleset: Ruleset, *, about: Collection[str] | None = None) -> type[BaseModel]:
    """Return the pydantic model of the facts that a ruleset's vocabulary knows: every one optional.

    With `about` only of the facts about those subjects, such as `{"provider", "activity"}`: what one may say who is not
    to say the rest. NotFoundError for a subject that no fact is about. The same model is returned for the same ruleset.
    """
    due("ruleset", ruleset, Ruleset, A_RULESET)
    if about is not None:
        due_names("about", about)
    from qa_rules.language import facts_schema

    return facts_schema.facts_model(ruleset, None if about is None else frozenset(about))


def calendar_for(given: Calendar | None, *rulesets: ClosedRuleset) -> Calendar | None:
    """Return the calendar given, or that of England and Wales where one of the rulesets counts working days."""
    if given is not None or not any(each.counts_working_days for each in rulesets):
        return given
    from qa_rules.language.calendars import england_and_wales

    return england_and_wales()


def merge(first: Facts, *others: Facts) -> Facts:
    """Return the facts of several files as one. A fact given twice is a FactsError."""
    for each in (first, *others):
        due("facts", each, Facts, "Facts")
    from qa_rules.language import facts

    return facts.merge(first, *others)
