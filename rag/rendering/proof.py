"""What stands behind an answer: where its quotes are, what they were found by, and how far to trust it."""

from collections.abc import Mapping, Sequence

from rag.records import Answer, Confidence, Evidence, Hit, Language, Outcome, Passage
from rag.rendering.labels import described, on_one_line, place

_CONFIDENCES: Mapping[Language, Mapping[Confidence, str]] = {
    "de": {
        Confidence.STRONG: "Verlässlichkeit: stark. In Tests belegten neun von zehn solchen Antworten das Gefragte.",
        Confidence.MODERATE: "Verlässlichkeit: mittel. In Tests belegten acht von zehn solchen Antworten das Gefragte.",
        Confidence.WEAK: "Verlässlichkeit: schwach. In Tests belegten sechs von zehn solchen Antworten das Gefragte.",
    },
    "en": {
        Confidence.STRONG: "Confidence: strong. In tests nine in ten answers judged so quoted the evidence.",
        Confidence.MODERATE: "Confidence: moderate. In tests eight in ten answers judged so quoted the evidence.",
        Confidence.WEAK: "Confidence: weak. In tests six in ten answers judged so quoted the evidence.",
    },
}
_REFUSALS: Mapping[Language, Mapping[bool, str]] = {
    "de": {
        False: "Nicht gefunden. In Tests stand bei acht von zehn solchen Fragen wirklich nichts in den Artikeln.",
        True: "Unsicher. In Tests stand bei jeder zweiten solchen Frage die Antwort doch in den Artikeln, "
        "meist in einem der hervorgehobenen Sätze.",
    },
    "en": {
        False: "Not found. In tests the articles really did not say it for eight in ten such questions.",
        True: "Uncertain. In tests the articles did answer every other such question, "
        "mostly in one of the sentences set off.",
    },
}
"""By whether they are unsure."""

NEAREST = 3
"""Passages whose nearest sentence is offered with a refusal, where none was judged."""


def cited_sources(answer: Answer) -> list[str]:
    """A line for each citation: its number, and where the quote stands."""
    language = answer.question.language
    lines = []
    for citation in answer.citations:
        told, where = described(citation.quote, language), place(citation.quote)
        lines.append(on_one_line(f"[{citation.number}] {f'{told} ({where})' if told else where}"))
    return lines


def nearest_passages(answer: Answer) -> list[str]:
    """For a refusal the sentences that come nearest, each with its place; else nothing."""
    return [f"- {on_one_line(quote.text)} ({place(quote)})" for quote in nearest(answer)]


def nearest(answer: Answer) -> Sequence[Passage]:
    """For a refusal the sentences that come nearest, by their meaning where none was judged; else nothing."""
    if answer.outcome is not Outcome.NOT_FOUND or answer.nearest:
        return answer.nearest
    return [max(hit.evidence, key=lambda evidence: evidence.meaning).quote for hit in answer.hits[:NEAREST]]


def confidence_line(answer: Answer) -> str:
    """How far answer or refusal can be trusted, and what that meant in tests; empty where nothing was judged."""
    language = answer.question.language
    if answer.nearest:
        return _REFUSALS[language][answer.unsure]
    return _CONFIDENCES[language][answer.confidence] if answer.confidence else ""


def explanation(answer: Answer) -> list[str]:
    """How far the answer can be trusted; then, for each citation or else each nearest sentence, the words that
    matched, and its passage's rank by words, letters and meaning.
    """
    language = answer.question.language
    lines = list(filter(None, [confidence_line(answer)]))
    quotes = [(f"[{citation.number}]", citation.quote) for citation in answer.citations]
    for label, quote in quotes or [(f"{quote.article.id}:{quote.start}", quote) for quote in nearest(answer)]:
        found = reasons(answer, quote)
        if found is None:
            continue
        hit, evidence = found
        pairs = ", ".join(asked if asked == held else f"{asked} = {held}" for asked, held in evidence.matches)
        words, letters, meaning = (rank or "–" for rank in (hit.word_rank, hit.gram_rank, hit.meaning_rank))
        if language == "de":
            ranks = f"Rang der Passage nach Wörtern {words}, Buchstaben {letters}, Bedeutung {meaning}"
        else:
            ranks = f"rank of the passage by words {words}, letters {letters}, meaning {meaning}"
        shown = f"{pairs or ('kein Wort' if language == 'de' else 'no word')}; {ranks}"
        lines.append(f"{label} {shown}")
    return lines


def reasons(answer: Answer, quote: Passage) -> tuple[Hit, Evidence] | None:
    """The hit and the evidence that a quote comes from; None for what was quoted without a search."""
    for hit in answer.hits:
        for evidence in hit.evidence:
            if evidence.quote == quote:
                return hit, evidence
    return None
