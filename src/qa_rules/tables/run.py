"""From one file to another: assess batch by batch, and keep what was not used.

With a folder for parts, what was done before a run was stopped is done: the same run goes on behind it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from qa_rules.outputs import refuse
from qa_rules.tables.faults import is_errors_file
from qa_rules.tables.parts import Parts
from qa_rules.tables.saving import TableWriter, check_suffix, saving
from qa_rules.tables.streams import TableFile
from qa_rules.tables.summary import Summary
from qa_rules.tables.task import TableBatch, TableTask


def run_file(
    task: TableTask,
    file: TableFile,
    target: Path,
    faults: Path,
    moved: Callable[[int], None] = lambda _: None,
    *,
    inputs: Iterable[Path] = (),
    resume: Path | None = None,
) -> Summary:
    """Assess a file into another, and return the counts. `moved` is told how many rows were done.

    What was not used goes to `faults`; without any, the faults of an earlier run are removed, and no other file is.
    Both take the place of what was there when all is done, and not before. `inputs` are the other files that are read,
    such as child tables. `resume` is a folder for finished parts, from which the same run goes on after it was stopped;
    it is gone when all is done.

    Raises:
        OutputError: an output is an input or cannot be written; nothing was changed.
        QaRulesError: the parts are those of another run.

    """
    read = [file.path, *inputs]
    check_suffix(target)
    check_suffix(faults)
    refuse([target, faults], read)
    parts = None if resume is None else Parts.of(resume, task, read)
    summaries: list[Summary] = []
    with ExitStack() as stack:
        results = stack.enter_context(saving(target, read))
        problems: TableWriter | None = None
        for batch in _batches(task, file, parts):
            results.write(batch.table)
            if batch.faults.num_rows:
                if problems is None:
                    problems = stack.enter_context(saving(faults, read))
                problems.write(batch.faults)
            summaries.append(batch.summary)
            moved(batch.summary.rows)
    if problems is None and is_errors_file(faults):
        Path(os.path.realpath(faults)).unlink()
    if parts is not None:
        parts.remove()
    return Summary.of(summaries)


def _batches(task: TableTask, file: TableFile, parts: Parts | None) -> Iterator[TableBatch]:
    """What was done before, and then the rest, kept as it is done."""
    if parts is None:
        yield from task.batches(file)
        return
    done = 0
    for batch in parts.read():
        yield batch
        done += batch.summary.rows
    for batch in task.batches(file, done):
        if batch.summary.rows:
            parts.keep(batch)
        yield batch
