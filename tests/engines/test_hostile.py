"""No text of a file ever reaches the source that is run: names are numbered and values bound."""

from __future__ import annotations

import builtins
import io
import keyword
import re
import tokenize

import pytest
from hypothesis import given

from qa_rules import policy_from, ruleset_from
from qa_rules.engines import compiled
from qa_rules.model.facts import Facts, FactValue, Records
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.semantics.truth import PAIR
from tests.engines.making import ON
from tests.strategies import Case, cases

# What Python would read as its own, where the files allow it as a name, and what it must never see, as a value.
NAMES = [
    "import",
    "exec",
    "lambda",
    "while",
    "f0",
    "r0",
    "k0",
    "t1",
    "run",
    "facts",
    "later",
    "calendar",
    "there",
]
VALUES = [
    "'",
    '"',
    "'''",
    "\\",
    "\\'",
    "{0}",
    "{__import__('os')}",
    "%s",
    "$(reboot)",
    "x\ny = 1",
    "__import__('os').getcwd()",
    "]; raise SystemExit  #",
    "\u202ea",
    "é",
]
_OURS = re.compile(
    r"[cfkrtwx]c?\d+|t\d+_|[ABS]\d+|N|H|F|P|run|facts|rows|on|calendar|later|together|there|selected"
)
_WORDS = {
    "def",
    "return",
    "if",
    "else",
    "for",
    "in",
    "is",
    "not",
    "None",
    "and",
    "or",
    "True",
    "False",
    "len",
}
_METHODS = {"append", "isdisjoint"}


def words_of(source: str) -> set[str]:
    """Every name in the source; a string in it is a fault."""
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        assert token.type not in (tokenize.STRING, tokenize.COMMENT), token
        if token.type == tokenize.NAME:
            found.add(token.string)
    return found


def check(closed: ClosedRuleset) -> str:
    source = compiled.prepare(closed).source
    assert source.isascii()
    strange = {each for each in words_of(source) - _WORDS - _METHODS if not _OURS.fullmatch(each)}
    assert strange == set()
    return source


def fact(kind: str, **more: object) -> dict[str, object]:
    return {"type": kind, "label": "a", "question": "a?", **more}


def hostile() -> ClosedRuleset:
    options = {f"{name}_option": value for name, value in zip(NAMES, VALUES, strict=False)} | {
        name: "words" for name in ("class", "def", "eval", "__", "_a") if re.match("[a-z]", name)
    }
    quoted = [value for value in VALUES if "'" not in value] + ['"']
    fields = {f"its_{name}": fact("yes_no") for name in NAMES}
    facts = (
        {name: fact("code") for name in NAMES}
        | {"eval": fact("choice", options=options), "yield": fact("choices", options=options)}
        | {"global": fact("document", covers={"class": "Class", "def": "Def"})}
        | {"async": fact("collection", record="'''", fields=fields)}
    )
    tests: list[object] = [f"{name} is one of {', '.join(_quote(each) for each in quoted)}" for name in NAMES]
    tests += ["eval is class", "yield includes only class, def", "global covers class", "global is current"]
    tests += [{"every async": {"where": f"its_{name}", "meets": "its_exec"}} for name in NAMES]
    tests += ["policy.raise", "import is policy.del", {"not": "policy.raise"}]
    requirements = [
        {"id": f"X{at}", "title": "'; --", "says": "{x}", "source": {"'": "\\"}, "met_when": test}
        for at, test in enumerate(tests)
    ]
    ruleset = ruleset_from(
        {
            "format": 1,
            "ruleset": "hostile",
            "edition": "1",
            "title": "'''",
            "source": {"a": "b"},
            "caveats": VALUES,
            "facts": facts,
            "parameters": {
                "raise": {"type": "test", "question": "a?"},
                "del": {"type": "code", "question": "a?"},
            },
            "requirements": requirements,
            "decisions": [],
        }
    )
    settings = {"raise": "import is given", "del": "'''"}
    policy = {"format": 1, "policy": "hostile", "for": "hostile@1", "title": "a", "settings": settings}
    return close(ruleset, policy_from(policy, ruleset))


def _quote(value: str) -> str:
    return f"'{value}'" if "'" not in value else f'"{value}"'


HOSTILE = hostile()


def test_nothing_of_a_hostile_ruleset_stands_in_the_source() -> None:
    source = check(HOSTILE)
    for name in NAMES:
        assert f"its_{name}" not in source
    for value in VALUES:
        # A single mark may be one of our own operators.
        assert len(value) < 3 or value not in source
    assert not {"import", "exec", "lambda", "while", "class", "eval"} & words_of(source)


def known(value: str) -> Known:
    values = {name: FactValue(value) for name in NAMES} | {"eval": FactValue("class")}
    records = Records(tuple({f"its_{name}": FactValue(True) for name in NAMES} for _ in range(2)))
    return believe(Facts(values, {"async": records}), HOSTILE.ruleset.vocabulary, ON)


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_hostile_values_are_compared_and_nothing_else(value: str) -> None:
    from qa_rules.engines.reference import prepare

    found = compiled.prepare(HOSTILE).run(known(value))
    assert found == prepare(HOSTILE).run(known(value))
    first = PAIR[found[HOSTILE.index["X0"]]]
    assert first == ((1, 0) if value in [each for each in VALUES if "'" not in each] else (0, 1))


@given(cases())
def test_the_source_of_any_ruleset_is_made_of_our_own_names(case: Case) -> None:
    check(case.closed)


def test_what_we_take_for_our_own_names_is_neither_a_keyword_nor_a_builtin() -> None:
    assert not [each for each in keyword.kwlist if _OURS.fullmatch(each)]
    assert not [each for each in dir(builtins) if _OURS.fullmatch(each)]
