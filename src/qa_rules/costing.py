"""What a licensed self-management programme may cost, by the indicative figures of a costs file.

Exact sums of money over whole numbers of courses and people. Costs are local: every result carries the label of the
figures, and none is a quotation.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from qa_rules.errors import QaRulesError
from qa_rules.language.costs import CohortDocument, CostsDocument, LicenceDocument, SpanDocument


@attrs.frozen
class Cost:
    """One sum."""

    title: str
    amount: Decimal
    currency: str
    how: str
    """How it comes about, in words."""
    source: str
    """The item of the source."""
    label: str
    """What every figure is shown with, such as `2018 indicative`."""

    def __str__(self) -> str:
        return (
            f"{self.title}: {money(self.amount)} {self.currency} [{self.label}] ({self.how}; {self.source})"
        )


def licence_cost(courses: int, costs: CostsDocument) -> Cost:
    """Return the price of a licence for a number of courses: of the pack that is cheaper with its extra courses.

    QaRulesError for less than one course.
    """
    _at_least_one(courses, "course")
    licence = costs.licence
    prices = {
        pack.id: pack.price + _extra(courses, pack.courses) * licence.extra_course for pack in licence.packs
    }
    pack = min(licence.packs, key=lambda each: prices[each.id])
    extra = _extra(courses, pack.courses)
    how = f"pack of {pack.courses}"
    if extra:
        how += f" and {extra} more {'course' if extra == 1 else 'courses'}"
    return Cost(
        licence.title,
        prices[pack.id],
        costs.currency,
        f"{how}, {_often(licence)}",
        licence.source,
        costs.label,
    )


def cohorts(people: int, costs: CostsDocument) -> tuple[Cost, ...]:
    """Return what is paid by the cohort for a number of people. A cohort that is not full costs the same.

    QaRulesError for less than one person.
    """
    _at_least_one(people, "person")
    found = []
    for each in costs.cohorts:
        number = -(-people // each.size)
        how = f"{number} {'cohort' if number == 1 else 'cohorts'} of up to {each.size}, {_often(each)}"
        found.append(Cost(each.title, number * each.price, costs.currency, how, each.source, costs.label))
    return tuple(found)


def money(amount: Decimal) -> str:
    """Return an amount with its thousands parted, and pence only where there are any."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _extra(courses: int, included: int) -> int:
    return max(0, courses - included)


def _often(item: LicenceDocument | CohortDocument) -> str:
    if isinstance(item, CohortDocument) and item.when is not None:
        return item.when
    return "" if item.every is None else _every(item.every)


def _every(span: SpanDocument) -> str:
    return (
        f"every {span.least} {span.unit}"
        if span.least == span.most
        else f"every {span.least} to {span.most} {span.unit}"
    )


def _at_least_one(number: int, what: str) -> None:
    if number < 1:
        raise QaRulesError(f"there is no cost for {number}; give at least one {what}")
