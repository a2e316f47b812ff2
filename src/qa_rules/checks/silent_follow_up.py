"""A further question of a conversation that no answers ever call for."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, product
from math import prod

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.expressions import Expr, Fact, Literal, OverRecords, Reference, terms, walk
from qa_rules.model.facts import FactDeclaration, FactType, Held, Vocabulary
from qa_rules.model.values import NONE, Value
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known

CODE = "silent-follow-up"
_MOST = 20_000
"""So many combinations of answers are tried; where there are more, nothing is said."""
_DAY = datetime.date(2000, 1, 1)
"""What is tried does not turn on the day."""


def find(subject: Subject) -> Iterator[Remark]:
    """Yield follow-ups whose test fails whatever is answered.

    Only tests of single facts against written values are judged: of those a few answers stand for all.
    """
    vocabulary = subject.ruleset.vocabulary
    for prompt in subject.ruleset.conversation:
        for each in prompt.follow_ups:
            if not _may_hold(each.when, vocabulary):
                message = f"`{each.ask}` of {prompt.id} is never asked: no answers meet its `when`"
                yield Remark(CODE, prompt.id, message, "correct `when`, or take the question out", each.place)


def _may_hold(expr: Expr, vocabulary: Vocabulary) -> bool:
    """False where it is certain that no values of the facts meet it."""
    written: dict[str, set[Value]] = {}
    for node in walk(expr):
        inside = terms(node)
        facts = [term.name for term in inside if isinstance(term, Fact)]
        values = [term.value for term in inside if isinstance(term, Literal)]
        if isinstance(node, OverRecords | Reference) or len(facts) + len(values) < len(inside):
            return True
        if len(facts) > 1:
            return True
        for name in facts:
            opened = [each if isinstance(each, frozenset) else {each} for each in values]
            written.setdefault(name, set()).update(*opened)
    answers = {name: _answers(vocabulary.scalars[name], values) for name, values in written.items()}
    if prod(map(len, answers.values())) > _MOST or not all(answers.values()):
        return True
    return any(
        evaluate(
            expr,
            Known({name: Held(value, 3, 3) for name, value in zip(answers, row, strict=True)}, {}, _DAY),
            {},
        )[0]
        for row in product(*answers.values())
    )


def _answers(declared: FactDeclaration, written: set[Value]) -> Sequence[Value]:
    """Values of which one behaves as any other does towards those that are written; none for sets and texts."""
    found: list[Value] = [NONE] if declared.may_be_none else []
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return [*found, True, False]
        case FactType.CHOICE:
            return [*found, *declared.options]
        case FactType.CODE:
            return [*found, *written, "any other"]
        case FactType.DATE:
            day = datetime.timedelta(days=1)
            days = [each for each in written if isinstance(each, datetime.date)]
            return [*found, *(each + step for each in days for step in (-day, 0 * day, day)), _DAY]
        case FactType.INTEGER | FactType.DECIMAL:
            return [*found, *_numbers(declared, written)]
        case _:
            return []


def _numbers(declared: FactDeclaration, written: set[Value]) -> Iterator[Value]:
    """The numbers written, one between each two of them and one beyond either end, as far as the bounds allow."""
    ends = [each for each in (declared.least, declared.most) if each is not None]
    marks = sorted(
        {Decimal(each) for each in written if isinstance(each, int | Decimal)} | {*ends, Decimal(0)}
    )
    between = [(below + above) / 2 for below, above in pairwise(marks)]
    if declared.type is FactType.INTEGER:
        between = [each + step for each in marks for step in (-1, 1)]
    for each in {*marks, *between, marks[0] - 1, marks[-1] + 1}:
        low = declared.least is not None and each < declared.least
        high = declared.most is not None and each > declared.most
        if not low and not high:
            yield int(each) if declared.type is FactType.INTEGER else each
