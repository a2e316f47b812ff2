"""What is believed on a date: dated, not run out, and for a judgement somebody's."""

from __future__ import annotations

import datetime

import pytest

from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.values import Strength
from qa_rules.semantics.snapshot import believe, believed_until, disbelief

Day = datetime.date
ON = Day(2026, 11, 22)
BEFORE, AFTER = Day(2026, 11, 21), Day(2026, 11, 23)
PLAIN = FactDeclaration("plain", FactType.YES_NO, "plain", "?")
JUDGED = FactDeclaration("judged", FactType.JUDGEMENT, "judged", "?")
LASTING = FactDeclaration("lasting", FactType.YES_NO, "lasting", "?", good_for_months=12)


@pytest.mark.parametrize(
    ("declared", "evidence", "why"),
    [
        (PLAIN, Evidence(), None),
        (PLAIN, Evidence(on=ON), None),
        (PLAIN, Evidence(on=AFTER), "not_yet"),
        (PLAIN, Evidence(as_of=AFTER), "not_yet"),
        (PLAIN, Evidence(on=BEFORE, as_of=AFTER), None),
        (PLAIN, Evidence(valid_until=ON), None),
        (PLAIN, Evidence(valid_until=BEFORE), "expired"),
        (PLAIN, Evidence(on=AFTER, valid_until=BEFORE), "not_yet"),
        (JUDGED, Evidence(on=ON), "no_judge"),
        (JUDGED, Evidence(by="A"), "no_judge"),
        (JUDGED, Evidence(by="A", as_of=ON), "no_judge"),
        (JUDGED, Evidence(by="A", on=ON), None),
        (JUDGED, Evidence(by="A", on=AFTER), "not_yet"),
        (JUDGED, Evidence(by="A", on=ON, valid_until=BEFORE), "expired"),
        (LASTING, Evidence(), None),
        (LASTING, Evidence(on=Day(2025, 11, 22)), None),
        (LASTING, Evidence(on=Day(2025, 11, 21)), "expired"),
        (LASTING, Evidence(as_of=Day(2025, 11, 21)), "expired"),
        (LASTING, Evidence(on=Day(2020, 1, 1), valid_until=AFTER), None),
        (LASTING, Evidence(on=BEFORE, valid_until=BEFORE), "expired"),
    ],
    ids=str,
)
def test_why_a_value_is_not_believed(declared: FactDeclaration, evidence: Evidence, why: str | None) -> None:
    given = FactValue(True, evidence)
    assert disbelief(given, declared, ON) == why
    vocabulary = Vocabulary({declared.name: declared})
    known = believe(Facts({declared.name: given}), vocabulary, ON)
    assert (declared.name in known.values) == (why is None)


def test_an_answer_stays_good_for_as_long_as_the_vocabulary_says() -> None:
    assert believed_until(Evidence(on=Day(2024, 2, 29)), LASTING) == Day(2025, 2, 28)
    assert believed_until(Evidence(), LASTING) is None
    assert believed_until(Evidence(on=Day(2024, 2, 29)), PLAIN) is None


def test_a_list_whose_evidence_has_run_out_is_not_whole_and_its_records_need_their_own() -> None:
    field = FactDeclaration("done", FactType.YES_NO, "done", "?")
    visits = FactDeclaration("visits", FactType.COLLECTION, "visits", "?", fields={"done": field})
    vocabulary = Vocabulary({"visits": visits})
    seen = Evidence(strength=Strength.SEEN)

    def held(evidence: Evidence, partial: bool = False) -> tuple[int, list[int]]:
        records: tuple[dict[str, FactValue], ...] = ({"done": FactValue(True, seen)}, {})
        known = believe(Facts({}, {"visits": Records(records, evidence, partial)}), vocabulary, ON)
        found = known.collections["visits"]
        return found.whole, [record.strength for record in found.records]

    assert held(Evidence(strength=Strength.VERIFIED)) == (3, [3, 3])
    assert held(Evidence()) == (1, [2, 1])
    assert held(Evidence(), partial=True) == (0, [2, 1])
    assert held(Evidence(valid_until=BEFORE)) == (0, [2, 0])
    assert held(Evidence(on=AFTER)) == (0, [2, 0])


def test_a_partial_set_is_not_whole() -> None:
    declared = FactDeclaration("codes", FactType.CODES, "codes", "?")
    vocabulary = Vocabulary({"codes": declared})
    for partial, whole in ((False, 2), (True, 0)):
        given = FactValue(frozenset({"a"}), Evidence(strength=Strength.SEEN), partial)
        held = believe(Facts({"codes": given}), vocabulary, ON).values["codes"]
        assert (held.strength, held.whole) == (2, whole)
