"""What is asked of the articles as a whole: which there are, or what one of them says in short."""

import re
from collections.abc import Collection

from rag.asking import FORMS, ONE, ORDINALS, SOURCE, Overview
from rag.browsing import ABOUT_ONE, DIGESTS, LISTINGS, SHORT, SHOWS_ONE
from rag.focus import QUOTED
from rag.holdings import asks_what_happened, holding_asked
from rag.language import OTHER, bare_name, content_words, patterns
from rag.picking import COUNTS
from rag.pieces import TITLE_WORDS, about_a_piece, is_title, without_storys
from rag.records import Language, Listed, Question

MOST_CHARS = 300
"""A longer question asks for more than an overview."""

_QUOTE, _TITLED = " QUOTE ", " TITLED "
"""What stands for a quotation and a title where a question is told by its form."""

_NAMED_ONE = patterns(**ONE)
_SURE = re.compile(r"\b(?:[\w-]{1,60}-)?\w{0,30}(?:artikel|article)", re.IGNORECASE)

_POINTERS = patterns(
    de=r"\b(?:da(?:zu|von|rüber)|hierzu|mehr|weitere[nrs]?)\b",
    en=r"\b(?:(?:about|on|to) (?:it|this|that|them)|more|other|related)\b",
)
_THESE = patterns(
    de=r"\b(?:davon|darunter|von\s(?:ihnen|denen|diesen)|diese[nr]?\s(?:artikeln?|beitr(?:ä|ae)gen?|texten?))\b",
    en=r"\b(?:of\s(?:them|these|those)|(?:these|those)\sarticles)\b",
)
_UNSURE = re.compile(
    r"bericht|\btext|beitr(?:a|ä)g|meldung|nachricht|dokument|dateien|leserbrief"
    r"|\breports?\b|stor(?:y|ies)|coverage|documents?|files|\bpieces?\b",
    re.IGNORECASE,
)
_MANY_FORMS = patterns(de=rf"(?:{FORMS['de']})(?:e?n|e|s)", en=rf"(?:{FORMS['en']})(?:ie)?s")
"""What articles of a kind are called: "Interviews", "Leserbriefe"."""

_FRAME = patterns(
    de=r"^\W*(?:(?:guten\s\w+|hallo|hi|moin)\W+)?(?:ich\s(?:möchte|würde|will)\s(?:gerne?\s)?wissen|weißt\sdu"
    r"|(?:(?:kannst|könntest)\sdu|(?:können|könnten)\ssie)\smir\s(?:bitte\s)?sagen)\W+(?:ob\s)?",
    en=r"^\W*(?:(?:good\s\w+|hello|hi|hey)\W+)?(?:i(?:['’]d|\swould)?\s(?:want|like)\sto\sknow"
    r"|(?:can|could)\syou\s(?:please\s)?tell\sme)\W+(?:if\s|whether\s)?",
)
"""What a question may be wrapped in."""
_WITHOUT_UMLAUT = re.compile(
    r"\b(?:ueber\w*|aelte\w*|juengst\w*|beitraeg\w*|moecht\w*|koenn\w*|verfuegb\w*|saemtlich\w*|fuer)\b", re.IGNORECASE
)

_SAID: dict[Language, str] = {
    "de": r"""
        gib geben gibts hast habt habe hätten hätte s zeig\w* list\w* nenn\w* such\w* find\w* heraussuchen raussuchen
        anzeigen auflisten fass\w* zusammen\w* kürze kurz(?:fassung|version) inhaltsangabe tl dr kernaussagen?
        wichtigste them\w+ überblick übersicht inhalt\w* titeln? überschrift\w* schlagzeile\w* namen behandel\w*
        handel\w* erwähn\w* thematisier\w* bericht\w* nachricht\w* befass\w* beschäftig\w* dreh\w* geh(?:en|t) gehts?
        komm(?:en|t) vorkomm\w* stamm(?:en|t) betreffen schreibt schreiben geschrieben bringt gebracht meldet
        erschien\w* veröffentlicht\w* lieg\w* vorliegen vorliegend\w* existier\w* vorhanden\w* verfügbar\w*
        enthalten\w* index\w* indizier\w* gespeichert drin dabei steht stand neue?(?:ste)?[nrs]? letzte[nrsm]?
        aktuelle?(?:ste)?[nrs]? jüngste[nrs]? älteste[nrs]? bitte mal kurze?[nrs]? genau eigentlich insgesamt alles
        sämtliche[nrs]? passende[nrs]? weitere[nrs]? mehr dies\w* davon darunter denen deren irgendwas was ist seit
        wieviele vielen oft häufig öfter male? sammlung ordner archiv dokument\w* datei\w* material kenn\w* weißt?
        wissen sagen fragen möchte würde würdest könnten könntest kannst gerne? brauche interessier\w* lesen hallo
        guten tag
    """,
    "en": r"""
        show list give find search display get like want need looking look know got read see ask tell topics? themes?
        subjects? overview sum+ar\w+ sum contents? short brief briefly quick quickly nutshell tl dr gist key main
        points? takeaways? titles? headlines? cover\w* mention\w* discuss\w* deal\w* talk\w* report\w* concern\w*
        refer\w* contain\w* appear\w* published written came come comes out since available included index\w* is newest
        latest recent last oldest earliest collection folder archive often times frequently anything something
        everything all one news stuff material texts? pieces? stories story documents? files? related please hello hi
        hey could would
    """,
}
_WORDS_OF_LISTS = {
    language: re.compile("|".join([*said.split(), *COUNTS, *(f"{place}(?:e[nrsm]?)?" for place in ORDINALS[language])]))
    for language, said in _SAID.items()
}
"""Words, in lower case, that lists and summaries are asked for with, and that say nothing of their subject."""


_LISTED: dict[Overview, Listed] = {
    Overview.LISTING: "articles",
    Overview.DIGEST: "articles",
    Overview.NEWS: "articles",
    Overview.PUBLISHERS: "publishers",
    Overview.AUTHORS: "authors",
}


def overview_asked(
    question: str, language: Language, titles: Collection[str] = (), sources: Collection[str] = ()
) -> Overview | None:
    """Which overview the question wants; None where it asks of the story or of an article's small print.

    One of ``titles`` in it, or words of one in quotation marks, is an article; nothing else in these is part of the
    question. ``sources`` are names of publishers and authors. The other language is tried too: a title may hide it.
    """
    if len(question) > MOST_CHARS:
        return None
    said = QUOTED.sub(lambda quote: _TITLED if is_title(quote[0], titles) else _QUOTE, question)
    for spelled in filter(None, map(_spelled, titles)):
        said = spelled.sub(_TITLED, said)
    folded = said.casefold()
    named = [name for name in sources if bare_name(name).casefold() in folded]
    said = without_storys(said, language, named)
    for name in sorted(named, key=len, reverse=True):  # "taz Berlin" holds "taz"
        if subject_words(name, language):  # else it is a word that lists are asked for with
            bare = re.escape(bare_name(name))
            said = re.sub(rf"(?<![\w-])(?:(?:der|die|das|the)\s)?{bare}(?![\w-])", SOURCE, said, flags=re.IGNORECASE)
    return _told_by_form(said, language) or _told_by_form(said, OTHER[language])


def _told_by_form(said: str, language: Language) -> Overview | None:
    said = _FRAME[language].sub("", _umlauts(said) if language == "de" else said)
    if (held := holding_asked(said, language)) is not None:
        return held[0]
    if DIGESTS[language].search(said):
        return Overview.DIGEST
    of_one = said.replace(_TITLED, {"de": " Artikel ", "en": " article "}[language])
    named = _NAMED_ONE[language].search(of_one) or not subject_words(of_one, language)
    if (
        (SHORT[language].search(of_one) and named)
        or ABOUT_ONE[language].search(of_one)
        or SHOWS_ONE[language].search(of_one)
    ):
        return Overview.SUMMARY
    return Overview.LISTING if LISTINGS[language].search(said) else None


def _umlauts(text: str) -> str:
    """With the umlauts of the words that overviews are asked for with, where they were typed without."""
    return _WITHOUT_UMLAUT.sub(lambda word: word[0].replace("ue", "ü").replace("ae", "ä").replace("oe", "ö"), text)


def names_title(question: str, title: str) -> bool:
    """Whether the question names an article by its title, or by words of it in quotation marks."""
    spelled = _spelled(title)
    quoted = (match[0] for match in QUOTED.finditer(question))
    return (spelled is not None and spelled.search(question) is not None) or any(
        is_title(one, [title]) for one in quoted
    )


def _spelled(title: str) -> re.Pattern[str] | None:
    """How a question without quotation marks may hold the title; None of one so short that it may be any words, or
    longer than a question.
    """
    words = re.findall(r"\w+", title[:MOST_CHARS])
    if len(words) < TITLE_WORDS or len(title) > MOST_CHARS:
        return None
    return re.compile(r"\b" + r"\W+".join(words) + r"\b", re.IGNORECASE)


def is_list(question: str, sources: Collection[str] = ()) -> bool:
    """Whether it asks for several articles, in either language."""
    return list_asked(question, sources) == "articles"


def list_asked(question: str, sources: Collection[str] = ()) -> Listed | None:
    """What it asks for several of, in either language."""
    wanted = overview_asked(question, "de", sources=sources)
    return _LISTED.get(wanted) if wanted else None


def points_back(question: str, language: Language) -> bool:
    """Whether a question for an overview is about what was spoken of before: "Gibt es mehr Artikel dazu?"."""
    return not subject_words(question, language) and _POINTERS[language].search(question) is not None


def means_these(question: Question) -> bool:
    """Whether a question for an overview is about the articles named before: "Welcher davon ist der neueste?"."""
    asked, language = question.asked, question.language
    pointed = _THESE[language].search(asked) is not None and not subject_words(asked, language)
    return pointed and question.is_follow_up


def means_articles(question: str) -> bool:
    """Whether it cannot mean reports or texts that the news tell of, but only articles."""
    return _SURE.search(question) is not None or _UNSURE.search(question) is None


def asks_for_overview(word: str, language: Language) -> bool:
    """Whether a word in lower case belongs to how overviews are asked for, and not to their subject."""
    word = _umlauts(word) if language == "de" else word
    return _WORDS_OF_LISTS[language].fullmatch(word) is not None


def subject_said(question: str, language: Language) -> str:
    """The part of a question for an overview that may say what the articles are to be about."""
    if asks_what_happened(question, language):
        return ""
    held = holding_asked(_FRAME[language].sub("", question), language)
    return SHOWS_ONE[language].sub(" ", question) if held is None else held[1]


def subject_words(question: str, language: Language) -> list[str]:
    """The words of a question for an overview that say what the articles are to be about, as they are written."""
    question = subject_said(question, language)
    words = (question[word.start : word.end] for word in content_words(question, language))
    return [
        word
        for word in words
        if _MANY_FORMS[language].fullmatch(word)
        or not (
            about_a_piece(word, language)
            or _NAMED_ONE[language].fullmatch(word)
            or asks_for_overview(word.lower(), language)
        )
    ]
