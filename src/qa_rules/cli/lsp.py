"""`qa-rules lsp`."""

from __future__ import annotations

import click

from qa_rules.cli.exits import Exit


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="As some editors say it: there is no other way.")
def command(stdio: bool) -> int:
    """Answer an editor by the Language Server Protocol, on standard input and output, until it is done.

    Faults and remarks as you type, completion, the question behind a name, its declaration, fixes and renaming.
    """
    from qa_rules.editor.server import serve

    serve()
    return Exit.DONE
