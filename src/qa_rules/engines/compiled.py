"""The default engine: one generated Python function per closed ruleset.

The source that is compiled is made of numbers, operators and names of our own; every value of a file is
bound to one, so no text of a file is ever run. A pair is six bits (see `meaning.pairs`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import attrs

from qa_rules.engines.arguments import Layout
from qa_rules.engines.emit import generate
from qa_rules.model.calendars import Calendar
from qa_rules.model.kept import once_for_each
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.snapshot import Known

Function = Callable[[tuple[Any, ...], tuple[Any, ...], datetime.date, Calendar | None], tuple[int, ...]]


@attrs.frozen(eq=False)
class Compiled:
    """A ruleset as a function of encoded facts."""

    closed: ClosedRuleset
    layout: Layout
    function: Function = attrs.field(repr=False)
    source: str = attrs.field(repr=False)

    def run(self, known: Known) -> tuple[int, ...]:
        """Return the six bits of every node, in order."""
        facts, rows = self.layout.encode(known)
        return self.function(facts, rows, known.on, known.calendar)

    def __reduce__(self) -> tuple[Callable[[ClosedRuleset], Compiled], tuple[ClosedRuleset]]:
        return prepare, (self.closed,)


@once_for_each
def prepare(closed: ClosedRuleset) -> Compiled:
    """Generate and compile the function of a closed ruleset."""
    source, names, layout = generate(closed)
    scope: dict[str, Any] = dict(names)
    exec(compile(source, "<compiled ruleset>", "exec"), scope)
    return Compiled(closed, layout, scope["run"], source)
