"""Companies House: the profile of a company as its API gives it, or rows of the monthly list of all companies."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from qa_rules.adapters.entry import Entry, Looked, each_row, one_each
from qa_rules.adapters.node import Node, quoted
from qa_rules.adapters.reading import NoteKind, Reading
from qa_rules.explain.messages import mark, say
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength

SOURCE: Final = "Companies House register"
CIC: Final = ("community-interest-company", "community interest company")
CIO: Final = (
    "charitable-incorporated-organisation",
    "scottish-charitable-incorporated-organisation",
    "charitable incorporated organisation",
    "scottish charitable incorporated organisation",
)
COMPANIES: Final = (
    "ltd",
    "plc",
    "private-unlimited",
    "private-unlimited-nsc",
    "private-limited-guarant-nsc",
    "private-limited-guarant-nsc-limited-exemption",
    "private-limited-shares-section-30-exemption",
    "old-public-company",
    # as the list of all companies has them
    "private limited company",
    "public limited company",
    "private unlimited company",
    "pri/ltd by guar/nsc (private, limited by guarantee, no share capital)",
    "pri/lbg/nsc (private, limited by guarantee, no share capital, use of 'limited' exemption)",
    "priv ltd sect. 30 (private limited company, section 30 of the companies act)",
)
GONE: Final = ("dissolved", "converted-closed", "converted / closed", "closed", "removed")
LIVE: Final = ("active", "open", "registered")
TROUBLE: Final = (
    "liquidation",
    "receiver",
    "administration",
    "administrative",
    "voluntary-arrangement",
    "voluntary arrangement",
    "insolvency-proceedings",
    "proposal to strike off",
)
"""What is in the words for a company that is in difficulty and still exists."""
MONEY: Final = "finance_legal_requirements_met"
OVERDUE: Final[Mapping[str, str]] = {
    "accounts": mark("Companies House shows that its accounts are overdue."),
    "confirmation_statement": mark("Companies House shows that its confirmation statement is overdue."),
}


def read(
    data: Any, ruleset: Ruleset, *, fetched_on: datetime.date, published_on: datetime.date | None = None
) -> Reading:
    """Return what the register says of one company, or of each of a list.

    The register bears no date of its own: facts are *as of* the day on which it was looked at or, of a copy, the day
    `published_on` of the copy.
    """
    looked = Looked(ruleset, fetched_on, published_on)
    return one_each(each_row(data, ("items", "companies"), lambda row: _company(row, looked)))


def _company(row: Node, looked: Looked) -> Reading | None:
    number = row.first("company_number", "CompanyNumber", " CompanyNumber").text().upper()
    number = "".join(number.split())
    if not number:
        row.fault("there is no number of a company here", "give a profile, with `company_number`", "feed")
        return Entry(looked, SOURCE, row).reading()
    entry = Entry(looked, SOURCE, row)
    entry.identifier("GB-COH", number.zfill(8))
    entry.reference = f"GB-COH-{number.zfill(8)}"
    entry.subject = row.first("company_name", "CompanyName", "title").text() or entry.reference
    status = row.first("company_status", "CompanyStatus")
    word = status.text().casefold()
    detail = row["company_status_detail"].text()
    ended = row.first("date_of_cessation", "DissolutionDate")
    gone = word in GONE or ended.day(british=True) is not None or not ended.is_empty
    if word and word not in LIVE:
        text = say("Companies House gives its standing as {words}.", words=quoted(status.text()))
        entry.note(NoteKind.WARNING, text, status, "provider_type")
    elif gone:
        text = say("Companies House shows the day on which it ended.")
        entry.note(NoteKind.WARNING, text, row["date_of_cessation"], "provider_type")
    if detail:
        text = say("Companies House adds to its standing: {words}.", words=quoted(detail))
        entry.note(NoteKind.WARNING, text, row["company_status_detail"], "provider_type")
    if row["has_insolvency_history"].yes_no():
        text = say("Companies House shows that it was insolvent, or is.")
        entry.note(NoteKind.WARNING, text, row["has_insolvency_history"], "provider_type")
    if not word:
        hint = "give `company_status`; the fields are those of the register's own service"
        status.fault("nothing says whether this company exists", hint)
    began = row.first("date_of_creation", "IncorporationDate")
    has_begun = entry.is_before_fetching(began.day(british=True), began)
    _form(entry, row, exists=has_begun and not gone and (word in LIVE or _is_in_trouble(word)))
    _overdue(entry, row)
    return entry.reading()


def _is_in_trouble(word: str) -> bool:
    """Whether a company of this standing still exists. Of a word that nobody knows, nothing is known."""
    return any(each in word for each in TROUBLE)


def _form(entry: Entry, row: Node, *, exists: bool) -> None:
    given = row.first("type", "company_type", "CompanyCategory")
    kind, under = given.text().casefold(), row["subtype"].text().casefold()
    flag = row["is_community_interest_company"].yes_no()
    if not kind and not under:
        return
    is_cic = under in CIC or kind in CIC or flag is True
    if is_cic and flag is False:
        text = say("The entry says two things: that it is a community interest company, and that it is none.")
        entry.note(NoteKind.CONFLICT, text, row["is_community_interest_company"], "provider_type")
    elif not exists:
        return
    elif is_cic:
        entry.fact("provider_type", "cic", given, Strength.VERIFIED, None)
    elif kind in CIO:
        entry.fact("provider_type", "cio", given, Strength.VERIFIED, None)
    elif kind in COMPANIES:
        entry.fact("provider_type", "company", given, Strength.VERIFIED, None)
        if "guar" in kind:
            text = say(
                "A company limited by guarantee may be a charity too. Look in the register of charities."
            )
            entry.note(NoteKind.ASK, text, given, "provider_type")
    else:
        text = say(
            "Companies House gives its form as {words}. Say what that is here.", words=quoted(given.text())
        )
        entry.note(NoteKind.ASK, text, given, "provider_type")


def _overdue(entry: Entry, row: Node) -> None:
    listed = row["Accounts.NextDueDate"]
    due = listed.day(british=True)
    if due is not None and due < entry.looked.as_of:
        entry.note(NoteKind.JUDGE, say(OVERDUE["accounts"]), listed, MONEY)
    for key, words in OVERDUE.items():
        part = row[key]
        if part.given is None:
            continue
        if part.mapping() and (
            part["overdue"].yes_no() or (key == "accounts" and part["next_accounts"]["overdue"].yes_no())
        ):
            entry.note(NoteKind.JUDGE, say(words), part["overdue"], MONEY)


__all__ = ["read"]
