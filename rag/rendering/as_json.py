"""An answer as JSON, in the shape that ARCHITECTURE.md gives under Contracts."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rag.records import Answer, Citation, Filter, Listing
from rag.rendering.text import answer_text


def answer_json(answer: Answer, timings_ms: Mapping[str, float], id: object = None) -> dict[str, Any]:
    """The answer in the shape that ARCHITECTURE.md gives for ``rag ask --json``; ``id`` comes back as it was asked."""
    return {
        "id": id,
        "question": answer.question.typed,
        "understood": answer.question.text,
        "language": answer.question.language,
        "supported": answer.supported,
        "outcome": answer.outcome.value,
        "confidence": answer.confidence.value if answer.confidence else None,
        "unknown_words": list(answer.unknown_words),
        "filter": filter_json(answer.question.filter),
        "widened": filter_json(answer.widened),
        "compared": [filter_json(part) for part in answer.compared],
        "text": answer_text(answer),
        "sentences": [{"text": s.text, "citations": list(s.citations)} for s in answer.sentences],
        "differing": list(answer.differing),
        "listing": listing_json(answer.listing),
        "citations": [_citation_json(citation) for citation in answer.citations],
        "unsure": answer.unsure,
        "nearest": [
            {"article": quote.article.id, "start": quote.start, "end": quote.end, "quote": quote.text}
            for quote in answer.nearest
        ],
        "passages": [
            {
                "article": hit.passage.article.id,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
                "score": round(hit.score, 4),
            }
            for hit in answer.hits
        ],
        "timings_ms": {name: round(value, 2) for name, value in timings_ms.items()},
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    quote = citation.quote
    published = quote.article.published
    return {
        "number": citation.number,
        "article": quote.article.id,
        "copies": [copy.id for copy in quote.article.copies],
        "title": quote.article.title,
        "publisher": quote.article.publisher,
        "published": published.isoformat() if published else None,
        "page": quote.page,
        "block": quote.kind.value,
        "start": quote.start,
        "end": quote.end,
        "quote": quote.text,
        "focus": list(citation.focus) if citation.focus else None,
    }


def filter_json(filter: Filter) -> dict[str, str | None] | None:
    """Null for an empty filter."""
    if not filter:
        return None
    since, until = (day.isoformat() if day else None for day in (filter.since, filter.until))
    return {"publisher": filter.publisher, "author": filter.author, "since": since, "until": until}


def listing_json(listing: Listing | None) -> dict[str, Any] | None:
    """Null for an answer that lists nothing."""
    return asdict(listing) if listing else None
