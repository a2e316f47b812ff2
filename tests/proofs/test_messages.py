"""A maintainer who misspells, inverts, loosens or shadows a rule learns it from the message alone.

The messages stand in `messages.txt`, each after the line `== name`, so that they can be read aloud.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_rules import RulesetError, load_ruleset
from qa_rules.proofs.claims import Status
from qa_rules.reports.proofs import told
from tests.proofs.test_planted import FOLDER, verified

FILE = Path(__file__).parent / "messages.txt"
MESSAGES = dict(
    re.findall(r"^== (\S+)\n(.*?)(?=^== |\Z)", FILE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
)
MISSPELT = {
    "misspelt-fact": ("met_when: stop,", "met_when: stpo,"),
    "misspelt-option": ("charity, company'", "charty, company'"),
    "misspelt-requirement": ("S1 is not met", "S2 is not met"),
}


def without_folder(text: str) -> str:
    return re.sub(r"\(?/\S*/(?=\w+\.yaml)", lambda found: "(" if found[0].startswith("(") else "", text)


def said_of(name: str, folder: Path) -> str:
    if name in MISSPELT:
        file = folder / "ruleset.yaml"
        text = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
        assert MISSPELT[name][0] in text
        file.write_text(text.replace(*MISSPELT[name], 1), encoding="utf-8")
        with pytest.raises(RulesetError) as raised:
            load_ruleset(file)
        return without_folder(str(raised.value))
    code = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0].split()[2]
    found = verified(name, folder, code)
    refuted = [each for each in found.proofs if each.status is Status.REFUTED]
    return without_folder("\n".join(line for each in refuted for line in told(each, found)))


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_the_message_says_what_is_wrong_where_and_what_to_do(name: str, tmp_path: Path) -> None:
    assert said_of(name, tmp_path).strip() == MESSAGES[name].strip()
