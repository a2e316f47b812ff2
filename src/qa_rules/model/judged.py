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

    @property
    def one(self) -> str:
        """The singular with its article."""
        return f"{'an' if self.singular[0] in 'aeiouAEIOU' else 'a'} {self.singular}"

    @property
    def name_of(self) -> str:
        """What its name is the name of."""
        return self.called or self.singular


UNNAMED: Final = Judged()
"""Of a standard that does not say what it judges."""
PERSON: Final = "person"
"""About whom facts may be in any domain. A person is nothing that anybody puts right."""
