"""What is asked of articles themselves, not of what they tell: the author, the day, the picture of one."""

import re
from collections.abc import Collection
from enum import StrEnum

from rag.focus import QUOTED
from rag.language import patterns
from rag.records import Language


class OfPiece(StrEnum):
    """What a question wants of an article: who wrote it, where and when it appeared, what its picture shows, whose that
    is, how it is tagged and headed, and how long it takes to read.
    """

    AUTHOR = "author"
    PUBLISHED = "published"
    PICTURE = "picture"
    CREDIT = "credit"
    TAGS = "tags"
    HEADLINE = "headline"
    PUBLISHER = "publisher"
    READING = "reading"


_REPORT: dict[Language, str] = {
    "de": r"(?:bericht(?:s|es|e|en)?|beitr(?:a|ä)g(?:s|es|e|en)?|meldung(?:en)?|text(?:s|es|e|en)?)",
    "en": r"reports?",
}
"""What a text in the news may be called as well as one of the news."""

_PIECE: dict[Language, str] = {
    "de": r"\b(?:(?:[\w-]{1,60}-)?(?:(?:agentur|presse|zeitungs|nachrichten|online|hintergrund|gast)?"
    rf"{_REPORT['de']}|artikel[sn]?(?!\s\d))|[\w-]{{0,60}}(?:(?:leit|zeitungs|gast|fach)artikel[sn]?"
    r"|kommentar(?:s|e|en)?|essays?|reportagen?|interviews?))\b",
    "en": r"\b(?:articles?|reports?|commentary|essay|piece|story|interview)\b",
}
_STORYS = patterns(
    de=r"\bartikeln?\s(?:de[sr]|i[mn]|aus)\s(?:\w+\s){0,3}?\w{0,30}(?:verfassung|grundgesetz\w*|vertrag\w*|gesetz\w*|abkommens?|charta|statuts?|ordnung)\b|"
    rf"\b(?:(?:sein|ihr)e?[nmsr]?|dessen|deren)\s(?:\w+\s)?{_REPORT['de']}\b"
    rf"|\b{_REPORT['de']}\s(?:des|der|eine[sr])\s(?-i:[A-ZÄÖÜ])\w*(?-i:[a-zäöüß])\b",
    en=r"\barticles?\s(?:of|in)\s(?:\w+\s){0,3}?(?:constitution|treaty|accord|charter|convention|agreement|act|law|statute|clothing)\b|"
    rf"\b(?:its|his|her|their|(?-i:[a-z])\w+['’]s)\s(?:\w+\s)?{_REPORT['en']}\b"
    r"|\b(?:police|annual|audit|government|inquiry|inspection|progress|weather|medical|court|interim|final|expert)"
    r"\sreports?\b",
)
"""A report that the news tell of, and no article: somebody's own, "den Bericht des Rechnungshofs", "the police report"."""

_OF_A_PIECE: dict[Language, tuple[tuple[OfPiece, str], ...]] = {
    "de": (
        (
            OfPiece.CREDIT,
            r"fotograf(?:in)? (?:de[sr]|vo[nm]) .*|(?:bild|foto)(?:quelle|nachweis)|(?:wer (?:hat|machte|schoss)|von wem) .*\b(?:foto\w*|bild(?:es|er)?)\b.*",
        ),
        (OfPiece.PICTURE, r"fotos?|fotogra(?:f|ph)ien?|bild(?:es|er)?|bildunterschrift|aufnahme"),
        (OfPiece.TAGS, r"\w*schlagw(?:o|ö)rt\w*|stichw(?:o|ö)rt\w*|tags"),
        (
            OfPiece.PUBLISHED,
            r"(?:wann(?! (?:wird|werden|soll\w*)\b)|welche[mn] (?:tag|datum)|von wann) .*|\w*datum|erscheinungs\w+",
        ),
        (OfPiece.AUTHOR, r"(?:wer|von wem|welche[rn]? \w*agentur) .*|autor(?:in|en)?|verfasser\w*"),
    ),
    "en": (
        (
            OfPiece.CREDIT,
            r"photographer (?:of|behind) .*|(?:photo|picture) credits?|(?:who (?:took|shot|made)|by whom) .*\b(?:photo|picture).*",
        ),
        (OfPiece.PICTURE, r"photo(?:s|graphs?)?|pictures?|caption"),
        (OfPiece.TAGS, r"tags?|tagged|keywords?"),
        (OfPiece.PUBLISHED, r"(?:when(?! will\b)|(?:what|which) (?:day|date)) .*|dates?"),
        (OfPiece.AUTHOR, r"(?:who|(?:what|which) (?:\w+ )?agency) .*|by whom|authors?"),
    ),
}
_MAKINGS = patterns(
    de=r"\b(?:von wann|geschrieben|verfasst|schrieb|verfasste|stammt|autor\w*|verfasser\w*|erschien\w*|erscheinungs\w+"
    r"|veröffentlich\w*|publizier\w*|online (?:ging|gegangen|gestellt)|aktualisiert|zuletzt\s(?:überarbeitet|geändert)|\w*datum|foto(?!grafen)\w*|bild(?:es|er|ern)?"
    r"|bild(?:unterschrift|quelle|nachweis)|aufnahme|\w*schlagw\w*|stichw\w*|tags|überschrift|schlagzeile"
    r"|welche[rn]? (?:nachrichten|presse)agentur|von welcher agentur|welche[rn]? agentur (?:lieferte|verbreitete|schrieb))\b",
    en=r"\b(?:wr(?:o|i)t\w+|authors?|byline|publi\w+|appear\w*|c[oa]me?s? out|(?:go(?:es)?|went) online|updated|last\s(?:revised|changed)"
    r"|(?:did|does)\s(?:[\w.-]+\s){1,4}?(?:run|carry|print)\s(?:its|the|this|an?)|dates?|photo(?:s|graphs?)?|photographer (?:of|behind)"
    r"|pictures?|caption|tag\w*|keywords?|headline|(?:what|which) (?:news|press) agency|(?:what|which) agency (?:supplied|provided|wrote))\b",
)
"""What is done to a piece: with a word for the piece itself it makes a question about the article, not its story."""

_CREDIT = re.compile(r"\b\w*(?:quelle|foto|bild|photo|picture|credit|source)\w*:|©", re.IGNORECASE)

_HEADINGS = patterns(
    de=r"\b(?:(?:welche[nr]?|wie lautete? die) (?:überschrift|schlagzeile)\b"
    rf"|(?:überschrift|titel) (?:de[sr]|vom) (?:[\w-]{{1,60}} )?{_PIECE['de']}"
    rf"|welche[nmr]? titel (?:hat|trägt|trug|steht über) (?:de[mr]|das|die) (?:[\w-]{{1,60}} )?{_PIECE['de']}"
    rf"|{_PIECE['de']}.* (?:überschrieben|betitelt)\b)",
    en=r"\b(?:(?:which|what)(?: (?:is|was) the)? headline\b(?!\s(?:inflation|figure|number|rate|target|goal|act|growth|index)s?\b)"
    rf"|(?:headline|title) of (?:the )?(?:[\w-]{{1,60}} )?{_PIECE['en']}"
    rf"|(?:which|what) title (?:has|does|did) (?:the )?(?:[\w-]{{1,60}} )?{_PIECE['en']}"
    rf"|{_PIECE['en']} called\b)",
)
"""Asks for the headline of a piece."""

_PAPERS: dict[Language, str] = {
    "de": r"\b(?:tages|wochen|online)?(?:zeitung|magazin|zeitschrift|publikation|redaktion|nachrichtenseite|verlag|medium|quelle|blatt)\b",
    "en": r"\b(?:news)?(?:paper|outlet|publication|publisher|magazine|website|news site|source)\b",
}
_ITSELF: dict[Language, str] = {
    "de": rf"(?:(?!(?:des|im|in|aus|vom|laut|nach)\s)[\w-]{{1,60}}\s+){{0,4}}{_PIECE['de']}",
    "en": rf"(?:(?!(?:in|of|from|by|on)\s)[\w.-]{{1,60}}\s+){{0,4}}{_PIECE['en']}(?!\s(?:say|tell|claim|mention|quote|cite|report|state)\b)",
}
"""A piece, and nothing that it tells of: "der neue taz-Artikel", but not "das Geld im Artikel"."""
_PUBLISHERS = patterns(
    de=rf"\b(?:in|auf|bei) welche[mr] (?:\w+ )?{_PAPERS['de']} (?:steht|stand|erschien|kam|ist|wurde)\b"
    rf"|\b(?:von|aus) welche[mr] (?:\w+ )?{_PAPERS['de']} (?:ist|stammt|kommt|war)\s+{_ITSELF['de']}"
    rf"|\bwoher (?:ist|stammt|kommt)\s+{_ITSELF['de']}"
    rf"|\b(?:wer|welche[rs]? (?:\w+ )?{_PAPERS['de']}) (?:veröffentlichte|publizierte|druckte|brachte)\b"
    rf"|\b(?:wer|welche[rs]? (?:\w+ )?{_PAPERS['de']}) hat\b.*\b(?:veröffentlicht|publiziert|gedruckt|gebracht)\b"
    rf"|\bwo (?:steht|stand|erschien)\s+{_ITSELF['de']}"
    rf"|\bwo (?:ist|wurde|war)\s+{_ITSELF['de']}.*\b(?:erschienen|veröffentlicht|publiziert|gedruckt)\b",
    en=rf"\b(?:(?:which|what) (?:\w+ )?{_PAPERS['en']}|who) (?:has |had )?(?:published|ran|runs|printed|carrie[ds](?! out)|put out)\b"
    rf"|\b(?:which|what) (?:\w+ )?{_PAPERS['en']} (?:is|was|are|were|does|did|do)\s+{_ITSELF['en']}.*\b(?:from|in)\b"
    rf"|\bin (?:which|what) (?:\w+ )?{_PAPERS['en']}\b.*\b(?:appear\w*|publish\w*|print\w*|run)\b"
    rf"|\bwhere (?:was|is|did|does|has|were)\s+{_ITSELF['en']}.*\b(?:published|printed|appear\w*|from|run)\b",
)
"""Asks of a piece where it appeared."""

_READINGS = patterns(
    de=r"\blese(?:dauer|zeit)|\bwie (?:lange|viele minuten)\b.*\b(?:lesen|lektüre)\b",
    en=rf"\breading time\b|\bhow (?:long|many minutes)\b.{{0,80}}{_PIECE['en']}.{{0,80}}\bread\b"
    r"|\bhow (?:long|many minutes) (?:does|will|would) it take\b.*\bread\b",
)
_READING = re.compile(r"lese(?:dauer|zeit)|reading time|\bmin(?:ute)?\.? read\b", re.IGNORECASE)

_IT: dict[Language, str] = {
    "de": r"(?:das|dies|es|ihn|den|er|der|sie|die|diesen|dieser)(?: (?:artikel|text|beitrag|bericht))?",
    "en": r"(?:it|this|that)(?: (?:article|piece|report|story))?",
}
_PAPER = {"de": r"(?:zeitung|quelle|blatt|medium)", "en": r"(?:news)?(?:paper|source|outlet)"}
"""Of ``_PAPERS`` what an article stands in; a magazine is more often one that the news tell of."""
_OF_IT: dict[Language, dict[OfPiece, tuple[str, ...]]] = {
    "de": {
        OfPiece.AUTHOR: (
            rf"wer (?:hat {_IT['de']} (?:geschrieben|verfasst)|(?:schrieb|verfasste) {_IT['de']})",
            r"wer ist (?:der autor|die autorin) (?:davon|(?:des|dieses|vom) (?:artikels?|textes|text|beitrags?|berichts?))",
        ),
        OfPiece.PUBLISHED: (
            rf"wann (?:(?:ist|wurde) {_IT['de']} (?:erschienen|veröffentlicht|geschrieben)|erschien {_IT['de']}|erschienen)",
            rf"von (?:wann|welchem tag)(?: (?:ist|stammt) {_IT['de']})?",
        ),
        OfPiece.PUBLISHER: (
            rf"(?:in|aus|von) welche[mr] {_PAPER['de']}(?: (?:ist|stammt|steht|stand|erschien|kommt) {_IT['de']})?(?: erschienen)?",
            rf"welche {_PAPER['de']}(?: (?:ist|war) (?:das|es))?",
            rf"wo (?:erschien {_IT['de']}|(?:ist|wurde) {_IT['de']} (?:erschienen|veröffentlicht))",
            rf"woher stammt {_IT['de']}|wer hat {_IT['de']} veröffentlicht",
        ),
    },
    "en": {
        OfPiece.AUTHOR: (rf"who wrote {_IT['en']}|who(?: is|['’]s) the author of {_IT['en']}",),
        OfPiece.PUBLISHED: (
            rf"when (?:(?:was|is) {_IT['en']} (?:published|written|from)|did {_IT['en']} (?:appear|come out))",
        ),
        OfPiece.PUBLISHER: (
            rf"(?:in |from )?(?:which|what) {_PAPER['en']}(?: (?:is|was|did) {_IT['en']}(?: (?:from|in|published in|appear in))?)?",
            rf"where (?:was {_IT['en']} published|is {_IT['en']} from|did {_IT['en']} appear)|who published {_IT['en']}",
        ),
    },
}
"""What is asked of an article that was just spoken of, in so many words."""

TITLE_WORDS = 4
"""Words in quotation marks from which they are part of a title rather than a name that stands in it."""

_SUBJECTS = patterns(
    de=rf"\b(?:über|zum thema)\b|{_PIECE['de']}\szu[mr]?\b",
    en=rf"\b(?:about|regarding|concerning)\b|{_PIECE['en']}\son\b",
)
_COUNTED: dict[Language, str] = {"de": r"beiden?|zwei|drei|vier|alle[rn]?", "en": r"both|two|three|four|all"}

_PIECES = patterns(**_PIECE)
_REPORTS = patterns(**{one: rf"\b{report}\b" for one, report in _REPORT.items()})
_COUNTS = patterns(**_COUNTED)
_SEVERAL_PIECES = patterns(
    **{one: rf"\b(?:{counted})\s(?:[\w-]{{1,60}}\s)?{_PIECE[one]}" for one, counted in _COUNTED.items()}
)
_ASKED = {
    language: [(asked, re.compile(rf"\b(?:{form})\b", re.IGNORECASE)) for asked, form in forms]
    for language, forms in _OF_A_PIECE.items()
}
_ASKED_OF_IT = {
    language: [(asked, re.compile("|".join(some), re.IGNORECASE)) for asked, some in forms.items()]
    for language, forms in _OF_IT.items()
}
_BESIDE = patterns(
    de=r"^(?:und|aber|ach|ja)\b[ ,]*|\b(?:eigentlich|denn|genau|überhaupt|bitte) ?",
    en=r"^(?:and|but|so)\b[ ,]*|\b(?:actually|exactly|please) ?",
)


def asked_of_pieces(
    question: str, language: Language, titles: Collection[str] = (), publishers: Collection[str] = ()
) -> OfPiece | None:
    """What the question wants of an article itself; None where it asks of the story. The first pattern that fits counts.

    It must name an article ("the report", or one of ``titles`` or some words of it in quotation marks) and what is done
    to it ("written") or where it appeared, each outside quotation marks; or a headline. A report that the news tell of
    ("its report") is meant only by a question that names none of ``publishers``.
    """
    piece = {"de": " Artikel ", "en": " article "}[language]
    unquoted = QUOTED.sub(lambda quote: piece if is_title(quote[0], titles) else "", question)
    said = without_storys(unquoted, language, publishers)
    if _PIECES[language].search(said):
        asked_where = _PUBLISHERS[language].search(said)
        if asked_where and not (asked_where[0].lower().startswith(("wer ", "who ")) and _is_report(said, language)):
            return OfPiece.PUBLISHER
        if _READINGS[language].search(said):
            return OfPiece.READING
        if _MAKINGS[language].search(said):
            found = (asked for asked, pattern in _ASKED[language] if pattern.search(said))
            if (asked := next(found, None)) is not None:
                return asked
    return OfPiece.HEADLINE if _HEADINGS[language].search(said) else None


def _is_report(said: str, language: Language) -> bool:
    """Whether all that it names may be a report that the news tell of: "Who published the report?"."""
    return not _PIECES[language].search(_REPORTS[language].sub(" ", said))


def asked_of_it(question: str, language: Language) -> OfPiece | None:
    """What a question behind another wants of the article that was just spoken of, and says no more; else None."""
    said = _BESIDE[language].sub("", question).strip(" .?!")
    return next((asked for asked, pattern in _ASKED_OF_IT[language] if pattern.fullmatch(said)), None)


def without_storys(question: str, language: Language, publishers: Collection[str]) -> str:
    """The question without reports that the news tell of ("its report"), unless it names one of ``publishers``."""
    folded = question.casefold()
    named = (name for name in publishers if name.casefold() in folded)
    if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE) for name in named):
        return question
    return _STORYS[language].sub(" ", question)


def is_title(quoted: str, titles: Collection[str]) -> bool:
    """Whether it is one of the titles, or some words of one."""
    words, known = _in_words(quoted), [_in_words(title) for title in titles]
    in_one = len(words.split()) >= TITLE_WORDS and any(words in title for title in known)
    return bool(words.strip()) and (words in known or in_one)


def _in_words(text: str) -> str:
    """Its words in lower case, a space before, between and behind them."""
    return " ".join(["", *re.findall(r"\w+", text.lower()), ""])


def names_a_piece(word: str, language: Language) -> bool:
    """Whether the word names an article: "taz-Beitrag"."""
    return _PIECES[language].fullmatch(word) is not None


def about_a_piece(word: str, language: Language) -> bool:
    """Whether the word names an article, counts them or tells what is done to one, and so nothing of the story."""
    return any(of[language].fullmatch(word) for of in (_PIECES, _MAKINGS, _COUNTS))


def subject_of(question: str, language: Language) -> str:
    """What a question about an article says that it is about, or the title in quotation marks; empty if nothing."""
    behind = _SUBJECTS[language].search(question)
    if behind is not None:
        return _MAKINGS[language].sub(" ", question[behind.end() :])
    return " ".join(match[0] for match in QUOTED.finditer(question))


def is_credited(caption: str) -> bool:
    """Whether it says whose the picture is."""
    return _CREDIT.search(caption) is not None


def is_reading_time(promo: str) -> bool:
    return _READING.search(promo) is not None


def means_several(question: str, language: Language) -> bool:
    """Whether it is about several articles: "the two taz articles"."""
    return _SEVERAL_PIECES[language].search(question) is not None
