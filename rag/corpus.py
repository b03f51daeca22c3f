"""The articles of an index, each read from the disk when it is looked at, and what is known of all without that."""

import json
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from heapq import nsmallest
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, overload
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexDamaged
from rag.language import tokens
from rag.records import Article, Block, BlockKind, Copy, Filter, Language, Sources

ARTICLES, STARTS = "articles.jsonl", "articles.npy"
CATALOGUE, WORDS = "catalogue.jsonl", "words.txt"

KEPT = 4096
"""Articles that stay in memory once read: the pages of a busy hour, some 30 MB."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of an article without reading it."""

    ids: tuple[str, ...]
    """Every file that holds it, its own first."""
    digest: str
    publishers: tuple[str, ...]
    """Its own and those of its copies, each once."""
    authors: tuple[str, ...]
    """The same."""
    published: date | None
    """Its own day, or else that of the first copy that has one."""
    language: Language


class Articles(Sequence[Article]):
    """Articles by row, wherever they are kept. Equal reads give equal articles, but not always the same object."""

    @abstractmethod
    def fetch(self, rows: Sequence[int]) -> tuple[Article, ...]:
        """The articles of the rows, in their order."""

    @overload
    def __getitem__(self, row: int) -> Article: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, row: int | slice) -> Article | tuple[Article, ...]:
        if isinstance(row, slice):
            return self.fetch(range(len(self))[row])
        return self.fetch([range(len(self))[row]])[0]

    @abstractmethod
    def __contains__(self, article: object) -> bool:
        """Whether an article is here as it was: of the same file and text."""

    @abstractmethod
    def named(self, id: str) -> Article | None:
        """The article of that file, or the one it is a copy of; its umlauts may be composed or not, as on a Mac."""

    @abstractmethod
    def holds(self, word: str) -> bool:
        """Whether any article has a word that begins so, also where nothing is indexed: in tags, links, promotions."""

    @abstractmethod
    def left_by(self, filter: Filter) -> int:
        """How many articles the filter leaves."""

    @abstractmethod
    def by_day(self, filter: Filter, count: int, newest: bool) -> tuple[Article, ...]:
        """That many of those that the filter leaves, the newest or the oldest first; undated ones last; ties by row."""

    @abstractmethod
    def shares(self, sources: Sources, filter: Filter) -> Counter[str]:
        """How many of those that the filter leaves each publisher, or each author, has; those without under ""."""

    @property
    @abstractmethod
    def publishers(self) -> tuple[str, ...]:
        """Each once, by the alphabet; so are ``authors``."""

    @property
    @abstractmethod
    def authors(self) -> tuple[str, ...]: ...

    @property
    @abstractmethod
    def published(self) -> frozenset[date]:
        """The days that articles are dated with."""

    @property
    @abstractmethod
    def languages(self) -> frozenset[Language]: ...


class Corpus(Articles):
    """Articles in memory, or in files that are read as they are needed.

    Reading one raises ``IndexDamaged`` where its text is not what its digest says.
    """

    def __init__(self, entries: Sequence[Entry], read: Callable[[int], Article], words: bytes | mmap) -> None:
        """``words``: every word of every article, in lower case, each behind a line break."""
        self.entries = entries
        self._read = read
        self._words = words

    @classmethod
    def of(cls, articles: Sequence[Article]) -> "Corpus":
        """Articles that are in memory anyway."""
        words = "".join(f"\n{word}" for word in sorted(words_of(articles)))
        return cls(tuple(map(_entry, articles)), tuple(articles).__getitem__, words.encode())

    @classmethod
    def open(cls, folder: Path) -> "Corpus":
        """The articles that ``save`` wrote; raises ``OSError`` or ``ValueError`` where they cannot be read."""
        with (folder / CATALOGUE).open(encoding="utf-8") as lines:
            entries = tuple(_loaded_entry(json.loads(line)) for line in lines)
        starts: NDArray[np.int64] = np.load(folder / STARTS, allow_pickle=False)
        texts = _mapped(folder / ARTICLES)

        @lru_cache(KEPT)
        def read(row: int) -> Article:
            article = article_from(json.loads(texts[starts[row] : starts[row + 1]]))
            if sha256(article.text.encode()).hexdigest() != article.digest:
                raise IndexDamaged(f"{folder / ARTICLES} holds another text of {article.id} than was written")
            return article

        return cls(entries, read, _mapped(folder / WORDS))

    def save(self, folder: Path) -> None:
        starts = [0]
        with (folder / ARTICLES).open("wb") as lines:
            for article in self:
                lines.write(json.dumps(article_fields(article), ensure_ascii=False).encode() + b"\n")
                starts.append(lines.tell())
        np.save(folder / STARTS, np.array(starts, np.int64), allow_pickle=False)
        with (folder / CATALOGUE).open("w", encoding="utf-8") as lines:
            for entry in self.entries:
                fields = asdict(entry) | {"published": _written(entry.published)}
                lines.write(json.dumps(fields, ensure_ascii=False) + "\n")
        (folder / WORDS).write_bytes(self._words[:])

    def __len__(self) -> int:
        return len(self.entries)

    def fetch(self, rows: Sequence[int]) -> tuple[Article, ...]:
        return tuple(map(self._read, rows))

    def __iter__(self) -> Iterator[Article]:
        return map(self._read, range(len(self)))

    def __contains__(self, article: object) -> bool:
        row = self._rows.get(article.id) if isinstance(article, Article) else None
        return row is not None and isinstance(article, Article) and self.entries[row].digest == article.digest

    def named(self, id: str) -> Article | None:
        rows = (self._rows.get(name) for name in spellings(id))
        return next((self[row] for row in rows if row is not None), None)

    def holds(self, word: str) -> bool:
        return self._words.find(f"\n{word.lower()}".encode()) >= 0

    def left_by(self, filter: Filter) -> int:
        return int(self.matching(filter).sum())

    def by_day(self, filter: Filter, count: int, newest: bool) -> tuple[Article, ...]:
        def order(row: int) -> tuple[bool, int]:
            day = self.entries[row].published
            return day is None, (-1 if newest else 1) * day.toordinal() if day else 0

        return self.fetch(nsmallest(count, np.flatnonzero(self.matching(filter)).tolist(), key=order))

    def shares(self, sources: Sources, filter: Filter) -> Counter[str]:
        names = {name.casefold(): name for name in ("", *getattr(self, sources))}  # a filter knows no case either
        left = (self.entries[row] for row in np.flatnonzero(self.matching(filter)).tolist())
        return Counter(names[key] for entry in left for key in set(map(str.casefold, getattr(entry, sources))) or {""})

    def matching(self, filter: Filter) -> NDArray[np.bool_]:
        """Of each row, whether the filter leaves it; not to be written to."""
        return self._matching(filter)

    @cached_property
    def publishers(self) -> tuple[str, ...]:
        return _sorted_names(name for entry in self.entries for name in entry.publishers)

    @cached_property
    def authors(self) -> tuple[str, ...]:
        return _sorted_names(name for entry in self.entries for name in entry.authors)

    @cached_property
    def published(self) -> frozenset[date]:
        return frozenset(entry.published for entry in self.entries if entry.published)

    @cached_property
    def languages(self) -> frozenset[Language]:
        return frozenset(entry.language for entry in self.entries)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, entry in enumerate(self.entries) for name in entry.ids}

    @cached_property
    def _matching(self) -> Callable[[Filter], NDArray[np.bool_]]:
        @lru_cache(16)
        def matching(filter: Filter) -> NDArray[np.bool_]:
            return np.array([filter.leaves(e.publishers, e.authors, e.published) for e in self.entries], np.bool_)

        return matching


def spellings(id: str) -> tuple[str, ...]:
    """The name of a file as it is given, and as another system may have stored it."""
    return tuple(dict.fromkeys((id, normalize("NFC", id), normalize("NFD", id))))


def words_of(articles: Iterable[Article]) -> set[str]:
    """Every word of every article, in lower case: what ``holds`` looks for."""
    return {match[0].lower() for article in articles for match in tokens(article.text)}


def _sorted_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=lambda name: (name.casefold(), name)))


def _mapped(path: Path) -> bytes | mmap:
    """The bytes of a file, read from the disk as they are needed."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ) if path.stat().st_size else b""  # nothing cannot be mapped


def sources_of(article: Article, sources: Sources) -> tuple[str, ...]:
    """The publishers, or the authors, of an article and its copies, each once."""
    printed: tuple[Article | Copy, ...] = (article, *article.copies)
    if sources == "publishers":
        return tuple(dict.fromkeys(one.publisher for one in printed if one.publisher))
    return tuple(dict.fromkeys(name for one in printed for name in one.authors))


def _entry(article: Article) -> Entry:
    printed: tuple[Article | Copy, ...] = (article, *article.copies)
    return Entry(
        ids=article.ids,
        digest=article.digest,
        publishers=sources_of(article, "publishers"),
        authors=sources_of(article, "authors"),
        published=next((one.published for one in printed if one.published), None),
        language=article.language,
    )


def _loaded_entry(fields: dict[str, Any]) -> Entry:
    lists = {name: tuple(fields[name]) for name in ("ids", "publishers", "authors")}
    return Entry(**fields | lists | {"published": _read_date(fields["published"])})


def article_fields(article: Article) -> dict[str, Any]:
    """An article as JSON holds it; ``article_from`` reads it."""
    copies = [asdict(copy) | {"published": _written(copy.published)} for copy in article.copies]
    return asdict(article) | {"published": _written(article.published), "copies": copies}


def article_from(fields: dict[str, Any]) -> Article:
    blocks = tuple(Block(BlockKind(b["kind"]), b["start"], b["end"]) for b in fields["blocks"])
    return Article(
        **fields
        | {
            "blocks": blocks,
            "authors": tuple(fields["authors"]),
            "copies": tuple(map(_copy_from, fields["copies"])),
            "pages": tuple(fields["pages"]),
            "published": _read_date(fields["published"]),
        }
    )


def _copy_from(fields: dict[str, Any]) -> Copy:
    return Copy(**fields | {"authors": tuple(fields["authors"]), "published": _read_date(fields["published"])})


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
