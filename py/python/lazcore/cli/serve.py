"""`lazcore serve-stdio`: the library for programs that cannot load it, as lines of JSON."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO

import lazcore
from lazcore.cli.serve_operations import OPERATIONS, Held
from lazcore.errors import CLASSES, from_kind

__all__ = ["serve_stdio"]

_KINDS = {one: kind for kind, one in CLASSES.items()}
# The statuses of C: a program has the same numbers by either way to the library.
_STATUSES = {
    "config": 1,
    "input": 2,
    "forked": 3,
    "io": 20,
    "canceled": 30,
    "transport": 100,
    "timeout": 101,
    "indeterminate": 102,
    "decode": 103,
    "api": 200,
    "throttled": 201,
    "auth": 202,
    "internal": 901,
}
_DETAILS = (
    "code",
    "field",
    "api",
    "request_id",
    "trace_id",
    "account",
    "answer",
    "http_status",
    "retryable",
    "executed",
    "attempts",
)


def serve_stdio() -> None:
    """Answers requests on standard input, a JSON object a line, on standard output.

    For programs whose language cannot load the library, such as PHP without FFI: each worker starts
    a process of its own and ends it by closing its standard input.
    """
    # What anything else prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _Server(sys.stdin.buffer, answers).run()


class _Server:
    """Reads in a thread of its own, so that a job can be canceled while it waits."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._held = Held()
        self._ended = False

    def run(self) -> None:
        # Ctrl-C on a terminal reaches this process too, and the program decides what it means.
        signal.signal(signal.SIGINT, self._interrupted)
        threading.Thread(target=self._read, daemon=True).start()
        try:
            while (line := self._lines.get()) is not None:
                self._write(self._answer(line))
        except (KeyboardInterrupt, BrokenPipeError):
            pass
        # The end of the interpreter could wait for the reader, and say so on standard error.
        os._exit(0)

    def _interrupted(self, *_: object) -> None:
        if self._ended:
            raise KeyboardInterrupt

    def _read(self) -> None:
        for line in self._requests:
            if b'"quit"' in line and _named(line, "quit"):
                break
            if line.strip() and not self._cancels(line):
                self._lines.put(line)
        self._ended = True
        self._lines.put(None)
        # The program is gone: what waits ends as by Ctrl-C, but for a refresh that was sent.
        os.kill(os.getpid(), signal.SIGINT)

    def _cancels(self, line: bytes) -> bool:
        """Whether the line cancels a job, which is done at once and has no answer."""
        request = _named(line, "cancel") if b'"cancel"' in line else None
        if request is None:
            return False
        # A job that is over or freed needs no cancel.
        with contextlib.suppress(lazcore.LazadaError, LookupError, TypeError, AttributeError):
            self._held.of(request, "job").cancel()
        return True

    def _write(self, answer: Mapping[str, Any]) -> None:
        self._answers.write(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
        self._answers.flush()

    def _answer(self, line: bytes) -> dict[str, Any]:
        number: Any = None
        try:
            request = json.loads(line)
            number = request["id"]
            for freed in request.get("free", ()):
                self._held.free(freed)
            answer = {"id": number, "ok": _operate(self._held, request)}
        except lazcore.LazadaError as error:
            answer = {"id": number, "error": _error(error)}
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            # The text of such an error may quote the line, and the line a secret.
            text = f"request: cannot be read ({type(error).__name__})"
            answer = {"id": number, "error": _error(from_kind("input", text, text))}
        except Exception as error:
            text = f"a defect of lazcore ({type(error).__name__})"
            answer = {"id": number, "error": _error(from_kind("internal", text, text))}
        changed = self._held.changes()
        if changed:
            answer["changed"] = changed
        return answer


def _named(line: bytes, name: str) -> dict[str, Any] | None:
    """The request of a line, if it is for this operation."""
    try:
        request = json.loads(line)
    except ValueError:
        return None
    return request if isinstance(request, dict) and request.get("op") == name else None


def _operate(held: Held, request: dict[str, Any]) -> Any:
    name = request.get("op")
    operation = OPERATIONS.get(str(name))
    if operation is None:
        text = f"op: is unknown here: expected one of {', '.join(OPERATIONS)}"
        raise from_kind("input", text, text, field="op")
    return operation(held, request)


def _error(error: lazcore.LazadaError) -> dict[str, Any]:
    kind = _KINDS.get(type(error), "other")
    told = {"kind": kind, "status": _STATUSES.get(kind, 999), "message": str(error)}
    return {**told, **{name: getattr(error, name) for name in _DETAILS}}
