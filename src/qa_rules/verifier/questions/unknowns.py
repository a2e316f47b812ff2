"""Is a verdict left open only where something that could still be learned decides it?"""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.verifier.claims import Claim, Whatever
from qa_rules.verifier.completing import completed
from qa_rules.verifier.gates import TRUE
from qa_rules.verifier.study import Study

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
            whatever=tuple(Whatever(verdict(each.id, made.nodes), made.lawful) for verdict in verdicts),
            words=tuple(
                f"whatever else were learned, it would {words}"
                for words in ("be met", "be not met", "not apply")
            ),
            fault=f"{each.id} is left open for this provider for no reason",
            hint="one fact is asked in two places: say it once, or write the certain case beside it",
            place=each.place,
        )
