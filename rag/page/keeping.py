"""Conversations that outlast the window, in one SQLite file on this machine.

An answer is kept as what it quoted and found: spans of articles with their digests, not the articles. When it is
opened again each article is taken from the index if its text is still the same, to the letter. Of one that is not,
only the quotes stand in: nothing else is shown in their place.
"""

import json
import sqlite3
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from rag.corpus import Articles
from rag.errors import KeepingError, QuestionError, RagError
from rag.page.turns import Conversation, Turn, filter_fields
from rag.questions import parse_filter
from rag.records import (
    Answer,
    Article,
    Block,
    BlockKind,
    Citation,
    Confidence,
    Evidence,
    Filter,
    Hit,
    Listing,
    Outcome,
    Passage,
    Question,
    Sentence,
    Source,
    Sourced,
    Talk,
)
from rag.rendering.as_json import filter_json, listing_json

_FILE = "conversations.sqlite"
_TABLE = """CREATE TABLE IF NOT EXISTS conversations
    (id TEXT PRIMARY KEY, version INTEGER NOT NULL, changed TEXT NOT NULL, title TEXT NOT NULL, turns TEXT NOT NULL)"""
_TITLE_CHARS = 90


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as the list names it."""

    id: str
    title: str
    """Its first question."""
    changed: datetime


class Keeper:
    """Saves, lists, opens and deletes conversations; every method raises ``KeepingError``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, conversation: Conversation) -> Conversation:
        """The conversation as it is now kept; one without turns is kept no longer.

        Where another window has changed it meanwhile, this one's becomes a conversation of its own. What was deleted
        stays so, even when its last answer comes only then.
        """
        if not conversation.turns:
            if conversation.id:
                self._empty(conversation)
            return Conversation()
        title = conversation.turns[0].asked[:_TITLE_CHARS]
        turns = json.dumps([_dump_turn(turn) for turn in conversation.turns], ensure_ascii=False)
        now, version = datetime.now(UTC).isoformat(timespec="seconds"), conversation.version + 1
        with self._database() as database:
            changed = database.execute(
                "UPDATE conversations SET version = ?, changed = ?, title = ?, turns = ? WHERE id = ? AND version = ?",
                (version, now, title, turns, conversation.id, conversation.version),
            )
            if changed.rowcount:
                return replace(conversation, version=version)
            known = database.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation.id,))
            if conversation.id and known.fetchone() is None:
                raise KeepingError("this conversation has been deleted; begin a new one to have it kept")
            name = uuid4().hex
            database.execute("INSERT INTO conversations VALUES (?, 1, ?, ?, ?)", (name, now, title, turns))
            return replace(conversation, id=name, version=1)

    def listed(self) -> list[Kept]:
        """All conversations, the last changed first: what is not in the list can neither be opened nor deleted."""
        with self._database() as database:
            rows = database.execute(
                "SELECT id, title, changed FROM conversations ORDER BY changed DESC, rowid DESC"
            ).fetchall()
        return [Kept(name, title, datetime.fromisoformat(changed)) for name, title, changed in rows]

    def open(self, id: str, articles: Articles) -> Conversation | None:
        """The conversation over the ``articles`` of today; None where there is none of that name."""
        with self._database() as database:
            row = database.execute("SELECT turns, version FROM conversations WHERE id = ?", (id,)).fetchone()
        if row is None:
            return None
        find = cache(articles.named)
        try:
            turns = tuple(_load_turn(fields, find) for fields in json.loads(row[0]))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, QuestionError) as error:
            raise KeepingError(f"conversation {id} in {self._folder / _FILE} is damaged ({error}); delete it") from None
        except RagError as error:
            raise KeepingError(f"the articles of conversation {id} cannot be read: {error}") from None
        return Conversation(turns, id, row[1])

    def delete(self, id: str) -> None:
        with self._database() as database:
            database.execute("DELETE FROM conversations WHERE id = ?", (id,))

    def _empty(self, conversation: Conversation) -> None:
        """Delete it, unless another window has changed it: what was asked there stays."""
        where = (conversation.id, conversation.version)
        with self._database() as database:
            database.execute("DELETE FROM conversations WHERE id = ? AND version = ?", where)

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._folder / _FILE, timeout=5)) as database, database:
                database.execute(_TABLE)
                yield database
        except (sqlite3.Error, OSError) as error:
            raise KeepingError(
                f"{self._folder / _FILE} cannot be used ({error}); move it away or name another folder in RAG_DATA"
            ) from None


def gone(answer: Answer, articles: Container[Article]) -> frozenset[str]:
    """The cited articles of an answer that the index no longer holds as they were quoted."""
    cited = {citation.quote.article for citation in answer.citations}
    return frozenset(article.id for article in cited if article not in articles)


def _dump_turn(turn: Turn) -> dict[str, Any]:
    return {
        "id": turn.id,
        "asked": turn.asked,
        "error": turn.error,
        "vote": turn.vote,
        "filter": filter_fields(turn.filter),
        "answer": _dump(turn.answer) if turn.answer else None,
    }


def _load_turn(fields: Mapping[str, Any], find: Callable[[str], Article | None]) -> Turn:
    answer = _load(fields["answer"], find) if fields["answer"] else None
    limit = parse_filter(fields.get("filter"))
    return Turn(fields["asked"], answer, fields["error"], fields["vote"], limit, fields["id"])


def _dump(answer: Answer) -> dict[str, Any]:
    question = answer.question
    articles = {c.quote.article.id: c.quote.article for c in answer.citations}
    articles |= {hit.passage.article.id: hit.passage.article for hit in answer.hits}
    articles |= {e.quote.article.id: e.quote.article for hit in answer.hits for e in hit.evidence}
    return {
        "question": [question.typed, question.asked, question.language, question.earlier, question.where],
        "filter": filter_json(question.filter),
        "widened": filter_json(answer.widened),
        "compared": [filter_json(part) for part in answer.compared],
        "listing": listing_json(answer.listing),
        "further": question.further,
        "follows": question.follows,
        "bound": question.bound,
        "talk": answer.talk,
        "outcome": answer.outcome,
        "sentences": [[sentence.text, sentence.citations] for sentence in answer.sentences],
        "citations": [
            {
                "number": citation.number,
                "article": citation.quote.article.id,
                "start": citation.quote.start,
                "quote": citation.quote.text,
                "kind": citation.quote.kind,
                "focus": citation.focus,
            }
            for citation in answer.citations
        ],
        "hits": [
            {
                "passage": _dump_place(hit.passage),
                "ranking": [hit.score, hit.word_rank, hit.gram_rank, hit.meaning_rank],
                "evidence": [
                    [*_dump_place(e.quote), float(e.words), float(e.grams), float(e.meaning), e.matches]
                    for e in hit.evidence
                ],
            }
            for hit in answer.hits
        ],
        "nearest": [[quote.article.id, quote.start, quote.end] for quote in answer.nearest],
        "unsure": answer.unsure,
        "unknown_words": answer.unknown_words,
        "unheard": answer.unheard,
        "searched": answer.searched,
        "differing": answer.differing,
        "confidence": answer.confidence,
        "articles": {
            article.id: {
                "digest": article.digest,
                "title": article.title,
                "publisher": article.publisher,
                "authors": article.authors,
                "published": article.published.isoformat() if article.published else None,
                "language": article.language,
            }
            for article in articles.values()
        },
    }


def _dump_place(passage: Passage) -> list[Any]:
    return [passage.article.id, passage.start, passage.end]


def _load(fields: Mapping[str, Any], find: Callable[[str], Article | None]) -> Answer:
    standing = {
        name: found
        for name, saved in fields["articles"].items()
        if (found := find(name)) and found.digest == saved["digest"]
    }
    return Answer(
        question=Question(
            *fields["question"],  # its last ones are missing in what earlier versions kept, as what is got by ``get``
            filter=parse_filter(fields.get("filter")) or Filter(),
            further=fields.get("further", 0),
            follows=tuple(fields.get("follows", ())),
            bound=fields.get("bound", False),
        ),
        outcome=Outcome(fields["outcome"]),
        sentences=tuple(Sentence(text, tuple(numbers)) for text, numbers in fields["sentences"]),
        citations=tuple(_load_citations(fields, standing)),
        hits=tuple(_load_hit(hit, standing) for hit in fields["hits"] if hit["passage"][0] in standing),
        nearest=_load_nearest(fields.get("nearest", ()), standing),
        unsure=fields.get("unsure", False),
        unknown_words=tuple(fields["unknown_words"]),
        unheard=fields.get("unheard", ""),
        searched=fields["searched"],
        confidence=Confidence(fields["confidence"]) if fields["confidence"] else None,
        widened=parse_filter(fields.get("widened")) or Filter(),
        compared=tuple(parse_filter(part) or Filter() for part in fields.get("compared", ())),
        talk=Talk(fields["talk"]) if fields.get("talk") else None,
        listing=_load_listing(fields.get("listing")),
        differing=tuple(fields.get("differing", ())),
    )


def _load_listing(fields: Mapping[str, Any] | None) -> Listing | None:
    if not fields:
        return None
    ages, sources = tuple(fields.get("ages", ())), fields.get("sources")
    if sources:
        sources = Sourced(sources["kind"], sources["count"], tuple(Source(**one) for one in sources["named"]))
    return Listing(fields["count"], fields["exact"], tuple(fields["words"]), ages, sources)


def _load_citations(fields: Mapping[str, Any], standing: Mapping[str, Article]) -> Iterator[Citation]:
    stand_ins = {
        name: _stand_in(name, saved, [cited for cited in fields["citations"] if cited["article"] == name])
        for name, saved in fields["articles"].items()
        if name not in standing
    }
    for cited in fields["citations"]:
        name, start, quote = cited["article"], cited["start"], cited["quote"]
        article = standing.get(name) or stand_ins[name]
        moved = 0 if name in standing else article.text.index(quote) - start
        passage = Passage(article, start + moved, start + moved + len(quote))
        if passage.text != quote:
            raise ValueError(f"the quote is not at {start} of {name}")
        first, last = cited["focus"] or (0, 0)
        yield Citation(cited["number"], passage, (first + moved, last + moved) if cited["focus"] else None)


def _stand_in(id: str, saved: Mapping[str, Any], cited: Sequence[Mapping[str, Any]]) -> Article:
    """The quotes of an article that is there no longer, a block each, under its name and digest."""
    text, blocks = "", []
    for one in sorted(cited, key=lambda one: one["start"]):
        text += "\n\n" if text else ""
        blocks.append(Block(BlockKind(one["kind"]), len(text), len(text) + len(one["quote"])))
        text += one["quote"]
    return Article(
        id=id,
        digest=saved["digest"],
        text=text,
        blocks=tuple(blocks),
        title=saved["title"],
        publisher=saved["publisher"],
        authors=tuple(saved["authors"]),
        published=date.fromisoformat(saved["published"]) if saved["published"] else None,
        language=saved["language"],
    )


def _load_nearest(fields: Sequence[Sequence[Any]], standing: Mapping[str, Article]) -> tuple[Passage, ...]:
    """All of them, or none: without the first the next would seem to be it."""
    whole = all(of in standing for of, _, _ in fields)
    return tuple(Passage(standing[of], start, end) for of, start, end in fields) if whole else ()


def _load_hit(fields: Mapping[str, Any], standing: Mapping[str, Article]) -> Hit:
    name, start, end = fields["passage"]
    score, by_words, by_letters, by_meaning = fields["ranking"]
    evidence = tuple(
        Evidence(Passage(standing[of], first, last), words, grams, meaning, tuple((a, b) for a, b in matches))
        for of, first, last, words, grams, meaning, matches in fields["evidence"]
        if of in standing
    )
    return Hit(Passage(standing[name], start, end), score, by_words, by_letters, by_meaning, evidence)
