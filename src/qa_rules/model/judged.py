"""What a standard judges, in its own words."""

from __future__ import annotations

from typing import Final

import attrs

from qa_rules.model.values import Shown


@attrs.frozen(repr=False)
class Judged(Shown):
    """What is judged, as messages, reports and witnesses call it: a provider, a dam, a school kitchen."""

    singular: str = "subject"
    plural: str = "subjects"
    called: str = ""
    """What its name may be the name of, where that is more than one thing: a group, activity or provider."""

    part: str = ""
    """What facts are about of which one that is judged may have several, each judged by itself."""

    @property
    def one(self) -> str:
        """The singular with its article."""
        return f"{'an' if self.singular[0] in 'aeiouAEIOU' else 'a'} {self.singular}"

    @property
    def name_of(self) -> str:
        """What its name is the name of."""
        return self.called or self.singular


@attrs.frozen(repr=False)
class People(Shown):
    """Whose word an answer is, by the words that facts are `answered_by`."""

    speak_for_it: tuple[str, ...] = ()
    """Who speaks for what is judged: what they may answer is its own word, whoever else may answer it."""
    own_word_seen: tuple[str, ...] = ()
    """Who has seen what they say themselves, where the caller says that it is they who hand it in."""


UNNAMED: Final = Judged()
"""Of a standard that does not say what it judges."""
NOBODY: Final = People()
"""Of a standard in which nobody's own word counts for more than it says."""
