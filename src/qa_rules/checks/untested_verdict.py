"""A requirement that no worked example shows met, not met and unknown."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.explain.wording import listed
from qa_rules.model.values import EXPLAINED, Verdict

CODE = "untested-verdict"
_DUE = (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)


def find(subject: Subject) -> Iterator[Remark]:
    """Yield the verdicts that `cases.yaml` never expects of a requirement."""
    ruleset = subject.ruleset
    if subject.cases is None:
        yield Remark(
            CODE, ruleset.id, "there is no cases.yaml beside it", "write worked examples", ruleset.place
        )
        return
    seen: dict[str, set[str]] = {}
    for case in subject.cases:
        for name, verdict in case.expect.items():
            seen.setdefault(name, set()).add(verdict)
    for each in ruleset.requirements:
        due = _DUE if each.applies_when is None else (*_DUE, Verdict.NOT_APPLICABLE)
        words = [verdict.value for verdict in due] + [EXPLAINED] * (each.plainly is not None)
        lacking = [word for word in words if word not in seen.get(each.id, ())]
        if lacking:
            message = f"no case shows {each.id} {listed(lacking, 'or')}"
            yield Remark(CODE, each.id, message, "add a worked example for each to cases.yaml", each.place)
