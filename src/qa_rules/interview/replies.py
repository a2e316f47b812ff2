"""What a person types, as a value of the type that is due, or one line that says what is expected."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Final, assert_never

import attrs

from qa_rules.explain.wording import day, strength_words, value_words
from qa_rules.explain.wording import evidence_words as phrase
from qa_rules.language.reading import Plain
from qa_rules.language.values import ValueFault, parse_value, shown
from qa_rules.model.facts import Evidence, FactDeclaration, FactType
from qa_rules.model.values import NONE, Strength, Value

YES: Final = ("yes", "y", "true")
NO: Final = ("no", "n", "false")
NOT_APPLICABLE: Final = ("none", "not applicable", "n/a", "na", "does not apply")
NOTHING: Final = ("none", "none of these", "none of them", "nothing", "[]", "0")
CANNOT_TELL: Final = (
    "don't know",
    "dont know",
    "do not know",
    "dk",
    "not known",
    "unknown",
    "not sure",
    "skip",
)
TO_FOLLOW: Final = ("to follow", "later", "follows", "evidence to follow")
PERHAPS_MORE: Final = re.compile(r"[,;]?\s*(and )?(perhaps|maybe) (more|others)$", re.IGNORECASE)
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


def plain(line: str) -> str:
    """Return a line in lower case, with straight quotation marks and single blanks."""
    return " ".join(line.replace("\u2019", "'").replace("\u2018", "'").split()).rstrip(".!").lower()


def expected(declared: FactDeclaration) -> str:
    """Return what may be answered, as a sentence."""
    none = ", or none if there is none" if declared.may_be_none else ""
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return f"Answer yes or no{none}."
        case FactType.INTEGER:
            return f"Answer with a whole number{_of(declared)}{none}."
        case FactType.DECIMAL:
            return f"Answer with a number{_of(declared)}{none}."
        case FactType.DATE:
            return f"Answer with a date, such as 31 March 2026{none}."
        case FactType.CHOICE:
            return f"Answer with one number or word{none}."
        case FactType.CHOICES:
            return "Answer with numbers or words, with commas between; or: none of these."
        case FactType.CODES:
            return "Answer with words, with commas between; or: none of these."
        case FactType.CODE | FactType.TEXT:
            return f"Answer in a few words{none}."
        case FactType.COLLECTION | FactType.DOCUMENT:
            return "Answer yes or no."
        case _:
            assert_never(declared.type)


def _of(declared: FactDeclaration) -> str:
    unit = "pounds" if declared.unit == "GBP" else declared.unit
    words = f" of {unit}" if unit else ""
    return words if declared.most is None else f"{words} up to {declared.most}"


def numbered(declared: FactDeclaration) -> tuple[str, ...]:
    """Return the options of a choice, one to a line with its number."""
    return tuple(f"  {at}  {words}" for at, words in enumerate(declared.options.values(), 1))


def value_of(line: str, declared: FactDeclaration) -> tuple[Value, bool]:
    """Return the value that a line says, and whether more may belong to it (of a set).

    ValueFault, with what is expected, when it says none.
    """
    text = line.strip()
    word = plain(text)
    if declared.may_be_none and word in NOT_APPLICABLE and "none" not in declared.options:
        return NONE, False
    if word in NOT_APPLICABLE[1:]:
        raise ValueFault("this always has an answer", "if it is not known, type: don't know")
    partial = False
    if declared.type.is_set:
        shorter = PERHAPS_MORE.sub("", text)
        partial, text = shorter != text, shorter
    try:
        value = parse_value(_raw(text, declared), declared)
    except ValueFault as fault:
        raise ValueFault(fault.message, _hint(declared)) from None
    if value is None:
        raise ValueFault("there is nothing written here", _hint(declared))
    return value, partial


def _hint(declared: FactDeclaration) -> str:
    words = expected(declared)
    return words[0].lower() + words[1:].rstrip(".")


def _raw(text: str, declared: FactDeclaration) -> object:
    """The line as a file would hold it."""
    word = plain(text)
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return True if word in YES else False if word in NO else text
        case FactType.INTEGER | FactType.DECIMAL:
            return Plain(_number(text, declared))
        case FactType.DATE:
            return date_of(text)
        case FactType.CHOICE:
            return _option(text, declared.options)
        case FactType.CHOICES:
            if word in NOTHING and word not in declared.options:
                return []
            return [_option(each, declared.options) for each in _parts(text)]
        case FactType.CODES:
            return [] if word in NOTHING else [_unquoted(each) for each in _parts(text)]
        case _:
            return _unquoted(text)


def _parts(text: str) -> list[str]:
    return [each.strip() for each in re.split(r"[,;]", text) if each.strip()]


def _unquoted(text: str) -> str:
    """Words in quotation marks are taken as they are, even if they are also a command."""
    return text[1:-1].strip() if len(text) > 2 and text[0] == text[-1] == '"' else text


def _number(text: str, declared: FactDeclaration) -> str:
    found = text.strip().removeprefix("£").strip()
    if declared.unit:
        found = re.sub(rf"\s*{re.escape(declared.unit)}$", "", found, flags=re.IGNORECASE)
    return found.replace(",", "") if _THOUSANDS.fullmatch(found) else found


_LEAST_LETTERS: Final = 3
"""How much of an option's words must be typed; a mere `no` is no `no licence`."""


def number_of(text: str, most: int) -> int | None:
    """Return the number from 1 that a text is, None when it is none or a larger one, however many digits it has."""
    digits = text.strip().lstrip("0")
    if not digits.isdecimal() or len(digits) > len(str(most)):
        return None
    return int(digits) if int(digits) <= most else None


def _option(text: str, options: Mapping[str, str]) -> str:
    """The key of an option that is named by its number, its key, its words or how they begin."""
    keys, word = list(options), plain(text)
    if word.isascii() and word.isdigit() and word not in options:
        if (number := number_of(word, len(keys))) is not None:
            return keys[number - 1]
        raise ValueFault(f"there is no number {shown(word).strip('`')} in this list")
    named = {key: (plain(key), plain(key.replace("_", " ")), plain(words)) for key, words in options.items()}
    exact = [key for key, names in named.items() if word in names]
    if exact:
        return exact[0]
    begun = [
        key
        for key, names in named.items()
        if len(word) >= _LEAST_LETTERS and any(each.startswith(word) for each in names)
    ]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise ValueFault(f"`{text}` could be {' or '.join(options[key] for key in begun)}")
    raise ValueFault(f"`{text}` is not in this list")


def date_of(text: str) -> datetime.date:
    """Return a date as people write it: 2026-03-31, 31/3/2026, 31 March 2026. ValueFault for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip(), re.ASCII)
    numbers: Sequence[int] = ()
    if found:
        numbers = (int(found[3]), int(found[2]), int(found[1]))
    elif found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text.strip(), re.ASCII):
        numbers = tuple(map(int, found.groups()))
    elif found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9}),? (\d{4})", plain(text), re.ASCII):
        months = [at for at, name in enumerate(_MONTHS, 1) if name.startswith(found[2])]
        numbers = (int(found[1]), months[0], int(found[3])) if len(months) == 1 else ()
    if not numbers:
        raise ValueFault(f"`{text}` is not a date", "write it as 31 March 2026, 31/3/2026 or 2026-03-31")
    try:
        return datetime.date(numbers[2], numbers[1], numbers[0])
    except ValueError:
        raise ValueFault(f"there is no day {text}", "the day comes first, then the month") from None


# Evidence

_KEYS: Final = re.compile(r"\b(by|as|on|until|reference|ref|because|source)\s+", re.IGNORECASE)
EVIDENCE_EXAMPLE: Final = "seen by N. Osei as assessor on 4 November 2026 until 4 November 2027"


def evidence_from(line: str, usual: Evidence) -> Evidence:
    """Return the evidence that a line says, laid over the usual one; an empty line is the usual one.

    The line has the strength first, then any of: by NAME, as ROLE, on DATE, until DATE, reference TEXT, source WORD,
    because TEXT. ValueFault when it cannot be read.
    """
    text = line.strip()
    if not text:
        return usual
    pieces = _KEYS.split(text)
    found: dict[str, object] = {}
    head = plain(pieces[0]).rstrip(",")
    if head:
        words = [each.word for each in Strength]
        if (number := number_of(head, len(words))) is not None:
            head = words[number - 1]
        if head not in words:
            raise ValueFault(
                f"`{pieces[0].strip()}` is no strength", f"write for example: {EVIDENCE_EXAMPLE}"
            )
        found["strength"] = Strength.of(head)
    names = {"as": "role", "until": "valid_until", "ref": "reference", "because": "reason"}
    for key, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        value = rest.strip().strip(",").strip()
        field = names.get(key.lower(), key.lower())
        if not value:
            raise ValueFault(f"nothing stands behind `{key}`", f"write for example: {EVIDENCE_EXAMPLE}")
        found[field] = date_of(value) if field in ("on", "valid_until") else value
    if "by" in found and "on" in found:
        found["inherited"] = False
    return attrs.evolve(usual, **found)  # type: ignore[arg-type]


def strength_of(line: str, usual: Strength) -> Strength:
    """Return a strength by number or word; an empty line is the usual one. ValueFault for anything else."""
    return evidence_from(plain(line), Evidence(strength=usual)).strength


def person_of(line: str) -> tuple[str, str]:
    """Return a name and a role, which stands behind a comma; both may be empty."""
    name, _, role = line.partition(",")
    return name.strip(), role.strip()


def evidence_words(evidence: Evidence) -> str:
    """Return evidence in words, as reports say it: stated, by J. Example, co-ordinator, 22 November 2026."""
    on = "" if evidence.on is None else day(evidence.on)
    until = "" if evidence.valid_until is None else day(evidence.valid_until)
    strength = strength_words(evidence.strength)
    return phrase(strength, evidence.source, evidence.by, evidence.role, on, until, evidence.reference)


def said(value: Value, declared: FactDeclaration, partial: bool = False) -> str:
    """Return a value in words, as it was understood."""
    words = value_words(value, declared)
    if declared.type.is_set and words == "nothing":
        words = "none of these"
    return f"{words}, perhaps more" if partial else words


__all__ = [
    "CANNOT_TELL",
    "EVIDENCE_EXAMPLE",
    "NO",
    "TO_FOLLOW",
    "YES",
    "date_of",
    "evidence_from",
    "evidence_words",
    "expected",
    "numbered",
    "person_of",
    "plain",
    "said",
    "strength_of",
    "value_of",
]
