"""`qa-rules convert`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import attrs
import click

from qa_rules.adapters import FEEDS, Match, Reading
from qa_rules.adapters.files import Part, matches_in, parts_of, parts_of_lines
from qa_rules.cli.exits import Exit
from qa_rules.cli.options import OUTPUT, POLICY, RULESET, Day, policy_option
from qa_rules.cli.printing import echo, hand_over, json_text
from qa_rules.cli.shortlist import lines_of_stdin
from qa_rules.errors import Diagnostic, NotFoundError, Place
from qa_rules.language.library import ruleset_file
from qa_rules.language.load import load_policy, load_ruleset, under
from qa_rules.model.rulesets import Ruleset
from qa_rules.outputs import refuse, write_text

_SHOWN = 20
_REGISTERS = {"charity_commission": "GB-CHC", "companies_house": "GB-COH", "ico": "ICO", "ods": "GB-NHS"}
"""Feeds in which an entry is of one body, and what each calls it."""


@click.group("convert")
def command() -> None:
    """Turn what others publish into facts, or into tables of a ruleset."""


@command.command("feed")
@click.argument("feed", type=click.Choice(list(FEEDS)))
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--ruleset", required=True, type=RULESET, help="Whose facts are looked for.")
@policy_option
@click.option("--fetched-on", required=True, type=Day(), help="The day on which the feed was fetched.")
@click.option("--published-on", type=Day(), help="The day of the feed itself, where it does not say.")
@click.option(
    "--matches",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Of ico: which entry somebody says is whose; CSV with identifier, subject, by and on.",
)
@click.option("--to", "table", type=OUTPUT, metavar="TABLE", help="A table for `batch`.")
@click.option("--notes", type=OUTPUT, metavar="FILE", help="Where notes, identifiers and faults go.")
def feed(
    feed: str,
    sources: tuple[Path, ...],
    ruleset: str,
    policy: str | None,
    fetched_on: datetime.date,
    published_on: datetime.date | None,
    matches: Path | None,
    table: Path | None,
    notes: Path | None,
) -> int:
    """Read SOURCES, files or folders of a FEED, or `-` for lines of JSON on the standard input.

    Prints a facts file for each subject as a line of JSON, which `shortlist -` takes; with `--to` it writes a table.
    Exits with 3 when something could not be read; all else was.
    """
    files = [each for each in (*sources, *([matches] if matches else [])) if str(each) != "-"]
    refuse([each for each in (table, notes) if each is not None], files)
    if table is not None:
        from qa_rules.tables.saving import check_suffix

        check_suffix(table)
    if matches is not None and feed != "ico":
        raise click.BadParameter("only entries of `ico` are matched by name", param_hint="--matches")
    rules = load_ruleset(ruleset)
    rules = under(rules, None if policy is None else load_policy(policy, rules))
    told = [] if matches is None else matches_in(matches)
    read = _reader(feed, rules, fetched_on, published_on, told)
    seen: dict[str, Place] = {}
    rows: list[Reading] = []
    of_feed: list[Diagnostic] = []
    for part in _parts(sources):
        of_feed += part.faults
        found = read(part.data) if part.is_read else Reading(several=())
        mine = {id(fault) for row in found.rows for fault in row.diagnostics}
        of_feed += [_placed(each, part) for each in found.diagnostics if id(each) not in mine]
        own = [str(each) for each in found.identifiers if each.scheme == _REGISTERS.get(feed)]
        of_feed += _again(own, part.place, seen)
        for row in found.rows:
            kept = attrs.evolve(row, diagnostics=tuple(_placed(each, part) for each in row.diagnostics))
            rows.append(kept)
            if table is None:
                hand_over(_line(kept))
    for match in told:
        if f"ICO-{match.identifier.strip().upper()}" not in seen:
            message = f"there is no entry `{match.identifier}`, which {match.by} matched with {match.subject}"
            of_feed.append(Diagnostic("match", message, Place(str(matches)), "look in the register again"))
    if table is not None:
        from qa_rules.tables import table_of
        from qa_rules.tables.saving import save

        save(table_of(rules, [each.facts for each in rows]), table, files)
    if notes is not None:
        lines = [*map(_notes, rows), *([_notes(Reading(diagnostics=tuple(of_feed)))] if of_feed else [])]
        write_text(notes, "".join(lines), files)
    faults = [*of_feed, *(fault for row in rows for fault in row.diagnostics)]
    _tell(rows, faults)
    return Exit.FAULT if faults else Exit.DONE


@command.command("dmn")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from", "ruleset", type=RULESET, help="Write the decision tables of this ruleset as DMN instead."
)
@click.option(
    "--policy", type=POLICY, metavar="NAME|FILE", help="With --from: the tables of this policy too."
)
@click.option("--to", "target", type=OUTPUT, metavar="FILE", help="Where they go, not printed.")
def dmn(file: Path | None, ruleset: str | None, policy: str | None, target: Path | None) -> None:
    """Turn the decision tables of a DMN FILE into `facts:` and `tables:` of a ruleset, or, with --from, into DMN.

    Read and written are tables with simple unary tests, of DMN 1.3 and later. Everything else is refused, each by name
    and place.
    """
    from qa_rules.adapters import dmn as reading
    from qa_rules.adapters import dmn_writing
    from qa_rules.language.plain_yaml import yaml_text

    if (file is None) == (ruleset is None):
        raise click.UsageError("name a DMN file, or a ruleset with --from")
    if ruleset is not None:
        rules = load_ruleset(ruleset)
        text = dmn_writing.write(rules, None if policy is None else load_policy(policy, rules))
        if target is None:
            hand_over(text)
        else:
            write_text(target, text, [ruleset_file(ruleset)])
        return
    assert file is not None
    try:
        content = file.read_bytes()
    except OSError as error:
        raise NotFoundError(f"cannot read {file}: {error.strerror or error}") from error
    data = reading.read(content, str(file))
    text = f"# {data.pop('title')}: made of {file.name} by `qa-rules convert dmn`.\n" + yaml_text(data)
    if target is None:
        echo(text.rstrip())
    else:
        write_text(target, text, [file])


def _reader(
    feed: str,
    rules: Ruleset,
    fetched_on: datetime.date,
    published_on: datetime.date | None,
    matches: list[Match],
) -> Callable[[object], Reading]:
    read = import_module(f"qa_rules.adapters.{feed}").read
    more = {"matches": matches} if matches else {}
    return lambda data: read(data, rules, fetched_on=fetched_on, published_on=published_on, **more)


def _again(identifiers: list[str], place: Place, seen: dict[str, Place]) -> Iterator[Diagnostic]:
    """Yield a fault for each body that was in a part before this one; lines that are printed cannot be joined."""
    for each in identifiers:
        before = seen.setdefault(each, place)
        if before != place:
            hint = "hand over one entry of each, or both in one list"
            yield Diagnostic("twice", f"{each} is in {before} too", place, hint)


def _parts(sources: tuple[Path, ...]) -> Iterator[Part]:
    for each in sources:
        if str(each) == "-":
            yield from parts_of_lines(lines_of_stdin(), "stdin")
        else:
            yield from parts_of(each)


def _placed(fault: Diagnostic, part: Part) -> Diagnostic:
    return fault if fault.place is not None else attrs.evolve(fault, place=part.place)


def _line(row: Reading) -> str:
    data = {key: each for key, each in row.facts.to_dict().items() if each is not None}
    return json_text(data, None)


def _notes(row: Reading) -> str:
    data = row.to_dict()
    kept = {key: data[key] for key in ("subject", "identifiers", "notes", "diagnostics")}
    return json.dumps(kept, ensure_ascii=False) + "\n"


def _tell(rows: list[Reading], faults: list[Diagnostic]) -> None:
    facts = sum(len(each.facts.values) + len(each.facts.collections) for each in rows)
    notes = sum(len(each.notes) for each in rows)
    counted = [
        f"{number:,} {word}{'' if number == 1 else 's'}"
        for number, word in ((len(rows), "subject"), (facts, "fact"), (notes, "note"), (len(faults), "fault"))
    ]
    echo(", ".join(counted), err=True)
    for each in faults[:_SHOWN]:
        where = f"\n  at {each.pointer}" if each.pointer else ""
        echo(f"{each}{where}", err=True)
    if len(faults) > _SHOWN:
        echo(f"... and {len(faults) - _SHOWN:,} more; `--notes FILE` has them", err=True)
