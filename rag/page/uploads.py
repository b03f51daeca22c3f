"""The articles folder as the page changes it: files are read before they are let in, and what goes stays as a copy."""

import filecmp
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from gradio.utils import get_upload_folder

from rag.errors import ArticleError, CorpusError
from rag.reading import SUFFIXES, Skipped, Worker, article_files, read_file
from rag.settings import Settings

MAX_FILES = 200


@dataclass(frozen=True, slots=True)
class Uploaded:
    added: tuple[str, ...]
    """File names as they now stand in the articles folder."""
    replaced: tuple[str, ...]
    """The same, of files that were there with another content."""
    rejected: tuple[str, ...]
    """A sentence for each file that was not let in."""


def add_articles(paths: Sequence[str], settings: Settings) -> Uploaded:
    """Copy the uploaded files into the articles folder; of one that is replaced a hidden copy stays (``.NAME.old``).

    Of two that would have the same name only the first is let in: the other would take its place.
    """
    added: list[str] = []
    replaced: list[str] = []
    rejected: list[str] = []
    with Worker(settings.limits) as worker:
        for path in map(Path, paths[:MAX_FILES]):
            name = path.name.lstrip(".")
            try:
                if name in (*added, *replaced):
                    raise ArticleError("has the name of another file of this upload: rename one of them")
                _check(path, name, settings, worker)
                (replaced if _store(path, settings.articles / name) else added).append(name)
            except ArticleError as error:
                rejected.append(f"{name} {error}")
            except OSError as error:
                rejected.append(f"{name} cannot be stored in {settings.articles} ({error.strerror})")
    if len(paths) > MAX_FILES:
        rejected.append(f"{len(paths) - MAX_FILES} more files: {MAX_FILES} at a time are taken")
    return Uploaded(tuple(added), tuple(replaced), tuple(rejected))


def own_files(settings: Settings) -> dict[str, Path]:
    """The files of the folder by the names that articles have: what is in an archive has no file of its own."""
    try:
        paths = article_files(settings.articles, settings.own_folders)
        return {path.relative_to(settings.articles).as_posix(): path for path in paths}
    except CorpusError:
        return {}


def set_aside(name: str, settings: Settings) -> str:
    """Rename the file of an article to its hidden copy, and return that name; raises ``ArticleError``."""
    path = own_files(settings).get(name)
    if path is None:
        raise ArticleError(f"{name} is no file in {settings.articles}: build the index anew")
    try:
        return path.replace(_aside(path)).name
    except OSError as error:
        raise ArticleError(f"{name} cannot be removed from {settings.articles} ({error.strerror})") from None


def _aside(path: Path) -> Path:
    """Where no earlier copy stands."""
    names = (f".{path.name}.old{number if number > 1 else ''}" for number in count(1))
    return next(copy for name in names if not (copy := path.with_name(name)).exists())


def _store(path: Path, target: Path) -> bool:
    """Copy in two steps, so that no reader meets half a file; whether another content was replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.new")
    try:
        shutil.copyfile(path, unfinished)
        replaced = target.exists() and not filecmp.cmp(target, path, shallow=False)
        if replaced:
            shutil.copyfile(target, _aside(target))
        unfinished.replace(target)
        return replaced
    finally:
        unfinished.unlink(missing_ok=True)


def _check(path: Path, name: str, settings: Settings, worker: Worker) -> None:
    """Raise ``ArticleError`` unless ``path`` was really uploaded and holds an article, be it among unreadable ones."""
    if not path.resolve().is_relative_to(Path(get_upload_folder()).resolve()):
        raise ArticleError("was not uploaded")
    if not name.lower().endswith(SUFFIXES):
        raise ArticleError(f"is of a kind that cannot be read ({', '.join(SUFFIXES)} can)")
    reasons = []
    for found in read_file(path, name, settings.limits, worker):
        if not isinstance(found, Skipped):
            return
        reasons.append(found)
    raise ArticleError(reasons[0].reason if len(reasons) == 1 else f"holds no article ({reasons[0]} ...)")
