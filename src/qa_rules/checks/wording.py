"""Words that a person will read and that are missing or too long."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject

CODE = "wording"
LONGEST_TITLE = 80


def find(subject: Subject) -> Iterator[Remark]:
    """Yield requirements without a fix, long titles, conversations that do not ask, tests with no words."""
    ruleset = subject.ruleset
    for each in ruleset.requirements:
        if not each.fix.strip():
            message = f"{each.id} does not say what to do when it is not met"
            yield Remark(CODE, each.id, message, "write `fix:` as one or two plain sentences", each.place)
    titles = [(each.id, each.title, each.place) for each in ruleset.requirements]
    titles += [(each.id, each.title, each.place) for each in ruleset.groups]
    titles += [(each.id, each.title, each.place) for each in ruleset.decisions]
    for name, title, place in titles:
        if len(title) > LONGEST_TITLE:
            message = f"the title of {name} has {len(title)} letters"
            yield Remark(CODE, name, message, f"keep to {LONGEST_TITLE}", place)
        if title.rstrip().endswith("."):
            message = f"the title of {name} ends in a full stop"
            yield Remark(CODE, name, message, "a title is a phrase", place)
    for prompt in ruleset.conversation:
        asked = [(prompt.ask, prompt.place), *((each.ask, each.place) for each in prompt.follow_ups)]
        for ask, place in asked:
            if not ask.rstrip().endswith("?"):
                message = f"`{ask}` of {prompt.id} does not end in a question mark"
                yield Remark(CODE, prompt.id, message, "word it as a question", place)
    for decision in ruleset.decisions:
        for outcome in decision.outcomes:
            if not outcome.words.strip():
                at = f"{decision.id}.{outcome.id}"
                yield Remark(
                    CODE, at, f"the outcome `{outcome.id}` has no words", "write them", outcome.place
                )
