"""What a record says is what its facts give, or it is refused, and the part that differs is named."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import (
    ArgumentError,
    Assessment,
    Bundle,
    Calendar,
    Evidence,
    Facts,
    FactValue,
    NotFoundError,
    RecordError,
    Records,
    ReplayError,
    RulesetError,
    Strength,
    assess,
    facts_from,
    load_policy,
    load_ruleset,
    policy_from,
    replay,
    ruleset_from,
)
from qa_rules.language.calendars import england_and_wales
from qa_rules.language.library import ruleset_file
from qa_rules.language.records import sealed
from qa_rules.reports import report
from tests.assessment.generating import assessed
from tests.assessment.small import DATA, ON, POLICY, RULESET
from tests.strategies import Case, cases

KEY = b"a secret of ours"
FACTS = {
    "a": True,
    "b": True,
    "judged": {"value": False, "by": "A. Person", "on": "2026-11-01"},
    "visits": [{"done": True}],
}


def record(**more: Any) -> dict[str, Any]:
    made = assess(RULESET, {"subject": "A club", "facts": FACTS}, on=ON, policy=POLICY)
    data: dict[str, Any] = json.loads(json.dumps(made.to_dict(**more)))
    return data


def without_digest(data: dict[str, Any]) -> dict[str, Any]:
    data["decided_by"].pop("digest")
    return data


FORGED: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "the outcome": ("outcome", lambda r: r.update(outcome="passes")),
    "the answer": ("answers", lambda r: r["answers"][0].update(outcome="passes", allows=True)),
    "what is possible": ("answers", lambda r: r["answers"][0].update(possible=["passes"])),
    "verdicts": ("findings", lambda r: [each.update(verdict="met") for each in r["findings"]]),
    "a finding that is gone": ("findings", lambda r: r["findings"].pop()),
    "a finding twice": ("findings", lambda r: r["findings"].append(r["findings"][0])),
    "a reason": ("findings", lambda r: r["findings"][0]["reason"].update(text="All is well.")),
    "a fix": ("findings", lambda r: r["findings"][1].update(fix="Nothing.")),
    "grounds": ("grounds", lambda r: r.update(grounds=[])),
    "caveats": ("caveats", lambda r: r.update(caveats=[])),
    "counts": ("groups", lambda r: r["groups"][0].update(counts=[3, 0, 0, 0])),
    "what is missing": ("missing", lambda r: r.update(missing=["price"])),
    "decisions": ("decisions", lambda r: r.update(decisions=["other"])),
    "the subject": ("subject", lambda r: r.update(subject="Another club")),
    "the subject of the facts": ("facts", lambda r: r["facts"].update(subject="Another club")),
    "a fact": ("facts", lambda r: r["facts"]["facts"]["a"].update(value=False)),
    "evidence": ("facts", lambda r: r["facts"]["facts"]["a"].update(strength="verified")),
    "the title of the ruleset": ("ruleset", lambda r: r["decided_by"]["ruleset"].update(title="Ours")),
    "the hash of the ruleset": ("ruleset", lambda r: r["decided_by"]["ruleset"].update(hash="sha256:0")),
    "the title of the policy": ("policy", lambda r: r["decided_by"]["policy"].update(title="Ours")),
    "the policy": ("policy", lambda r: r["decided_by"].update(policy=None)),
    "the hash of the facts": ("facts", lambda r: r["decided_by"].update(facts="sha256:0")),
}


@pytest.mark.parametrize("what", FORGED)
@pytest.mark.parametrize("has_digest", [True, False])
def test_a_record_that_was_edited_is_never_replayed(what: str, has_digest: bool) -> None:
    part, forge = FORGED[what]
    data = record() if has_digest else without_digest(record())
    forge(data)
    with pytest.raises(ReplayError) as caught:
        replay(data, RULESET, POLICY)
    assert caught.value.what == part or part in ("policy", "ruleset")
    assert pickle.loads(pickle.dumps(caught.value)).what == caught.value.what


@pytest.mark.parametrize("what", FORGED)
def test_a_record_that_was_edited_is_not_read_either(what: str) -> None:
    data = record()
    FORGED[what][1](data)
    with pytest.raises(RecordError, match="was changed after it was made"):
        Assessment.from_dict(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [(("decided_by", "qa_rules"), "9.9"), (("decided_by", "engine"), "reference"), (("noted",), "later")],
)
def test_what_is_only_noted_is_kept_by_the_digest(path: tuple[str, ...], value: str) -> None:
    data = record()
    inside = data
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    with pytest.raises(ReplayError) as caught:
        replay(data, RULESET, POLICY)
    assert caught.value.what == "digest"
    assert replay(without_digest(data), RULESET, POLICY)


@pytest.mark.parametrize(
    "what", ["the outcome", "counts", "a finding twice", "what is missing", "the subject", "decisions"]
)
def test_a_record_without_a_digest_makes_sense_or_is_not_read(what: str) -> None:
    data = without_digest(record())
    FORGED[what][1](data)
    with pytest.raises(RecordError):
        Assessment.from_dict(data)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"facts": []},
        {"facts": {"a": True}},
        {"facts": {"a": {"value": True, "strength": "x"}}},
        {"facts": {"a": {"value": True, "on": "x"}}},
        {"facts": {"a": {"value": None}}},
        {"facts": {"a": {}}},
        {"facts": {"visits": {"records": [3]}}},
        {"facts": {"visits": {"records": [{"done": 3}]}}},
        {"facts": {"a": "yes"}},
        {"facts": {}, "subject": 3},
    ],
)
def test_the_facts_of_a_record_are_facts(facts: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        Assessment.from_dict(without_digest(record()) | {"facts": facts, "subject": facts.get("subject")})


@pytest.mark.parametrize("counts", [[-5, 0, 0, 0], [1, 2], [0, 0, 0, "1"], [True, 0, 0, 0], None])
def test_counts_are_four_numbers(counts: Any) -> None:
    data = without_digest(record())
    data["groups"][0]["counts"] = counts
    with pytest.raises(RecordError):
        Assessment.from_dict(data)


@given(cases(), st.data())
def test_no_change_of_any_leaf_of_a_record_is_read_or_replayed(case: Case, data: st.DataObject) -> None:
    made = assessed(case)
    written = json.loads(json.dumps(made.to_dict()))
    inside: Any = written
    while True:
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(inside[key], dict | list) or not inside[key]:
            break
        inside = inside[key]
    old = inside[key]
    inside[key] = "forged" if old != "forged" else "again"
    closed = case.closed
    with pytest.raises(RulesetError):
        Assessment.from_dict(written)
    with pytest.raises((ReplayError, RulesetError, NotFoundError)):
        replay(written, closed.ruleset, closed.policy, calendar=case.calendar)


# Signatures


def test_an_empty_secret_signs_nothing_and_checks_nothing() -> None:
    for use in (lambda: record(key=b""), lambda: Assessment.from_dict(record(key=KEY), key=b"")):
        with pytest.raises(ArgumentError, match="empty"):
            use()


def test_a_signed_record_is_read_with_its_key_and_with_no_other() -> None:
    data = record(key=KEY)
    assert Assessment.from_dict(data, key=KEY).is_sealed
    assert replay(data, RULESET, POLICY, key=KEY)
    assert Assessment.from_dict(data).is_sealed
    for wrong in (data, record()):
        with pytest.raises(RecordError, match="not signed"):
            Assessment.from_dict(wrong, key=b"another" if wrong is data else KEY)
    forged = copy.deepcopy(data)
    forged["subject"] = forged["facts"]["subject"] = "Another club"
    signature = forged["decided_by"]["signature"]
    forged = sealed(forged)
    forged["decided_by"]["signature"] = signature
    assert Assessment.from_dict(forged).is_sealed
    with pytest.raises(RecordError, match="not signed with this key"):
        Assessment.from_dict(forged, key=KEY)


# Records of other versions


def _words(page: str) -> str:
    return " ".join(page.split())


def test_a_record_without_a_digest_is_read_as_unchecked_and_reports_say_so() -> None:
    decided = assess(RULESET, FACTS, on=ON, policy=POLICY)
    kept = Assessment.from_dict(record())
    unchecked = Assessment.from_dict(without_digest(record()))
    assert (decided.is_record, kept.is_record, unchecked.is_record) == (False, True, True)
    assert (decided.is_sealed, kept.is_sealed, unchecked.is_sealed) == (True, True, False)
    for form in ("text", "summary", "markdown", "html"):
        assert "read from a record" not in _words(report(decided, form))
        assert "was not decided again" in _words(report(kept, form))
        assert "was not checked" in _words(report(unchecked, form))
        assert "read from a record" not in _words(report(replay(record(), RULESET, POLICY), form))


def test_keys_of_a_later_version_are_kept_and_written_back() -> None:
    data = record()
    data["later"] = {"key": [1]}
    data["findings"][0]["later"] = 1
    data["answers"][0]["later"] = 1
    data["tiers"] = None
    data["decided_by"]["another"] = {"id": "x", "hash": "y"}
    data = sealed(data)
    kept = Assessment.from_dict(data)
    assert kept.to_dict() == data
    assert kept.is_sealed
    assert pickle.loads(pickle.dumps(kept)).to_dict() == data
    assert replay(data, RULESET, POLICY).outcome == kept.outcome


def test_another_version_may_word_its_reasons_otherwise() -> None:
    data = without_digest(record())
    data["decided_by"]["qa_rules"] = "0.0.9"
    data["findings"][0]["reason"]["text"] = "As it was said then."
    data["grounds"][0]["text"] = "As it was said then."
    assert replay(sealed(data), RULESET, POLICY)
    data["findings"][0]["reason"]["code"] = "another"
    with pytest.raises(ReplayError):
        replay(sealed(data), RULESET, POLICY)


# Calendars

_RULES: Any = {
    **DATA,
    "facts": {
        name: {"type": "date", "label": name, "question": "When?"} for name in ("came_on", "answered_on")
    },
    "parameters": {},
    "groups": [],
    "decisions": [],
    "requirements": [
        {
            "id": "W",
            "title": "Answered",
            "says": "In a week.",
            "source": {"clause": 1},
            "met_when": "answered_on within 5 working days of came_on",
        }
    ],
}
LETTERS = ruleset_from(_RULES)
DAYS = frozenset({datetime.date(2026, 12, 24), datetime.date(2026, 12, 28), datetime.date(2040, 1, 2)})
ELSEWHERE = Calendar("Elsewhere", "1", datetime.date(2000, 1, 1), datetime.date(2060, 12, 31), DAYS)
LETTER = {"came_on": "2026-12-21", "answered_on": "2026-12-31"}


def test_a_calendar_of_ones_own_is_handed_in_again() -> None:
    data = assess(LETTERS, LETTER, on=datetime.date(2027, 1, 9), calendar=ELSEWHERE).to_dict()
    assert replay(data, LETTERS, calendar=ELSEWHERE).to_dict() == data
    with pytest.raises(ReplayError) as caught:
        replay(data, LETTERS)
    assert caught.value.what == "calendar"


@pytest.mark.parametrize(
    ("change", "decides"),
    [
        ({"version": "2"}, False),
        ({"holidays": DAYS | {datetime.date(2041, 1, 1)}}, False),
        ({"holidays": DAYS - {datetime.date(2040, 1, 2)}}, False),
        ({"last": datetime.date(2059, 12, 31)}, False),
        ({"holidays": DAYS | {datetime.date(2026, 12, 26)}}, False),
        ({"holidays": DAYS - {datetime.date(2026, 12, 28)}}, True),
        ({"holidays": DAYS | {datetime.date(2026, 12, 29)}}, True),
        ({"last": datetime.date(2026, 12, 22)}, True),
    ],
)
def test_the_days_that_decided_are_hashed_and_the_version_of_a_calendar_is_noted(
    change: dict[str, Any], decides: bool
) -> None:
    made = assess(LETTERS, LETTER, on=datetime.date(2027, 1, 9), calendar=ELSEWHERE)
    other = attrs.evolve(ELSEWHERE, **change)
    if decides:
        with pytest.raises(ReplayError) as caught:
            replay(made.to_dict(), LETTERS, calendar=other)
        assert caught.value.what == "calendar"
    else:
        assert replay(made.to_dict(), LETTERS, calendar=other) == made


@pytest.mark.parametrize(
    ("holiday", "decides"), [(datetime.date(2026, 12, 29), True), (datetime.date(2040, 1, 3), False)]
)
def test_after_an_upgrade_of_the_library_of_holidays_the_bundle_keeps_the_days_that_decided(
    holiday: datetime.date, decides: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import holidays.countries.united_kingdom as country
    import holidays.version

    made = assess(LETTERS, LETTER, on=datetime.date(2027, 1, 9))
    bundle, full, compact = Bundle(LETTERS).to_dict(), made.to_dict(), made.to_dict(compact=True)

    def upgraded(**options: Any) -> list[datetime.date]:
        return [*before(**options), holiday]

    before: Any = country.UnitedKingdom
    with monkeypatch.context() as patch:
        patch.setattr(country, "UnitedKingdom", upgraded)
        patch.setattr(holidays.version, "__version__", "999")
        england_and_wales.cache_clear()
        try:
            for each in (full, compact):
                if decides:
                    with pytest.raises(ReplayError) as caught:
                        replay(each, LETTERS)
                    assert caught.value.what == "calendar"
                else:
                    again = replay(each, LETTERS)
                    assert again == made
                    assert again.decided_by["calendar"]["version"] == "holidays 999"
                assert Bundle.from_dict(bundle).replay(each) == made
                assert Bundle.from_dict(bundle).to_dict() == bundle
        finally:
            england_and_wales.cache_clear()


# What is equal, and what cannot be changed


def test_two_that_were_decided_otherwise_are_not_equal() -> None:
    one, other = (assess(RULESET, facts, on=ON) for facts in ({"a": False}, {"a": False, "price": 3}))
    assert (one.answers, one.tiers) == (other.answers, other.tiers)
    assert one != other
    assert len({one, other}) == 2
    assert one == assess(RULESET, {"a": "no"}, on=ON)
    assert hash(one) == hash(assess(RULESET, {"a": "no"}, on=ON))


def test_an_answer_that_was_not_given_is_a_key_error() -> None:
    made = assess(RULESET, {}, on=ON)
    for ask in (made.answer, made.finding):
        with pytest.raises(KeyError, match="nobody"):
            ask("nobody")


def _clear(mapping: Any) -> object:
    return mapping.clear()


CHANGES: dict[str, Callable[[Assessment], object]] = {
    "a verdict": lambda a: a.verdicts.update(R1="met"),  # type: ignore[attr-defined]
    "the facts": lambda a: _clear(a.facts["facts"]),
    "a list of the facts": lambda a: a.facts["facts"]["visits"]["records"].clear(),
    "what decided": lambda a: a.decided_by["ruleset"].pop("hash"),
    "severities of the policy": lambda a: _clear(POLICY.severities),
    "settings of the policy": lambda a: POLICY.settings.setdefault("x", 1),  # type: ignore[attr-defined]
    "the vocabulary": lambda a: _clear(RULESET.vocabulary.facts),
    "facts of the model": lambda a: _clear(a.work.facts.values),
    "a record of the model": lambda a: _clear(a.work.facts.collections["visits"].records[0]),
    "what the file of the ruleset holds": lambda a: _clear(RULESET.written["ruleset"]),  # type: ignore[index]
    "what the policy was made of": lambda a: POLICY.written.popitem(),  # type: ignore[union-attr]
    "the source of a requirement": lambda a: _clear(RULESET.requirements[0].source),
}


@pytest.mark.parametrize("what", CHANGES)
def test_nothing_is_changed_in_place_at_any_depth(what: str) -> None:
    made = assess(RULESET, FACTS, on=ON, policy=POLICY)
    before, hashes = made.to_dict(), (RULESET.hash, POLICY.hash)
    with pytest.raises((TypeError, AttributeError)):
        CHANGES[what](made)
    assert made.to_dict() == before
    assert (RULESET.hash, POLICY.hash) == hashes
    for each in (made, made.facts, made.decided_by, made.verdicts, POLICY, RULESET, made.work.facts):
        assert isinstance(hash(each), int)


def test_what_a_ruleset_or_policy_was_made_of_makes_it_again() -> None:
    assert RULESET.written is not None
    assert POLICY.written is not None
    assert ruleset_from(RULESET.written["ruleset"]).hash == RULESET.hash
    assert policy_from(POLICY.written, RULESET).hash == POLICY.hash


def test_data_that_its_owner_changes_alters_no_policy_that_was_made_of_it() -> None:
    data: dict[str, Any] = {"format": 1, "policy": "mine", "for": RULESET.id, "title": "Mine", "settings": {}}
    policy = policy_from(data, RULESET)
    before = Bundle(RULESET, policy).to_dict()
    data["settings"]["no_such"] = 1
    data["title"] = "Yours"
    assert Bundle(RULESET, policy).to_dict() == before


def test_what_to_dict_gives_is_ones_own() -> None:
    kept = Assessment.from_dict(record())
    kept.to_dict()["findings"].clear()
    assert kept.to_dict() == record()


# Facts in and out


def test_the_facts_of_an_assessment_go_in_again() -> None:
    made = assess(
        RULESET,
        {"subject": "A club", "as_of": "2026-01-01", "evidence": {"strength": "seen"}, "facts": FACTS},
        on=ON,
        policy=POLICY,
    )
    assert made.subject == "A club"
    assert made.work.facts.values["a"].evidence == Evidence(
        strength=Strength.SEEN, as_of=datetime.date(2026, 1, 1)
    )
    for facts in (
        made.facts,
        made.to_dict()["facts"],
        made.work.facts.to_dict(),
        facts_from(made.facts, RULESET),
    ):
        assert assess(RULESET, facts, on=ON, policy=POLICY) == made


def test_a_list_whose_evidence_says_more_than_its_fields_survives_a_record() -> None:
    told = Evidence(
        by="A. Person", on=datetime.date(2026, 1, 1), strength=Strength.VERIFIED, reference="list 7"
    )
    visits = Records(({"done": FactValue(True)}, {"done": FactValue(False, Evidence(source="visit"))}), told)
    facts = Facts({"a": FactValue(True)}, {"visits": visits}, "A club")
    assert facts_from(facts.to_dict(), RULESET) == facts
    made = assess(RULESET, facts, on=ON, policy=POLICY)
    assert replay(json.loads(json.dumps(made.to_dict())), RULESET, POLICY) == made


@given(cases())
def test_every_record_can_be_replayed(case: Case) -> None:
    made = assessed(case)
    closed = case.closed
    data = json.loads(json.dumps(made.to_dict()))
    again = replay(data, closed.ruleset, closed.policy, calendar=case.calendar)
    assert again == made == Assessment.from_dict(data)
    assert again.to_dict() == data


# Bundles


def test_a_bundle_keeps_all_that_decides() -> None:
    social = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", social)
    for bundle in (
        Bundle(social, policy),
        Bundle(load_ruleset("ss2q")),
        Bundle(RULESET, POLICY, ELSEWHERE),
        Bundle(LETTERS),
    ):
        data = json.loads(json.dumps(bundle.to_dict()))
        again = Bundle.from_dict(data)
        assert again.ruleset.hash == bundle.ruleset.hash
        assert (again.policy and again.policy.hash) == (bundle.policy and bundle.policy.hash)
        days = bundle.calendar or (england_and_wales() if bundle.ruleset in (social, LETTERS) else None)
        assert again.calendar == days
        made = bundle.assess({}, on=ON)
        assert again.replay(made.to_dict()) == made
        assert again.to_dict() == data


LICENSED = Path(__file__).parents[2] / "examples" / "licensed-course" / "licensed.yaml"


def test_a_bundle_holds_the_other_rulesets_that_a_policy_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    social = load_ruleset("social-prescribing")
    policy = load_policy(LICENSED, social)
    made = assess(social, {}, on=ON, policy=policy)
    data = json.loads(json.dumps(Bundle(social, policy).to_dict()))
    assert [*data["asks"]] == ["smrc-licence@2018"]

    def gone(name: str) -> Path:
        raise AssertionError(f"{name} is looked for among the files")

    monkeypatch.setattr("qa_rules.language.rulesets.ruleset_file", gone)
    monkeypatch.setattr("qa_rules.language.rulesets.shipped_ruleset_file", gone)
    again = Bundle.from_dict(data)
    assert again.policy is not None
    assert again.policy.hash == policy.hash
    assert again.replay(made.to_dict()) == made
    assert again.to_dict() == data


def own_policy(folder: Path, which: str) -> str:
    """The licensed policy, asking a copy of the licence under another name; its file is written."""
    ruleset = ruleset_file("smrc-licence").read_text("utf-8").replace("ruleset: smrc-licence", "ruleset: own")
    (folder / "own.yaml").write_text(ruleset, encoding="utf-8")
    policy = LICENSED.read_text("utf-8").replace("smrc-licence@2018", which)
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    return policy


def test_a_bundle_holds_a_ruleset_of_ones_own_that_a_policy_asks_by_a_path(tmp_path: Path) -> None:
    social = load_ruleset("social-prescribing")
    own_policy(tmp_path, "./own.yaml")
    policy = load_policy(tmp_path / "policy.yaml", social)
    made = assess(social, {}, on=ON, policy=policy)
    data = json.loads(json.dumps(Bundle(social, policy).to_dict()))
    (tmp_path / "own.yaml").unlink()
    again = Bundle.from_dict(data)
    assert again.policy is not None
    assert (again.policy.hash, again.to_dict(), again.replay(made.to_dict())) == (policy.hash, data, made)
    data["asks"]["own@2018"]["ruleset"]["title"] = "Another"
    with pytest.raises(RulesetError, match="the policy of this bundle is not what it was"):
        Bundle.from_dict(data)


@pytest.mark.parametrize(
    "which", ["./own.yaml", "own.yaml", "/etc/passwd", "../ss2q/2017/ruleset.yaml", "~/own"]
)
def test_a_policy_that_is_no_file_asks_rulesets_by_their_ids_and_follows_no_path(
    which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    social = load_ruleset("social-prescribing")
    monkeypatch.chdir(tmp_path)
    data = yaml.safe_load(own_policy(tmp_path, which))
    data["illustrative"] = True
    with pytest.raises(RulesetError, match="no ruleset is called"):
        policy_from(data, social)
    own = load_ruleset(tmp_path / "own.yaml")
    data = yaml.safe_load(own_policy(tmp_path, own.id))
    assert {each.ruleset for each in policy_from(data, social, asks=[own]).asks} == {own}


def test_a_bundle_that_was_changed_is_refused() -> None:
    data = Bundle(RULESET, POLICY).to_dict()
    changes: tuple[dict[str, Any], ...] = (
        {"ruleset": DATA | {"title": "Another"}},
        {"hashes": {}},
        {"ruleset": {}},
        {"policy": None},
    )
    for change in changes:
        with pytest.raises(RulesetError):
            Bundle.from_dict(json.loads(json.dumps(data | change)))
    evolved = attrs.evolve(RULESET, title="Another")
    with pytest.raises(RulesetError, match="the ruleset of this bundle is not what it was"):
        Bundle(evolved).to_dict()


def test_what_prints_is_one_short_line() -> None:
    made = assess(RULESET, FACTS, on=ON, policy=POLICY)
    for each in (RULESET, POLICY, RULESET.vocabulary, made.work.facts, made, Assessment.from_dict(record())):
        assert len(repr(each)) < 200
        assert "\n" not in repr(each)


@pytest.mark.parametrize("name", ["on", "valid_until", "since", "strength", "by"])
def test_half_a_character_in_the_evidence_of_a_record_is_a_fault_with_its_place(name: str) -> None:
    record = assess(RULESET, {"a": {"value": True, "by": "A", "on": "2026-01-01"}}, on=ON).to_dict()
    record["facts"]["facts"]["a"][name] = "\ud800"
    del record["decided_by"]["digest"]
    with pytest.raises(RecordError) as refused:
        Assessment.from_dict(record)
    assert refused.value.diagnostics[0].path == ("facts", "facts", "a")
