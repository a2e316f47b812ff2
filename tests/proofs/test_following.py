"""One slip is told once: what fails because of it is named with it, and a fault of its own never hides behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules.proofs.claims import Status
from qa_rules.reports import proofs
from tests.proofs.test_planted import FOLDER, laid_over, verified

IMPOSSIBLE = {
    file.stem: file.read_text(encoding="utf-8").splitlines()[0].split()[-1]
    for file in sorted(FOLDER.glob("never-met-*.yaml"))
}


@pytest.mark.parametrize(("name", "slip"), IMPOSSIBLE.items())
def test_what_fails_with_an_impossible_requirement_is_told_with_it(
    name: str, slip: str, tmp_path: Path
) -> None:
    found = verified(name, tmp_path)
    refuted = found.open(Status.REFUTED)
    roots = [each for each in refuted if not each.follows]
    assert [each.at for each in roots if each.code == "requirement-live"] == [slip]
    following = [each for each in refuted if each.follows]
    assert {each.follows for each in following} <= {(slip,)}
    text = proofs.text(found)
    assert text.count(f"because of {slip} these fail too: ") == bool(following)
    assert "group-possible: " not in text


def test_a_second_slip_does_not_hide_behind_the_first(tmp_path: Path) -> None:
    over = (FOLDER / "never-met-set.yaml").read_text(encoding="utf-8")
    twice = over.replace(
        "met_when: insured_to not before on",
        "met_when: {all_of: [insured_to not before on, read, {not: read}]}",
    )
    assert twice != over
    planted = tmp_path / "twice.yaml"
    planted.write_text(
        laid_over((FOLDER / "sound.yaml").read_text(encoding="utf-8"), twice), encoding="utf-8"
    )
    found = verified(str(planted.with_suffix("")), tmp_path, "requirement-live", "group-possible")
    roots = {each.at for each in found.open(Status.REFUTED) if not each.follows}
    assert roots == {"R4", "R5"}


def test_a_group_that_contradicts_itself_is_a_fault_of_its_own(tmp_path: Path) -> None:
    found = verified("group-contradicts", tmp_path, "requirement-live", "group-possible")
    refuted = found.open(Status.REFUTED)
    assert refuted
    assert {each.follows for each in refuted} == {()}


def test_what_is_left_open_where_nobody_is_in_scope_goes_with_the_scope(tmp_path: Path) -> None:
    over = (FOLDER.parent / "traps" / "scope-of-nobody-by-kind.yaml").read_text(encoding="utf-8")
    planted = tmp_path / "nobody.yaml"
    sound = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
    planted.write_text(laid_over(sound, over.partition("policy:\n")[0]), encoding="utf-8")
    questions = ("outcome-reachable", "false-unknown")
    refuted = verified(str(planted.with_suffix("")), tmp_path, *questions).open(Status.REFUTED)
    roots = [each for each in refuted if not each.follows]
    (scope,) = {each.at for each in roots}
    following = [each for each in refuted if each.code == "false-unknown"]
    assert following
    assert {each.follows for each in following} == {(scope,)}


def test_what_depends_on_a_tier_that_nobody_needs_is_told_with_it(tmp_path: Path) -> None:
    found = verified("table-row-dead", tmp_path)
    follow = [each for each in found.open(Status.REFUTED) if each.follows]
    assert {each.code for each in follow} <= {"risk-reachable", "outcome-reachable"}


def test_in_a_code_host_the_slip_is_the_error_and_the_rest_are_notes(tmp_path: Path) -> None:
    found = verified("never-met-set", tmp_path)
    results = proofs.sarif([found])["runs"][0]["results"]
    levels = {level: [each for each in results if each["level"] == level] for level in ("error", "note")}
    (error,) = (each for each in levels["error"] if each["ruleId"] == "requirement-live")
    assert "help given is nothing but “Walks”" in error["message"]["text"]
    assert "Help: " in error["message"]["text"]
    assert levels["note"]
    assert all("because of R5" in each["message"]["text"] for each in levels["note"])


def test_in_a_code_host_the_provider_is_shown(tmp_path: Path) -> None:
    found = verified("inverted", tmp_path, "better-never-lowers")
    (result,) = (each for each in proofs.sarif([found])["runs"][0]["results"] if each["kind"] == "fail")
    assert "Score: 0." in result["message"]["text"]


def test_a_hard_stop_never_hides_behind_anything(tmp_path: Path) -> None:
    over = (FOLDER / "stop-unheeded.yaml").read_text(encoding="utf-8")
    rules = laid_over((FOLDER / "sound.yaml").read_text(encoding="utf-8"), over.partition("policy:\n")[0])
    planted = tmp_path / "both.yaml"
    applies = "met_when: stop, applies_when: score at least 0, fix: Write one., hard_stop: yes"
    both = rules.replace("met_when: stop, fix: Write one., hard_stop: yes", applies)
    assert both != rules
    planted.write_text(both, encoding="utf-8")
    found = verified(str(planted.with_suffix("")), tmp_path, "requirement-live", "hard-stop")
    stops = [each for each in found.open(Status.REFUTED) if each.code == "hard-stop"]
    assert stops
    assert {found.causes(each) for each in stops} == {()}


def test_all_that_has_to_be_mended_is_named(tmp_path: Path) -> None:
    over = (FOLDER / "never-met-set.yaml").read_text(encoding="utf-8")
    never = "met_when: {all_of: [insured_to not before on, read, {not: read}]}"
    twice = over.replace("met_when: insured_to not before on", never)
    planted = tmp_path / "twice.yaml"
    planted.write_text(
        laid_over((FOLDER / "sound.yaml").read_text(encoding="utf-8"), twice), encoding="utf-8"
    )
    found = verified(str(planted.with_suffix("")), tmp_path)
    groups = [each for each in found.open(Status.REFUTED) if each.code == "group-possible"]
    assert [each.follows for each in groups] == [("R4", "R5")]
    assert "because of R4 and R5 these fail too: group-possible at Everything" in proofs.text(found)


def test_what_goes_with_something_that_is_not_told_is_told_in_full(tmp_path: Path) -> None:
    found = verified("never-met-set", tmp_path, "group-possible")
    (group,) = found.open(Status.REFUTED)
    assert group.follows == ("R5",)
    assert found.causes(group) == ()
    assert "group-possible: Everything can never be met" in proofs.text(found)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("duplicate", [("implied-requirement", "R4")]),
        ("implied", [("implied-requirement", "R6")]),
        ("allowed-above-forbidden", [("forbidding-heeded", "overall")]),
        ("group-contradicts", [("group-possible", "Everything")]),
        ("count-too-high", [("threshold-attainable", "overall.starts")]),
        ("never-met-count", [("requirement-live", "R3")]),
    ],
)
def test_one_slip_is_told_once(name: str, told: list[tuple[str, str]], tmp_path: Path) -> None:
    found = verified(name, tmp_path)
    refuted = found.open(Status.REFUTED)
    assert [(each.code, each.at) for each in refuted if not found.causes(each)] == told
    assert len(refuted) > len(told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "met_when: {all_of: [plan, read]}",
            "met_when: {all_of: [read, {not: read}]}",
            ("requirement-live", "R1"),
        ),
        (
            "kind is one of charity, company",
            "kind is one of club, charity, company",
            ("requirement-live", "R2"),
        ),
        (
            "requirements:\n",
            "applies_when: {all_of: [score less than 3, score more than 5]}\nrequirements:\n",
            ("outcome-reachable", "planted@1"),
        ),
    ],
    ids=["a need of two tiers", "what applies to everybody", "a scope of nobody"],
)
def test_a_slip_on_which_much_hangs_is_told_once(
    old: str, new: str, told: tuple[str, str], tmp_path: Path
) -> None:
    rules = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
    assert old in rules
    (tmp_path / "slipped.yaml").write_text(rules.replace(old, new, 1), encoding="utf-8")
    found = verified(str(tmp_path / "slipped"), tmp_path)
    refuted = found.open(Status.REFUTED)
    assert [(each.code, each.at) for each in refuted if not found.causes(each)] == [told]
    assert len(refuted) > 1


def test_each_tier_goes_with_what_it_needs_however_long_its_lists_are(tmp_path: Path) -> None:
    rules = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
    slipped = rules.replace("met_when: {all_of: [plan, read]}", "met_when: {all_of: [read, {not: read}]}")
    slipped = slipped.replace(
        "{every venues: {where: first_used not after on, meets: checked}}", "{at least 3 venues: checked}"
    )
    policy = """policy:
  tiers:
    - {id: basic, title: Basic, routes: {form: {all_of: [R1, R3]}}}
    - {id: higher, title: Higher, routes: {form: {all_of: [R1, R3, R4]}}}
"""
    (tmp_path / "slipped.yaml").write_text(slipped + policy, encoding="utf-8")
    refuted = verified(str(tmp_path / "slipped"), tmp_path, "tier-reachable").open(Status.REFUTED)
    told = {(each.at, each.follows) for each in refuted if "attains" in each.message}
    assert told == {("basic", ("R1",)), ("higher", ("R1",))}


def test_a_count_that_nobody_reaches_hides_no_other_hole(tmp_path: Path) -> None:
    over = (FOLDER / "count-too-high.yaml").read_text(encoding="utf-8")
    planted = tmp_path / "both.yaml"
    rules = laid_over((FOLDER / "sound.yaml").read_text(encoding="utf-8"), over)
    both = rules.replace("reaches required, {at_least", "reaches required, risk is high, {at_least")
    assert both != rules
    planted.write_text(both, encoding="utf-8")
    found = verified(str(planted.with_suffix("")), tmp_path, "decision-total", "threshold-attainable")
    assert [each.code for each in found.open(Status.REFUTED) if not found.causes(each)] == [
        "decision-total",
        "threshold-attainable",
    ]


@pytest.mark.parametrize(
    "asked", ["score at least 21", "{at_least: {count: 2, of: [risk is low, risk is high]}}"]
)
def test_what_nobody_reaches_beside_another_way_is_told_once(asked: str, tmp_path: Path) -> None:
    rules = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
    slipped = rules.replace("met_when: stop,", f"met_when: {{any_of: [stop, {asked}]}},")
    assert slipped != rules
    (tmp_path / "slipped.yaml").write_text(slipped, encoding="utf-8")
    found = verified(str(tmp_path / "slipped"), tmp_path)
    refuted = found.open(Status.REFUTED)
    assert [each.code for each in refuted if not found.causes(each)] == ["threshold-attainable"]
    assert len(refuted) > 1


def test_what_can_never_be_met_names_what_in_its_count_excludes_each_other(tmp_path: Path) -> None:
    rules = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
    asked = "{all_of: [stop, {at_least: {count: 2, of: [risk is low, risk is high, risk is medium]}}]}"
    slipped = rules.replace("met_when: stop,", f"met_when: {asked},")
    assert slipped != rules
    (tmp_path / "slipped.yaml").write_text(slipped, encoding="utf-8")
    refuted = verified(str(tmp_path / "slipped"), tmp_path, "requirement-live", "threshold-attainable")
    live, count = refuted.open(Status.REFUTED)
    assert [each.words for each in live.culprits] == [each.words for each in count.culprits]
    assert len(live.culprits) == 2
    assert refuted.causes(count) == ("S1",)


def test_a_count_that_nobody_reaches_names_the_fewest_that_exclude_each_other(tmp_path: Path) -> None:
    (one,) = verified("count-too-high", tmp_path, "threshold-attainable").open(Status.REFUTED)
    assert [each.words for each in one.culprits] == ["kind is “Charity”", "kind is “Company”"]


def test_a_route_that_nobody_is_on_is_told_at_one_tier(tmp_path: Path) -> None:
    rules = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
    slipped = rules.replace("used_when: plan is given", "used_when: {all_of: [plan, {not: plan}]}")
    assert slipped != rules
    (tmp_path / "slipped.yaml").write_text(slipped, encoding="utf-8")
    found = verified(str(tmp_path / "slipped"), tmp_path, "tier-reachable", "outcome-reachable")
    refuted = found.open(Status.REFUTED)
    assert [each.at for each in refuted if not found.causes(each)] == ["basic"]
    assert len(refuted) > 2
