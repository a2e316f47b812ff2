"""From one file to another: assess batch by batch, and keep what did not fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import pyarrow as pa

from qa_rules.tables.files import TableFile, TableWriter
from qa_rules.tables.summary import Summary
from qa_rules.tables.task import FAULTS, TableTask


def run_file(
    task: TableTask,
    file: TableFile,
    target: Path,
    faults: Path,
    moved: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Assess a file into another, and return the counts. `moved` is told how many rows were done.

    Values that do not fit, and lines that could not be read, go to `faults`; without any there is no such file.
    """
    faults.unlink(missing_ok=True)
    parts: list[Summary] = []
    unread = 0
    with TableWriter(target) as results, TableWriter(faults) as problems:
        for batch in task.batches(file.reader()):
            results.write(batch.table)
            if batch.faults.num_rows:
                problems.write(batch.faults)
            parts.append(batch.summary)
            moved(batch.summary.rows)
        if file.unread:
            problems.write(_unread(file))
            unread = len(file.unread)
    whole = Summary.of(parts)
    return attrs.evolve(whole, faults=whole.faults + unread, rows_at_fault=whole.rows_at_fault + unread)


def _unread(file: TableFile) -> pa.RecordBatch:
    rows = [
        {"row": row, "key": None, "column": None, "value": text, "problem": problem, "hint": "mend the line"}
        for row, text, problem in file.unread
    ]
    return pa.RecordBatch.from_pylist(rows, FAULTS)
