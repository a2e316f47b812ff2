"""The public extract of the Charity Commission for England and Wales: its tables, or one charity of them.

What the Commission itself decides (that a charity is registered, in which form, under which document) is verified, of
the day of the extract. What the charity told it (income, policies) stays stated, of the day on which it was told.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from qa_rules.adapters.entry import Entry, Looked, together
from qa_rules.adapters.node import Node, quoted
from qa_rules.adapters.reading import NoteKind, Reading
from qa_rules.explain.messages import mark, say
from qa_rules.explain.wording import day as in_words
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength

SOURCE: Final = "Charity Commission register"
CHARITY: Final = "charity"
TABLES: Final = (
    CHARITY,
    "charity_policy",
    "charity_governing_document",
    "charity_annual_return_history",
    "charity_annual_return_parta",
)
MONEY: Final = "finance_legal_requirements_met"
YEAR: Final = range(334, 397)
"""How many days a period of accounts has that counts as a year."""
_FILLERS: Final = (
    "and of for at the or risk policy policies procedure procedures handling children adults people"
)
POLICIES: Final[Mapping[str, tuple[str, str]]] = {
    "safeguarding_policy.exists": ("safeguarding", "vulnerable beneficiaries protection child"),
    "equality_policy.exists": ("equality", "diversity inclusion equal opportunities"),
    "complaints_procedure.exists": ("complaints complaint", "concerns feedback"),
    "people_policy.exists": (
        "volunteer volunteers",
        "management managing recruitment staff employees recruiting",
    ),
}
"""By fact: the words of which one has to be in the name of a policy, and those that may be there besides."""
WARNINGS: Final[Mapping[str, str]] = {
    "charity_insolvent": mark("The Charity Commission shows it as insolvent."),
    "charity_in_administration": mark("The Charity Commission shows it as in administration."),
    "cio_is_dissolved": mark("The Charity Commission shows that it is to be dissolved, or is."),
    "date_cio_dissolution_notice": mark(
        "The Charity Commission was given notice that it is to be dissolved."
    ),
}


def read(
    data: Any, ruleset: Ruleset, *, fetched_on: datetime.date, published_on: datetime.date | None = None
) -> Reading:
    """Return what the extract says: of its tables by name, of a list of rows of `charity`, or of one such row.

    The day of facts is `date_of_extract`; where rows have none, `published_on`; without both there is a fault.
    """
    looked = Looked(ruleset, fetched_on, published_on)
    root = Node(data, (), [])
    entries: dict[str, _Charity] = {}
    for table, place in _tables(root):
        for row in place.objects():
            number = _number(row)
            if not number:
                row.fault("this row has no number of a charity", "give `organisation_number`", "feed")
                continue
            entry = entries.setdefault(number, _Charity(Entry(looked, SOURCE, Node(None, row.path, [])), {}))
            entry.rows.setdefault(table, []).append(Node(row.given, row.path, entry.entry.node.faults))
    return together([each.reading() for each in entries.values()], root.faults)


def _tables(root: Node) -> list[tuple[str, Node]]:
    if isinstance(root.given, Mapping):
        named = {
            str(key).removesuffix(".json").removeprefix("publicextract."): key
            for key in root.given
            if isinstance(key, str)
        }
        found: list[tuple[str, Node]] = [(table, root[named[table]]) for table in TABLES if table in named]
        if found:
            return found
        if _number(root):
            return [(CHARITY, root)]
    elif isinstance(root.given, list | tuple):
        return [(CHARITY, root)]
    root.fault("there is no table of the extract here", f"its tables are {', '.join(TABLES)}", "feed")
    return []


def _number(row: Node) -> str:
    """The number that ties the tables together."""
    number = row["organisation_number"].text()
    if number:
        return number
    registered, linked = row["registered_charity_number"].text(), row["linked_charity_number"].text()
    return registered and f"{registered}/{linked or 0}"


def _says_a_day(node: Node) -> bool:
    """Whether there is a day, be it one that cannot be read."""
    return node.day() is not None or not node.is_empty


@attrs.frozen
class _Charity:
    entry: Entry
    rows: dict[str, list[Node]]

    def reading(self) -> Reading:
        entry = self.entry
        charities = self.rows.get(CHARITY, [])
        names = [name for row in charities if (name := row["charity_name"].text())]
        numbers = [row for rows in self.rows.values() for row in rows]
        self._identify(numbers)
        entry.subject = names[0] if names else entry.reference
        off = False
        for row in charities:
            off = self._standing(row) or off
        if not off:
            for row in charities:
                self._form(row)
                self._income(row)
            self._papers()
        self._returns()
        return entry.reading()

    def _identify(self, rows: list[Node]) -> None:
        for row in rows:
            number, linked = row["registered_charity_number"].text(), row["linked_charity_number"].text()
            if number:
                self.entry.identifier("GB-CHC", number if linked in ("", "0") else f"{number}-{linked}")
            company = row["charity_company_registration_number"].text()
            if company:
                self.entry.identifier("GB-COH", company.upper().zfill(8))
        first = next(iter(self.entry.identifiers), None)
        self.entry.reference = str(first or rows[0]["organisation_number"].text())

    def _day(self, row: Node) -> datetime.date | None:
        """The day of the extract: of the row, else of the charity, else as whoever fetched it says."""
        for each in (row, *self.rows.get(CHARITY, [])):
            if (found := each["date_of_extract"].day()) is not None:
                return found
        return self.entry.looked.published_on

    def _dated(self, row: Node) -> datetime.date | None:
        """The same, with a fault where there is none."""
        found = self._day(row)
        if found is None:
            hint = "give `published_on`, the day of the extract, if you know it"
            row["date_of_extract"].fault("nothing says of which day this row is", hint, "date")
        return found

    def _standing(self, row: Node) -> bool:
        """Note what is wrong with it; whether it is off the register."""
        for key, words in WARNINGS.items():
            given = row[key]
            if _says_a_day(given) if key.startswith("date_") else given.yes_no():
                self.entry.note(NoteKind.WARNING, say(words), given)
        status = row["charity_registration_status"]
        word, removed = status.text(), row["date_of_removal"].day()
        if word.casefold() == "removed" or _says_a_day(row["date_of_removal"]):
            when = say(" on {day}", day=in_words(removed)) if removed is not None else ""
            text = say("The Charity Commission took it off the register{when}.", when=when)
            self.entry.note(NoteKind.WARNING, text, status, "provider_type")
            if word.casefold() == "registered":
                said = say("The same entry says that it is registered and that it was removed.")
                self.entry.note(NoteKind.CONFLICT, said, status, "provider_type")
            return True
        return False

    def _form(self, row: Node) -> None:
        status, kind = row["charity_registration_status"].text(), row["charity_type"].text()
        given = row["charity_is_cio"]
        is_cio = given.yes_no()
        dissolved = row["cio_is_dissolved"].yes_no()
        if not status:
            hint = "give `charity_registration_status`; the fields are those of the public extract"
            row["charity_registration_status"].fault("nothing says whether it is registered", hint)
            return
        if status.casefold() != "registered":
            text = say("The Charity Commission gives its standing as {words}.", words=quoted(status))
            self.entry.note(NoteKind.WARNING, text, row["charity_registration_status"], "provider_type")
            return
        named = None if not kind else kind.casefold() in ("cio", "charitable incorporated organisation")
        if is_cio is not None and named is not None and is_cio != named:
            text = say(
                "The register says two things: of the type {kind}, and {whether}.",
                kind=quoted(kind),
                whether=say("a charitable incorporated organisation")
                if is_cio
                else say("no charitable incorporated organisation"),
            )
            self.entry.note(NoteKind.CONFLICT, text, given, "provider_type")
        elif (is_cio if is_cio is not None else named) is None:
            text = say("It is a registered charity. In which form, the entry does not say.")
            self.entry.note(NoteKind.ASK, text, given, "provider_type")
        elif not dissolved and (on := self._dated(row)) is not None:
            word = "cio" if (is_cio if is_cio is not None else named) else "charity"
            self.entry.fact("provider_type", word, given, Strength.VERIFIED, on)

    def _income(self, row: Node) -> None:
        given = row["latest_income"]
        amount = given.number()
        first, last = (row[f"latest_acc_fin_period_{end}_date"].day() for end in ("start", "end"))
        if amount is None:
            return
        if amount < 0:
            given.fault(f"an income of {amount} is below nothing", "check the figure")
        elif last is None:
            text = say("The charity told an income of {amount} GBP, of no day.", amount=amount)
            self.entry.note(NoteKind.ASK, text, given, "annual_income")
        elif first is None:
            text = say(
                "The charity told an income of {amount} GBP up to {last}. Of how long, the entry does not say.",
                amount=amount,
                last=in_words(last),
            )
            self.entry.note(NoteKind.ASK, text, given, "annual_income")
        elif (seen := self._day(row)) is not None and last > seen <= self.entry.looked.fetched_on:
            at = row["latest_acc_fin_period_end_date"]
            at.fault(f"this period ends on {last}, and the extract is of {seen}", "check both dates", "date")
        elif (last - first).days + 1 not in YEAR:
            text = say(
                "The income of {amount} GBP is not of a year: {first} to {last}.",
                amount=amount,
                first=in_words(first),
                last=in_words(last),
            )
            self.entry.note(NoteKind.ASK, text, given, "annual_income")
        else:
            self.entry.fact(
                "annual_income", amount, given, Strength.STATED, last, reason=say("told to the register")
            )

    def _papers(self) -> None:
        for row in self.rows.get("charity_governing_document", []):
            given = row["governing_document_description"]
            if given.text() and (on := self._dated(row)) is not None:
                word = "written_governing_document"
                self.entry.fact("governance_document_kind", word, given, Strength.VERIFIED, on)
        told = self._told_on()
        for row in self.rows.get("charity_policy", []):
            given = row["policy_name"]
            name = given.text()
            fact = _policy(name)
            if fact is not None:
                on = told or self._dated(row)
                if on is not None:
                    reason = say("the charity says that it has {name}", name=quoted(name))
                    self.entry.fact(fact, True, given, Strength.STATED, on, reason=reason)
            elif name:
                text = say("The charity told the register that it has {name}.", name=quoted(name))
                self.entry.note(NoteKind.TOLD, text, given)

    def _told_on(self) -> datetime.date | None:
        """The day of the last yearly return, in which a charity tells its policies."""
        days = [
            row["date_annual_return_received"].day()
            for row in self.rows.get("charity_annual_return_history", [])
        ]
        given = [each for each in days if each is not None and each <= self.entry.looked.fetched_on]
        return max(given, default=None)

    def _returns(self) -> None:
        note = self.entry.note
        for row in self.rows.get("charity_annual_return_history", []):
            due, seen = row["reporting_due_date"].day(), self._day(row)
            had = [row[f"date_{each}_received"] for each in ("annual_return", "accounts")]
            if due is not None and seen is not None and due < seen and all(each.is_empty for each in had):
                text = say(
                    "Its report was due on {due}, and none had come by {seen}.",
                    due=in_words(due),
                    seen=in_words(seen),
                )
                note(NoteKind.JUDGE, text, row["reporting_due_date"], MONEY)
            if row["accounts_qualified"].yes_no():
                note(
                    NoteKind.JUDGE,
                    say("Its auditor or examiner qualified the accounts."),
                    row["accounts_qualified"],
                    MONEY,
                )
        for row in self.rows.get(CHARITY, []):
            status = row["charity_reporting_status"]
            if re.search("overdue|default", status.text(), re.IGNORECASE):
                text = say("The register gives its reporting as {words}.", words=quoted(status.text()))
                note(NoteKind.JUDGE, text, status, MONEY)
        for row in self.rows.get("charity_annual_return_parta", []):
            for key, words in (
                (
                    "contracts",
                    say(
                        "It told the register that it has contracts with government. Ask whether one is for "
                        "this activity."
                    ),
                ),
                (
                    "grants",
                    say(
                        "It told the register that it has grants from government. Ask whether one is for this "
                        "activity."
                    ),
                ),
            ):
                given = row[f"charity_receives_govt_funding_{key}"]
                if given.yes_no():
                    note(NoteKind.ASK, words, given, "contract_exists")


def _policy(name: str) -> str | None:
    """The fact that a policy of this name speaks to; None where the name says anything else besides."""
    words = set(re.findall(r"[a-z]+", name.casefold()))
    for fact, (needed, besides) in POLICIES.items():
        if words & set(needed.split()) and words <= set(f"{needed} {besides} {_FILLERS}".split()):
            return fact
    return None


__all__ = ["read"]
