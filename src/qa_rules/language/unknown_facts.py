"""Names in a facts file that the vocabulary does not know: each with what may be meant, or many of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from qa_rules.language.facts_reader import FactsReader
from qa_rules.language.library import ruleset_ids, shipped_ruleset_file, vocabulary_file
from qa_rules.language.reading import MOST_FAULTS, Trail, mapping, read_file
from qa_rules.model.facts import Vocabulary

_MOST: Final = 3
"""More unknown names than this are no slips of the pen: the file is for another ruleset."""
_UNKNOWN: Final = "the vocabulary of the ruleset does not know it"
_UNKNOWN_ALL: Final = "the vocabulary of the ruleset does not know them"


def report_unknown(trails: Sequence[Trail], reader: FactsReader, vocabulary: Vocabulary) -> None:
    """Report names that no fact has. Those that are near one are each told, the others at once where there are many."""
    fault = reader.source.fault
    # No more is looked for than could be told.
    looked = ((trail, reader.near(str(trail[-1]), vocabulary.facts)) for trail in trails[:MOST_FAULTS])
    slips = {trail: hint for trail, hint in looked if hint}
    others = [trail for trail in trails if trail not in slips]
    if len(others) <= _MOST:
        for trail in trails:
            fault(
                "unknown-fact", f"there is no fact `{trail[-1]}`", trail, slips.get(trail, _UNKNOWN), key=True
            )
        return
    homes = list(_homes({str(trail[-1]) for trail in trails}))
    if homes:
        # What looks like a slip of the pen is none: the whole file is for something else.
        others, slips = list(trails), {}
    for trail, hint in slips.items():
        fault("unknown-fact", f"there is no fact `{trail[-1]}`", trail, hint, key=True)
    shown = ", ".join(f"`{trail[-1]}`" for trail in others[:_MOST])
    message = f"there are no facts {shown} and {len(others) - _MOST} more"
    hint = f"they belong to {' or '.join(homes)}: assess the file against that" if homes else _UNKNOWN_ALL
    fault("unknown-fact", message, others[0], hint, key=True)


def _homes(names: set[str]) -> Iterator[str]:
    """The shipped rulesets whose vocabularies know all of some names."""
    for each in ruleset_ids():
        file = shipped_ruleset_file(each)
        known: set[str] = set()
        for name in mapping(read_file(file).data).get("vocabularies", ()):
            inner = vocabulary_file(str(name), file.parent)
            known.update(
                map(str, () if inner is None else mapping(mapping(read_file(inner).data).get("facts")))
            )
        if names <= known:
            yield each


__all__ = ["report_unknown"]
