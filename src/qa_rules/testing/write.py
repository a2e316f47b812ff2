"""A generated suite as a file of cases: the format of worked cases, made to be read."""

from __future__ import annotations

import datetime
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from qa_rules.model.facts import Facts, FactValue, Record, Records
from qa_rules.model.values import NoneGiven, Strength, Value
from qa_rules.testing.canonical import plain
from qa_rules.testing.generation import Made, Suite

_WIDTH: Final = 110
_BASE: Final = "anybody"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_RESERVED: Final = frozenset(("yes", "no", "true", "false", "null", "none", "on", "off", "y", "n"))

Data = str | list["Data"] | dict[str, "Data"]
"""YAML to be: scalars are written as they are to stand in the file."""


def written(suites: Sequence[Suite], slips: Sequence[Made] = ()) -> str:
    """Return the file of the suites of one ruleset, the first policy's first; the same suites give the same text.

    `slips` are the cases that catch what those of the suites do not, each under its own policy.
    ValueError when the suites are not of one ruleset and one date.
    """
    first = suites[0]
    if {(each.ruleset.id, each.on) for each in suites} != {(first.ruleset.id, first.on)}:
        raise ValueError("the suites of one file are of one ruleset and one date")
    lines = [*_head(suites, slips)]
    lines += ["format: 1", f"ruleset: {first.ruleset.id}", f"policy: {_policy(first)}", f"on: {first.on}", ""]
    base = plain(first.on)
    lines += ["base:", f"  {_BASE}:", f"    evidence: {{by: {base.by}, on: {base.on}}}", "    facts: {}", ""]
    lines.append("cases:")
    for made in (*(made for suite in suites for made in suite.cases), *slips):
        lines += _case(made, made.case.policy if made.case.policy != _policy(first) else "")
    lines += _foot(suites)
    return "\n".join(lines) + "\n"


def _policy(suite: Suite) -> str:
    return "none" if suite.policy is None else suite.policy.name


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="#   ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _head(suites: Sequence[Suite], slips: Sequence[Made]) -> Iterator[str]:
    first = suites[0]
    yield from _comment(
        f"Made by `qa-rules test {first.ruleset.id} --generate --on {first.on}`: make it anew instead of editing it."
        " What is expected is what the definition of the rules finds. Each case says what it alone shows."
    )
    for suite in suites:
        entries, infeasible = suite.coverage.entries, suite.coverage.infeasible
        under = "" if suite.policy is None else f" under the policy {suite.policy.name}"
        open_ = f", {len(suite.undecided)} undecided" if suite.undecided else ""
        yield from _comment(
            f"{len(suite.cases)} cases{under}: {len(entries) - len(infeasible) - len(suite.undecided)} of"
            f" {len(entries)} obligations met, {len(infeasible)} proved out of reach{open_}"
            f" ({'; '.join(suite.limits.words())})."
        )
    if slips:
        yield from _comment(f"{len(slips)} more, for slips of the pen that those would not catch.")


def _foot(suites: Sequence[Suite]) -> Iterator[str]:
    for suite in suites:
        under = "" if suite.policy is None else f" under the policy {suite.policy.name}"
        if suite.coverage.infeasible:
            yield ""
            yield f"# Out of reach of everybody{under}:"
            for entry in suite.coverage.infeasible:
                reason = f" ({entry.reason})" if entry.reason else ""
                yield from _comment(f"- {entry.obligation.sentence}{reason}")
        if suite.undecided:
            yield ""
            yield f"# Undecided{under}:"
            for obligation, reason in suite.undecided.items():
                yield from _comment(f"- {obligation.sentence} ({reason or 'not found'})")


def _case(made: Made, policy: str) -> Iterator[str]:
    case = made.case
    # The cases of a file have names of their own, whatever the policy.
    yield f"  - name: {_text(f'{case.name} (under {policy})' if policy else case.name)}"
    yield f"    from: {_BASE}"
    if policy:
        yield f"    policy: {policy}"
    facts = _facts(case.facts)
    if facts:
        yield "    facts:"
        for name, data in facts.items():
            yield from _wrapped(f"      {name}: ", data)
    yield from _wrapped("    expect: ", {_scalar(key): _scalar(word) for key, word in case.expect.items()})
    yield "    because: >-"
    besides = f" Beside {made.besides} that others show too." if made.besides else ""
    yield from textwrap.wrap(
        f"There for: {'; '.join(made.there_for)}.{besides}",
        _WIDTH,
        initial_indent="      ",
        subsequent_indent="      ",
        break_on_hyphens=False,
        break_long_words=False,
    )


# Facts


def _facts(facts: Facts) -> dict[str, Data]:
    found: dict[str, Data] = {}
    documents: dict[str, dict[str, Data]] = {}
    for name, value in facts.values.items():
        base, _, part = name.partition(".")
        if part:
            found[base] = documents.setdefault(base, {})
            documents[base][part] = _value(value, Strength.STATED)
        else:
            found[name] = _value(value, Strength.STATED)
    for name, records in facts.collections.items():
        found[name] = _records(records)
    return found


def _value(given: FactValue, inherited: Strength) -> Data:
    value, strength = _plain(given.value), given.evidence.strength
    if strength is inherited and not given.partial:
        return value
    found: dict[str, Data] = {"value": value}
    if given.partial:
        found["partial"] = "yes"
    if strength is not inherited:
        found["strength"] = strength.word
    return found


def _records(given: Records) -> Data:
    strength = given.evidence.strength
    records: list[Data] = [_record(each, strength) for each in given.records]
    if strength is Strength.STATED and not given.partial:
        return records
    found: dict[str, Data] = {"records": records}
    if given.partial:
        found["partial"] = "yes"
    if strength is not Strength.STATED:
        found["evidence"] = {"strength": strength.word}
    return found


def _record(record: Record, strength: Strength) -> Data:
    return {key: _value(value, strength) for key, value in record.items()}


def _plain(value: Value) -> Data:
    match value:
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return [_scalar(item) for item in sorted(value)]
        case Decimal():
            return format(value, "f")
        case int():
            return str(value)
        case datetime.date():
            return value.isoformat()
        case NoneGiven():
            return "none"
        case str():
            return _scalar(value)


# YAML


def _scalar(text: str) -> str:
    """A word as it may stand anywhere in a file, in quotation marks where it has to."""
    fits = _PLAIN.fullmatch(text) and text.lower() not in _RESERVED
    return text if fits else json.dumps(text, ensure_ascii=False)


def _text(text: str) -> str:
    """A sentence as the value of a key."""
    fits = re.fullmatch(r"[A-Za-z“][^#:]*[^#:\s]", text)
    return text if fits else json.dumps(text, ensure_ascii=False)


def _flow(data: Data) -> str:
    match data:
        case str():
            return data
        case list():
            return f"[{', '.join(map(_flow, data))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {_flow(each)}' for key, each in data.items())}}}"


def _wrapped(head: str, data: Data) -> Iterator[str]:
    """A value on one line, or over as many as it needs."""
    line = head + _flow(data)
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    if len(line) <= _WIDTH or isinstance(data, str):
        yield line
    elif isinstance(data, dict):
        yield head.rstrip()
        pieces = [f"{key}: {_flow(each)}" for key, each in data.items()]
        yield from _filled(pieces, indent)
    else:
        yield head.rstrip()
        for each in data:
            yield f"{indent}- {_flow(each)}"


def _filled(pieces: Iterable[str], indent: str) -> Iterator[str]:
    """A mapping in braces over several lines."""
    line = indent + "{"
    for at, piece in enumerate(pieces):
        part = piece if not at else f", {piece}"
        if len(line) + len(part) > _WIDTH:
            yield line + ","
            line, part = f"{indent} ", piece
        line += part
    yield line + "}"
