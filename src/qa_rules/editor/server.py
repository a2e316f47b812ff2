"""The language server itself: what an editor asks by the protocol, answered by the modules beside this one."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Final, Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from qa_rules.editor.completion import Offer, offers
from qa_rules.editor.diagnose import Told, told
from qa_rules.editor.hover import described
from qa_rules.editor.project import Project
from qa_rules.editor.renaming import RENAMED, RenameRefusedError, renaming
from qa_rules.errors import Place
from qa_rules.language.fixing import Replacement, replacements
from qa_rules.language.words import Symbol, Word
from qa_rules.version import VERSION

PAUSE: Final = 0.1
"""Seconds without a keystroke after which files are looked at."""
_ALL: Final = "source.fixAll.qa-rules"
_ICONS: Final[Mapping[str, lsp.CompletionItemKind]] = {
    "key": lsp.CompletionItemKind.Property,
    "word": lsp.CompletionItemKind.Keyword,
    "fact": lsp.CompletionItemKind.Variable,
    "field": lsp.CompletionItemKind.Field,
    "value": lsp.CompletionItemKind.Function,
    "parameter": lsp.CompletionItemKind.Constant,
    "option": lsp.CompletionItemKind.EnumMember,
    "rule": lsp.CompletionItemKind.Reference,
}


class _At(Protocol):
    """A position of a text."""

    text_document: lsp.TextDocumentIdentifier
    position: lsp.Position


class _Server(LanguageServer):
    """A language server with the files that it looks after."""

    def __init__(self) -> None:
        super().__init__("qa-rules", VERSION)
        self.project = Project()
        self.told: dict[Path, list[Told]] = {}
        """What was last said of each file that something was said of."""
        self.waiting: asyncio.Task[None] | None = None

    def path(self, uri: str) -> Path:
        """Return the file of an address."""
        return Path(to_fs_path(uri) or uri)

    def take(self) -> None:
        """Take the texts as they stand in the editor."""
        found = self.workspace.text_documents.values()
        self.project.texts = {self.path(each.uri): each.source for each in found}
        folders = [self.path(each) for each in self.workspace.folders]
        root = self.workspace.root_path
        self.project.folders = folders or ([Path(root)] if root else [])
        self.project.look_again()

    def lines(self, path: Path) -> list[str]:
        """Return the lines of a file, with their ends."""
        text = self.project.texts.get(path)
        return text.splitlines(keepends=True) if text is not None else list(self.project.source(path).lines)

    def span(self, path: Path, line: int, start: int, end: int) -> lsp.Range:
        """Return a range of a line, all counted from 0, in the units of the editor."""
        codec = self.workspace.position_codec
        found = lsp.Range(lsp.Position(line, start), lsp.Position(line, end))
        return codec.range_to_client_units(self.lines(path), found)

    def at_word(self, place: Place, text: str) -> lsp.Range:
        """Return where a word stands."""
        return self.span(Path(place.file), place.line - 1, place.column - 1, place.column - 1 + len(text))

    def position(self, path: Path, given: lsp.Position) -> tuple[int, int]:
        """Return line and column of a position, counted from 0."""
        found = self.workspace.position_codec.position_from_client_units(self.lines(path), given)
        return found.line, found.character

    def word(self, given: _At) -> tuple[Path, Word | None]:
        """Return the file and the word at a position."""
        self.take()
        path = self.path(given.text_document.uri)
        line, column = self.position(path, given.position)
        return path, self.project.word_at(path, line + 1, column + 1)

    # Diagnostics

    def look(self) -> None:
        """Look at every file that is open, and say what is wrong with these and what they are read with."""
        self.take()
        found: dict[Path, list[Told]] = {path: [] for path in self.project.texts}
        for path in self.project.texts:
            for each in told(self.project, path):
                listed = found.setdefault(path if each.file is None else each.file, [])
                if each not in listed:
                    listed.append(each)
        for path in sorted({*self.told, *found}):
            said, is_open = found.get(path, []), path in self.project.texts
            if is_open or said != self.told.get(path):
                shown = [self.diagnostic(path, each) for each in said]
                version = self.workspace.get_text_document(_uri(path)).version if is_open else None
                self.text_document_publish_diagnostics(
                    lsp.PublishDiagnosticsParams(_uri(path), shown, version)
                )
        self.told = found

    def diagnostic(self, path: Path, each: Told) -> lsp.Diagnostic:
        """Return a diagnostic in the words of the protocol, the hint on a line of its own."""
        said, place = each.diagnostic, each.diagnostic.place
        where = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        if place is not None:
            where = self.span(path, place.line - 1, place.column - 1, place.column - 1 + said.width)
        return lsp.Diagnostic(
            where,
            f"{said.message}\nhelp: {said.hint}" if said.hint else said.message,
            lsp.DiagnosticSeverity.Error if each.is_fault else lsp.DiagnosticSeverity.Warning,
            said.code,
            source="qa-rules",
        )

    def written(self, path: Path) -> list[tuple[Replacement, lsp.Diagnostic]]:
        """Return what faults of a file say exactly is to be written, each with its fault."""
        by_edit = {
            each.diagnostic.edit: self.diagnostic(path, each)
            for each in self.told.get(path, ())
            if each.diagnostic.edit is not None and Path(each.diagnostic.edit.place.file) == path
        }
        text = self.project.texts.get(path, "")
        return [(each, by_edit[each.edit]) for each in replacements(text, by_edit)]

    def text_edit(self, path: Path, each: Replacement) -> lsp.TextEdit:
        """Return a replacement in the words of the protocol."""
        return lsp.TextEdit(self.span(path, each.line, each.start, each.end), each.new)


def _uri(path: Path) -> str:
    return from_fs_path(str(path)) or str(path)


def _made() -> _Server:
    """Return a server with all that it answers."""
    server = _Server()
    _watch(server)
    _read(server)
    _write(server)
    return server


def serve() -> None:
    """Answer an editor on standard input and output until it says that it is done."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # what is refused is told to the editor
    # Whatever else is printed is no answer, and the server closes what it answers on.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers, redirect_stdout(sys.stderr):
        _made().start_io(stdout=answers)


def _watch(server: _Server) -> None:
    """What tells that texts have changed."""

    async def soon() -> None:
        await asyncio.sleep(PAUSE)
        try:
            server.look()
        except Exception as error:
            said = f"a fault of qa-rules itself: {type(error).__name__}: {error}"
            server.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, said))

    async def changed(_: Any) -> None:
        if server.waiting is not None:
            server.waiting.cancel()
        server.waiting = asyncio.create_task(soon())

    for method in (
        lsp.TEXT_DOCUMENT_DID_OPEN,
        lsp.TEXT_DOCUMENT_DID_CHANGE,
        lsp.TEXT_DOCUMENT_DID_SAVE,
        lsp.TEXT_DOCUMENT_DID_CLOSE,
        lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    ):
        server.feature(method)(changed)


def _read(server: _Server) -> None:
    """What is asked of a text as it stands."""

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION,
        lsp.CompletionOptions(trigger_characters=[" ", ".", ":", "[", "-"], resolve_provider=True),
    )
    def complete(params: lsp.CompletionParams) -> lsp.CompletionList:
        server.take()
        path = server.path(params.text_document.uri)
        line, column = server.position(path, params.position)
        found, width = offers(server.project, path, server.lines(path), line, column)
        where = server.span(path, line, column - width, column)
        return lsp.CompletionList(False, [_item(path, each, where) for each in found])

    @server.feature(lsp.COMPLETION_ITEM_RESOLVE)
    def resolve(item: lsp.CompletionItem) -> lsp.CompletionItem:
        data = item.data
        if isinstance(data, Mapping) or hasattr(data, "path"):
            path, kind, name = (_get(data, key) for key in ("path", "kind", "name"))
            word = Word(Symbol(kind, name), Place(path), item.label)
            said = described(server.project, Path(path), word)
            item.documentation = lsp.MarkupContent(lsp.MarkupKind.Markdown, said)
        return item

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        path, word = server.word(params)
        said = "" if word is None else described(server.project, path, word)
        if word is None or not said:
            return None
        return lsp.Hover(
            lsp.MarkupContent(lsp.MarkupKind.Markdown, said), server.at_word(word.place, word.text)
        )

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> lsp.Location | None:
        path, word = server.word(params)
        if word is None:
            return None
        if word.symbol.kind == "vocabulary":
            return _file(server, path, word)
        home = server.project.definition(path, word.symbol)
        return None if home is None else _location(server, home)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        path, word = server.word(params)
        ruleset = server.project.ruleset_of(path)
        files = [path] if ruleset is None else server.project.family(ruleset)
        return [
            _location(server, each)
            for file in files
            for each in server.project.words(file)
            if word is not None and each.symbol == word.symbol
        ]


def _write(server: _Server) -> None:
    """What is asked for to be written."""

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, _ALL]),
    )
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        server.take()
        path = server.path(params.text_document.uri)
        found = server.written(path)
        made = [
            lsp.CodeAction(
                f"Write `{each.edit.new}` for `{each.edit.old}`",
                lsp.CodeActionKind.QuickFix,
                [fault],
                is_preferred=True,
                edit=_change(path, [server.text_edit(path, each)]),
            )
            for each, fault in found
            if _meet(fault.range, params.range)
        ]
        if found:
            edits = [server.text_edit(path, each) for each, _ in found]
            made.append(
                lsp.CodeAction(
                    "Write all that the faults say exactly is meant", _ALL, edit=_change(path, edits)
                )
            )
        only = params.context.only
        return [
            each for each in made if not only or any(str(each.kind).startswith(_kind(one)) for one in only)
        ]

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: lsp.PrepareRenameParams) -> lsp.Range | None:
        _, word = server.word(params)
        can = word is not None and word.symbol.kind in RENAMED
        return server.at_word(word.place, word.text) if word is not None and can else None

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        path, word = server.word(params)
        if word is None:
            raise _refused("there is no name here")
        try:
            found = renaming(server.project, path, word, params.new_name)
        except RenameRefusedError as error:
            raise _refused(str(error)) from error
        changes: dict[str, list[lsp.TextEdit]] = {}
        for each in found:
            edit = lsp.TextEdit(server.at_word(each.place, each.old), each.new)
            changes.setdefault(_uri(Path(each.place.file)), []).append(edit)
        return lsp.WorkspaceEdit(changes)


def _refused(why: str) -> JsonRpcException:
    return JsonRpcException(why, lsp.LSPErrorCodes.RequestFailed.value)


def _kind(kind: lsp.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, lsp.CodeActionKind) else kind


def _get(data: object, key: str) -> str:
    """A part of what an editor hands back as it was given."""
    return str(data[key] if isinstance(data, Mapping) else getattr(data, key))


def _item(path: Path, each: Offer, where: lsp.Range) -> lsp.CompletionItem:
    data = None
    if each.word is not None:
        data = {"path": str(path), "kind": each.word.symbol.kind, "name": each.word.symbol.name}
    return lsp.CompletionItem(
        each.label,
        kind=_ICONS.get(each.kind, lsp.CompletionItemKind.Value),
        detail=each.detail or None,
        text_edit=lsp.TextEdit(where, each.insert or each.label),
        data=data,
    )


def _location(server: _Server, word: Word) -> lsp.Location:
    return lsp.Location(_uri(Path(word.place.file)), server.at_word(word.place, word.text))


def _file(server: _Server, path: Path, word: Word) -> lsp.Location | None:
    """The beginning of the file of a vocabulary."""
    for each in server.project.vocabularies(path):
        if each.stem == word.text:
            return lsp.Location(_uri(each), lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)))
    return None


def _change(path: Path, edits: Iterable[lsp.TextEdit]) -> lsp.WorkspaceEdit:
    return lsp.WorkspaceEdit({_uri(path): list(edits)})


def _meet(one: lsp.Range, other: lsp.Range) -> bool:
    """Whether two ranges have a place in common."""
    return one.start <= other.end and other.start <= one.end
