"""`qa-rules interview`."""

from __future__ import annotations

import datetime
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.naming import named, told_first
from qa_rules.cli.opening import GOALS, introduced
from qa_rules.cli.options import RULESET, Day, OutputPath, policy_option
from qa_rules.cli.printing import columns, echo
from qa_rules.errors import OutputError
from qa_rules.explain.messages import say
from qa_rules.explain.standing import label
from qa_rules.explain.wording import listed
from qa_rules.interview.commands import WIDTH, Stopped
from qa_rules.interview.dialogue import Dialogue, Offer
from qa_rules.interview.leading import progress
from qa_rules.interview.purpose import For, GoalWord
from qa_rules.interview.session import Kind, Session, begin, resume
from qa_rules.interview.telling import left
from qa_rules.language.library import path_of
from qa_rules.language.load import load_facts, load_ruleset, merge
from qa_rules.model.facts import Facts
from qa_rules.model.identity import hash_of_facts
from qa_rules.model.values import Strength
from qa_rules.outputs import write_text
from qa_rules.semantics.tellers import teller_of


@click.command("interview")
@click.argument("ruleset", required=False, type=RULESET)
@click.argument("facts", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--to",
    "file",
    required=True,
    type=OutputPath(path_type=Path, dir_okay=False),
    help="The file to write, kept after every line. If it is there, the interview in it goes on.",
)
@click.option("--on", type=Day(), help="The date of the assessment, such as 2026-11-22.")
@policy_option
@click.option("--goal", type=click.Choice([str(each) for each in For]), help="What the questions are for.")
@click.option(
    "--about",
    multiple=True,
    metavar="SUBJECT",
    help="Ask only about these (`about`), this time.",
)
@click.option("--subject", help="The name of whom the interview is about.")
@click.option("--by", help="Who gives the answers; asked for if left out.")
@click.option("--role", help="The role of who gives the answers.")
@click.option("--source", help="Where answers come from, such as conversation or visit.")
@click.option(
    "--strength",
    type=click.Choice([each.word for each in Strength]),
    help="How well the answers are backed; asked for if left out.",
)
@click.option("--dated", type=Day(), help="The day of the answers; that of the assessment if left out.")
@click.option("--valid-until", type=Day(), help="The last day on which the answers may be believed.")
@click.option(
    "--evidence",
    type=click.Choice(["once", "each"]),
    default="once",
    help="Ask for evidence once at the beginning, or for each answer.",
)
@click.option("--changed-rules", is_flag=True, help="Go on even if the ruleset or policy has changed since.")
def command(
    ruleset: str | None,
    facts: tuple[Path, ...],
    file: Path,
    on: datetime.date | None,
    policy: str | None,
    goal: GoalWord | None,
    about: tuple[str, ...],
    subject: str | None,
    by: str | None,
    role: str | None,
    source: str | None,
    strength: str | None,
    dated: datetime.date | None,
    valid_until: datetime.date | None,
    evidence: str,
    changed_rules: bool,
) -> int:
    """Ask one question after another, as long as an answer can change the goal, and write what was found.

    What is known already stands in FACTS and is not asked again. The file is a facts file that `assess` reads; the
    same command goes on where it stopped. Exits with 4 when it stopped before the end.
    """
    _readable()
    if file.exists():
        session = _resumed(file, ruleset, facts, policy, changed_rules)
    else:
        session = _begun(ruleset, facts, on, policy)
    session = _set(session, on, goal, about, subject)
    given = {"by": by, "role": role, "source": source, "on": dated, "valid_until": valid_until}
    told: dict[str, object] = {key: each for key, each in given.items() if each is not None}
    if strength is not None:
        told["strength"] = Strength.of(strength)
    session = attrs.evolve(session, evidence=attrs.evolve(session.evidence, **told))  # type: ignore[arg-type]
    if role is not None:
        # The role of who sits here. That which a file holds, anybody can have written.
        session = attrs.evolve(session, told_by=teller_of(role, session.ruleset.people))
    _kept(session, file)
    dialogue = Dialogue(
        session,
        _ask,
        echo,
        lambda each: _kept(each, file),
        each_evidence=evidence == "each",
        width=min(columns() or WIDTH, WIDTH),
        offers=_offers(file),
    )
    dialogue.sum_up = lambda session: _sum_up(session, dialogue)
    finished = False
    try:
        if not session.replies and session.draft is None and not session.notes:
            has_name = by is not None or bool(session.evidence.by)
            introduced(dialogue, _ask, by=not has_name, strength=strength is None)
        elif session.replies:
            _going_on(dialogue)
        dialogue.run()
        finished = True
    except (Stopped, EOFError, KeyboardInterrupt):
        echo("")
    _closed(dialogue, file, finished)
    return Exit.DONE if finished else Exit.UNDECIDED


def _going_on(dialogue: Dialogue) -> None:
    """Say how far an interview got that goes on, and what was left open."""
    replies = dialogue.session.replies
    dialogue.tell(say("Going on: {n} answered so far.", n=len(replies)))
    if any(each.kind is not Kind.ANSWERED for each in replies):
        dialogue.tell(*left(dialogue.session), say("To be asked about these once more, type: again"))


def _closed(dialogue: Dialogue, file: Path, finished: bool) -> None:
    """Say where everything is, and how to go on."""
    session = dialogue.session
    if not finished:
        asked, most = progress(session)
        where = say("after question {n}", n=asked) if asked else say("before the first question")
        dialogue.tell(say("Stopped {where}. Up to {n} more are left.", where=where, n=most), *left(session))
    dialogue.tell(
        say("Everything is in {file}. To go on, or to change an answer:", file=file), _again(session, file)
    )
    if finished:
        dialogue.tell(say("To see why, and all that there is to put right:"), _assess(session, file))


def _assess(session: Session, file: Path) -> str:
    """The command that assesses the file as the interview does."""
    return _command("assess", session, file, f"--told-by {session.told_by}" if session.told_by else "")


def _again(session: Session, file: Path) -> str:
    """The command that goes on."""
    role = f"--role {shlex.quote(session.told_by.replace('_', ' '))}" if session.told_by else ""
    return _command("interview", session, file, role)


def _command(name: str, session: Session, file: Path, more: str) -> str:
    """A command on the file. Files of one's own are named again, since no path in it is followed."""
    ruleset, policy = (shlex.quote(each) if path_of(each) else "" for each in session.names)
    to = f"--to {shlex.quote(str(file))}" if name == "interview" else shlex.quote(str(file))
    parts = ["qa-rules", name, ruleset, to, policy and f"--policy {policy}", more]
    return " ".join(filter(None, parts))


def _readable() -> None:
    """A line that is no UTF-8 is refused as an answer, not as a crash."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _ask() -> str:
    if sys.stdin is None:  # closed by whoever started this
        raise EOFError
    line = input("> ")
    if not sys.stdin.isatty():
        # Piped lines do not show by themselves.
        echo(line)
    return line


def _kept(session: Session, file: Path) -> None:
    """Save the session; where its file cannot take it, beside it, so that no answer is lost."""
    try:
        session.save(file)
    except OutputError as error:
        numbers = (file.with_stem(f"{file.stem}-{number}") for number in range(2, 1000))
        other = next((each for each in numbers if not each.exists()), None)
        if other is None or not file.exists():
            raise
        try:
            session.save(other)
        except OutputError:
            raise error from None
        raise OutputError(f"{error}; all that was answered here is in {other}") from error


def _begun(
    ruleset: str | None, facts: tuple[Path, ...], on: datetime.date | None, policy: str | None
) -> Session:
    try:
        found = named(ruleset, facts, on, policy)
    except click.MissingParameter:
        raise click.UsageError(
            "a new interview needs a RULESET and --on DATE; there is no file to go on from"
        ) from None
    told_first(found.remarks)
    rules = load_ruleset(found.ruleset)
    given = merge(*(load_facts(path, rules) for path in found.facts)) if found.facts else Facts()
    return begin(found.ruleset, found.on, policy=found.policy, facts=given)


def _resumed(
    file: Path, ruleset: str | None, facts: tuple[Path, ...], policy: str | None, changed_rules: bool
) -> Session:
    session = resume(file, ruleset=ruleset, policy=policy, changed_rules=changed_rules)
    if facts:
        known = merge(*(load_facts(path, session.ruleset) for path in facts))
        if hash_of_facts(known) != session.facts_given:
            raise click.UsageError(
                f"{listed(map(str, facts))} says something else than when {file} was begun; "
                "leave it out to go on with what was known then, or give another name to --to"
            )
    return session


def _set(
    session: Session,
    on: datetime.date | None,
    goal: GoalWord | None,
    about: tuple[str, ...],
    subject: str | None,
) -> Session:
    known = {each.about for each in session.ruleset.vocabulary.facts.values()}
    # Whoever it is about, unless it is said otherwise each time.
    every = tuple(sorted(known))
    for each in about:
        if each not in known:
            raise click.BadParameter(f"no fact is about {each!r}; there are {', '.join(sorted(known))}")
    return attrs.evolve(
        session,
        on=on or session.on,
        goal=goal or session.goal,
        about=about or every,
        facts=attrs.evolve(session.facts, subject=subject or session.facts.subject),
    )


def _sum_up(session: Session, dialogue: Dialogue) -> None:
    """Say the answer in words, and what is left."""
    from qa_rules.reports import fitted, report

    words = say(GOALS[For(session.goal)])
    dialogue.tell("", say("You have answered everything that can still {goal}.", goal=words), "")
    with fitted(columns()):
        echo(report(session.assessment, "summary"))
    found = list(left(session))
    dialogue.tell(*(["", *found] if found else []))
    vocabulary = session.ruleset.vocabulary
    names = [label(vocabulary, each.fact) for each in session.questions(6, again=True).questions]
    if names:
        known = "; ".join([*names[:5], *([say("and more")] if len(names) > 5 else [])])
        dialogue.tell(say("This could still change if somebody found out about: {known}.", known=known))


def _offers(file: Path) -> dict[str, Offer]:
    """What the answer may be written as, beside the file."""

    def writer(form: str) -> Callable[[Session], str]:
        def write(session: Session) -> str:
            from qa_rules.reports import report

            path = file.with_name(f"{file.stem}-{form}.html")
            write_text(path, report(session.assessment, "card" if form == "card" else "html"))
            return say("Written: {path}", path=path)

        return write

    return {
        "card": Offer(say("write the answer on one side, to print and take along"), writer("card")),
        "page": Offer(say("write all of it as a page, with why and what to put right"), writer("page")),
    }
