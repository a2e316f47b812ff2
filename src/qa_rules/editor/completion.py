"""What may be written next: keys, names, options, and the words of tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from qa_rules.editor.cursor import Cursor, cursor_at
from qa_rules.editor.hover import titled
from qa_rules.editor.project import Project
from qa_rules.language.kinds import room
from qa_rules.language.library import vocabulary_names
from qa_rules.language.reading import Raw, Trail, mapping
from qa_rules.language.words import Scope, Symbol, Word, words_in_test
from qa_rules.model.values import Verdict

_STRUCTURES: Final = ("all_of", "any_of", "at_least", "not", "only_when")
_PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": ("is given", "is not given"),
    "judgement": ("is given", "is not given"),
    "number": ("at least", "at most", "more than", "less than", "is"),
    "date": ("before", "after", "not before", "not after", "within", "is given", "is not given"),
    "choice": ("is", "is not", "is one of", "is not one of", "is given", "is not given"),
    "choices": (
        "includes",
        "includes any of",
        "includes all of",
        "includes only",
        "is empty",
        "is not empty",
    ),
    "code": ("is", "is not", "is one of", "is given", "is not given"),
    "codes": ("includes", "includes any of", "includes all of", "includes only", "is empty"),
    "text": ("is given", "is not given"),
    "document": ("exists", "is current", "covers"),
}
_NUMBERS: Final = ("integer", "decimal")
_OF_ORDER: Final = ("at least", "at most", "more than", "less than")
_REFERRED: Final = ("applies and is met", "is not met", "at strength")


@attrs.frozen
class Offer:
    """A word that may be written."""

    label: str
    kind: str
    """That of a symbol, else `key` or `word`."""
    detail: str = ""
    insert: str = ""
    """What is written, where it is more than the label."""
    word: Word | None = None
    """Where it is declared."""


def offers(
    project: Project, path: Path, lines: Sequence[str], line: int, column: int
) -> tuple[list[Offer], int]:
    """Return what may stand at a place, counted from 0, and how many characters before it that replaces."""
    kind = project.kind(path)
    if kind is None:
        return [], 0
    at = cursor_at(lines, line, column)
    found = _Completion(project, path, kind, at)
    started = re.search(r"[\w.-]*$" if not at.text.startswith("policy.") else r"\w*$", at.text)
    width = 0 if started is None else len(started[0])
    if found.whole_text:
        width = len(at.text)
    return list({each.label: each for each in found.offers()}.values()), width


@attrs.define
class _Completion:
    project: Project
    path: Path
    kind: str
    at: Cursor
    ruleset: Path | None = attrs.field(init=False)
    scope: Scope = attrs.field(init=False)
    whole_text: bool = False

    def __attrs_post_init__(self) -> None:
        self.ruleset = self.project.ruleset_of(self.path)
        self.scope = self.project.scope(self.ruleset)

    def offers(self) -> Iterator[Offer]:
        trail = self.at.trail
        here = room(self.kind, trail)
        if here.is_rule and not self._is_setting(trail):
            yield from self._test(trail)
        elif here.words:
            yield from (Offer(each, "word") for each in here.words)
        elif special := self._special(trail):
            yield from special
        elif not self.at.is_value:
            for key, field in here.keys.items():
                yield Offer(key, "key", "needed" if field.is_required() else "", insert=f"{key}: ")

    # Names by where they stand

    def _special(self, trail: Trail) -> list[Offer]:
        keys = [each for each in trail if isinstance(each, str)]
        last = keys[-1] if keys else ""
        if "facts" in keys and self.kind in ("cases", "facts"):
            return list(self._given(keys[keys.index("facts") + 1 :]))
        if "expect" in keys and self.kind == "cases":
            return list(self._expected(keys[keys.index("expect") + 1 :]))
        match last:
            case "members" | "top_needs":
                return self._declared("rule")
            case "fills" | "excludes" | "without":
                return self._declared("fact")
            case "vocabularies":
                own = [
                    str(mapping(self.project.whole(each).data).get("vocabulary"))
                    for each in self.project.of_kind("vocabulary")
                ]
                return [Offer(each, "vocabulary") for each in sorted({*own, *vocabulary_names()})]
            case "for" | "ruleset" if self.kind in ("policy", "cases"):
                return [
                    Offer(self.project.id_of(each), "ruleset") for each in self.project.of_kind("ruleset")
                ]
            case "from":
                return self._declared("base")
            case "tier":
                return self._declared("tier")
            case "settings" if not self.at.is_value:
                return self._declared("parameter", colon=True)
            case "severity" if not self.at.is_value and len(keys) == 1:
                return self._declared("rule", colon=True)
            case "routes" if self.kind == "policy":
                return self._declared("route", colon=True)
        if len(keys) == 2 and keys[0] == "settings":
            declared = mapping(self.scope.parameters.get(last))
            options = self._options(Symbol("parameter", last))
            return options or (_yes_no() if declared.get("type") == "yes_no" else [])
        return []

    def _is_setting(self, trail: Trail) -> bool:
        """Whether a setting stands here that is no test."""
        if len(trail) < 2 or trail[0] not in ("settings", "parameters"):
            return False
        return mapping(self.scope.parameters.get(str(trail[1]))).get("type") != "test"

    def _given(self, keys: Sequence[str]) -> Iterator[Offer]:
        """What facts may be given, or what is given of one."""
        if not keys:
            yield from self._declared("fact", colon=True)
            return
        symbol, declared = Symbol("fact", keys[0]), mapping(self.scope.facts.get(keys[0]))
        fields = mapping(declared.get("fields"))
        if fields and (len(keys) == 1 or keys[-1] not in fields):
            named = self.project.named("field", self.ruleset, self.path)
            yield from (
                self._offer(each, colon=True) for each in named if each.symbol.name.startswith(f"{keys[0]}.")
            )
            return
        if fields:
            symbol, declared = Symbol("field", f"{keys[0]}.{keys[-1]}"), mapping(fields[keys[-1]])
        if declared.get("type") == "document" and not self.at.is_value and len(keys) == 1:
            yield from (
                Offer(each, "key", insert=f"{each}: ") for each in ("exists", "dated", "review_due", "covers")
            )
        elif declared.get("type") in ("yes_no", "judgement") or keys[-1] == "exists":
            yield from _yes_no()
        else:
            yield from self._options(symbol)
        if declared.get("may_be_none") in (True, "yes"):
            yield Offer("none", "word")

    def _expected(self, keys: Sequence[str]) -> Iterator[Offer]:
        if not keys:
            yield from (*self._declared("rule", colon=True), *self._declared("decision", colon=True))
            yield from (Offer(each, "key", insert=f"{each}: ") for each in ("tier", "at_most", "required"))
            return
        self.whole_text = True
        if keys[0][:1].isupper():
            yield from (Offer(each.value, "word") for each in Verdict)
            return
        kind = "tier" if keys[0] in ("tier", "at_most", "required", "level") else "outcome"
        for word in self.project.named(kind, self.ruleset, self.path):
            if kind == "tier" or word.symbol.name.startswith(f"{keys[0]}."):
                yield self._offer(word)

    # Tests

    def _test(self, trail: Trail) -> Iterator[Offer]:
        text = self.at.text
        collection = next((found for each in reversed(trail) if (found := _collection(each))), "")
        if re.search(r"policy\.\w*$", text):
            yield from self._declared("parameter")
            return
        if not re.search(r"\s", text.strip()) and not text.endswith(" "):
            yield from self._beginnings(trail, collection)
            return
        subject = next((each[2] for each in words_in_test(text.split()[0], self.scope, collection)), None)
        if subject is None:
            return
        behind = text.split(maxsplit=1)[1] if len(text.split()) > 1 else ""
        yield from self._options(subject) if behind else ()
        yield from self._phrases(subject, collection, text, behind)

    def _beginnings(self, trail: Trail, collection: str) -> Iterator[Offer]:
        """What a test begins with."""
        fields = [
            each
            for each in self.project.named("field", self.ruleset, self.path)
            if collection and each.symbol.name.startswith(f"{collection}.")
        ]
        yield from (self._offer(each) for each in fields)
        for kind in ("fact", "value", "rule"):
            for word in self.project.named(kind, self.ruleset, self.path):
                if not (
                    kind == "fact" and mapping(self.scope.facts.get(word.text)).get("type") == "collection"
                ):
                    yield self._offer(word)
        yield Offer("on", "word", "the day of the assessment")
        yield Offer("policy.", "word", "a setting")
        if self.at.is_value:
            return
        yield from (Offer(each, "key", insert=f"{each}:") for each in _STRUCTURES)
        lists = (
            []
            if collection
            else [
                name for name, each in self.scope.facts.items() if mapping(each).get("type") == "collection"
            ]
        )
        for name in lists:
            for key in (f"some {name}", f"every {name}"):
                yield Offer(key, "key", insert=f"{key}:")
        if _collection(trail[-1] if trail else ""):
            yield from (Offer(each, "key", insert=f"{each}:") for each in ("where", "meets"))

    def _phrases(self, subject: Symbol, collection: str, text: str, behind: str) -> Iterator[Offer]:
        """What may be asked of a thing."""
        if subject.kind == "rule":
            phrases: Iterable[str] = _REFERRED
        else:
            found = self.scope.subject(text.split()[0], collection)
            declared: Mapping[str, Raw] = (
                mapping(self.scope.parameters.get(subject.name)) if found is None else found[1]
            )
            kind = str(declared.get("type"))
            phrases = _PHRASES.get("number" if kind in _NUMBERS else kind, ())
            if declared.get("ordered") in (True, "yes"):
                phrases = (*phrases, *_OF_ORDER)
        kept = behind.rpartition(" ")[0]
        for each in phrases:
            if each.startswith(behind) and each != behind.strip():
                yield Offer(each[len(kept) + 1 :] if kept else each, "word")

    def _options(self, symbol: Symbol) -> list[Offer]:
        options = self.scope.options(symbol)[1]
        return [Offer(name, "option", str(words or "")) for name, words in options.items()]

    def _declared(self, kind: str, *, colon: bool = False) -> list[Offer]:
        return [self._offer(each, colon=colon) for each in self.project.named(kind, self.ruleset, self.path)]

    def _offer(self, word: Word, *, colon: bool = False) -> Offer:
        title = titled(self.project, word)
        return Offer(word.text, word.symbol.kind, title, f"{word.text}: " if colon else "", word)


def _collection(step: str | int) -> str:
    """The list of whose records a key speaks."""
    found = re.fullmatch(r"(?:every|some|at least \d+) (\w+)|(\w+) together", str(step))
    return "" if found is None else found[1] or found[2]


def _yes_no() -> list[Offer]:
    return [Offer("yes", "word"), Offer("no", "word")]
