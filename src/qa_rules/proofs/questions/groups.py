"""Are groups possible, and does every member ask for something of its own?"""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.model.rulesets import Group
from qa_rules.program.severities import requirements_of
from qa_rules.proofs.claims import Claim, Part
from qa_rules.proofs.study import Study

CODE = "group-possible"
IMPLIED = "implied-requirement"


def possible(study: Study) -> Iterator[Claim]:
    """Claim that each group can be met and can be not met."""
    for group in study.ruleset.groups:
        if group.not_applicable:
            continue
        for words, literal in (("met", study.met(group.id)), ("not met", study.not_met(group.id))):
            met = words == "met"
            always = "its members hold for everybody"
            if group.instead is not None:
                always = "its members, or what counts instead of them, hold for everybody"
            yield Claim(
                code=CODE,
                at=group.id,
                statement=f"{group.id} can be {words}",
                wanted=True,
                literals=(literal,),
                fault=f"{group.id} can never be {words}: "
                + ("its members contradict each other" if met else always),
                hint="two members ask for opposite things" if met else "look for a test that always holds",
                place=group.place,
                about=(group.id,),
                reads=(group.id,),
                parts=tuple(_members(study, group)) if met else (),
            )


def _members(study: Study, group: Group) -> Iterator[Part]:
    if group.instead is not None:
        return
    for name in requirements_of(study.ruleset, group.id):
        each = study.ruleset.requirement[name]
        yield Part(f"{name}, {each.title}", study.nodes[name].t[0], each.place)


def implied(study: Study) -> Iterator[Claim]:
    """Claim of each two requirements of one group that neither is merely part of the other.

    A level that holds the level below asks the same again, and more of it: that the lower requirement is part of the
    higher one is what levels are.
    """
    ruleset = study.ruleset
    groups = sorted(ruleset.groups, key=lambda group: len(requirements_of(ruleset, group.id)))
    seen: set[tuple[str, str]] = set()
    for group in groups:
        members = [name for name in requirements_of(ruleset, group.id) if name in ruleset.requirement]
        for one in members:
            for other in members:
                if one == other or (one, other) in seen:
                    continue
                seen.add((one, other))
                if other in group.members and one not in group.members:
                    continue
                if study.reads[one] & study.reads[other]:
                    yield _implied(study, one, other, group.id)
    for group in groups:
        direct = [name for name in group.members if name in ruleset.requirement]
        for one in direct if len(direct) > 2 else ():
            shared = [each for each in direct if each != one and study.reads[one] & study.reads[each]]
            if len(shared) > 1:
                yield _by_the_rest(study, one, shared, group.id)


def _by_the_rest(study: Study, one: str, others: list[str], group: str) -> Claim:
    parts = [
        Part(f"{name}, {study.ruleset.requirement[name].title}", study.nodes[name].t[0], place)
        for name in others
        for place in [study.ruleset.requirement[name].place]
    ]
    missing = -study.nodes[one].t[0]
    return Claim(
        code=IMPLIED,
        at=one,
        statement=f"{one} asks for something that the rest of {group} does not",
        wanted=True,
        literals=(),
        cases=(
            study.make.all((*(part.literal for part in parts), missing)),
            study.make.all((study.nodes[one].f[0], *(-study.nodes[name].f[0] for name in others))),
        ),
        fault=f"{one} adds nothing to {group}: whoever meets the others meets it, and whoever falls "
        "short of it falls short of one of them",
        hint="take it out, or correct the one that asks too much or too little",
        place=study.ruleset.requirement[one].place,
        about=(one, *others),
        reads=(one, *others),
        parts=(*parts, Part(f"falling short of {one}", missing, study.ruleset.requirement[one].place)),
    )


def _implied(study: Study, one: str, other: str, group: str) -> Claim:
    make, a, b = study.make, study.nodes[one], study.nodes[other]
    news = make.any((make.all((b.t[0], -a.t[0])), make.all((a.f[0], -b.f[0]))))
    same = make.same(a.t[0], b.t[0]) == make.same(a.f[0], b.f[0]) == 1
    return Claim(
        code=IMPLIED,
        at=one,
        statement=f"{one} asks for something that {other} does not",
        wanted=True,
        literals=(news,),
        fault=f"{one} {'equals' if same else 'is part of'} {other} in {group}: "
        f"whoever meets {other} meets it, and whoever falls short of it falls short of {other}",
        hint="take one of them out, or correct the one that asks too much or too little",
        place=study.ruleset.requirement[one].place,
        about=(one, other),
        reads=(one, other),
    )
