"""The files of a folder: which are articles, and which are passed over for which reason."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CorpusError
from rag.reading.kinds import SUFFIXES, is_junk, page_names, suffix_of, why_unknown


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that holds no readable article; ``reason`` follows its name in a sentence."""

    name: str
    reason: str
    again: bool = False
    """Whether the reason may pass, as one of the disk does."""

    def __str__(self) -> str:
        return f"{self.name} {self.reason}"


def article_files(folder: Path, without: Collection[Path] = ()) -> list[Path]:
    """The files below ``folder`` that a reader knows, in the order of their names.

    Hidden ones, links that lead out of the folder, and what lies in the folders ``without`` are left out.
    """
    return sorted(path for path, reason in _files(folder, without) if not reason)


def passed_over(folder: Path, without: Collection[Path] = ()) -> list[Skipped]:
    """The other files that somebody may have meant as articles, each with the reason why it is none."""
    found = sorted((path, reason) for path, reason in _files(folder, without) if reason)
    return [Skipped(shown(path.relative_to(folder).as_posix()), reason) for path, reason in found]


def shown(name: str) -> str:
    """The name itself, or what of it can be shown."""
    return name if name.isprintable() else ascii(name)


def _files(folder: Path, without: Collection[Path]) -> Iterator[tuple[Path, str]]:
    """Every file that is not junk, and why it is passed over: empty for those that are read."""
    if not folder.is_dir():
        raise CorpusError(f"there is no folder {folder}: name the folder of your articles with --articles")
    root = os.path.realpath(folder)
    left_out = {_identity(path) for path in without} - {None}
    if _identity(folder) in left_out:
        raise CorpusError(
            f"{folder} is where our own files are kept: name another with --articles, --index or RAG_DATA"
        )
    unopened: list[OSError] = []
    paths: list[Path] = []
    for at, folders, files in os.walk(folder, onerror=unopened.append):
        try:
            # A folder may be listed and yet not entered; pathlib would drop the dot.
            os.stat(f"{at}{os.sep}.")  # noqa: PTH116
        except OSError as error:
            unopened.append(error)
            folders.clear()
            continue
        folders[:] = [
            name for name in folders if not name.startswith(".") and _identity(Path(at, name)) not in left_out
        ]
        paths += [Path(at, name) for name in files]
        paths += [path for name in folders if (path := Path(at, name)).is_symlink()]
    pages = page_names([path.relative_to(folder).as_posix() for path in paths])
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if not is_junk(name, pages):
            yield path, _why_passed_over(path, root)
    for closed in unopened:
        yield Path(closed.filename), _closed(closed)


def _identity(path: Path) -> tuple[int, int] | None:
    """The same for each path to one folder; None where there is none to be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _why_passed_over(path: Path, root: str) -> str:
    if path.is_symlink() and Path(root) not in Path(os.path.realpath(path)).parents:
        return "is a link that leads out of the folder: copy what it leads to"
    try:
        if path.is_dir():
            return "is a link to a folder: its files are read where they are"
        if not path.is_file():
            return "is no file (a broken link, or a device)"
    except OSError as error:  # a link into a closed folder
        return _closed(error)
    return "" if suffix_of(path.name) in SUFFIXES else why_unknown()


def _closed(error: OSError) -> str:
    return f"cannot be opened ({error.strerror}): change who may read it, or take it out"
