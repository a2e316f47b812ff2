"""Pages in a real browser, on a phone, on a desk and on paper: part of `make deep`, which installs what this needs."""

from __future__ import annotations

import datetime
import io
import shutil
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from qa_rules import assess, facts_from, load_ruleset
from qa_rules.reports import report
from qa_rules.reports.conversation import as_html, sheet_of
from tests.reports.examples import EVERY, example
from tests.reports.test_html import many
from tests.told.test_never_shorter import CAFE
from tests.told.test_told_worked import CASES, POLICY, RULESET, given

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.deep
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: no page was looked at in a browser"
    )
    found = next(filter(None, map(shutil.which, NAMES)), None)
    with playwright.sync_playwright() as started:
        try:
            opened = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except playwright.Error:
            pytest.skip("no Chromium is installed: no page was looked at in a browser")
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 320, "height": 568})
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    assert asked == []
    opened.close()


def shown(name: str, form: str) -> str:
    return report(example(name), form, advice=name != "lapsed")


@pytest.mark.parametrize(("form", "width"), [("html", 320), ("html", 1280), ("card", 320)])
@pytest.mark.parametrize("name", EVERY)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    page: Page, name: str, form: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(shown(name, form))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
    found: dict[str, Any] = axe.Axe().run(page, options={"runOnly": LEVELS}).response
    assert [f"{each['id']}: {each['help']}" for each in found["violations"]] == []
    assert len(found["passes"]) > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_would_find_something(page: Page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    page.set_content(shown("company", "html").replace("#57606a", "#c9ced3").replace('lang="en"', ""))
    found = axe.Axe().run(page, options={"runOnly": LEVELS}).response
    assert {"color-contrast", "html-has-lang"} <= {each["id"] for each in found["violations"]}


@pytest.mark.parametrize("name", EVERY)
def test_the_first_screen_of_a_phone_says_what_to_do(page: Page, name: str) -> None:
    page.set_content(shown(name, "html"))
    height = page.viewport_size["height"] if page.viewport_size else 0
    answer = page.locator("h1").bounding_box()
    assert answer is not None
    assert answer["y"] + answer["height"] <= height
    if name != "compliant":  # there is nothing to do
        first = page.locator("#next li, #why li").first.bounding_box()
        assert first is not None
        assert first["y"] + first["height"] <= height


def words_of(printed: Any) -> str:
    """What stands on paper, on one line and without ligatures."""
    text = "\n".join(each.extract_text() for each in printed.pages)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def test_a_card_of_eight_marks_prints_on_one_sheet(page: Page) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed: nothing was printed")
    (marked,) = (each for each in CASES if "eight marks" in each["name"])
    facts = facts_from(given(CAFE | marked["facts"]), RULESET)
    page.set_content(report(assess(RULESET, facts, on=datetime.date(2026, 11, 30), policy=POLICY), "card"))
    card = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    assert len(card.pages) == 1
    assert "Quality marks held" in words_of(card)


@pytest.mark.parametrize("name", EVERY)
def test_the_card_prints_on_one_sheet_and_the_page_prints_whole(page: Page, name: str) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed: nothing was printed")
    page.set_content(shown(name, "card"))
    card = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    assert len(card.pages) == 1
    assert example(name).caveats[-1] in words_of(card)
    page.set_content(shown(name, "html"))
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    text = words_of(printed)
    assert [each.title for each in example(name).findings if each.title not in text] == []
    assert "Evidence: " in text  # what is folded on a screen is open on paper


def test_many_findings_fit_a_phone(page: Page) -> None:
    page.set_content(report(many(), "html", advice=False))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_conversation_fits_on_one_side_and_axe_finds_nothing(page: Page) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed: nothing was printed")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    page.set_content(as_html(sheet_of(load_ruleset("social-prescribing"))))
    assert len(pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages) == 1
    assert axe.Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
