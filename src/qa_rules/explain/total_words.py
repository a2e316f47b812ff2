"""A sum to which records of lists add, in words."""

from __future__ import annotations

from qa_rules.explain.messages import mark, say
from qa_rules.explain.wording import COMPARED, Wording, listed, sum_words, value_words
from qa_rules.model.expressions import OfRecords, Op, Total


def total_words(test: Total, words: Wording) -> str:
    """Return a sum over records against its limit: *the sum of amount over the payments comes to at least 100*."""
    op = Op.MORE if test.strictly else Op.AT_LEAST
    parts = [records_words(each, words) for each in test.records]
    if test.sum:
        parts.append(sum_words(test.sum, lambda term: words.term(term, None)))
    limit = say(COMPARED[op], value=value_words(test.least, None))
    return say("{sum} comes to {limit}", sum=listed(parts), limit=limit)


def records_words(part: OfRecords, words: Wording) -> str:
    """Return what records add to a sum."""
    collection = words.vocabulary.collections[part.collection]
    if part.amount is None:
        named = say("how many of the {list} count", list=collection.label)
    else:
        field = collection.fields[part.amount.term.name]
        named = say("the sum of {field} over the {list}", field=field.label, list=collection.label)
    if part.factor == 1:
        return named
    return say(mark("{number} times {what}"), number=value_words(part.factor, None), what=named)
