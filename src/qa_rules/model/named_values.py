"""Values that a ruleset defines: tests and numbers with a name."""

from __future__ import annotations

import attrs

from qa_rules.errors import Place
from qa_rules.model.expressions import Expr, Named, facts_of, terms, walk
from qa_rules.model.facts import FactType
from qa_rules.model.numbers import Number, facts_in, tests_of, walk_number
from qa_rules.model.values import Shown


@attrs.frozen(repr=False)
class NamedValue(Shown):
    """A value that a ruleset defines from facts and other values. It has no verdict, no clause and no fix."""

    name: str
    type: FactType
    label: str
    """A noun phrase in lower case, for use inside sentences."""
    definition: Expr | Number
    """Of a yes or no: the test."""
    unit: str = ""
    says: str = ""
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)

    @property
    def tests(self) -> tuple[Expr, ...]:
        """The tests that it is made of."""
        if isinstance(self.definition, Expr):
            return (self.definition,)
        return tuple(test for each in walk_number(self.definition) for test in tests_of(each))

    @property
    def reads(self) -> frozenset[str]:
        """The facts and collections that it reads itself."""
        return facts_of(self.definition) if isinstance(self.definition, Expr) else facts_in(self.definition)

    @property
    def uses(self) -> frozenset[str]:
        """The values that it uses itself."""
        found = {
            term.name
            for test in self.tests
            for node in walk(test)
            for term in terms(node)
            if isinstance(term, Named)
        }
        if not isinstance(self.definition, Expr):
            found |= {each.name for each in walk_number(self.definition) if isinstance(each, Named)}
        return frozenset(found)
