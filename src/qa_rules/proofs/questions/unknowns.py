"""Is a verdict left open only where something that could still be learned decides it?"""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.explain.wording import listed
from qa_rules.model.facts import Facts
from qa_rules.program.gates import TRUE
from qa_rules.proofs.cegis import completed
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.study import Study

CODE = "false-unknown"


def certain(study: Study) -> Iterator[Claim]:
    """Claim of each requirement that it is unknown only while different completions come to different verdicts."""
    made = completed(study)
    for each in study.ruleset.requirements:
        verdicts = (study.met, study.not_met, study.not_applicable)
        reads = sorted(study.reads[each.id] & made.room.keys())
        room = [literal for name in reads for literal in made.room[name]]
        yield Claim(
            code=CODE,
            at=each.id,
            statement=f"{each.id} is left open only where what is not known can turn it either way",
            wanted=False,
            literals=(study.is_first, *(-verdict(each.id) for verdict in verdicts), *room),
            cases=(TRUE,) * 3,
            reads=(each.id,),
            whatever=tuple(verdict(each.id, made.nodes) for verdict in verdicts),
            words=tuple(
                f"whatever else were learned, it would {words}"
                for words in ("be met", "be not met", "not apply")
            ),
            fault=f"{each.id} is left open for this provider for no reason",
            hint="write the certain case beside it, or ask of that only where it decides",
            place=each.place,
        )


def waited_for(study: Study, name: str, facts: Facts) -> str:
    """Return what a requirement still waits for: the facts that it reads and that are not known, or not wholly."""
    vocabulary, found = study.ruleset.vocabulary, []
    for each in (fact for fact in study.facts if fact in study.reads[name]):
        if each in vocabulary.collections:
            records = facts.collections.get(each)
            if (
                records is None
                or records.partial
                or any(
                    vocabulary.collections[each].fields.keys() - record.keys() for record in records.records
                )
            ):
                found.append(f"all that may be known of the {vocabulary.collections[each].label}")
        elif each not in facts.values:
            found.append(vocabulary.scalars[each].label)
        elif facts.values[each].partial:
            found.append(f"the rest of the {vocabulary.scalars[each].label}")
    return listed(found)
