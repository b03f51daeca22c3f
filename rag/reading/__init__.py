"""A folder of files -> articles. One module per family of formats; ``kinds`` says which file is whose.

A file that cannot be read is skipped with its reason and stops nothing. Nothing that a file holds can raise here.
"""

from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path

from rag.errors import ArticleError
from rag.reading import archives, mail
from rag.reading.drafting import Draft, assemble
from rag.reading.folder import Skipped, article_files, passed_over, shown
from rag.reading.kinds import (
    DOCUMENTS,
    MAILBOX,
    SUFFIXES,
    TABLES,
    TEXT,
    ZIP,
    parse_text,
    suffix_of,
    why_unknown,
)
from rag.reading.worker import Worker
from rag.records import SEARCHABLE, Article
from rag.settings import Limits

__all__ = ["SUFFIXES", "Skipped", "Worker", "article_files", "passed_over", "read_article_files", "read_file", "shown"]

_REASONS_NAMED = 100
"""Of one archive; the others are counted."""


def read_article_files(folder: Path, paths: Iterable[Path], limits: Limits) -> Iterator[Article | Skipped]:
    """What each of the files below ``folder`` holds, in the given order, as articles or reasons why not."""
    with Worker(limits) as worker:
        for path in paths:
            yield from read_file(path, path.relative_to(folder).as_posix(), limits, worker)


def read_file(path: Path, name: str, limits: Limits, worker: Worker | None = None) -> Iterator[Article | Skipped]:
    """What one file holds under the name ``name``: at least one article or reason, of an archive many.

    An article of an archive is called ``box.zip/inner.html``, ``wire.jsonl#12`` or ``box.mbox#3``. Without a
    ``worker`` to share with other files it has one of its own.
    """
    if worker is None:
        with Worker(limits) as own:
            yield from read_file(path, name, limits, own)
        return
    if not name.isprintable():
        yield Skipped(shown(name), "has a name that is not readable text: rename it")
        return
    try:
        most, setting = _most_bytes(name, limits)
        if path.stat().st_size > most:
            raise _too_large(most, setting)
        with path.open("rb") as stream:
            yield from _read(stream, name, limits, worker)
    except ArticleError as error:
        yield Skipped(name, str(error))
    except OSError as error:
        yield Skipped(name, f"cannot be opened ({error.strerror or error})", again=True)


def _read(stream: BufferedReader, name: str, limits: Limits, worker: Worker) -> Iterator[Article | Skipped]:
    """Raises ``ArticleError`` for a file that as a whole cannot be read."""
    suffix = suffix_of(name)
    if suffix == ZIP:
        yield from _bounded(name, _members(stream, name, limits, worker), limits)
    elif suffix == MAILBOX:
        mails = mail.messages(stream, limits.max_document_bytes)
        yield from _bounded(name, (_mail(f"{name}#{number}", data, worker) for number, data in mails), limits)
    elif suffix in TABLES:
        rows = TABLES[suffix](stream, limits.max_file_bytes)
        yield from _bounded(name, (_article(f"{name}#{number}", draft) for number, draft in rows), limits)
    elif suffix == TEXT:
        yield _article(name, parse_text(_whole(stream, name, limits)))
    elif suffix in DOCUMENTS:
        yield _article(name, worker.parse(DOCUMENTS[suffix], _whole(stream, name, limits)))
    else:
        raise ArticleError(why_unknown())


def _members(stream: BufferedReader, name: str, limits: Limits, worker: Worker) -> Iterator[Article | Skipped]:
    for inner, member in archives.members(stream, limits.max_archive_bytes):
        try:
            if isinstance(member, ArticleError):
                raise member
            yield from _read(member, f"{name}/{inner}", limits, worker)
        except ArticleError as error:
            yield Skipped(f"{name}/{inner}", str(error))


def _mail(name: str, data: bytes | ArticleError, worker: Worker) -> Article | Skipped:
    try:
        return _article(name, data if isinstance(data, ArticleError) else worker.parse(mail.parse, data))
    except ArticleError as error:
        return Skipped(name, str(error))


def _article(name: str, draft: Draft | ArticleError) -> Article | Skipped:
    if isinstance(draft, ArticleError):
        return Skipped(name, str(draft))
    article = assemble(name, draft)
    if not any(block.kind in SEARCHABLE for block in article.blocks):
        return Skipped(name, "holds no text that could be quoted")
    return article


def _bounded(name: str, found: Iterable[Article | Skipped], limits: Limits) -> Iterator[Article | Skipped]:
    """What an archive holds: the articles that the limit allows, the first reasons, and how many more there are."""
    articles = skipped = 0
    for item in found:
        if isinstance(item, Article):
            if articles == limits.max_articles:
                yield Skipped(name, f"holds more than {articles} articles: split it, or raise RAG_MAX_ARCHIVE_ARTICLES")
                break
            articles += 1
            yield item
        else:
            skipped += 1
            if skipped <= _REASONS_NAMED:
                yield item
    if skipped > _REASONS_NAMED:
        yield Skipped(name, f"holds {skipped - _REASONS_NAMED} more articles that cannot be read")
    if not articles and not skipped:
        yield Skipped(name, "holds no article")


def _whole(stream: BufferedReader, name: str, limits: Limits) -> bytes:
    """The bytes of a file that is read at once, whatever its size was said to be."""
    most, setting = _most_bytes(name, limits)
    data = stream.read(most + 1)
    if len(data) > most:
        raise _too_large(most, setting)
    return data


def _most_bytes(name: str, limits: Limits) -> tuple[int, str]:
    """The size of a file of this kind that is still read, and the setting that says so."""
    suffix = suffix_of(name)
    if suffix in DOCUMENTS:
        return limits.max_document_bytes, "RAG_MAX_DOCUMENT_MB"
    if suffix in (ZIP, MAILBOX, *TABLES):
        return limits.max_archive_bytes, "RAG_MAX_ARCHIVE_MB"
    return limits.max_file_bytes, "RAG_MAX_FILE_MB"


def _too_large(most: int, setting: str) -> ArticleError:
    return ArticleError(f"is larger than {most / 1e6:g} MB: split it, or raise {setting}")
