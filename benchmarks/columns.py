"""Whole tables: the planes of `columns` beside the same rules in Polars and in DuckDB, with equal threads, in one run.

Before anything is timed, the answers of all of them are compared. Rounds take turns, so that other work on the machine
hits all of them; a ratio is the median of the ratios of the rounds. Processor time is that of all threads.

`python -m benchmarks.columns [--rows 1000000] [--threads 1 2] [--rounds 7] [--only compare|linear|memory]`
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa
import pyarrow.parquet as parquet

from benchmarks import workload
from benchmarks.directory import directory
from benchmarks.lowering import without_working_days
from qa_rules.language.library import person_file
from qa_rules.language.load import load_facts, load_policy, load_ruleset
from qa_rules.model.facts import Evidence, Facts, FactType
from qa_rules.model.values import Strength
from qa_rules.tables import TableTask, assess_batches
from qa_rules.tables.planes import packed
from qa_rules.tables.schedule import MET

if TYPE_CHECKING:
    from qa_rules.tables.batches import TableKernel

OUTPUTS = ("outcomes", "tiers", "groups", "verdicts")
CHECKED = 20_000
BESIDE = ("Polars", "DuckDB")
SLOW, SLOW_ROUNDS = 5.0, 2
"""What takes so many seconds is run so many times."""
SEEN = Evidence(strength=Strength.VERIFIED, by="assessor", on=workload.ON)
"""One evidence for everything: the other engines know no strengths."""
Run = Callable[[], Any]


@attrs.frozen(eq=False)
class Case:
    """A ruleset over a table of bare facts."""

    name: str
    task: TableTask
    table: pa.Table

    @property
    def kernel(self) -> TableKernel:
        """The rules made ready."""
        return self.task.kernel

    def nodes(self) -> list[str]:
        """The named expressions of which the results are made."""
        return list(dict.fromkeys(want[0] for asked in self.kernel.asked for want in asked.wants))

    def constants(self) -> dict[str, Any]:
        """What is the same in every row: facts about the person."""
        return {
            name: value.value for each in self.task.persons.values() for name, value in each.values.items()
        }

    def cut(self, rows: int) -> Case:
        """Return the same for the first rows."""
        return attrs.evolve(self, table=self.table.slice(0, rows))


def peers(rows: int) -> Case:
    """Return the workload of the peers' comparison."""
    policy = attrs.evolve(workload.policy())
    task = TableTask(
        ruleset=workload.ruleset(), on=workload.ON, policy=policy, evidence=SEEN, outputs=OUTPUTS
    )
    return Case("peers' workload", task, workload.table(rows).drop_columns(["subject"]))


def shipped(name: str, policy_name: str, person: str, rows: int) -> Case:
    """Return a shipped ruleset over a made-up directory."""
    rules = without_working_days(load_ruleset(name))
    policy = attrs.evolve(load_policy(policy_name, rules), condition_days=None) if policy_name else None
    persons: Mapping[str, Facts] = {}
    if person:
        given = load_facts(person_file(person), rules)
        values = {each: attrs.evolve(value, evidence=SEEN) for each, value in given.values.items()}
        persons = {person: attrs.evolve(given, values=values)}
    task = TableTask(
        ruleset=rules, on=workload.ON, policy=policy, persons=persons, evidence=SEEN, outputs=OUTPUTS
    )
    title = f"{rules.id}, {policy_name}, person {person}" if policy_name else rules.id
    return Case(title, task, _bare(directory(rules, rows, policy)))


def _bare(table: pa.Table) -> pa.Table:
    """Facts without columns of evidence."""
    columns = {}
    for name in table.column_names:
        if "@" in name or name == "subject":
            continue
        column = table[name].combine_chunks()
        if pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type):
            records = column.values
            kept = [field.name for field in records.type if "@" not in field.name]
            bare = pa.StructArray.from_arrays([records.field(each) for each in kept], names=kept)
            column = pa.ListArray.from_arrays(column.offsets, bare, mask=column.is_null())
        columns[name] = column
    return pa.table(columns)


# Three ways to run a case


def by_columns(case: Case, threads: int) -> Run:
    """Return what assesses the table with planes."""
    task = attrs.evolve(case.task, threads=threads)
    task.kernel  # noqa: B018  made ready
    return lambda: task.assess(case.table)


def by_polars(case: Case) -> Run:
    """Return what runs the plan of Polars; threads are set for the process."""
    import polars as pl

    from benchmarks.lowering_polars import PolarsLowering

    vocabulary = case.task.ruleset.vocabulary
    frame = pl.DataFrame(case.table)
    choices = [
        pl.col(name).cast(pl.Enum(list(vocabulary.scalars[name].options)))
        for name in frame.columns
        if name in vocabulary.scalars and vocabulary.scalars[name].type is FactType.CHOICE
    ]
    frame = frame.with_columns(choices)
    lowering = PolarsLowering(case.kernel.kernel.closed, case.task.on, frame.columns, case.constants())
    plan = lowering.plan(frame.lazy(), case.nodes())
    return lambda: plan.collect()


def by_duckdb(case: Case, threads: int) -> Run:
    """Return what runs the query of DuckDB over a table of its own in memory."""
    import duckdb

    from benchmarks.lowering_duckdb import DuckLowering

    connection = duckdb.connect(config={"threads": threads})
    connection.register("given", case.table)
    connection.execute("CREATE TABLE rows AS SELECT * FROM given")
    names = case.table.column_names
    lowering = DuckLowering(case.kernel.kernel.closed, case.task.on, names, case.constants())
    query = lowering.query("rows", case.nodes())
    return lambda: connection.sql(query).to_arrow_table()


# Equal first


def same(case: Case) -> None:
    """Compare all three on the first rows, column by column of the result. AssertionError where they differ."""
    small = case.cut(CHECKED)
    rows = small.table.num_rows
    ours = by_columns(small, 1)().table
    for name, run in (("Polars", by_polars(small)), ("DuckDB", by_duckdb(small, 1))):
        found = pa.table(run())
        for asked in small.kernel.asked:
            planes = {}
            for want in asked.wants:
                truth = found[want[0]].combine_chunks()
                here = truth if want[1] is MET else pa.compute.invert(truth)
                planes[want] = packed(pa.compute.fill_null(here, False).to_numpy(zero_copy_only=False))
            for output in asked.outputs:
                column = f"{output.name}@{asked.person}" if asked.person else output.name
                theirs = output.make(planes, rows).to_arrow().cast(pa.string())
                mine = ours[column].cast(pa.string()).combine_chunks()
                assert theirs.equals(mine), f"{name} differs in {column}:\n{theirs.diff(mine)}"
    print(f"  the same {ours.num_columns} columns from all three in {rows:,} rows", flush=True)


# Measuring


def compare(case: Case, threads: int, rounds: int, beside: Sequence[str]) -> None:
    """Print medians, spread and ratios. What takes very long is run in fewer rounds."""
    rows = case.table.num_rows
    print(
        f"\n{case.name}: {rows:,} subjects, {case.table.num_columns} facts, {threads} thread(s)", flush=True
    )
    same(case)
    runs: dict[str, Run] = {"columns": by_columns(case, threads)}
    if "Polars" in beside:
        runs["Polars"] = by_polars(case)
    if "DuckDB" in beside:
        runs["DuckDB"] = by_duckdb(case, threads)
    walls: dict[str, list[float]] = {name: [] for name in runs}
    works: dict[str, list[float]] = {name: [] for name in runs}
    for warm in range(rounds + 1):
        for name, run in runs.items():
            if len(walls[name]) >= SLOW_ROUNDS and min(walls[name]) > SLOW:
                continue
            gc.collect()
            wall, work = time.perf_counter(), time.process_time()
            found = run()
            work, wall = time.process_time() - work, time.perf_counter() - wall
            del found
            if warm:
                walls[name].append(wall)
                works[name].append(work)
    head = (
        f"{'seconds':>8} {'spread':>15} {'x columns':>9}   {'processor':>9} {'spread':>15} {'x columns':>9}"
    )
    print(f"  {'':8} {head} {'subjects/s':>11}")
    for name in runs:
        parts = []
        for times in (walls, works):
            pairs = zip(times[name], times["columns"], strict=False)
            ratio = statistics.median(one / ours for one, ours in pairs)
            spread = f"{min(times[name]):.2f} - {max(times[name]):.2f}"
            parts.append((statistics.median(times[name]), spread, ratio))
        (wall, spread, ratio), (work, of_work, ratio_of_work) = parts
        print(
            f"  {name:8} {wall:8.3f} {spread:>15} {ratio:9.2f}   {work:9.3f} {of_work:>15} {ratio_of_work:9.2f}"
            f" {rows / wall:11,.0f}",
            flush=True,
        )


def linear(most: int) -> None:
    """Print the cost of ever more subjects, streamed: a part of the table again and again."""
    case = peers(min(most, 1_000_000))
    print(f"\n{case.name}, streamed, 1 thread")
    print(f"  {'subjects':>12} {'seconds':>8} {'processor':>9} {'us each':>8}")
    for rows in (100_000, 1_000_000, 10_000_000):
        if rows > most:
            break
        part = case.table.slice(0, rows)
        again = rows // part.num_rows
        batches = [batch for _ in range(again) for batch in part.to_batches(max_chunksize=131_072)]
        times, works = [], []
        for _ in range(3):
            reader = pa.RecordBatchReader.from_batches(part.schema, batches)
            start, work = time.perf_counter(), time.process_time()
            done = sum(each.summary.rows for each in assess_batches(reader, case.task))
            works.append(time.process_time() - work)
            times.append(time.perf_counter() - start)
            assert done == rows
        wall, work = statistics.median(times), statistics.median(works)
        print(f"  {rows:12,} {wall:8.2f} {work:9.2f} {work / rows * 1e6:8.3f}", flush=True)


def memory(rows: int) -> None:
    """Print the most memory that a file takes, by the rows of a batch; each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "directory.parquet"
        part = workload.table(min(rows, 500_000))
        with parquet.ParquetWriter(path, part.schema) as writer:
            for _ in range(rows // part.num_rows):
                writer.write_table(part, row_group_size=131_072)
        del part
        print(
            f"\npeers' workload, {rows:,} subjects in a Parquet file of {path.stat().st_size / 2**20:,.0f} MiB"
        )
        print(f"  {'rows at once':>12} {'seconds':>8} {'peak MiB':>9} {'above the start':>16}")
        for at_once in (32_768, 131_072, 524_288):
            command = [
                sys.executable,
                "-m",
                "benchmarks.columns",
                "--file",
                str(path),
                "--at-once",
                str(at_once),
            ]
            subprocess.run(command, check=True)


def one_file(path: Path, at_once: int) -> None:
    """Assess a file into another in this process, and print what it took."""
    import resource

    from qa_rules.tables.files import open_table
    from qa_rules.tables.run import run_file

    task = attrs.evolve(peers(1).task, ignore=["subject"], rows_at_once=at_once)
    start_size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    file = open_table(path, task.ruleset.vocabulary, at_once)
    run_file(task, file, path.with_name("out.parquet"), path.with_name("errors.csv"))
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {at_once:12,} {taken:8.2f} {peak:9,.0f} {peak - start_size:16,.0f}", flush=True)


def cases(rows: int) -> dict[str, Callable[[], Case]]:
    """Return the cases by a short name."""
    return {
        "peers": partial(peers, rows),
        "social-prescribing": partial(
            shipped, "social-prescribing@3.5", "illustrative-three-tiers", "simple", rows
        ),
        "ss2q": partial(shipped, "ss2q@2017", "", "", rows),
    }


def main() -> None:
    """Run what the arguments ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=["compare", "linear", "memory"])
    parser.add_argument("--case", choices=list(cases(0)), action="append")
    parser.add_argument("--beside", choices=BESIDE, nargs="*", default=list(BESIDE))
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--at-once", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.file is not None:
        one_file(given.file, given.at_once)
        return
    every = cases(given.rows)
    if given.here:
        pa.set_cpu_count(given.threads[0])
        for name in given.case or every:
            compare(every[name](), given.threads[0], given.rounds, given.beside)
        return
    if given.only in (None, "compare"):
        for threads in given.threads:
            # Polars takes its threads from the environment, once.
            command = [sys.executable, "-m", "benchmarks.columns", "--here", "--threads", str(threads)]
            command += ["--rows", str(given.rows), "--rounds", str(given.rounds)]
            command += ["--beside", *given.beside]
            command += [word for name in given.case or () for word in ("--case", name)]
            subprocess.run(command, check=True, env=os.environ | {"POLARS_MAX_THREADS": str(threads)})
    if given.only in (None, "linear"):
        linear(10 * given.rows)
    if given.only in (None, "memory"):
        memory(4 * given.rows)


if __name__ == "__main__":
    main()
