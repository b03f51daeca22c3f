"""Breaks builds at every step they take on the disk, and reads while others build; run by ``test_faults.py``.

Each try is a process of its own, so that a kill is a real one. They are forked from this small program, which
has the libraries loaded and never used their threads.

    python -m tests.faults kill|fail|limit|crowd FOLDER [STEP]

``kill`` ends the process at each event on the disk (of every ``STEP`` one), ``fail`` has the disk refuse it, ``limit``
has it run full in the middle of a write.
"""

import errno
import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from rag.answering import ExtractiveWriter
from rag.bilingual.lexicon import load_lexicon
from rag.building import build
from rag.chatbot import Chatbot
from rag.errors import IndexBusy, RagError
from rag.language import detect
from rag.reading.drafting import parse_date
from rag.retrieval import Retriever
from rag.settings import Settings
from rag.store import load_index, require_model
from tests.conftest import LetterEmbedder, no_progress

OLD = {"a.txt": "Der Hund schläft. Die Katze wacht.", "b.txt": "Die Brücke ist gesperrt. Niemand weiß warum."}
NEW = OLD | {"a.txt": "Der Hund bellt laut. Die Katze flieht.", "c.txt": "Der Rat tagte in Köln."}
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.listdir", "shutil.rmtree"}
"""What Python tells of before it happens; the first argument of each is a path."""

LIMITS = [*range(0, 3000, 150), 4000, 6000, 8000]
"""Bytes that a file may have: the disk is full in the middle of a write, wherever the write is made."""


def write(settings: Settings, texts: dict[str, str]) -> None:
    settings.articles.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (settings.articles / name).write_text(text, encoding="utf-8")


def texts_of(settings: Settings) -> dict[str, str]:
    """What the index in use holds, each article asked for and quoted to the letter (``verify`` raises if not).

    No network reads the quotes: it is no part of an index, and each try would wait for it to load.
    """
    index = load_index(settings.index)
    require_model(index, LetterEmbedder.name, LetterEmbedder.fingerprint)
    writer = ExtractiveWriter(settings.answer_words, judge=None)
    chatbot = Chatbot(Retriever(index, LetterEmbedder()), writer, settings.hits, settings.answer_words)
    for article in index.articles:
        assert chatbot.ask(article.text).citations
    return {article.id: article.text for article in index.articles}


def apart(work: Callable[[], None]) -> int:
    """The exit code of a process that does the work: negative where a signal ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        work()
        code = 0
    except RagError as error:
        print(f"RagError: {error}", file=sys.stderr)
        code = 3
    except BaseException:  # noqa: BLE001 - the exit code tells
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def broken_at(folder: Path, number: int, breaks: Callable[[], None]) -> None:
    """Have the ``number``-th event below ``folder`` break."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in EVENTS and str(arguments[0]).startswith(str(folder)):
            seen += 1
            if seen == number:
                breaks()

    sys.addaudithook(hook)


def full_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def survives(settings: Settings, saved: Path, breaking: Callable[[], None]) -> tuple[int, str]:
    """Start from the saved index, build with a fault; then the index must answer with the old or the new
    articles, whole, and the next build must bring in the new ones. Exit code of the build, and what was found.
    """
    shutil.rmtree(settings.index)
    shutil.copytree(saved, settings.index)

    def build_broken() -> None:
        breaking()
        build(settings, LetterEmbedder(), no_progress)

    code = apart(build_broken)
    found = settings.articles.parent / "found"

    def look() -> None:
        texts = texts_of(settings)
        assert texts in (OLD, NEW), texts
        found.write_text("new" if texts == NEW else "old", encoding="utf-8")

    def build_again() -> None:
        build(settings, LetterEmbedder(), no_progress)
        assert texts_of(settings) == NEW
        assert not list(settings.index.glob(".unfinished*"))

    assert apart(look) == 0, "the index does not answer"
    assert apart(build_again) == 0, "the next build fails"
    return code, found.read_text(encoding="utf-8")


def try_all(settings: Settings, mode: str, step: int) -> dict[str, int]:
    """How often the index was the old one or the new one behind a fault, and in how many tries."""
    write(settings, OLD)
    assert apart(lambda: void(build(settings, LetterEmbedder(), no_progress))) == 0
    saved = settings.articles.parent / "saved"
    shutil.copytree(settings.index, saved)
    write(settings, NEW)
    counted = {"tries": 0, "old": 0, "new": 0}
    for fault in LIMITS if mode == "limit" else range(1, events_of_a_build(settings, saved) + 1, step):

        def breaking(fault: int = fault) -> None:
            if mode == "limit":
                resource.setrlimit(resource.RLIMIT_FSIZE, (fault, fault))
            else:
                broken_at(settings.index, fault, killed if mode == "kill" else full_disk)

        code, found = survives(settings, saved, breaking)
        assert code in ((-signal.SIGKILL,) if mode == "kill" else (0, 3)), f"fault {fault} ended with {code}"
        counted["tries"] += 1
        counted[found] += 1
    return counted


def events_of_a_build(settings: Settings, saved: Path) -> int:
    counted = settings.articles.parent / "events"

    def count() -> None:
        seen: list[str] = []
        sys.addaudithook(
            lambda event, given: (
                seen.append(event) if event in EVENTS and str(given[0]).startswith(str(settings.index)) else None
            )
        )
        build(settings, LetterEmbedder(), no_progress)
        counted.write_text(str(len(seen)), encoding="utf-8")

    shutil.rmtree(settings.index)
    shutil.copytree(saved, settings.index)
    assert apart(count) == 0
    return int(counted.read_text(encoding="utf-8"))


def void(_: object) -> None:
    return None


def crowd(settings: Settings) -> dict[str, int]:
    """Two builders that change the articles and three readers, at once, for some seconds."""
    write(settings, OLD)
    assert apart(lambda: void(build(settings, LetterEmbedder(), no_progress))) == 0
    until = time.monotonic() + 6
    log = settings.articles.parent / "log"

    def builder() -> None:
        while time.monotonic() < until:
            try:
                build(settings, LetterEmbedder(), no_progress, full=True)
                said = "built"
            except IndexBusy:
                said = "busy"
            note(said)

    def reader() -> None:
        while time.monotonic() < until:
            assert texts_of(settings) == OLD
            note("read")

    def note(said: str) -> None:
        with log.open("a", encoding="utf-8") as lines:
            lines.write(said + "\n")

    children = []
    for work in (builder, builder, reader, reader, reader):
        child = os.fork()
        if child == 0:
            os._exit(apart(work))
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * len(children), codes
    said = log.read_text(encoding="utf-8").split()
    return {word: said.count(word) for word in ("built", "busy", "read")}


def load_beforehand() -> None:
    """What every try would load for itself and starts no thread: modules, and what tells languages and translates."""
    for module in ("numpy.ma", "rag.packing"):
        import_module(module)
    detect("Der Rat tagte am 4. September 2025 in Köln.")
    parse_date("4. September 2025")
    load_lexicon()


if __name__ == "__main__":
    mode, base = sys.argv[1], Path(sys.argv[2])
    settings = Settings(articles=base / "articles", index=base / "index")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    load_beforehand()
    step = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    print(json.dumps(crowd(settings) if mode == "crowd" else try_all(settings, mode, step)))
