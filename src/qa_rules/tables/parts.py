"""Finished parts of a run in a folder, from which the same run goes on after it was stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from qa_rules.errors import OutputError, QaRulesError
from qa_rules.model.identity import hash_of, hash_of_facts
from qa_rules.outputs import is_part, replacing, write_text
from qa_rules.tables.summary import Summary
from qa_rules.tables.task import TableBatch, TableTask

_RUN: Final = "run.json"
_ROWS: Final = "rows"
_FAULTS: Final = "faults"
_SUMMARY: Final = b"summary"


@attrs.define(eq=False)
class Parts:
    """The parts of one run. A part is whole once its faults are there, which are written last."""

    folder: Path
    done: int = 0

    @classmethod
    def of(cls, folder: Path, task: TableTask, inputs: Sequence[Path]) -> Parts:
        """Return the parts in a folder, which is made when it is not there.

        QaRulesError when they are those of another run, OutputError when the folder cannot be used.
        """
        run = json.dumps(_run(task, inputs), indent=2, sort_keys=True) + "\n"
        file = folder / _RUN
        try:
            if folder.is_dir() and not file.exists() and not all(map(is_part, folder.iterdir())):
                raise OutputError(
                    f"{folder} holds other files; name a folder for the parts of this run alone"
                )
            folder.mkdir(exist_ok=True)
            if not file.exists():
                write_text(file, run)
            elif file.read_text(encoding="utf-8") != run:
                raise QaRulesError(
                    f"{folder} holds the parts of another run: another input, ruleset, policy, date or choice of "
                    "columns; remove it, or name another folder"
                )
        except OSError as error:
            raise OutputError(f"cannot use the folder {folder}: {error.strerror or error}") from error
        return cls(folder)

    def read(self) -> Iterator[TableBatch]:
        """Return the parts that were done before."""
        while self._file(_FAULTS, self.done).exists():
            table, faults = (_table(self._file(what, self.done)) for what in (_ROWS, _FAULTS))
            summary = Summary.from_dict(json.loads(faults.schema.metadata[_SUMMARY]))
            self.done += 1
            yield TableBatch(table, faults.replace_schema_metadata(None), summary)

    def keep(self, batch: TableBatch) -> None:
        """Write a part."""
        told = {_SUMMARY: json.dumps(batch.summary.to_dict()).encode()}
        for what, rows in (
            (_ROWS, batch.table),
            (_FAULTS, batch.faults.replace_schema_metadata(told)),
        ):
            with (
                replacing(self._file(what, self.done)) as beside,
                pa.OSFile(str(beside), "wb") as sink,
                pa.ipc.new_file(sink, rows.schema) as writer,
            ):
                writer.write_batch(rows)
        self.done += 1

    def remove(self) -> None:
        """Remove the parts, and the folder."""
        for at in range(self.done):
            for what in (_FAULTS, _ROWS):
                self._file(what, at).unlink(missing_ok=True)
        (self.folder / _RUN).unlink(missing_ok=True)
        for left in filter(is_part, [*self.folder.iterdir()]):
            left.unlink(missing_ok=True)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _file(self, what: str, at: int) -> Path:
        return self.folder / f"{at:06}.{what}.arrow"


def _table(file: Path) -> pa.RecordBatch:
    with pa.OSFile(str(file), "rb") as source:
        return pa.ipc.open_file(source).get_batch(0)


def _run(task: TableTask, inputs: Iterable[Path]) -> dict[str, Any]:
    """What has to be the same for a run to go on."""
    read = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in inputs]
    chosen = [
        hash_of(task.ruleset),
        None if task.policy is None else hash_of(task.policy),
        None if task.calendar is None else hash_of(task.calendar),
        {name: hash_of_facts(facts) for name, facts in task.persons.items()},
        str(task.evidence),
        str(task.on),
        [task.key, *map(list, (task.keep, task.ignore, task.outputs, task.children)), task.rows_at_once],
    ]
    return {"inputs": read, "task": hashlib.sha256(json.dumps(chosen).encode()).hexdigest()}
