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
    """Return a ruleset.

    Args:
        which: its id (`ss2q@2017`, or `ss2q` for the latest edition), folder or file; text with no separator is an id.

    Raises:
        NotFoundError: there is none.
        RulesetError: it is at fault; with every diagnostic.

    >>> load_ruleset("ss2q").id
    'ss2q@2017'

    """
    due("which", which, (str, Path), "an id or a path")
    from qa_rules.language import rulesets

    return rulesets.load_ruleset(which)


def ruleset_from(data: Mapping[str, object], beside: str | Path | None = None) -> Ruleset:
    """Return a ruleset from the data that a file would hold, made in Python.

    Args:
        data: what stands in the file, as YAML or JSON reads it.
        beside: a folder in which vocabularies are looked for before the shipped ones.

    Raises:
        RulesetError: it is at fault; with every diagnostic.

    >>> ruleset_from({"format": 1})
    Traceback (most recent call last):
    qa_rules.errors.RulesetError: ...

    """
    due("data", data, Mapping, "a mapping, as a ruleset file holds it")
    due("beside", beside, (str, Path, NoneType), "a folder, or None")
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in str(beside)):
        raise NotFoundError("there is no folder of such a name: it holds half a character or a NUL")
    from qa_rules.language import rulesets

    return rulesets.ruleset_from(data, beside)


def ruleset_ids() -> list[str]:
    """Return the ids of the shipped rulesets, `name@edition`, in order.

    >>> "ss2q@2017" in ruleset_ids()
    True

    """
    from qa_rules.language import library

    return library.ruleset_ids()


def policy_names() -> list[str]:
    """Return the names of the shipped policies.

    >>> policy_names()
    ['illustrative-three-tiers', 'illustrative-two-tiers']

    """
    from qa_rules.language import library

    return library.policy_names()


def load_policy(which: str | Path, ruleset: Ruleset) -> Policy:
    """Return a policy for a ruleset.

    Args:
        which: its name or path; text without a separator is a name.
        ruleset: what it decides for.

    Raises:
        NotFoundError: there is none.
        RulesetError: it is at fault, or for another ruleset; with every diagnostic.

    >>> load_policy("illustrative-two-tiers", load_ruleset("social-prescribing")).title
    'Example policy with two tiers'

    """
    due("which", which, (str, Path), "a name or a path")
    due("ruleset", ruleset, Ruleset, A_RULESET)
    from qa_rules.language import policies

    return policies.load_policy(which, ruleset)


def under(ruleset: Ruleset, policy: Policy | None) -> Ruleset:
    """Return the ruleset with all that a policy lets count: facts of other rulesets that it asks can be given for it.

    The ruleset itself under a policy that asks nothing more. Everything that takes a ruleset and a policy takes either.

    >>> rules = load_ruleset("ss2q")
    >>> under(rules, None) is rules
    True

    """
    due("ruleset", ruleset, Ruleset, A_RULESET)
    due("policy", policy, (Policy, NoneType), "a Policy, or None")
    from qa_rules.program import joint

    return joint.under(ruleset, policy)


def policy_from(data: Mapping[str, object], ruleset: Ruleset, *, asks: Collection[Ruleset] = ()) -> Policy:
    """Return a policy from the data that a file would hold, made in Python.

    Args:
        data: what stands in the file, as YAML or JSON reads it.
        ruleset: what it decides for.
        asks: the other rulesets that it asks, by their ids; else shipped ones. No path in it is followed.

    Raises:
        RulesetError: it is at fault, or for another ruleset; with every diagnostic.

    >>> data = {"format": 1, "policy": "ours", "for": "ss2q@2017", "title": "Ours"}
    >>> policy_from(data, load_ruleset("ss2q")).name
    'ours'

    """
    due("data", data, Mapping, "a mapping, as a policy file holds it")
    due("ruleset", ruleset, Ruleset, A_RULESET)
    due("asks", asks, (list, tuple, set, frozenset), "a list of rulesets")
    for each in asks:
        due("asks", each, Ruleset, "a list of rulesets")
    from qa_rules.language import policies

    return policies.policy_from(data, ruleset, asks)


def load_facts(path: str | Path, ruleset: Ruleset) -> Facts:
    """Return the facts of a YAML or JSON file.

    Args:
        path: where it is.
        ruleset: whose facts they are.

    Raises:
        NotFoundError: there is no such file.
        FactsError: they are at fault; with every diagnostic.

    >>> load_facts("nowhere.yaml", load_ruleset("ss2q"))
    Traceback (most recent call last):
    qa_rules.errors.NotFoundError: ...

    """
    due("path", path, (str, Path), "a path")
    due("ruleset", ruleset, Ruleset, A_RULESET)
    from qa_rules.language import facts

    return facts.load_facts(path, ruleset)


def facts_from(values: Mapping[str, object], ruleset: Ruleset) -> Facts:
    """Return facts from plain data.

    Args:
        values: names to values, or to a value with its evidence, as a facts file has them under `facts`.
        ruleset: whose facts they are.

    Raises:
        FactsError: they are at fault; with every diagnostic.

    >>> facts_from({"licences": []}, load_ruleset("ss2q"))
    <Facts: 0 values, 1 lists>

    """
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
    """Return the facts of several files as one.

    Raises:
        FactsError: a fact is given twice.

    >>> rules = load_ruleset("ss2q")
    >>> merge(facts_from({}, rules), facts_from({"licences": []}, rules))
    <Facts: 0 values, 1 lists>

    """
    for each in (first, *others):
        due("facts", each, Facts, "Facts")
    from qa_rules.language import facts

    return facts.merge(first, *others)
