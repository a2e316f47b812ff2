"""The page in a real browser: no fault that axe-core knows at level A or AA, at 320 px as well; part of make deep."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from qa_rules.reports import report
from tests.reports.test_html import walking_group

BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=20000",
]
RUN = """
<script>AXE</script>
<script>
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(found => {
  const result = {passes: found.passes.length, violations: found.violations.map(each => each.id + ": " + each.help),
    wide: document.documentElement.scrollWidth, view: document.documentElement.clientWidth};
  const outside = window.parent.document, shown = outside.createElement("pre");
  shown.id = "result"; shown.textContent = JSON.stringify(result); outside.body.append(shown);
});
</script>
"""


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    npm = shutil.which("npm")
    if BROWSER is None or npm is None:
        pytest.skip("no Chromium or no npm here: the pages were not looked at in a browser")
    folder = tmp_path_factory.mktemp("axe")
    made = subprocess.run(
        [npm, "install", "axe-core@4", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("axe-core cannot be installed here: the pages were not checked with it")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.deep
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("person", ["company", "angina"])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    axe: str, person: str, width: int, tmp_path: Path
) -> None:
    assert BROWSER is not None
    page = report(walking_group(person), "html").replace("</body>", RUN.replace("AXE", axe) + "</body>")
    # A window can be no narrower than the browser allows, so the page stands in a frame of the width.
    frame = f'<iframe width="{width}" height="900" frameborder="0" srcdoc="{html.escape(page)}"></iframe>'
    (tmp_path / "page.html").write_text(f"<!doctype html><body>{frame}", encoding="utf-8")
    command = [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,1000"]
    done = subprocess.run(
        [*command, "--dump-dom", (tmp_path / "page.html").as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r'<pre id="result">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr
    result = json.loads(html.unescape(found[1]))
    assert result["violations"] == []
    assert result["passes"] > 10
    assert result["wide"] <= result["view"] <= width
