"""A folder of files -> articles. One module per format; the first that recognises a text reads it.

A file that cannot be read is skipped with its reason and stops nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ArticleError, CorpusError
from rag.reading import agency, gopher, plain
from rag.reading.decoding import decode
from rag.reading.drafting import Draft, assemble
from rag.records import SEARCHABLE, Article

SUFFIX = ".txt"


_FORMATS: tuple[tuple[Callable[[str], bool], Callable[[str], Draft]], ...] = (
    (gopher.recognises, gopher.parse),
    (agency.recognises, agency.parse),
    (plain.recognises, plain.parse),
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that holds no readable article; ``reason`` follows its name in a sentence."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} {self.reason}"


def article_files(folder: Path) -> list[Path]:
    """The ``.txt`` files below ``folder`` in the order of their names, hidden ones left out."""
    if not folder.is_dir():
        raise CorpusError(f"there is no folder {folder}: name the folder of your articles with --articles")
    found = (path for path in folder.rglob("*") if path.suffix.lower() == SUFFIX and path.is_file())
    return sorted(path for path in found if not _hidden(path.relative_to(folder)))


def read_article_files(folder: Path, paths: Iterable[Path], max_bytes: int) -> Iterator[Article | Skipped]:
    """Each of the files below ``folder``, in the given order, as an article or as the reason why not."""
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if not name.isprintable():
            yield Skipped(ascii(name), "has a name that is not readable text: rename it")
            continue
        try:
            yield read_article(path, name, max_bytes)
        except ArticleError as error:
            yield Skipped(name, str(error))


def read_article(path: Path, name: str, max_bytes: int) -> Article:
    """One file as an article called ``name``; raises ``ArticleError`` with the reason why not."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise ArticleError(f"is larger than {max_bytes / 1e6:g} MB: split it, or raise RAG_MAX_FILE_MB")
        text = decode(path.read_bytes())
    except OSError as error:
        raise ArticleError(f"cannot be opened ({error.strerror})") from None
    parse = next(parse for recognises, parse in _FORMATS if recognises(text))
    article = assemble(name, parse(text))
    if not any(block.kind in SEARCHABLE for block in article.blocks):
        raise ArticleError("holds no text that could be quoted")
    return article


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
