"""What a person types, as a value of the type that is due, or one line that says what is expected."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Final, assert_never

import attrs

from qa_rules.explain.messages import say
from qa_rules.explain.wording import day, strength_words, value_words
from qa_rules.explain.wording import evidence_words as phrase
from qa_rules.interview.days import date_of, plain
from qa_rules.language.reading import Plain
from qa_rules.language.values import ValueFault, parse_value, shown
from qa_rules.model.facts import Evidence, FactDeclaration, FactType
from qa_rules.model.values import NONE, Strength, Value

YES: Final = ("yes", "y", "true", "yeah", "yep", "aye")
NO: Final = ("no", "n", "false", "nope", "nah")
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
    "dunno",
    "i don't know",
    "i dont know",
    "i do not know",
    "don't know yet",
    "idk",
    "no idea",
    "no clue",
    "i'm not sure",
    "unsure",
    "unclear",
    "maybe",
    "perhaps",
    "possibly",
    "can't say",
    "cannot say",
    "can't tell",
    "cannot tell",
    "hard to say",
)
TO_FOLLOW: Final = (
    "to follow",
    "later",
    "follows",
    "evidence to follow",
    "not to hand",
    "not at hand",
    "i'll check",
    "will check",
)
PERHAPS_MORE: Final = re.compile(r"[,;]?\s*(and )?(perhaps|maybe) (more|others)$", re.IGNORECASE)
_ABOUT: Final = re.compile(r"(about|around|roughly|approximately|approx\.?)\s+", re.IGNORECASE)
_NUMBERS: Final = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_NOBODY: Final = (*NO, "nobody", "no one", "nil", "zero", "nothing")
_NEGATING: Final = frozenset({"no", "not", "none", "nothing", "without", "never"})
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


def expected(declared: FactDeclaration) -> str:
    """Return what may be answered, as a sentence."""
    none = say(", or none if there is none") if declared.may_be_none else ""
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return say("Answer yes or no{none}.", none=none)
        case FactType.INTEGER:
            return say("Answer with a whole number{unit}{none}.", unit=_of(declared), none=none)
        case FactType.DECIMAL:
            return say("Answer with a number{unit}{none}.", unit=_of(declared), none=none)
        case FactType.DATE:
            return say("Answer with a date, such as 31 March 2026{none}.", none=none)
        case FactType.CHOICE:
            return say("Answer with one number or word{none}.", none=none)
        case FactType.CHOICES:
            return say("Answer with numbers or words, with commas between; or: none of these.")
        case FactType.CODES:
            return say("Answer with words, with commas between; or: none of these.")
        case FactType.CODE | FactType.TEXT:
            return say("Answer in a few words{none}.", none=none)
        case FactType.COLLECTION | FactType.DOCUMENT:
            return say("Answer yes or no.")
        case _:
            assert_never(declared.type)


def _of(declared: FactDeclaration) -> str:
    unit = say("pounds") if declared.unit == "GBP" else declared.unit
    words = say(" of {unit}", unit=unit) if unit else ""
    return words if declared.most is None else words + say(" up to {most}", most=declared.most)


def numbered(declared: FactDeclaration) -> tuple[str, ...]:
    """Return the options of a choice, one to a line with its number."""
    return tuple(f"  {at}  {words}" for at, words in enumerate(declared.options.values(), 1))


def with_reason(line: str) -> tuple[str, str]:
    """Return an answer and the reason behind it: `yes, because she asked`. The reason is empty where there is none.

    Only *because* leads to a reason. What else stands behind a yes may take it back: *yes, not always*.
    """
    found = re.fullmatch(r"(.+?)[,;:.]?\s+because\s+(.+)", line.strip(), re.IGNORECASE)
    return (found[1], found[2].strip()) if found else (line, "")


def value_of(line: str, declared: FactDeclaration, on: datetime.date | None = None) -> tuple[Value, bool]:
    """Return the value that a line says, and whether more may belong to it (of a set).

    `on` is the day that `today` is, and by which a date without a year is read. ValueFault, with what is expected,
    when the line says no value.
    """
    text = line.strip()
    word = plain(text)
    if declared.may_be_none and word in NOT_APPLICABLE and "none" not in declared.options:
        return NONE, False
    if word in NOT_APPLICABLE[1:]:
        raise ValueFault(say("this always has an answer"), say("if it is not known, type: don't know"))
    partial = False
    if declared.type.is_set:
        shorter = PERHAPS_MORE.sub("", text)
        partial, text = shorter != text, shorter
    try:
        value = parse_value(_raw(text, declared, on), declared)
    except ValueFault as fault:
        raise ValueFault(fault.message, _hint(declared)) from None
    if value is None:
        raise ValueFault(say("there is nothing written here"), _hint(declared))
    return value, partial


def _hint(declared: FactDeclaration) -> str:
    words = expected(declared)
    return say(
        "{expected}; or, if it is not known: don't know", expected=words[0].lower() + words[1:].rstrip(".")
    )


def _raw(text: str, declared: FactDeclaration, on: datetime.date | None) -> object:
    """The line as a file would hold it."""
    word = plain(text)
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            if word in YES or word in NO:
                return word in YES
            raise ValueFault(say("`{text}` is neither yes nor no", text=text))
        case FactType.INTEGER | FactType.DECIMAL:
            return Plain(_number(text, declared))
        case FactType.DATE:
            return date_of(text, on)
        case FactType.CHOICE:
            return _option(text, declared.options)
        case FactType.CHOICES:
            if word in (*NOTHING, *NO) and word not in declared.options:
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
    found = _ABOUT.sub("", text.strip()).removeprefix("£").strip()
    word = plain(found)
    if word in _NOBODY and not declared.may_be_none:
        return "0"
    if word in _NUMBERS:
        return str(_NUMBERS.index(word))
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
        raise ValueFault(say("there is no number {number} in this list", number=shown(word).strip("`")))
    named = {key: (plain(key), plain(key.replace("_", " ")), plain(words)) for key, words in options.items()}
    exact = [key for key, names in named.items() if word in names]
    if not exact and word in (*NO, "nothing", "no one", "nobody") and "none" in options:
        exact = ["none"]
    if exact:
        return exact[0]
    words = _words_of(word)
    whole = [key for key, names in named.items() if any(_words_of(each) == words for each in names)]
    begun = [
        key
        for key, names in named.items()
        if len(word) >= _LEAST_LETTERS
        and any(start.startswith(word) for each in names for start in (each, " ".join(_words_of(each))))
    ]
    part = [
        key
        for key, names in named.items()
        if len(word) >= _LEAST_LETTERS and any(_is_part(words, _words_of(each)) for each in names)
    ]
    for found in (whole, begun, part):
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueFault(
                say(
                    "`{text}` could be {options}",
                    text=text,
                    options=" or ".join(options[key] for key in found),
                )
            )
    raise ValueFault(say("`{text}` is not in this list", text=text))


def _words_of(text: str) -> tuple[str, ...]:
    """The words without signs and without the articles that nobody types."""
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)?", text)
    return tuple(each for each in words if each not in ("a", "an", "the")) or tuple(words)


def _is_part(words: tuple[str, ...], option: tuple[str, ...]) -> bool:
    """Whether words stand together in an option. Behind a *not* or *without* they mean the contrary."""
    for at in range(len(option) - len(words) + 1):
        if option[at : at + len(words)] == words and not _NEGATING.intersection(option[:at]):
            return bool(words)
    return False


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


_HOW: Final = {
    Strength.STATED: ("they told me", "told", "told me", "they said", "they said so", "heard it"),
    Strength.SEEN: ("i have seen it", "i saw it", "saw it", "i looked", "i checked", "seen it"),
    Strength.VERIFIED: (
        "checked independently",
        "independently checked",
        "it has been independently checked",
    ),
}
"""How people say how well something is known."""


def strength_of(line: str) -> Strength:
    """Return a strength by number, by word or as people say it. ValueFault for anything else, nothing included."""
    word = plain(line)
    for strength, ways in _HOW.items():
        if word in ways:
            return strength
    if not word:
        raise ValueFault(say("nothing was typed"))
    return evidence_from(word.split(" (")[0], Evidence()).strength


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
        words = say("none of these")
    return say("{words}, perhaps more", words=words) if partial else words


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
    "with_reason",
]
