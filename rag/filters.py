"""Which articles a question is about to begin with: "laut dpa", "in der taz", "since September", "last month"."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from heapq import nlargest

from rag.bilingual.lexicon import load_lexicon
from rag.corpus import Articles
from rag.errors import QuestionError
from rag.focus import QUOTED
from rag.holdings import asks_what_happened
from rag.language import OTHER, asks, bare_name, content_words, patterns, spoken_in
from rag.overview import means_these, overview_asked
from rag.periods import (
    Met,
    articles_period,
    listed_period,
    period_said,
    published_period,
    published_words,
    without_periods,
)
from rag.pieces import asked_of_pieces, names_a_piece, subject_of
from rag.records import Filter, Language, Question

ACCORDING: dict[Language, str] = {
    "de": r"laut|gemäß|(?:nach\s)?(?:den\s)?Angaben\s(?:von|der|des)|nach\sInformationen\s(?:von|der|des)",
    "en": r"according\sto|as\sreported\sby",
}
_IN: dict[Language, str] = {"de": r"in|im|bei|beim|von|vom|aus", "en": r"in|by|from"}
_PRINTS = r"was\s(?:schreibt|schrieb|berichtete?|meldete?)"
_WRITES: dict[Language, str] = {"de": r"was\s(?:sagte?|meinte?)", "en": r"what\s(?:does|did|has)"}
"""What somebody who is no paper may do as well."""
_AND = r"und|and|was\sist\smit|what\sabout|how\sabout"
_ABOUT_IT = patterns(
    de=rf"\b(?:{_PRINTS}|{_WRITES['de']}|was\s(?:steht|stand))\b",
    en=r"\bwhat\s(?:does|did|has|is)\b.*\b(?:say|said|write|written|report|reported|in)\b",
)
"""What a publisher prints on something, in whatever words."""
_ARTICLE = r"(?:(?:der|dem|den|die|das|the)\s)?"
_ARTICLE_IN_LISTS = r"(?:(?:der|des|dem|den|die|the)\s)?"
_PIECE_OF = (
    r"\b(?:artikeln?|beitr(?:a|ä)gen?|beitrags?|texte?[sn]?|berichte?[sn]?|kommentare?[sn]?|meldungen"
    r"|articles?|reports?|pieces?)\s(?:von\s|vom\s|aus\s|in\s|im\s|from\s|by\s)?"
)
"""Artikel der Zeit; reports from The Sun."""
_SAYS = (
    r"\b(?:was\s(?:schreibt|sagt|hat|brachte|gibt\ses\s(?:von|in|aus))|alles\s(?:von|aus)|what\s(?:has|did|does))"
    r"\s(?:(?:der|die|das|the)\s)?"
)
"""Was brachte die Zeit? Alles aus der Zeit."""
_NOT_ABOUT = "".join(rf"(?<!{word}\s)" for word in ("über", "about", r"\bon", r"\bzu", r"\bzur", r"\bzum"))
_RULED_OUT = re.compile(
    rf"\b(?:nicht|außer|ohne|not|except)\s(?:(?:von|vom|aus|im|in|by|from|since|seit|laut)\s)?{_ARTICLE}[\w.-]+",
    re.IGNORECASE,
)
"""Nicht von der dpa; not since May."""
_EVERYWHERE = re.compile(
    r"\W*(?:(?:und|and)\s)?(?:jetzt\s|now\s)?(?:wieder\s|again\s)?"  # Und jetzt wieder
    r"(?:(?:in|aus|bei|von|from|of)\s)?(?:(?:den|the)\s)?"  # in den
    r"(?:allen?|all|überall|everywhere|(?:the\s)?others?|(?:die\s|den\s)?anderen)"  # allen
    r"(?:\s(?:of\sthem|the|anderen|others?))?"  # anderen
    r"(?:\s(?:artikeln?|zeitungen|quellen|articles|papers|sources))?\W*",  # Artikeln?
    re.IGNORECASE,
)
"""Asks a question that was limited again, of all articles."""
_NAMES_TOLD = 5


def find_filter(question: Question, corpus: Articles, today: date) -> Filter:
    """The filter that a question's words ask for, be it one that no article meets; an empty one if it leaves them all.

    Only publishers and authors of the corpus are known, and in quotation marks nothing but such a name. A name that is
    a word of its own ("Welt", "Zeit") counts only behind "laut". "Last week" is reckoned back from ``today``, and so
    are months without a year. A question about an article itself is limited to those of the publisher, and of the day,
    month or year, that it names before its subject: a name that is a word only in front of the article ("der
    Welt-Artikel"), a month without a year in the last year that has such an article. A question for an overview names
    its publisher, author and period anywhere, these in any case, and the period before, from or between days too; what
    follows it is limited as it was, unless it says otherwise. What happened in a period is limited to that if any
    article is of it.
    """
    if question.is_follow_up and _EVERYWHERE.fullmatch(question.asked):
        return Filter()
    language = question.language
    sources = (*corpus.publishers, *corpus.authors)
    if asks_what_happened(question.asked, language):
        of_then = _list_filter(_unquoted(question.asked, corpus), language, corpus, today)
        if of_then and corpus.left_by(of_then):
            return of_then
    if overview_asked(question.asked, language, sources=sources) and not means_these(question):
        return _list_filter(_unquoted(question.asked, corpus), language, corpus, today)
    if question.is_follow_up and overview_asked(question.earlier, language, sources=sources):
        own = find_filter(replace(question, earlier=""), corpus, today)
        return own or _list_filter(_unquoted(question.earlier, corpus), language, corpus, today)
    asked, text = (_unquoted(said, corpus) for said in (question.asked, question.text))
    since, until = next(filter(any, (period_said(said, today) for said in (asked, text))), (None, None))
    met = met_by(Filter(), corpus)
    if since and until and not met(since, until):  # a month without a year may be of an earlier one
        earlier = (articles_period(said, corpus.published, met) for said in (asked, text))
        since, until = next(filter(any, earlier), (since, until))
    named = (
        [_named(said, language, names, bare=question.is_follow_up) for names in (corpus.publishers, corpus.authors)]
        for said in (asked, text)
    )
    publisher, author = next(filter(any, named), (None, None))
    if asked_of_pieces(question.asked, language, publishers=corpus.publishers):
        subject = subject_of(question.asked, language)
        before = _unquoted(question.asked.removesuffix(subject), corpus)
        mentioned = _mentioned(before, language, corpus.publishers)
        if mentioned:
            publisher = mentioned[0] if len(mentioned) == 1 else None
        if since is until is None:
            since, until = published_period(before, corpus.published, met_by(Filter(publisher=publisher), corpus))
    found = Filter(publisher, _but_for(publisher, author), since, until)
    return found if found and corpus.left_by(found) < len(corpus) else Filter()


def _list_filter(asked: str, language: Language, corpus: Articles, today: date) -> Filter:
    """That of a question for a list, which may be limited anywhere, also to what leaves all articles."""
    publisher, author = (
        _named(asked, language, names) or next(iter(_listed_sources(asked, language, names)), None)
        for names in (corpus.publishers, corpus.authors)
    )
    subject_at = len(asked) - len(subject_of(asked, spoken_in(asked)))
    met = met_by(Filter(publisher=publisher, author=author), corpus)
    return Filter(
        publisher, _but_for(publisher, author), *listed_period(asked, subject_at, corpus.published, met, today)
    )


def _but_for(publisher: str | None, author: str | None) -> str | None:
    """The author, unless it is the publisher: agencies sign too."""
    return author if author and author.casefold() != (publisher or "").casefold() else None


def dated_words(text: str, corpus: Articles) -> set[str]:
    """The words of the dates in a text that an article is of: no article need hold them."""
    return published_words(text, corpus.published, met_by(Filter(), corpus))


def met_by(source: Filter, corpus: Articles) -> Met:
    """Whether articles of the source are of a period."""
    return lambda since, until: bool(corpus.left_by(replace(source, since=since, until=until)))


def _unquoted(text: str, corpus: Articles) -> str:
    """The text without what stands in quotation marks, but for names of publishers and authors: laut „dpa“; and without
    a source or time that it rules out, as a filter knows no "not".
    """

    def left(quote: re.Match[str]) -> str:
        said = quote[0][1:-1]
        known = any(said.casefold() == name.casefold() for name in (*corpus.publishers, *corpus.authors))
        return said if known else ""

    return _RULED_OUT.sub(" ", QUOTED.sub(left, text))


def asks_only_where(text: str, language: Language, limit: Filter, today: date) -> bool:
    """Whether a text says nothing but what ``limit`` is made of: "Und laut taz?", "And since September?"."""
    if _EVERYWHERE.fullmatch(text):
        return True
    left = without_source(text, language, limit, bare=True)
    if period_said(text, today) == (limit.since, limit.until):
        left = without_periods(left, listed=False)
    return left != text and not asks(left, language) and not content_words(left, language)


def without_source(text: str, language: Language, limit: Filter, bare: bool = False) -> str:
    """The text without the words that name the publisher and author of the filter as where to look."""
    for name in filter(None, (limit.publisher, limit.author)):
        text = _as_source(name, language, bare).sub("", text)
    return text


def asks_what_is_printed(question: Question, corpus: Articles) -> bool:
    """Whether it asks what a publisher or an author has on something: "Was schreibt die taz über Merz?"."""
    named = _named(question.asked, question.language, (*corpus.publishers, *corpus.authors)) is not None
    return named and _ABOUT_IT[question.language].search(question.asked) is not None


def require_met(filter: Filter | None, corpus: Articles, where: str = "") -> None:
    """Raise ``QuestionError`` where no article meets the filter: that the articles do not say would not be true.

    ``where`` names what holds the filter.
    """
    if filter and (why := unmet(filter, corpus)):
        raise QuestionError(where + why)


def unmet(filter: Filter, corpus: Articles) -> str | None:
    """Why no article meets the filter, and the remedy; None where one does."""
    if corpus.left_by(filter):
        return None
    if filter.publisher and not corpus.left_by(Filter(publisher=filter.publisher)):
        return _stranger("publisher", filter.publisher, corpus.publishers)
    if filter.author and not corpus.left_by(Filter(author=filter.author)):
        return _stranger("author", filter.author, corpus.authors)
    if not corpus.left_by(Filter(since=filter.since, until=filter.until)):
        period = "".join(f" {end} {day}" for end, day in (("since", filter.since), ("until", filter.until)) if day)
        days = corpus.published
        known = f"the dated ones are of {min(days)} to {max(days)}" if days else "none is dated, leave the days out"
        return f"no article was published{period}; {known}"
    return "no article meets publisher, author and days of the filter at once; leave one of them out"


def _stranger(kind: str, name: str, known: Iterable[str]) -> str:
    """That there is no such name, and which are most like it."""
    compared = SequenceMatcher(b=name.casefold())

    def likeness(other: str) -> float:
        compared.set_seq1(other.casefold())
        return compared.ratio()

    like = [repr(other) for other in nlargest(_NAMES_TOLD + 1, known, key=likeness)]
    told = ", ".join(like[:_NAMES_TOLD] + ["..."] * (len(like) > _NAMES_TOLD))
    return f"no article has the {kind} {name!r}; " + (f"there are {told}" if told else "none names one, leave it out")


def _named(text: str, language: Language, names: Iterable[str], bare: bool = False) -> str | None:
    """The first of the names that the text gives as its source, or if ``bare`` is all it says; the longest of those in
    one place.
    """
    folded = text.casefold()
    said = ((_as_source(name, language, bare).search(text), name) for name in names if name.casefold() in folded)
    places = [(match.start(), -len(name), name) for match, name in said if match]
    return min(places)[-1] if places else None


def _as_source(name: str, language: Language, bare: bool) -> re.Pattern[str]:
    """How a text names its source; one that is a word only behind "laut". If ``bare``, it may say nothing else."""
    before = f"{ACCORDING[language]}|{_PRINTS}"
    before += "" if _is_a_word(name, language) else f"|{_IN[language]}"
    before += "" if _is_a_word(bare_name(name), language) else f"|{_WRITES[language]}"
    name = re.escape(name)
    said = rf"\b(?:{before})\s{_ARTICLE}{name}(?![\w-])|(?<![\w-]){name}\szufolge\b"
    if bare:
        said += rf"|^\W*(?:(?:{_AND})\s)?(?:nur\s|only\s)?{_ARTICLE}{name}\W*$"
    return re.compile(said, re.IGNORECASE)


def _mentioned(text: str, language: Language, names: Iterable[str]) -> list[str]:
    """The names that the text holds, be it joined to another word, without those that are part of another."""
    folded = text.casefold()
    held = [name for name in names if name.casefold() in folded and _holds_name(text, language, name)]
    return [name for name in held if not any(name in other for other in held if other != name)]


def _holds_name(text: str, language: Language, name: str) -> bool:
    found = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)(?:[\s-](?P<next>\w+))?", text, re.IGNORECASE)
    following = [match["next"] or "" for match in found]
    bare = bare_name(name)
    return bool(following) and (
        not _is_a_word(bare, language) or any(names_a_piece(word, language) for word in following)
    )


def _listed_sources(text: str, language: Language, names: Iterable[str]) -> list[str]:
    """The names that a question for a list gives, in the nominative or not ("der Süddeutschen Zeitung"), longest first.

    One that is a word of its own only where the articles are said to be of it: "Artikel der Zeit".
    """
    folded = text.casefold()
    found = [name for name in names if _stem_of(name) in folded and _listed(name, language).search(text)]
    return sorted(found, key=len, reverse=True)


def _stem_of(name: str) -> str:
    """The beginning of its first word, which no ending changes."""
    return bare_name(name).split(" ")[0].rstrip("e").casefold()


def _listed(name: str, language: Language) -> re.Pattern[str]:
    bare = bare_name(name)
    spelled = r"\s".join(f"{re.escape(word.removesuffix('e'))}(?:e?[nrs]?|es)" for word in bare.split())
    if "-" not in bare and _is_a_word(bare, language):
        form = rf"(?:{_PIECE_OF}{_ARTICLE_IN_LISTS}|{_SAYS})(?P<name>{spelled})(?![\w-])"
    else:
        no_compound = r"(?!\w|-(?!(?:artikel|bericht|text|beitr)))"  # but "taz-Artikel"
        form = rf"(?<![\w-]){_NOT_ABOUT}(?P<name>{_ARTICLE_IN_LISTS}{spelled}){no_compound}"
    return re.compile(form, re.IGNORECASE)


def unfiltered(text: str, limit: Filter, language: Language, corpus: Articles) -> str:
    """A question for a list without the publishers, authors and periods it names, and those of its filter."""
    for names in (corpus.publishers, corpus.authors):
        for name in _listed_sources(text, language, names):
            text = _listed(name, language).sub(lambda said: said[0].replace(said["name"], " "), text)
    for name in filter(None, (limit.publisher, limit.author)):
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    return without_periods(text, listed=True)


def _is_a_word(name: str, language: Language) -> bool:
    """Whether the name is a word of that language, or such words with a hyphen between them."""
    folded = [word.folded for word in content_words(name, language)] if len(name.split()) == 1 else []
    return bool(folded) and all(load_lexicon().translations(word, OTHER[language], inflected=False) for word in folded)
