"""An answer as lines of plain text: its quotes, and our own sentences around them in the question's language."""

from collections.abc import Mapping

from rag.records import Age, Answer, BlockKind, Citation, Language, Listed, Listing, Outcome, Sources, Talk
from rag.rendering.labels import filter_text, format_date, on_one_line, quote_label, quoted, source_line
from rag.rendering.replies import REPLIES

_NOT_FOUND: Mapping[Language, str] = {"de": "Das steht nicht in den Artikeln.", "en": "The articles do not say."}
_UNSURE: Mapping[Language, str] = {
    "de": "Ob das in den Artikeln steht, ist unsicher.",
    "en": "Whether the articles say this is uncertain.",
}
_BOUND: Mapping[Language, str] = {
    "de": "Gesucht nur in den Artikeln der Antwort davor: Ist anderes gemeint, nennen Sie es.",
    "en": "Searched only in the articles of the answer before: if something else is meant, name it.",
}
"""Of what names nothing of its own."""
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
        return REPLIES[language][answer.talk or Talk.GREETING]
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
    return (_NONE_LISTED if listing else _UNSURE if answer.unsure else _NOT_FOUND)[language]


def not_found_details(answer: Answer) -> list[str]:
    """What was searched, which words of the question no article holds and what comes nearest, a sentence each; nothing
    where more was asked for, as the answer before had it.
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
    if answer.question.bound:
        details.append(_BOUND[answer.question.language])
    if answer.unsure and answer.nearest:  # of what was kept, they may be gone
        quote = answer.nearest[0]
        source = on_one_line(source_line(quote.article, answer.question.language))
        said = f"{quoted(on_one_line(quote.text), answer.question.language)}{f' ({source})' if source else ''}"
        details.append(f"Am nächsten kommt: {said}" if german else f"What comes nearest: {said}")
    elif answer.hits:
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


def understood(answer: Answer) -> list[str]:
    """How the question was read, as a sentence; none where as it was asked."""
    read = answer.question.text
    if read == answer.question.typed:
        return []
    if answer.question.further:
        return [f"Mehr zu: {read}" if answer.question.language == "de" else f"More on: {read}"]
    return [f"Verstanden als: {read}" if answer.question.language == "de" else f"Understood as: {read}"]


def quotes(answer: Answer) -> list[str]:
    """A line for each sentence of an answer, with what it is where it is no plain text, and its marks."""
    lines = []
    for sentence in answer.sentences:
        first = answer.cited(sentence)[0]
        label = line_label(first, answer)
        marks = "".join(f"[{number}]" for number in sentence.citations)
        source = listed_source(first, answer)
        whose = f" ({on_one_line(source)})" if source else ""
        lines.append(f"{label}{': ' if label else ''}{on_one_line(sentence.text)} {marks}{whose}")
    return lines


def line_label(citation: Citation, answer: Answer) -> str:
    """What a quote stands for in a list of sources, each with how many articles it has; else what it is."""
    language, sources = answer.question.language, answer.listing and answer.listing.sources
    if not sources:
        return quote_label(citation, language)
    of_it = [source for source in sources.named if source.citation == citation.number]
    named = (f"{one.name} ({_counted('articles', one.articles, language)})" for one in of_it)
    return on_one_line(", ".join(named))


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


def missing_words(answer: Answer) -> list[str]:
    """The question's words that no article holds, as a sentence; none where all are held."""
    if not answer.unknown_words:
        return []
    german = answer.question.language == "de"
    words = ", ".join(quoted(word, answer.question.language) for word in answer.unknown_words)
    return [f"In keinem Artikel kommt vor: {words}." if german else f"No article contains: {words}."]


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
        told = f"{_counted(listing.sources.kind, count, language)} in {_articles_of(answer, listing)}{about}"
    else:
        count, named = listing.count, len({citation.quote.article.id for citation in answer.citations})
        told = f"{_counted('articles', count, language)}{about}"
    shown = _shown(listing, named, count, language, more=answer.question.further > 0)
    some = f"; {'hier' if german else 'here'} {shown}:" if shown else "."
    return [f"{'Gefunden' if german else 'Found'}: {least}{told}{some}"]


def _articles_of(answer: Answer, listing: Listing) -> str:
    """How many articles a list of sources is of, and of how many where others name none."""
    language, searched = answer.question.language, answer.searched
    many = {"de": "Artikeln", "en": "articles"}[language]
    if not listing.words and listing.count < searched:
        return f"{listing.count} {'von' if language == 'de' else 'of'} {searched} {many}"
    return f"{listing.count} {many}" if listing.count > 1 else _counted("articles", 1, language)


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
    age = _AGED[language][listing.ages[0]]
    if language == "de":
        return f"der {age}" if named == 1 else f"die {named} {age}n"
    return f"the {age}" if named == 1 else f"the {named} {age}"


def _counted(what: Listed, count: int, language: Language) -> str:
    one, many = _COUNTED[language][what]
    return f"{count} {one if count == 1 else many}"


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
