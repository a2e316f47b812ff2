"""All words of the library come from one catalogue: none is outside it, and a translation reaches every one.

`REFRESH_WORDING=1 pytest tests/reports/test_wording.py` writes the template anew.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

import pytest

from qa_rules import Assessment
from qa_rules.errors import NotFoundError
from qa_rules.explain.messages import catalogue_of, count, language, mark, say, speaking
from qa_rules.reports import REPORTS, report
from tests.reports import greek

SOURCE = Path(__file__).parents[2] / "src" / "qa_rules"
TEMPLATE = SOURCE / "locale" / "qa_rules.pot"
KEYWORDS = {"say": None, "mark": None, "count": (1, 2)}
MODULES = [
    SOURCE / package / f"{name}.py"
    for package, names in {
        "explain": "wording notes describe findings grounds why standing tree",
        "repair": "search blockers repairs steps",
        "timeline": "horizon",
        "reports": "advice blocks content findings html markdown pictures reasons shortfalls summary text",
    }.items()
    for name in names.split()
]
"""Where what reports say is said."""

EXAMPLES = [
    ("walking-group", "group", "walk", "persons/company"),
    ("walking-group", "group", "walk", "persons/angina"),
    ("craft-group", "group", "craft-mornings", "persons/chest-pains"),
    ("craft-group", "group", "home-visits", "persons/bereaved"),
    ("self-management", "provider", "course", "persons/complex-needs"),
    ("self-management", "provider", "course"),
]


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda files: "-".join(files).replace("persons/", ""))
def spoken(request: pytest.FixtureRequest) -> tuple[Assessment, greek.Brackets]:
    return greek.assessed(*request.param), greek.Brackets()


@pytest.mark.parametrize("form", [name for name in REPORTS if name != "csv"])
def test_a_translation_reaches_every_word_of_a_report(
    form: str, spoken: tuple[Assessment, greek.Brackets]
) -> None:
    assessment, brackets = spoken
    with speaking(brackets):
        text = report(assessment, form)
    if form in ("html", "card"):
        text = re.sub(r"<style>.*?</style>", " ", text, flags=re.DOTALL)
        assert 'lang="x-brackets"' in text
        attributes = re.findall(r'(?:data-name|aria-label|title|alt)="([^"]*)"', text)
        text = re.sub(r"<[^>]*>|&#?\w+;", " ", text) + " ".join(attributes)
    assert text.count("⟦") > 10
    codes = {"wednesday", "walk", "craft", "mornings", "home", "visits", "course", "self", "management"}
    codes |= {"ravensholme", "voluntary", "action"}
    codes |= {"visitor"}  # of "home visitor", as the facts call a role
    codes |= {"at", "began"}  # of "visits at home began", by which the facts name a change
    left = [line for line in text.splitlines() if _latin(line) - greek.names() - codes]
    assert left == []


def _latin(line: str) -> set[str]:
    without_names = re.sub(r"\b[0-9a-f]{12}\b|England and Wales|qa-rules", "", line)
    return set(re.findall("[a-z]+", without_names.lower()))


def test_names_hold_no_words_that_would_hide_a_message() -> None:
    assert not greek.names() & {"not", "known", "met", "the", "of", "is", "by", "to", "and", "yes", "no"}


def test_every_message_that_is_said_is_in_the_template(spoken: tuple[Assessment, greek.Brackets]) -> None:
    assessment, brackets = spoken
    with speaking(brackets):
        for form in REPORTS:
            report(assessment, form)
    known = set(
        re.findall(r'^msgid(?:_plural)? (".*"(?:\n".*")*)', TEMPLATE.read_text("utf-8"), re.MULTILINE)
    )
    messages = {"".join(ast.literal_eval(line) for line in each.splitlines()) for each in known}
    assert brackets.said - messages == set()
    assert len(brackets.said) > 60


def test_the_template_holds_every_message_of_the_code() -> None:
    messages = pytest.importorskip(
        "babel.messages", reason="Babel is not installed: the template was not compared"
    )
    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import write_po

    template = messages.Catalog(
        project="qa-rules",
        header_comment="# Messages of qa-rules. Copy, translate and compile; docs/reports.md says how.",
        fuzzy=False,
    )
    for _, _, message, _, context in extract_from_dir(SOURCE, [("**.py", "python")], keywords=KEYWORDS):
        template.add(message, context=context)
    written = BytesIO()
    write_po(written, template, width=100, omit_header=True, sort_output=True, no_location=True)
    if "REFRESH_WORDING" in os.environ:
        TEMPLATE.write_bytes(written.getvalue())
    assert TEMPLATE.read_text("utf-8") == written.getvalue().decode("utf-8")


SAID = {"say", "mark", "count"}
RAISED = {"NotFoundError", "QaRulesError", "AssertionError", "EngineFailedError"}
NO_WORDS = re.compile(r"^[^A-Za-z]*$|^[\w.:/-]+$|^\(\?|^\[|^\(\[|^\(\^|^<|^#")
"""What nobody reads: names, marks, patterns."""
LEFT: dict[str, set[str]] = {
    # Beginnings of English labels, before which no article is put; a form of numbers.
    "wording": {"a ", "an ", "any ", "how ", "the ", "what ", "when ", "whether ", "who ", ",f"},
    # Words between ids, for programs.
    "standing": {" or "},
    "why": {" to "},
    "describe": {"no such severity"},
    # Who is to vouch for what a plan changes: a value of its facts.
    "repairs": {"to be named"},
}
"""What is no sentence, by module."""


def _strings(tree: ast.AST) -> Iterator[str]:
    """The strings of a module that are neither documentation nor said by way of the catalogue nor part of an error."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in SAID | RAISED:
                for each in node.keywords if name in SAID else []:
                    yield from _strings(each)
                continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        yield from _strings(node)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_sentence_stands_outside_the_catalogue(module: Path) -> None:
    allowed = LEFT.get(module.stem, set())
    found = {text for text in _strings(ast.parse(module.read_text("utf-8"))) if not NO_WORDS.match(text)}
    assert found - allowed == set()


def test_a_page_has_no_words_of_its_own() -> None:
    page = (SOURCE / "reports" / "page.html.jinja").read_text("utf-8").partition("</style>")[2]
    text = re.sub(r"<[^>]*>", " ", re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", page, flags=re.DOTALL))
    assert re.findall(r"\w+", text) == []


def test_a_message_is_said_in_the_language_in_force_and_nowhere_else() -> None:
    class Upper(NullTranslations):
        def gettext(self, message: str) -> str:
            return message.upper() if "{" not in message else f"<{message}>"

        def ngettext(self, one: str, many: str, n: int) -> str:
            return ["{n} none", "{n} one", "{n} two"][min(n, 2)]

    assert say("yes") == "yes"
    with speaking(Upper()):
        assert (say("yes"), say("by {name}", name="{x}"), mark("yes")) == ("YES", "<by {x}>", "yes")
        assert [count("{n} a", "{n} b", n) for n in (0, 1, 2)] == ["0 none", "1 one", "2 two"]
        with speaking(None):
            assert say("yes") == "yes"
    assert [count("{n} a", "{n} b", n) for n in (0, 1, 2)] == ["0 b", "1 a", "2 b"]
    assert language() == "en"


def test_a_language_without_a_catalogue_is_a_fault_with_a_name() -> None:
    assert catalogue_of("en") is None
    with pytest.raises(NotFoundError, match="there is no catalogue of messages for `cy`"):
        report(greek.assessed(*EXAMPLES[0]), language="cy")
