"""Does every table give a value to whoever reaches it, and only one?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qa_rules.explain.table_words import path_words
from qa_rules.model.nodes import SCOPE
from qa_rules.program.decision_diagram import Gap, Overlap
from qa_rules.program.table_tests import leading_to, tables_of
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.study import Study

CODE = "table-decides"
_MOST: Final = 12
"""How many holes and overlaps of one table are asked about."""


def decides(study: Study) -> Iterator[Claim]:
    """Claim of each hole and each overlap of a table that nobody in scope reaches it."""
    scope = [study.nodes[SCOPE].t[0]] if SCOPE in study.closed.index else []
    for table in tables_of(study.ruleset, study.closed.policy):
        output = study.closed.outputs[table.outputs[0].name]
        for kind in (Gap, Overlap):
            for test, way in leading_to(output, kind, _MOST):
                where = path_words(output.diagram, way)
                leaf = output.diagram.parts[way[-1][1].then] if way else Gap()
                fault = f"`{table.id}` has no row for {where}, and so gives no value"
                hint = "give these a row, or say under `otherwise` what the table gives them"
                if isinstance(leaf, Overlap):
                    rows = f"rows {leaf.one + 1} and {leaf.other + 1}"
                    fault = f"{rows} of `{table.id}` both match {where}, and so it gives no value"
                    hint = "make one of them narrower, or write `hit_policy: first`"
                yield Claim(
                    code=CODE,
                    at=table.id,
                    statement=f"`{table.id}` gives one value to everybody who gets to {where}",
                    wanted=False,
                    literals=(*scope, study.encoder.of(test, study.nodes).t[0]),
                    fault=fault,
                    hint=hint,
                    place=table.place,
                )
