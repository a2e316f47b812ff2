"""Facts come to the same by every door, and what is deleted at one of them adds nothing favourable."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_rules import Ruleset, assess, load_facts, load_policy, load_ruleset
from qa_rules.language.cases import load_cases
from qa_rules.language.facts import facts_from_json
from qa_rules.language.library import ruleset_file
from qa_rules.model.facts import Facts, FactValue
from qa_rules.model.rulesets import Policy
from tests.strategies import CALENDAR, FEW, facts, moments, policies, rulesets
from tests.tables.test_tables import expected, readable

pa = pytest.importorskip("pyarrow")

import pyarrow.parquet as parquet  # noqa: E402

from qa_rules.tables import TableTask, table_of  # noqa: E402
from qa_rules.tables.files import open_table, read_table  # noqa: E402
from qa_rules.tables.run import run_file  # noqa: E402
from qa_rules.tables.saving import save  # noqa: E402

KEY = "subject"
Rows = list[dict[str, Any]]
Door = Callable[[Path, Any, TableTask], Rows]


def through(folder: Path, file: Path, task: TableTask) -> Rows:
    """From a file to a file, as `batch` does it."""
    target, faults = folder / "out.parquet", folder / "faults.ndjson"
    run_file(task, open_table(file, task.ruleset.vocabulary), target, faults)
    assert not faults.exists(), faults.read_text(encoding="utf-8")
    return parquet.read_table(target).to_pylist()  # type: ignore[no-any-return]


def at_hand(table: Any, task: TableTask) -> Rows:
    found = task.assess(table)
    assert found.faults.to_pylist() == []
    return found.table.to_pylist()  # type: ignore[no-any-return]


def by_parquet(folder: Path, table: Any, task: TableTask) -> Rows:
    parquet.write_table(table, folder / "in.parquet")
    return through(folder, folder / "in.parquet", task)


def by_ndjson(folder: Path, table: Any, task: TableTask) -> Rows:
    (folder / "in.ndjson").write_text("".join(f"{json.dumps(plain(row))}\n" for row in table.to_pylist()))
    return through(folder, folder / "in.ndjson", task)


def plain(value: Any) -> Any:
    """A row as JSON has it: what is not known is left out, numbers stay exact."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value if isinstance(value, bool | int | None) else written(value)


def written(value: Any) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def by_csv(folder: Path, table: Any, task: TableTask) -> Rows:
    """Cells of text, and a child table for each collection."""
    collections = task.ruleset.vocabulary.collections
    children = {}
    for name in [each for each in table.column_names if each in collections]:
        records = [
            {KEY: subject, **record}
            for subject, listed in zip(table[KEY].to_pylist(), table[name].to_pylist(), strict=True)
            for record in listed or ()
        ]
        table = table.drop_columns([name])
        write_csv(folder / f"{name}.csv", records, (KEY, *collections[name].fields))
        children[name] = read_table(folder / f"{name}.csv", task.ruleset.vocabulary, name)
    write_csv(folder / "in.csv", table.to_pylist())
    return through(folder, folder / "in.csv", attrs.evolve(task, children=children, key=KEY))


def write_csv(file: Path, rows: Rows, first: Sequence[str] = ()) -> None:
    import csv

    names = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([cell(row.get(name)) for name in names] for row in rows)
    file.write_text(text.getvalue(), encoding="utf-8", newline="")


def cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value) or "[]"
    return "" if value is None else ("no", "yes")[value] if isinstance(value, bool) else written(value)


def by_ipc(folder: Path, table: Any, task: TableTask) -> Rows:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=1)
    return at_hand(pa.ipc.open_stream(sink.getvalue()), task)


def by_polars(folder: Path, table: Any, task: TableTask) -> Rows:
    return at_hand(pytest.importorskip("polars").from_arrow(table), task)


def by_pandas(folder: Path, table: Any, task: TableTask) -> Rows:
    pandas = pytest.importorskip("pandas")
    return at_hand(table.to_pandas(types_mapper=pandas.ArrowDtype), task)


def by_duckdb(folder: Path, table: Any, task: TableTask) -> Rows:
    connection = pytest.importorskip("duckdb").connect()
    connection.register("rows", table)
    return at_hand(connection.sql("SELECT * FROM rows"), task)


DOORS: dict[str, Door] = {
    "parquet": by_parquet,
    "ndjson": by_ndjson,
    "csv": by_csv,
    "arrow": by_ipc,
    "polars": by_polars,
    "pandas": by_pandas,
    "duckdb": by_duckdb,
}


def named(subjects: Sequence[Facts]) -> list[Facts]:
    return [attrs.evolve(each, subject=f"subject {at}") for at, each in enumerate(subjects)]


def in_cells(given_: Facts) -> Facts:
    """The facts as cells can say them: of a comma or a line break in an item nobody can say whether it parts two."""

    def can(each: FactValue) -> bool:
        return not (isinstance(each.value, frozenset) and re.search(r"[,|\t\r\n\u2028]", "".join(each.value)))

    values = {name: each for name, each in given_.values.items() if can(each)}
    collections = {
        name: attrs.evolve(
            each, records=tuple({key: one for key, one in row.items() if can(one)} for row in each.records)
        )
        for name, each in given_.collections.items()
    }
    return attrs.evolve(given_, values=values, collections=collections)


def agree(rows: Rows, subjects: Sequence[Facts], task: TableTask) -> None:
    for row, subject in zip(rows, subjects, strict=True):
        told = assess(task.ruleset, subject, on=task.on, policy=task.policy, calendar=task.calendar)
        wanted = expected(told)
        assert {name: row[name] for name in wanted} == wanted, subject


def drawn(data: st.DataObject) -> tuple[TableTask, list[Facts]]:
    """Rules, a day, perhaps a policy, and some subjects."""
    ruleset = data.draw(rulesets())
    policy = data.draw(st.none() | policies(ruleset))
    found = data.draw(st.lists(facts(ruleset.vocabulary), min_size=1, max_size=4))
    subjects = named([readable(each, ruleset.vocabulary) for each in found])
    return TableTask(ruleset=ruleset, on=data.draw(moments()), policy=policy, calendar=CALENDAR), subjects


@pytest.mark.parametrize("door", DOORS)
@settings(FEW, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.filterwarnings("ignore")
def test_generated_facts_come_to_the_same_by_every_door(
    door: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    task, subjects = drawn(data)
    if door == "csv":
        subjects = [in_cells(each) for each in subjects]
    rows = DOORS[door](tmp_path_factory.mktemp("door"), table_of(task.ruleset, subjects), task)
    agree(rows, subjects, task)


def by_yaml(folder: Path, given_: Facts, ruleset: Ruleset) -> Facts | dict[str, Any]:
    (folder / "facts.yaml").write_text(yaml.safe_dump(given_.to_dict(), allow_unicode=True), encoding="utf-8")
    return load_facts(folder / "facts.yaml", ruleset)


def by_json(folder: Path, given_: Facts, ruleset: Ruleset) -> Facts | dict[str, Any]:
    (folder / "facts.json").write_text(json.dumps(given_.to_dict()), encoding="utf-8")
    return load_facts(folder / "facts.json", ruleset)


DOCUMENT_DOORS: dict[str, Callable[[Path, Facts, Ruleset], Facts | dict[str, Any]]] = {
    "yaml": by_yaml,
    "json": by_json,
    "mapping": lambda _, given_, __: given_.to_dict(),
    "request": lambda _, given_, ruleset: facts_from_json(json.dumps(given_.to_dict()).encode(), ruleset),
    "by hand": lambda _, given_, __: Facts(dict(given_.values), dict(given_.collections), given_.subject),
}


@pytest.mark.parametrize("door", DOCUMENT_DOORS)
@settings(FEW, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.filterwarnings("ignore")
def test_generated_facts_come_to_the_same_as_documents_and_objects_and_fewer_add_nothing_favourable(
    door: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ruleset = data.draw(rulesets())
    policy = data.draw(st.none() | policies(ruleset))
    on = data.draw(moments())
    whole = attrs.evolve(
        readable(data.draw(facts(ruleset.vocabulary)), ruleset.vocabulary), subject="subject"
    )
    kept = data.draw(
        st.sets(st.sampled_from(sorted({*whole.values, *whole.collections})))
        if whole.values
        else st.just(set())
    )
    fewer = attrs.evolve(
        whole,
        values={name: each for name, each in whole.values.items() if name in kept},
        collections={name: each for name, each in whole.collections.items() if name in kept},
    )
    folder = tmp_path_factory.mktemp("door")
    told = {}
    for name, given_ in (("whole", whole), ("fewer", fewer)):
        by_door = DOCUMENT_DOORS[door](folder, given_, ruleset)
        told[name] = expected(assess(ruleset, by_door, on=on, policy=policy, calendar=CALENDAR))
        assert told[name] == expected(assess(ruleset, given_, on=on, policy=policy, calendar=CALENDAR))
    for requirement in ruleset.requirements:
        if told["fewer"][requirement.id] in ("met", "not_applicable"):
            assert told["whole"][requirement.id] in ("met", "not_applicable")


SHIPPED = ("ss2q@2017", "social-prescribing@3.5", "connect-well-essex@3.5", "sme-programme@prn00827")


def shipped(name: str) -> tuple[Ruleset, dict[tuple[Any, str], list[Facts]]]:
    """Worked cases of a shipped ruleset, by their date and policy."""
    ruleset = load_ruleset(name)
    found: dict[tuple[Any, str], list[Facts]] = {}
    for each in load_cases(ruleset_file(name).parent / "cases.yaml", ruleset):
        found.setdefault((each.on, each.policy), []).append(each.facts)
    return ruleset, found


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.filterwarnings("ignore")
def test_worked_cases_come_to_the_same_by_every_door(name: str, door: str, tmp_path: Path) -> None:
    ruleset, cases = shipped(name)
    largest = sorted(cases, key=lambda each: -len(cases[each]))[:2]
    for on, policy_name in largest:
        policy: Policy | None = None if policy_name == "none" else load_policy(policy_name, ruleset)
        subjects = named(cases[on, policy_name][:12])
        task = TableTask(ruleset=ruleset, on=on, policy=policy)
        agree(DOORS[door](tmp_path, table_of(ruleset, subjects), task), subjects, task)


@pytest.mark.parametrize("door", ["parquet", "ndjson", "csv", "arrow"])
@FEW
@given(seed=st.integers(0, 2**32))
@pytest.mark.filterwarnings("ignore")
def test_facts_that_are_deleted_add_no_favourable_verdict(
    door: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ruleset, cases = shipped("ss2q@2017")
    (on, _), given_facts = max(cases.items(), key=lambda each: len(each[1]))
    chosen = random.Random(seed)
    subjects = named(chosen.sample(given_facts, min(6, len(given_facts))))
    fewer = [
        attrs.evolve(
            each,
            values={name: value for name, value in each.values.items() if chosen.random() < 0.7},
            collections={name: value for name, value in each.collections.items() if chosen.random() < 0.7},
        )
        for each in subjects
    ]
    task = TableTask(ruleset=ruleset, on=on)
    folder = tmp_path_factory.mktemp("door")
    before = DOORS[door](folder, table_of(ruleset, subjects), task)
    after = DOORS[door](folder, table_of(ruleset, fewer), task)
    agree(after, fewer, task)
    for one, two in zip(before, after, strict=True):
        for requirement in ruleset.requirements:
            if two[requirement.id] == "met":
                assert one[requirement.id] in ("met", "not_applicable")
            elif two[requirement.id] == "not_applicable":
                assert one[requirement.id] == "not_applicable"


def test_what_table_of_makes_is_accepted_as_it_is_and_keeps_its_subjects(tmp_path: Path) -> None:
    ruleset, cases = shipped("ss2q@2017")
    (on, _), subjects = next(iter(cases.items()))
    table = table_of(ruleset, named(subjects))
    found = TableTask(ruleset=ruleset, on=on).assess(table)
    assert found.table[KEY].to_pylist() == table[KEY].to_pylist()
    save(found.table, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
