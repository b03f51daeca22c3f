"""An answer as text or JSON, with our own words around the quotes in the question's language."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rag.records import (
    Age,
    Answer,
    Article,
    BlockKind,
    Citation,
    Confidence,
    Evidence,
    Filter,
    Hit,
    Language,
    Listed,
    Listing,
    Outcome,
    Passage,
    Sources,
    Talk,
)
from rag.store import Changes

KIND_LABELS: Mapping[Language, Mapping[BlockKind, str]] = {
    "de": {
        BlockKind.TITLE: "Überschrift",
        BlockKind.HEADING: "Zwischentitel",
        BlockKind.LEAD: "Vorspann",
        BlockKind.CAPTION: "Bildunterschrift",
        BlockKind.BYLINE: "Autor",
        BlockKind.DATE: "Datum",
        BlockKind.TEASER: "Anriss eines anderen Artikels",
        BlockKind.TAGS: "Schlagwörter",
    },
    "en": {
        BlockKind.TITLE: "Title",
        BlockKind.HEADING: "Heading",
        BlockKind.LEAD: "Standfirst",
        BlockKind.CAPTION: "Caption",
        BlockKind.BYLINE: "Author",
        BlockKind.DATE: "Date",
        BlockKind.TEASER: "Teaser of another article",
        BlockKind.TAGS: "Tags",
    },
}
_SAID_ALOUD = frozenset({BlockKind.CAPTION, BlockKind.BYLINE, BlockKind.DATE, BlockKind.TEASER, BlockKind.TAGS})
"""The kinds whose label is part of the answer: without it the quote would mislead or say nothing."""

MONTHS = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "January February March April May June July August September October November December".split(),
)
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
NAMED = 5
"""Files named for each kind of change; the others are counted."""

NEAREST = 3
"""Passages offered with a refusal."""

_TALK: Mapping[Language, Mapping[Talk, str]] = {
    "de": {
        Talk.GREETING: (
            "Fragen Sie mich etwas zu den Artikeln. Ich antworte mit Sätzen daraus und zeige, wo sie stehen."
        ),
        Talk.SELF: (
            "Ich bin Belegt. Fragen Sie mich etwas zu den Artikeln, und ich antworte mit Sätzen daraus, wörtlich "
            "und mit der Stelle, an der sie stehen. Ich nenne auch die Artikel („Welche Artikel gibt es?“) und "
            "fasse einen zusammen, durch seinen Titel und seine ersten Sätze."
        ),
        Talk.WORKINGS: (
            "Ich bin ein Programm, aber keines, das wie ChatGPT selbst Texte schreibt. Ich suche in den Artikeln "
            "nach Wörtern und Bedeutung die Sätze, die auf Ihre Frage antworten, und zeige sie wörtlich. Finde "
            "ich keine, sage ich das."
        ),
        Talk.LANGUAGES: (
            "Sie können auf Deutsch und auf Englisch fragen, auch zu Artikeln in der anderen Sprache. Was ich "
            "dazu sage, ist in der Sprache der Frage, die Sätze bleiben in der ihres Artikels: Ich übersetze "
            "nicht."
        ),
        Talk.PRIVACY: (
            "Ich frage kein Sprachmodell im Internet und lade beim Antworten nichts herunter. Was ich durchsuche, "
            "sind allein die Artikel, die hier eingelesen wurden."
        ),
        Talk.OPINION: (
            "Eine eigene Meinung habe ich nicht. Fragen Sie, was in den Artikeln dazu steht und wer sich darin "
            "wie äußert."
        ),
        Talk.CANNOT: (
            "Das kann ich nicht: Ich zitiere nur und übersetze, kürze, erkläre oder schreibe nichts mit eigenen "
            "Worten. Fragen Sie, was in den Artikeln steht, oder nach der Zusammenfassung eines Artikels: Sie "
            "besteht aus seinem Titel und seinen ersten Sätzen."
        ),
        Talk.COMPLAINT: (
            "Das kann sein: Ich zitiere wörtlich, aber nicht immer, was auf die Frage antwortet. Sehen Sie über "
            "die Ziffer hinter dem Satz im Artikel nach, und fragen Sie mit anderen Worten. Stehen unter der "
            "Antwort Daumen, bewerten Sie sie bitte."
        ),
        Talk.SOURCE: (
            "Jeder Satz einer Antwort steht wörtlich in einem Artikel. Die Ziffer dahinter, etwa [1], führt zu "
            "dieser Stelle. Ob stimmt, was dort steht, weiß ich nicht."
        ),
        Talk.MORE: (
            "Noch ist nichts gefragt, wozu ich mehr zeigen könnte. Fragen Sie erst etwas zu den Artikeln; mit "
            "„mehr“ geht es dann weiter."
        ),
    },
    "en": {
        Talk.GREETING: "Ask me about the articles. I answer with sentences from them and show where they stand.",
        Talk.SELF: (
            "I am Belegt. Ask me about the articles, and I answer with sentences from them, verbatim and with the "
            "place where they stand. I also list the articles (“Which articles are there?”) and sum one up, by "
            "its title and its first sentences."
        ),
        Talk.WORKINGS: (
            "I am a program, but none that writes texts itself as ChatGPT does. I search the articles by words "
            "and meaning for the sentences that answer your question, and show them verbatim. If I find none, I "
            "say so."
        ),
        Talk.LANGUAGES: (
            "You can ask in German and in English, also about articles in the other language. What I say is in "
            "the language of the question; the sentences stay in that of their article, as I do not translate."
        ),
        Talk.PRIVACY: (
            "I ask no language model on the internet and download nothing to answer. All that I search are the "
            "articles that were read in here."
        ),
        Talk.OPINION: "I have no opinion of my own. Ask what the articles say about it, and who in them says what.",
        Talk.CANNOT: (
            "That I cannot do: I only quote, and translate, shorten, explain or write nothing in words of my own. "
            "Ask what the articles say, or for the summary of an article: it is its title and its first "
            "sentences."
        ),
        Talk.COMPLAINT: (
            "That may be: I quote verbatim, but not always what answers the question. Look it up in the article "
            "by the number behind the sentence, and ask in other words. Where there are thumbs below the answer, "
            "please rate it."
        ),
        Talk.SOURCE: (
            "Every sentence of an answer stands in an article, to the letter. The number behind it, such as [1], "
            "leads to that place. Whether what stands there is true, I do not know."
        ),
        Talk.MORE: (
            "Nothing has been asked yet that I could show more of. Ask about the articles first; “more” then goes on."
        ),
    },
}
_NOT_FOUND: Mapping[Language, str] = {"de": "Das steht nicht in den Artikeln.", "en": "The articles do not say."}
_NONE_LISTED: Mapping[Language, str] = {
    "de": "Solche Artikel sind nicht zu finden.",
    "en": "No such articles are found.",
}
_NONE_FURTHER: Mapping[Language, str] = {
    "de": "Weitere Sätze, die darauf antworten, sind nicht zu finden. Mehr erzählt der zitierte Artikel selbst.",
    "en": "No further sentences are found that answer this. The article quoted tells more.",
}
_NONE_LISTED_FURTHER: Mapping[Language, Mapping[Listed, str]] = {
    "de": {
        "articles": "Weitere solche Artikel sind nicht zu finden.",
        "publishers": "Weitere Quellen sind nicht zu finden.",
        "authors": "Weitere Autoren sind nicht zu finden.",
    },
    "en": {
        "articles": "No further articles of this kind are found.",
        "publishers": "No further sources are found.",
        "authors": "No further authors are found.",
    },
}

_UNSOURCED: Mapping[Language, Mapping[Sources, str]] = {
    "de": {
        "publishers": "Keiner dieser Artikel nennt seine Quelle.",
        "authors": "Keiner dieser Artikel nennt seinen Autor.",
    },
    "en": {
        "publishers": "None of these articles names its source.",
        "authors": "None of these articles names its author.",
    },
}
_COUNTED: Mapping[Language, Mapping[Listed, tuple[str, str]]] = {
    "de": {
        "articles": ("Artikel", "Artikel"),
        "publishers": ("Quelle", "Quellen"),
        "authors": ("Autor", "Autoren"),
    },
    "en": {
        "articles": ("article", "articles"),
        "publishers": ("source", "sources"),
        "authors": ("author", "authors"),
    },
}
_MORE: Mapping[Language, str] = {"de": " weitere", "en": " more"}
_AGED: Mapping[Language, Mapping[Age, str]] = {
    "de": {"oldest": "älteste", "newest": "neueste"},
    "en": {"oldest": "oldest", "newest": "newest"},
}


def answer_text(answer: Answer) -> str:
    """The answer as lines of plain text, ``[1]`` behind each quote."""
    language = answer.question.language
    if answer.outcome is Outcome.SMALL_TALK:
        return _TALK[language][answer.talk or Talk.GREETING]
    if answer.outcome is Outcome.NOT_FOUND:
        return " ".join([_nothing(answer), *not_found_details(answer)])
    before, behind = around_quotes(answer)
    return "\n".join([*before, *quotes(answer), *behind])


def _nothing(answer: Answer) -> str:
    language, listing = answer.question.language, answer.listing
    if answer.question.further:
        what: Listed = listing.sources.kind if listing and listing.sources else "articles"
        return _NONE_LISTED_FURTHER[language][what] if listing else _NONE_FURTHER[language]
    if listing and listing.sources:
        return _UNSOURCED[language][listing.sources.kind]
    return (_NONE_LISTED if listing else _NOT_FOUND)[language]


def quotes(answer: Answer) -> list[str]:
    """A line for each sentence of an answer, with what it is where it is no plain text, and its marks."""
    by_number = {citation.number: citation for citation in answer.citations}
    lines = []
    for sentence in answer.sentences:
        label = line_label(by_number[sentence.citations[0]], answer)
        marks = "".join(f"[{number}]" for number in sentence.citations)
        source = listed_source(by_number[sentence.citations[0]], answer)
        whose = f" ({on_one_line(source)})" if source else ""
        lines.append(f"{label}{': ' if label else ''}{on_one_line(sentence.text)} {marks}{whose}")
    return lines


def listed_source(citation: Citation, answer: Answer) -> str:
    """Whose and of what day an article is, where the quote stands for it: its title, or what a list names it by."""
    article = citation.quote.article
    if answer.compared:
        return source_line(article, answer.question.language)
    first = next(one for one in answer.citations if one.quote.article == article)
    if answer.confidence or citation != first or not (answer.listing or citation.quote.kind is BlockKind.TITLE):
        return ""
    named = "" if article.title else article.id
    return " · ".join(filter(None, [named, source_line(article, answer.question.language)]))


def around_quotes(answer: Answer) -> tuple[list[str], list[str]]:
    """What is said before the quotes of an answer, and what behind them, a sentence each."""
    return [*searched_in(answer), *missing_words(answer), *listed(answer)], differing_sources(answer)


def listed(answer: Answer) -> list[str]:
    """How many articles a list is of and names, as a sentence; nothing of other answers."""
    if answer.listing is None:
        return []
    listing, language = answer.listing, answer.question.language
    german = language == "de"
    words = ", ".join(quoted(word, language) for word in listing.words)
    about = f" {'zu' if german else 'on'} {words}" if words else ""
    least = "" if listing.exact else "mindestens " if german else "at least "
    if listing.sources:
        count, named = listing.sources.count, len(listing.sources.named)
        told = f"{_counted(listing.sources.kind, count, language)} in {_articles_of(answer)}{about}"
    else:
        count, named = listing.count, len({citation.quote.article.id for citation in answer.citations})
        told = f"{_counted('articles', count, language)}{about}"
    shown = _shown(listing, named, count, language, more=answer.question.further > 0)
    some = f"; {'hier' if german else 'here'} {shown}:" if shown else "."
    return [f"{'Gefunden' if german else 'Found'}: {least}{told}{some}"]


def _counted(what: Listed, count: int, language: Language) -> str:
    one, many = _COUNTED[language][what]
    return f"{count} {one if count == 1 else many}"


def _articles_of(answer: Answer) -> str:
    """How many articles a list of sources is of, and of how many where others name none."""
    if answer.listing is None:
        return ""
    language, count, searched = answer.question.language, answer.listing.count, answer.searched
    if answer.listing.words or count >= searched:
        articles = f"{count} Artikeln" if language == "de" else _counted("articles", count, language)
        return articles if count > 1 else "1 Artikel" if language == "de" else "1 article"
    return f"{count} von {searched} Artikeln" if language == "de" else f"{count} of {searched} articles"


def _shown(listing: Listing, named: int, count: int, language: Language, more: bool) -> str:
    """What of all that were found is named, and what it is by its day; empty where all are. Of ``more`` some were."""
    if listing.sources and named:
        each = {"de": ("ein Artikel", "je ein Artikel"), "en": ("an article", "an article each")}[language][named > 1]
        return each if named == count else f"{named}{_MORE[language] if more else ''}, {each}"
    if not 0 < named < count:
        return ""
    if len(listing.ages) > 1:
        return "der älteste und der neueste" if language == "de" else "the oldest and the newest"
    if not listing.ages:
        return f"{named}{_MORE[language] if more else ''}"
    stem, the = _AGED[language][listing.ages[0]], {"de": "der" if named == 1 else "die", "en": "the"}[language]
    if language == "de":
        return f"{the} {stem}" if named == 1 else f"{the} {named} {stem}n"
    return f"{the} {stem}" if named == 1 else f"{the} {named} {stem}"


def differing_sources(answer: Answer) -> list[str]:
    """Which number each source gives, where they differ, as a sentence; else nothing."""
    german = answer.question.language == "de"
    told = []
    for citation in answer.citations:
        if citation.number in answer.differing and citation.focus:
            article = citation.quote.article
            source = " · ".join(filter(None, [article.publisher, format_date(article, answer.question.language)]))
            number = article.text[slice(*citation.focus)]
            told.append(f"{number} [{citation.number}]{f' ({source})' if source else ''}")
    if len(told) < 2:
        return []
    opening = "Die Artikel nennen verschiedene Zahlen" if german else "The articles give different numbers"
    return [f"{opening}: {', '.join(told)}."]


def not_found_details(answer: Answer) -> list[str]:
    """What was searched and which words of the question no article holds, a sentence each; nothing where more was
    asked for, as the answer before had it.
    """
    if answer.question.further:
        return []
    german = answer.question.language == "de"
    count = answer.searched
    if german:
        details = [f"Durchsucht {'wurde 1 Artikel' if count == 1 else f'wurden {count} Artikel'}."]
    else:
        details = [f"{count} article{'' if count == 1 else 's'} searched."]
    details += [*searched_in(answer), *missing_words(answer), *not_heard(answer)]
    if answer.hits:
        details.append("Am nächsten kommen die gefundenen Stellen." if german else "The passages found come nearest.")
    return details


def not_heard(answer: Answer) -> list[str]:
    """That nothing found is told as said by whom whose words are asked for, as a sentence; else nothing, nor of one
    whom no article names, or whose articles were searched.
    """
    language = answer.question.language
    limits = (answer.question.filter, answer.widened)
    searched = [source.casefold() for limit in limits for source in (limit.publisher, limit.author) if source]
    known = answer.unheard in answer.unknown_words or any(answer.unheard.casefold() in source for source in searched)
    if not answer.unheard or known:
        return []
    name = quoted(answer.unheard, language)
    if language == "de":
        return [f"Nichts in den gefundenen Stellen ist als Aussage von {name} zu erkennen."]
    return [f"Nothing in the passages found can be told as said by {name}."]


def searched_in(answer: Answer) -> list[str]:
    """A sentence on which articles were searched, where not simply all were."""
    german = answer.question.language == "de"
    if answer.compared:
        parts = "; ".join(filter_text(part, answer.question.language) for part in answer.compared)
        return [f"Gefragt nacheinander in Artikeln: {parts}." if german else f"Asked in turn of articles: {parts}."]
    searched = filter_text(answer.question.filter, answer.question.language)
    if limit := filter_text(answer.widened, answer.question.language):
        if german:
            where = f"nur in Artikeln: {searched}" if searched else "in allen"
            return [f"Nicht gesagt in Artikeln: {limit}; gesucht wurde {where}."]
        return [f"Not said in articles: {limit}; {f'only {searched} was' if searched else 'all were'} searched."]
    if searched:
        return [f"Gesucht nur in Artikeln: {searched}." if german else f"Searched only in articles: {searched}."]
    return []


def filter_text(filter: Filter, language: Language) -> str:
    """A filter in few words; nothing for an empty one."""
    german = language == "de"
    since, until = (
        day and written_date(language, day.year, day.month, day.day) for day in (filter.since, filter.until)
    )
    if since and until:
        period = since if since == until else f"{since} – {until}"
    elif since:
        period = f"{'ab' if german else 'from'} {since}"
    else:
        period = f"{'bis' if german else 'until'} {until}" if until else ""
    author = filter.author and f"{'von' if german else 'by'} {filter.author}"
    return ", ".join(filter_ for filter_ in (filter.publisher, author, period) if filter_)


def missing_words(answer: Answer) -> list[str]:
    """The question's words that no article holds, as a sentence; none where all are held."""
    if not answer.unknown_words:
        return []
    german = answer.question.language == "de"
    words = ", ".join(quoted(word, answer.question.language) for word in answer.unknown_words)
    return [f"In keinem Artikel kommt vor: {words}." if german else f"No article contains: {words}."]


def understood(answer: Answer) -> list[str]:
    """How the question was read, as a sentence; none where as it was asked."""
    read = answer.question.text
    if read == answer.question.typed:
        return []
    if answer.question.further:
        return [f"Mehr zu: {read}" if answer.question.language == "de" else f"More on: {read}"]
    return [f"Verstanden als: {read}" if answer.question.language == "de" else f"Understood as: {read}"]


def on_one_line(text: str) -> str:
    """The text with its paragraphs, such as tags, parted by dots."""
    return " · ".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def quoted(text: str, language: Language) -> str:
    """The text in the quotation marks of the language."""
    return f"„{text}“" if language == "de" else f"“{text}”"


def line_label(citation: Citation, answer: Answer) -> str:
    """What a quote stands for in a list of sources, each with how many articles it has; else what it is."""
    language, sources = answer.question.language, answer.listing and answer.listing.sources
    if not sources:
        return quote_label(citation, language)
    of_it = [source for source in sources.named if source.citation == citation.number]
    named = (f"{one.name} ({_counted('articles', one.articles, language)})" for one in of_it)
    return on_one_line(", ".join(named))


def quote_label(citation: Citation, language: Language) -> str:
    """What kind of text is quoted, where the quote alone would mislead; else empty."""
    kind = citation.quote.kind
    if kind is BlockKind.BYLINE and citation.quote.text.startswith(("Von ", "By ")):
        return ""
    return KIND_LABELS[language][kind] if kind in _SAID_ALOUD else ""


def cited_sources(answer: Answer) -> list[str]:
    """A line for each citation: its number, and where the quote stands."""
    language = answer.question.language
    lines = []
    for citation in answer.citations:
        article = citation.quote.article
        place = f"{article.id}:{citation.quote.start}-{citation.quote.end}"
        described = ", ".join(
            filter(None, [article.title, source_line(article, language), page_label([citation.quote], language)])
        )
        lines.append(on_one_line(f"[{citation.number}] {f'{described} ({place})' if described else place}"))
    return lines


def explanation(answer: Answer) -> list[str]:
    """How far the answer can be trusted; then, for each citation or else each nearest sentence, the words that
    matched, and its passage's rank by words, letters and meaning.
    """
    language = answer.question.language
    lines = [confidence_line(answer)] if answer.confidence else []
    quotes = [(f"[{citation.number}]", citation.quote) for citation in answer.citations]
    for label, quote in quotes or [(f"{quote.article.id}:{quote.start}", quote) for quote in _nearest(answer)]:
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


def confidence_line(answer: Answer) -> str:
    """How far the answer can be trusted, and what that meant in tests; empty where nothing was judged."""
    return _CONFIDENCES[answer.question.language][answer.confidence] if answer.confidence else ""


def reasons(answer: Answer, quote: Passage) -> tuple[Hit, Evidence] | None:
    """The hit and the evidence that a quote comes from; None for what was quoted without a search."""
    for hit in answer.hits:
        for evidence in hit.evidence:
            if evidence.quote == quote:
                return hit, evidence
    return None


def nearest_passages(answer: Answer) -> list[str]:
    """For a refusal the passages that come nearest, each by its nearest sentence and its place; else nothing."""
    return [f"- {on_one_line(quote.text)} ({quote.article.id}:{quote.start}-{quote.end})" for quote in _nearest(answer)]


def _nearest(answer: Answer) -> list[Passage]:
    if answer.outcome is not Outcome.NOT_FOUND:
        return []
    return [max(hit.evidence, key=lambda evidence: evidence.meaning).quote for hit in answer.hits[:NEAREST]]


def source_line(article: Article, language: Language) -> str:
    """Publisher, date and authors of an article, as far as it names them, and the other files that hold it."""
    parts = [article.publisher or "", format_date(article, language), ", ".join(article.authors)]
    copies = ", ".join(f"{copy.id} ({copy.publisher})" if copy.publisher else copy.id for copy in article.copies)
    parts += [f"{'auch in' if language == 'de' else 'also in'} {copies}"] if copies else []
    return " · ".join(dict.fromkeys(filter(None, parts)))


def page_label(quotes: Iterable[Passage], language: Language) -> str:
    """The pages that ``quotes`` begin on (S. 3, 5), or nothing."""
    pages = sorted({quote.page for quote in quotes if quote.page is not None})
    if not pages:
        return ""
    abbreviation = "S." if language == "de" else "p." if len(pages) == 1 else "pp."
    return f"{abbreviation} {', '.join(map(str, pages))}"


def format_date(article: Article, language: Language) -> str:
    """The publication date written out, or nothing."""
    day = article.published
    return written_date(language, day.year, day.month, day.day) if day else ""


def written_date(language: Language, year: int, month: int = 0, day: int = 0) -> str:
    """A date in words; of a month or a year where less is known (0)."""
    german, english = MONTHS
    name = (german if language == "de" else english)[month - 1] if month else ""
    first = f"{day}{'.' if language == 'de' else ''}" if day else ""
    return " ".join(filter(None, [first, name, str(year)]))


def changes_lines(changes: Changes, language: Language) -> list[str]:
    """What became of the files, a line for each kind of change."""
    told = [
        (("hinzugekommen", "added"), changes.added),
        (("geändert", "changed"), changes.changed),
        (("entfernt", "removed"), changes.removed),
        (("umbenannt", "renamed"), tuple(f"{old} → {new}" for old, new in changes.renamed)),
    ]
    lines = []
    for label, names in told:
        if names:
            more = [f"… ({len(names)})"] if len(names) > NAMED else []
            lines.append(f"{label[language == 'en']}: {', '.join([*names[:NAMED], *more])}")
    return lines


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


def listing_json(listing: Listing | None) -> dict[str, Any] | None:
    """Null for an answer that lists nothing."""
    return asdict(listing) if listing else None


def filter_json(filter: Filter) -> dict[str, str | None] | None:
    """Null for an empty filter."""
    if not filter:
        return None
    since, until = (day.isoformat() if day else None for day in (filter.since, filter.until))
    return {"publisher": filter.publisher, "author": filter.author, "since": since, "until": until}


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
