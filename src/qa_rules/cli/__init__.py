"""The command line. A command is one module here and one row in COMMANDS; it is imported when it is called."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.failing import broken
from qa_rules.version import VERSION

COMMANDS: Final[Mapping[str, str]] = {
    "assess": "assess somebody or something against a ruleset, with reasons",
    "why": "the fewest facts that settle an answer, as a tree",
    "fix": "what to put right to reach a better answer, the least effort first",
    "questions": "what to ask next, best first",
    "conversation": "the questions of the structured conversation on one sheet, with room for notes",
    "interview": "ask one question after another, and write down the answers",
    "shortlist": "which of many may be chosen, best fit first",
    "horizon": "how long an answer holds, and what comes due",
    "what-if": "what would be said otherwise if something changed",
    "batch": "assess every row of a table: Parquet, CSV or NDJSON",
    "convert": "what registers and directories publish, as facts and notes",
    "impact": "who moves when a policy or a ruleset changes, over a whole table",
    "rulesets": "list the rulesets, or show one as readable text",
    "tables": "show decision tables, one or two side by side with the changed cells marked",
    "facts": "what a ruleset asks, as a blank form to fill in",
    "lsp": "answer an editor: faults as you type, completion, hover, fixes, renaming",
    "schema": "print a JSON Schema for editors",
    "costs": "what a licensed programme may cost, by indicative figures of 2018",
    "check": "check rulesets, policies and cases",
    "verify": "prove that rulesets and policies are sound",
    "diff": "show what a new ruleset or policy decides otherwise, with an example of each difference",
    "test": "try the cases of a ruleset: worked and generated ones, what they cover, which slips they catch",
}
"""Name to one line of help. The module of the same name, with `_` for `-`, holds `command`."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"qa_rules.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="qa-rules")
def group() -> None:
    """Assess providers against quality standards: a verdict and a reason for every requirement.

    Exit codes: 0 done; 1 what was required does not hold, or a claim is refuted; 2 usage, files or the system; 3 a
    ruleset or facts at fault; 4 undecided; 5 a fault of qa-rules itself.
    """


def main() -> None:
    """Run the command line and exit with a code of the table, whatever happens."""
    _keep_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    code = _run()
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        code = broken(error)
    sys.exit(code)


def _keep_closed() -> None:
    """Let a stream that was closed before we began stay closed: no file that we open takes its place.

    What is written to standard output is then an error of the system, and is not lost in silence.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # takes the lowest number that is free
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as we run


def _run() -> int:
    try:
        code = group.main(standalone_mode=False)
        return code if isinstance(code, int) else Exit.DONE
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort:
        return broken(KeyboardInterrupt())
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except SystemExit:  # click's own answer to a closed pipe, and it would be 1
        return broken(BrokenPipeError())
    except (Exception, KeyboardInterrupt) as error:
        return broken(error)
