"""A scripted editor: it starts the language server as a process, and speaks with it over standard input and output."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE = 300
"""Seconds after which the server is ended, whatever it does."""


class Editor:
    """An editor with one folder open."""

    def __init__(self, folder: Path, encodings: tuple[str, ...] = ("utf-16",)) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.seen: dict[str, int | None] = {}
        self.last = ""
        self.told: dict[str, list[dict[str, Any]]] = {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qa_rules", "lsp", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
        )
        # Whatever is waited for in vain ends, and says so.
        self.watch = threading.Timer(PATIENCE, self.process.kill)
        self.watch.start()
        uri = folder.as_uri()
        capabilities = {"general": {"positionEncodings": list(encodings)}}
        self.abilities = self.ask(
            "initialize",
            processId=None,
            rootUri=uri,
            workspaceFolders=[{"uri": uri, "name": "rules"}],
            capabilities=capabilities,
        )["capabilities"]
        self.say("initialized")

    def __enter__(self) -> Editor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.watch.cancel()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    # The protocol

    def _send(self, **message: Any) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self.process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, self.process.communicate()[1].decode()
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.told[params["uri"]] = params["diagnostics"]
            self.seen[params["uri"]] = params.get("version")
        assert message.get("method") not in ("window/logMessage", "window/showMessage"), message
        return message

    def say(self, method: str, **params: Any) -> None:
        self._send(method=method, params=params)

    def ask(self, method: str, **params: Any) -> Any:
        answer = self.answer(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self._send(id=number, method=method, params=params)
        while (message := self._next()).get("id") != number:
            pass
        return message

    def end(self) -> int:
        """Say goodbye, and return the exit code."""
        self._send(id=next(self.numbers), method="shutdown")
        self._next()
        self._send(method="exit")
        return self.process.wait(20)

    # What an editor does

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        text = (self.folder / name).read_text("utf-8") if text is None else text
        document = {
            "uri": self.uri(name),
            "languageId": "yaml",
            "version": self._written(name, text),
            "text": text,
        }
        self.say("textDocument/didOpen", textDocument=document)

    def write(self, name: str, text: str) -> None:
        named = {"uri": self.uri(name), "version": self._written(name, text)}
        self.say("textDocument/didChange", textDocument=named, contentChanges=[{"text": text}])

    def _written(self, name: str, text: str) -> int:
        self.texts[name], self.last = text, name
        self.versions[name] = self.versions.get(name, 0) + 1
        return self.versions[name]

    def close(self, name: str) -> None:
        self.say("textDocument/didClose", textDocument={"uri": self.uri(name)})

    def faults(self, name: str) -> list[dict[str, Any]]:
        """Wait until the server has looked at what was written last, and return what it said of a file."""
        while self.seen.get(self.uri(self.last)) != self.versions[self.last]:
            self._next()
        self.answer(
            "textDocument/hover", textDocument={"uri": self.uri(name)}, position={"line": 0, "character": 0}
        )
        return self.told[self.uri(name)]

    def at(self, name: str, before: str, unit: str = "utf-16-le") -> dict[str, Any]:
        """Return the place behind some text that stands once in a file, as the protocol has it."""
        text = self.texts[name]
        assert text.count(before) == 1, text.count(before)
        above, _, line = text[: text.index(before) + len(before)].rpartition("\n")
        width = 2 if unit == "utf-16-le" else 1
        character = len(line.encode(unit)) // width
        place = {"line": above.count("\n") + bool(above or text.startswith("\n")), "character": character}
        return {"textDocument": {"uri": self.uri(name)}, "position": place}
