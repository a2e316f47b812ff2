from __future__ import annotations

import pytest

from qa_rules.checks import CHECKS
from qa_rules.language.acceptances import CHECKED, PROVED


def test_every_check_and_no_other_can_be_accepted() -> None:
    assert {each.code for each in CHECKS} == set(CHECKED)


def test_every_proof_and_no_other_can_be_accepted() -> None:
    pytest.importorskip("z3")
    from qa_rules.proofs.questions import QUESTIONS

    assert {each.code for each in QUESTIONS} == set(PROVED)
