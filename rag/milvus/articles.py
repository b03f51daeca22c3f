"""The articles of a generation in Milvus."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.corpus import KEPT, Articles, article_from, spellings
from rag.milvus import layout
from rag.milvus.server import Server
from rag.records import Article, Filter, Language, Sources

_TOGETHER = 100
"""Articles fetched at once where all are read."""

_DAYS, _FASTER = 10, 4
"""Days looked into first for the newest articles, and how many times as many next."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of all articles together."""

    publishers: tuple[str, ...]
    authors: tuple[str, ...]
    published: frozenset[date]
    languages: frozenset[Language]


class MilvusArticles(Articles):
    def __init__(self, server: Server, collections: Mapping[str, str], count: int, known: Known) -> None:
        """``collections``: the name of each part's."""
        self._server = server
        self._collections = collections
        self._count = count
        self._known = known
        self._kept: dict[int, Article] = {}

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Article]:
        for first in range(0, self._count, _TOGETHER):
            yield from self[first : first + _TOGETHER]

    def __contains__(self, article: object) -> bool:
        if not isinstance(article, Article):
            return False
        found = self.named(article.id)
        return found is not None and found.digest == article.digest

    def fetch(self, rows: Sequence[int]) -> tuple[Article, ...]:
        """Those not read lately come in one answer."""
        known = self._kept
        missing = set(rows) - known.keys()
        if missing:
            if len(known) + len(missing) > KEPT:
                known = self._kept = {}
                missing = set(rows)
            known |= self._read(missing)
        return tuple(known[row] for row in rows)

    def _read(self, rows: Iterable[int]) -> dict[int, Article]:
        pieces: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for found in self._server.rows(
            self._collections["articles"], layout.among("article", sorted(rows)), ["article", "piece", "text"]
        ):
            pieces[found["article"]][found["piece"]] = found["text"]
        texts = {row: "".join(text for _, text in sorted(found.items())) for row, found in pieces.items()}
        return {row: article_from(json.loads(text)) for row, text in texts.items()}

    def named(self, id: str) -> Article | None:
        names = spellings(id)
        found = self._server.rows(self._collections["names"], layout.named("file", names), ["key", "number"])
        rows = {row["key"]: row["number"] for row in found}
        keys = (layout.key("file", name) for name in names)
        return next((self[rows[key]] for key in keys if key in rows), None)

    def holds(self, word: str) -> bool:
        where = layout.begins("word", word.lower())
        return bool(self._server.do("query", self._collections["names"], filter=where, output_fields=["key"], limit=1))

    def left_by(self, filter: Filter) -> int:
        if not filter:
            return self._count
        return self._server.count(self._collections["articles"], f"piece == 0 and {layout.left_by(filter)}")

    def by_day(self, filter: Filter, count: int, newest: bool) -> tuple[Article, ...]:
        """Milvus does not sort: the days are gone through in their order, ever more of them at once."""
        left = " and ".join(["piece == 0", *([layout.left_by(filter)] if filter else [])])
        days = [*sorted((day.toordinal() for day in self._known.published), reverse=newest), layout.NONE]
        place = {day: at for at, day in enumerate(days)}
        found: list[tuple[int, int]] = []
        first, together = 0, _DAYS
        while first < len(days) and len(found) < count:
            where = f"{left} and {layout.among('day', days[first : first + together])}"
            rows = self._server.rows(self._collections["articles"], where, ["article", "day"])
            found += sorted((place[row["day"]], row["article"]) for row in rows)
            first, together = first + together, _FASTER * together
        return self.fetch([row for _, row in found[:count]])

    def shares(self, sources: Sources, filter: Filter) -> Counter[str]:
        where = " and ".join(["piece == 0", *([layout.left_by(filter)] if filter else [])])
        rows = self._server.all_rows(self._collections["articles"], where, [sources])
        held = Counter(key for row in rows for key in set(row[sources]) or {""})
        names = {layout.spelled(name.casefold()): name for name in ("", *getattr(self._known, sources))}
        return Counter({names[key]: count for key, count in held.items()})

    @property
    def publishers(self) -> tuple[str, ...]:
        return self._known.publishers

    @property
    def authors(self) -> tuple[str, ...]:
        return self._known.authors

    @property
    def published(self) -> frozenset[date]:
        return self._known.published

    @property
    def languages(self) -> frozenset[Language]:
        return self._known.languages
