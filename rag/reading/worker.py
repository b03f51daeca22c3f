"""Parsers of other people's formats in a process of their own: what hangs or crashes there costs one file.

A file's bytes go over a pipe, its draft comes back as JSON: nothing is unpickled here. The process is started
with what ``multiprocessing`` would not do without, the parent's ``__main__``, left alone.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from importlib import import_module
from math import ceil
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, BinaryIO

from rag.errors import ArticleError
from rag.reading.drafting import Draft, Part
from rag.records import BlockKind
from rag.settings import Limits

_START_SECONDS = 60.0
_END_SECONDS = 5.0
_ANSWER_BYTES = 500_000_000
"""No draft is longer; a process that has been taken over could send without end."""

_CRASH = "crashes its parser: it is damaged, or made to do harm"
_READY = b"ready\n"
_OUT_OF_MEMORY = 77
"""The exit status that says so."""
_KILLED = -9
"""That of a process which the system ended, as it does where memory is short."""


class Worker:
    """Runs parsers one file at a time; its process starts with the first file and is replaced when it is lost."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.parse_seconds
        self._memory_bytes = limits.parse_memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        """Files that were not read for a reason that may pass: no process, too little time or memory."""

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next file would start another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                _opened(pipe).close()
        process.wait()

    def parse(self, parser: Callable[[bytes], Draft], data: bytes) -> Draft:
        """What ``parser``, a function of a module, makes of ``data``; raises ``ArticleError`` with the reason why not.

        Only its name is sent: the module is imported over there.
        """
        process = self._process = self._process or self._started()
        request = {"module": parser.__module__, "function": parser.__qualname__, "bytes": len(data)}
        answer, late = _ask(process, json.dumps(request).encode() + b"\n" + data, self._seconds)
        try:
            if late:
                raise self._failed(
                    f"takes longer than {self._seconds:g} s to read: leave it out, or raise RAG_PARSE_SECONDS"
                )
            if not answer.endswith(b"\n"):
                raise self._lost(process)
            draft = _draft(json.loads(answer))
        except (ValueError, KeyError, TypeError, RecursionError):  # it answers what no code of ours does
            self.close()
            raise ArticleError(_CRASH) from None
        except ArticleError:
            self.close()
            raise
        if isinstance(draft, str):
            raise ArticleError(draft)
        return draft

    def _started(self) -> "subprocess.Popen[bytes]":
        path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
        code = "from rag.reading.worker import serve; serve()"
        try:
            process = subprocess.Popen(  # noqa: S603 - this very interpreter, with code of our own
                [sys.executable, "-P", "-c", code, str(self._memory_bytes), str(self._seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},  # each thread claims address space
            )
        except OSError as error:
            raise self._failed(f"cannot be read: no process to read documents can be started ({error})") from None
        self._process = process
        if _ask(process, b"", _START_SECONDS) != (_READY, False):
            self.close()
            raise self._failed("cannot be read: the process that reads documents did not start (is memory short?)")
        return process

    def _failed(self, reason: str) -> ArticleError:
        self.failures += 1
        return ArticleError(reason)

    def _lost(self, process: "subprocess.Popen[bytes]") -> ArticleError:
        status = None
        with suppress(subprocess.TimeoutExpired):
            status = process.wait(_END_SECONDS)
        if status == _OUT_OF_MEMORY:
            memory = f"{self._memory_bytes / 1e6:g} MB"
            return self._failed(
                f"needs more than {memory} of memory to read: leave it out, or raise RAG_PARSE_MEMORY_MB"
            )
        if status == _KILLED:
            return self._failed("cannot be read: the system ended the process that read it (is memory short?)")
        return ArticleError(_CRASH)


def _ask(process: "subprocess.Popen[bytes]", request: bytes, seconds: float) -> tuple[bytes, bool]:
    """The line that answers, and whether time ran out: then the process is gone."""
    late = False

    def kill() -> None:
        nonlocal late
        late = True
        process.kill()

    timer = Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    answer = b""
    try:
        with suppress(OSError):  # a pipe breaks when its process ends
            _opened(process.stdin).write(request)
            _opened(process.stdin).flush()
            answer = _opened(process.stdout).readline(_ANSWER_BYTES)
    finally:
        timer.cancel()
        timer.join()
    return answer, late


def _opened(pipe: "BinaryIO | Any") -> BinaryIO:
    assert pipe is not None, "every process is started with pipes"
    return pipe


def serve() -> None:
    """The life of the process: read a request, answer it, until the pipe is closed."""
    memory_bytes, seconds = int(sys.argv[1]), float(sys.argv[2])
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us when it is interrupted
    _limit_memory(memory_bytes)
    _send(answers, _READY)
    while header := requests.readline():
        request = json.loads(header)
        _set_alarm(seconds)
        answer = _answer(request["module"], request["function"], requests.read(request["bytes"]))
        _set_alarm(0)
        _send(answers, json.dumps(answer).encode() + b"\n")


def _answer(module: str, function: str, data: bytes) -> dict[str, Any]:
    try:
        draft: Draft = getattr(import_module(module), function)(data)
        return _fields(draft)
    except ArticleError as error:
        return {"reason": str(error)}
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001 - a foreign parser may raise anything on bytes made to harm it
        return {"reason": f"cannot be read: it is damaged, or not what its name says ({type(error).__name__})"}


def _send(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has none
        return
    with suppress(ValueError, OSError):  # macOS knows the limit and refuses it
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _set_alarm(seconds: float) -> None:
    """A parser that hangs ends itself a little later than the parent would end it: the parent may have died."""
    if hasattr(signal, "alarm"):
        signal.alarm(ceil(seconds) + 5 if seconds else 0)


def _fields(draft: Draft) -> dict[str, Any]:
    return asdict(draft) | {"published": draft.published.isoformat() if draft.published else None}


def _draft(fields: dict[str, Any]) -> Draft | str:
    """The draft, or the reason why there is none."""
    if "reason" in fields:
        return str(fields["reason"])
    published = fields["published"]
    return Draft(
        parts=[Part(BlockKind(part["kind"]), part["text"]) for part in fields["parts"]],
        publisher=fields["publisher"],
        authors=tuple(fields["authors"]),
        published=date.fromisoformat(published) if published else None,
        paged=fields["paged"],
    )
