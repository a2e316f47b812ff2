"""Whether what would be released is whole: `make release-check` runs this, and uploads nothing.

The source archive is built, the wheel from it, and installed in a fresh environment out of the locked packages; there
the command runs outside the checkout. The metadata and the page made of README.md are checked, and dist/ gets a bill of
materials of that environment.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"

RUNS = (
    ("rulesets",),
    ("check",),
    ("test", "ss2q", "--no-proofs"),
    ("assess", "ss2q", str(ROOT / "examples" / "ss2q" / "lapsed.yaml"), "--on", "2026-11-22"),
)
"""Commands that end well in a plain install, in a folder where nothing is."""


def run(*command: str | Path, folder: Path = ROOT) -> str:
    """Run a command and return what it prints. SystemExit with what it said where it fails."""
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def build() -> Path:
    """Build the source archive, and from it the wheel; return the wheel."""
    for old in DIST.glob("qa_rules-*"):
        old.unlink()
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", DIST, ROOT)
    (wheel,) = DIST.glob("*.whl")
    return wheel


def needless(wheel: Path) -> list[str]:
    """Return the files of a wheel that nobody who installs it needs, or that would run by themselves."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    return [each for each in names if each.endswith((".pth", "generated.yaml", ".pyc")) or "tests/" in each]


def fresh(folder: Path, wheel: Path) -> Path:
    """Install the wheel, and what is locked for it, in a new environment; return its folder of commands."""
    venv.create(folder, with_pip=True)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--requirement", ROOT / "requirements" / "run.txt")
    run(*pip, "--no-deps", wheel)
    return folder / "bin"


def bill(python: Path) -> Path:
    """Write the bill of materials of an environment, as CycloneDX has it; return its file."""
    file = DIST / "qa-rules.cdx.json"
    project = ("--pyproject", ROOT / "pyproject.toml", "--output-reproducible")
    run(sys.executable, "-m", "cyclonedx_py", "environment", python, *project, "--output-file", file)
    return file


def missing(file: Path, python: Path) -> list[str]:
    """Return the packages of an environment that its bill of materials leaves out or gives no licence."""
    components = {
        each["name"].lower().replace("_", "-"): each
        for each in json.loads(file.read_text(encoding="utf-8"))["components"]
    }
    installed = json.loads(
        run(python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check")
    )
    names = [each["name"].lower().replace("_", "-") for each in installed]
    return [name for name in names if name != "qa-rules" and not components.get(name, {}).get("licenses")]


def main() -> int:
    """Check everything; the first fault ends it."""
    wheel = build()
    if too_much := needless(wheel):
        sys.exit(f"{wheel.name} holds what nobody needs: {', '.join(too_much)}")
    print(f"built     {wheel.name}, {wheel.stat().st_size // 1024} KiB")
    run(sys.executable, "-m", "twine", "check", "--strict", *sorted(DIST.glob("qa_rules-*")))
    print("metadata  whole, and README.md renders")
    run(sys.executable, "-m", "release.licences")
    print("licences  listed, and may be")
    with tempfile.TemporaryDirectory() as folder:
        commands, empty = fresh(Path(folder) / "fresh", wheel), Path(folder) / "empty"
        empty.mkdir()
        for each in RUNS:
            run(commands / "qa-rules", *each, folder=empty)
            print(f"ran       qa-rules {each[0]}")
        file = bill(commands / "python")
        if left_out := missing(file, commands / "python"):
            sys.exit(f"{file.name} leaves out {', '.join(left_out)}, or gives them no licence")
    print(f"bill      dist/{file.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
