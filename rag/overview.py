"""What is asked of the articles as a whole: which there are, or what one of them says in short."""

import re
from collections.abc import Collection

from rag.asking import (
    AGES,
    ALL_OF,
    FORMS,
    HAVE,
    HERE,
    MANY,
    ON,
    ONE,
    POLITE,
    REPORTS,
    SMALL,
    SOURCE,
    TELL,
    THEMES,
    Overview,
)
from rag.focus import QUOTED
from rag.holdings import asks_what_happened, holding_asked
from rag.language import bare_name, content_words
from rag.pieces import TITLE_WORDS, about_a_piece, is_title, subject_of, without_storys
from rag.records import Age, Language, Listed, Question

MOST_CHARS = 300
"""A longer question asks for more than an overview."""

_QUOTE, _TITLED = " QUOTE ", " TITLED "
"""What stands for a quotation and a title where a question is told by its form."""


def _listing_forms(language: Language) -> tuple[str, ...]:
    many, one, reports, have, here, tell, small, on, polite = (
        told[language] for told in (MANY, ONE, REPORTS, HAVE, HERE, TELL, SMALL, ON, POLITE)
    )
    ages = AGES[language]
    bare = rf"{polite}{small}(?:[\w-]+\s)?(?:{many}|{reports})(?:\s{on}\b(?:\s[\w.,’'-]+){{0,8}})?\W*$"
    if language == "de":
        which = r"(?:in\s|aus\s|von\s)?(?:welche[nrm]?|was\sfür|wie\s?viele?n?)\s"
        return (
            bare,
            rf"{polite}{which}(?:[\w.’'-]+\s){{0,3}}?{many}(?:.*\b(?:{have}|{tell}|{here}|{SOURCE})\b|.*\bgibt\W*$|\W*$)",
            rf"{polite}{which}(?:{many}|{one})\sist\s(?:der|die|das)\s(?:aller)?{ages}\W*$",
            rf"{polite}{which}{reports}\s(?:\w+\s)?(?:{have}|{tell}|{here})\b",
            rf"{polite}welche[rns]?\s(?:[\w-]+\s)?(?:{one})\s(?:{tell}|berichtet|behandelt|erwähnt|handelt|schreibt|dreht|befasst|beschäftigt)\b",
            rf"{polite}(?:was\sist\s)?(?:der|die|das)\s{ages}\s(?:{one}|{many}|{reports})",
            rf"{polite}welche[rs]?\s(?:davon|von\s(?:ihnen|denen|diesen))\sist\s(?:der|die|das)\s(?:aller)?{ages}\W*$",
            rf"{polite}(?:der|die|das)\s(?:aller)?{ages}\sdavon\W*$",
            rf"{polite}(?:die\s)?(?:\w+\s)?{ages}\s(?:{many}|{one}|{reports})(?:\s{on}\b(?:\s[\w.,’'-]+){{0,8}})?\W*$",
            rf"{polite}(?:der|die|das)\s(?:\w+\s)?{ages}\W*$",
            rf"{polite}was\s(?:schreibt|schrieb|sagt|berichtet|meldet|bringt|gibt\ses\s(?:von|vom|in|aus))\s(?:(?:die|der|das|den|dem)\s)?{SOURCE}\W*$",
            rf"{polite}(?:{have})\s(?:[\w.-]+\s){{0,3}}?{many}(?:,?\s{on}\b|\W*$|\s(?:{here})\b)",
            (
                rf"{polite}(?:was\s(?:hast\sdu|haben\ssie|habt\sihr|haben\swir)|(?:{have})\s(?:(?:denn|so|noch|auch|schon)\s){{0,3}}"
                r"(?:(?:irgend)?(?:et)?was|material|berichte|meldungen))\s(?:(?:denn|so|alles)\s)*"
                r"(?:(?:über|zu[mr]|vo[nm])\s|zu\s(?=(?-i:[A-ZÄÖÜ]|\W|de[mn]|eine)))(?!.*\b(?:dass|ob)\b)"
            ),
            (
                rf"{polite}was\s(?:hat|haben)\s(?:(?:die|der|das)\s)?{SOURCE}\b(?!.*\b(?:über|zu[mr]?|von)\b).*\b(?:geschrieben|gebracht|berichtet"
                r"|gedruckt|veröffentlicht)\W*$"
            ),
            rf"{polite}alles\s(?:über|zu[mr]?|von|vom)\b",
            (
                rf"{polite}(?:zeige?n?(?:\ssie)?|liste?n?|gib|geben|such\w*|finde?n?|nenn\w*|ich\s(?:suche|brauche|möchte|will|hätte\sgerne?))"
                rf"\s{small}(?:{many}|alles\s(?:über|zu[mr]?|von|vom))"
            ),
            rf"{polite}{small}(?:[\w-]+\s)?(?:{many}|{reports})\b.*\b(?:zeigen|anzeigen|(?:heraus|raus)?suchen|(?:auf)?listen|nennen|geben|finden)\W*$",
            (
                rf"{polite}was\s(?:weißt\sdu|wissen\ssie|hast\sdu|haben\ssie|gibt\ses|liegt|ist)"
                r"(?:\s(?:alles|hier|denn|da|eigentlich|so|drin|vor|an))*\W*$"
            ),
        )
    which = r"(?:in\s)?(?:which|what|how\smany)\s(?:of\s(?:the|these|your|all)\s)?"
    return (
        bare,
        rf"{polite}{which}(?:[\w.’'-]+\s){{0,3}}?(?:{many})(?:.*\b(?:{have}|{tell}|{here}|{SOURCE})\b|\W*$)",
        rf"{polite}(?:which|what)(?:\s|['’]s\s)(?:(?:is|are|the)\s)*(?:(?:newest|latest|oldest|most\srecent|earliest)\s(?:{many}|{one})|(?:{many}|{one})\sis\sthe\s(?:newest|latest|oldest|most\srecent|earliest)\W*$)",
        rf"{polite}{which}{reports}\s(?:\w+\s)?(?:{have}|{tell}|{here})\b",
        rf"{polite}which(?:\sone)?\sof\s(?:them|these|those)\sis\sthe\s{ages}(?:\sone)?\W*$",
        rf"{polite}(?:the\s)?{ages}(?:\sone)?\sof\s(?:them|these|those)\W*$",
        rf"{polite}which\s(?:[\w-]+\s)?(?:{one})\s(?:{tell}|is\s(?:about|on|by|from))\b",
        rf"{polite}(?:the\s)?(?:\w+\s)?{ages}(?:\s(?:\w+\s)?(?:{many}|{one}|{reports}|news|headlines))(?:\s{on}\b(?:\s[\w.,’'-]+){{0,8}})?\W*$",
        rf"{polite}(?:list\s|all\s|the\s)+headlines\W*$",
        rf"{polite}(?:any\s)?(?:{one})\s{on}\b(?:\s[\w.,’'-]+){{1,8}}\W*$",
        rf"{polite}(?:{have})\s(?:[\w.-]+\s){{0,4}}?(?:{many}|(?:an?|any)\s(?:{one}))(?:,?\s{on}\b|\W*$|\s(?:{here})\b)",
        rf"{polite}(?:(?:what\s)?(?:{have})\s)?(?:any|some|every)(?:thing|\scoverage|\snews|\sstuff|\smaterial)\s(?:about|on|by|from|regarding)\b",
        rf"{polite}what\s(?:has|have|did|does)\s(?:the\s)?{SOURCE}\s(?:written|published|printed|reported|write|publish|print|report|say)\b(?!.*\b(?:about|on|of)\b)",
        rf"{polite}what\s(?:{have})\s(?:about|on|by|from|regarding)\b",
        (
            rf"{polite}(?:show|list|give|find|search|display|get|name|i(?:['’]d|\swould)\slike|i\swant|i\sneed"
            rf"|i(?:['’]m|\sam)\slooking\sfor)\s{small}(?:[\w-]+\s)?(?:{many}|{one}\s{on}\b|{reports}|everything\s(?:about|on|by|from))"
        ),
        rf"{polite}what\s(?:do\syou\s(?:have|know)|is\s(?:in\s)?(?:here|there)|have\syou\sgot)(?:\s(?:here|about|in|there|on|file))*\W*$",
    )


def _digest_forms(language: Language) -> tuple[str, ...]:
    many, here, themes, polite, all_of = (told[language] for told in (MANY, HERE, THEMES, POLITE, ALL_OF))
    if language == "de":
        return (
            rf"\b(?:worum|um\swas)\s(?:geht|dreht)\w*\b.*\b(?:in|bei)\s{all_of}",
            rf"\b(?:wovon\s(?:handeln|berichten|erzählen)|womit\s(?:befassen|beschäftigen)\ssich)\s{all_of}",
            rf"{polite}worum\sgeht(?:\ses|['’]?s)(?:\s(?:hier|denn|eigentlich|überhaupt))*\W*$",
            rf"{polite}(?:(?:gib|gebe)\s)?(?:(?:mir|uns|bitte|mal|einen?|kurzen?)\s)*(?:überblick|übersicht)\W*$",
            rf"\bwas\s(?:steht|steckt)\s(?:\w+\s)?in\s{all_of}\W*$",
            (
                rf"\b(?:welche|was\sfür)\s(?:\w+\s)?{themes}\s(?:gibt(?:\ses|['’]?s)(?:\s(?:hier|denn|eigentlich|so|alles))*(?:\W*$|\sin\s{all_of})"
                rf"|(?:hast\sdu|haben\ssie|habt\sihr|behandel(?:st|n)\s(?:du|sie)|deckst\sdu|kennst\sdu)\b"
                rf"|\w+\b(?=.*(?:{all_of}|\b(?:behandelt|abgedeckt|{here})\W*$)))"
            ),
            rf"{polite}themen(?:übersicht|liste)?\W*$",
            rf"\b{themes}\s(?:in\s)?{all_of}",
            rf"\b(?:überblick|übersicht|zusammenfassung|inhaltsverzeichnis|inhalt)\s(?:\w+\s)?(?:(?:über|von|zu)\s)?(?:(?:vorliegenden|vorhandenen)\s)?{all_of}",
            rf"\bfass\w*\s(?:(?:mir|bitte|mal|doch|kurz)\s)*(?:alle|die|diese|deine|sämtliche)\s(?:\w+\s)?(?:{many}).*\bzusammen",
            rf"{polite}(?:(?:mir|uns|bitte|mal|kurz)\s)*(?:alle|die|diese|deine|sämtliche)\s(?:\w+\s)?(?:{many}).*\bzusammenfassen\W*$",
            r"\b(?:was|worüber|wonach)\s(?:kann|darf|könnte|soll)\s(?:ich|man)\s(?:\w+\s){0,3}?fragen",
        )
    return (
        rf"\bwhat\s(?:are|do)\s{all_of}\s(?:all\s)?(?:about|cover|say|deal|discuss|contain|tell)",
        rf"\b(?:what|which)\s(?:\w+\s)?{themes}\s(?:are\sthere\W*$|do\syou|can\s(?:you|i)|\w+\b(?=.*(?:{all_of}|\b(?:covered|{here})\W*$)))",
        rf"\b(?:overview|summar(?:y|ies)|contents|{themes})\s(?:of|over|in)\s(?:\w+\s)?{all_of}",
        rf"{polite}(?:(?:give|show)\s)?(?:(?:me|us|an?|the|short|brief|please)\s)*overview\W*$",
        rf"\boverview\sof\s(?:what|everything)\b.*\b(?:covered|{here})\W*$",
        rf"\b(?:summari[sz]e|sum\sup)\s{all_of}",
        rf"{polite}(?:(?:list\sof|all|the|main)\s)*(?:topics|themes)\W*$",
        r"\bwhat\s(?:can|could|should|may)\s(?:i|we|one)\sask\b",
        r"\bwhat(?:['’]s|\sis)\sin\s(?:this|the|your)\s(?:collection|archive|folder|index)\b",
    )


_DIGESTS = {language: re.compile("|".join(_digest_forms(language)), re.IGNORECASE) for language in MANY}
_LISTINGS = {language: re.compile("|".join(_listing_forms(language)), re.IGNORECASE) for language in MANY}

_SHORTENED: dict[Language, str] = {
    "de": r"\bfass\w*\b(?!.{0,40}\bzusammen\W+(?:was|wie|warum|wer|welche|wo|wann)\b).*\bzusammen\b|\bzusammen(?:zu)?fass\w+|\bkurz(?:fassung|version)\b|\binhaltsangabe\b"
    r"|\btl\W?dr\b|\b(?:kern|haupt)(?:aussagen?|punkte?|inhalte?)\b|\bdas\swichtigste\b|\bquintessenz\b|\bin\s(?:aller\s)?kürze\b",
    "en": r"\bsum+ari[sz]\w+(?!\W+(?:what|how|why|who|which|where|when)\b)|\bsummary\b|\bsum\sup\b|\btl\W?dr\b|\bgist\b"
    r"|\b(?:key|main)\s(?:points?|messages?|takeaways?)\b|\btakeaways?\b|\bin\s(?:short|brief|a\snutshell)\b",
}
_ABOUT_ONE: dict[Language, str] = {
    "de": rf"\b(?:worum|um\swas)\s(?:geht|ging|dreht)\w*\s(?:(?:es|sich|denn|eigentlich)\s)*(?:in|im|bei[m]?)\s(?:[\w.-]+\s){{0,3}}?{ONE['de']}"
    rf"|\bwovon\s(?:handelt|berichtet|erzählt)\s(?:[\w.-]+\s){{0,3}}?{ONE['de']}"
    rf"|\bwas\s(?:steht|stand)\s(?:(?:denn|eigentlich|genau)\s)?(?:in|im)\s(?:[\w.-]+\s){{0,3}}?{ONE['de']}(?!.*\b(?:über|zu[mr]?)\b)"
    rf"|\bwas\s(?:sagt|schreibt|besagt)\s(?:der|die|das|dieser?|dieses)\s(?:[\w.-]+\s){{0,2}}?{ONE['de']}\W*$"
    r"|\b(?:worum\sgeht\ses|was\ssteht)\s(?:in|im|bei[m]?)\s(?:\w+\s)?(?:erst|zweit|dritt|viert|fünft|letzt)e[nmrs]?\W*$",
    "en": rf"\bwhat(?:['’]s|\sis|\swas)\s(?:[\w.’'-]+\s){{0,3}}?{ONE['en']}\b.*\babout\W*$"
    rf"|\bwhat\sdoes\s(?:[\w.’'-]+\s){{0,3}}?{ONE['en']}\b(?!.*\babout\b).*\bsay\W*$"
    rf"|\bwhat(?:['’]s|\sis)\sin\s(?:[\w.’'-]+\s){{0,3}}?{ONE['en']}"
    r"|\bwhat(?:['’]s|\sis)\sthe\s(?:first|second|third|fourth|fifth|last)\s(?:one\s)?about\W*$",
}
ORDINALS = {
    "de": ("erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt"),
    "en": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
}
_SHOW: dict[Language, str] = {
    "de": rf"{POLITE['de']}(?:zeige?|öffne|gib|lies|lese|(?:ich\s(?:will|möchte)|kann\sich|darf\sich))(?:\s(?:mir|uns|mal|bitte|doch|auch|jetzt|gern))*",
    "en": rf"{POLITE['en']}(?:show|open|read|display|give|bring\sup|let\sme\s(?:see|read)"
    r"|i(?:['’]d\slike|\swant|\swould\slike)\sto\s(?:read|see)|(?:can|may)\si\s(?:read|see))(?:\s(?:me|us|out|up|please))*",
}
_WHOLE: dict[Language, str] = {
    "de": r"(?:ganzen?|vollständigen?|kompletten?|gesamten?)",
    "en": r"(?:whole|full|entire|complete)",
}
_SHOWN_END: dict[Language, str] = {
    "de": r"(?:\s(?:bitte|vor|an|lesen|sehen|ansehen|anzeigen|öffnen))*\W*$",
    "en": r"(?:\s(?:please|aloud|out|up))*\W*$",
}
_PLACED: dict[Language, str] = {
    "de": rf"(?:{'|'.join(ORDINALS['de'])}|letzt)en?",
    "en": rf"(?:{'|'.join(ORDINALS['en'])}|last)",
}


def _showing_forms(language: Language) -> tuple[str, ...]:
    """How one article is asked to be opened, up to what says which."""
    show, whole, end, placed, polite, one, ages, on = (
        told[language] for told in (_SHOW, _WHOLE, _SHOWN_END, _PLACED, POLITE, ONE, AGES, ON)
    )
    the = {"de": r"(?:den|das|diesen|dieses)", "en": r"(?:the|that|this)"}[language]
    itself = {"de": r"(?!)", "en": rf"{placed}\sone"}[language]
    number = {"de": r"(?:artikel|nummer|nr\.?)", "en": r"(?:article|number|no\.?)"}[language]
    opened = {
        "de": r"(?:öffne|lies|zeige?)(?:\smir|\suns|\smal|\sbitte)*\s(?:den|das)",
        "en": r"(?:open|read|show|give)(?:\sme|\sus)*\sthe",
    }[language]
    return (
        rf"{show}\s{the}(?:\s{whole})?(?=\s(?:{placed}\s)?{one}(?:\s{on}\b|{end})|\s(?:{placed}|{itself}){end})",
        rf"{show}(?=\s{number}\s\d{{1,2}}{end})",
        rf"{polite}{opened}(?=\s{ages}\s{one})",
        rf"{polite}(?:de[nr]\s|the\s)?{whole}(?=\s{one}(?:\sbitte|\splease)?\W*$)",
    )


_SHOWS_ONE = {language: re.compile("|".join(_showing_forms(language)), re.IGNORECASE) for language in MANY}

_SHORT = {language: re.compile(pattern, re.IGNORECASE) for language, pattern in _SHORTENED.items()}
_OF_ONE = {language: re.compile(pattern, re.IGNORECASE) for language, pattern in _ABOUT_ONE.items()}
_NAMED_ONE = {language: re.compile(pattern, re.IGNORECASE) for language, pattern in ONE.items()}
_SURE = re.compile(r"\b(?:[\w-]{1,60}-)?\w{0,30}(?:artikel|article)", re.IGNORECASE)

_POINTERS = {
    "de": re.compile(r"\b(?:da(?:zu|von|rüber)|hierzu|mehr|weitere[nrs]?)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:(?:about|on|to) (?:it|this|that|them)|more|other|related)\b", re.IGNORECASE),
}
_THESE = {
    "de": re.compile(
        r"\b(?:davon|darunter|von\s(?:ihnen|denen|diesen)|diese[nr]?\s(?:artikeln?|beitr(?:ä|ae)gen?|texten?))\b",
        re.IGNORECASE,
    ),
    "en": re.compile(r"\b(?:of\s(?:them|these|those)|(?:these|those)\sarticles)\b", re.IGNORECASE),
}
_AGE = {language: re.compile(rf"\b{pattern}\b", re.IGNORECASE) for language, pattern in AGES.items()}
_OLD = ("ält", "oldest", "earliest")
_ONE_OF_AGE = {
    "de": re.compile(r"\b(?:der|die|das)\s(?:aller)?(?:neueste|jüngste|aktuellste|älteste|letzte)\b", re.IGNORECASE),
    "en": re.compile(rf"\b{AGES['en']}(?:\s{ONE['en']}|\W*$)", re.IGNORECASE),
}
"""In German "neueste" is of one, "neuesten" of many."""

_UNSURE = re.compile(
    r"bericht|\btext|beitr(?:a|ä)g|meldung|nachricht|dokument|dateien|leserbrief|\breports?\b|stor(?:y|ies)|coverage|documents?|files|\bpieces?\b",
    re.IGNORECASE,
)
_MANY_FORMS = {
    "de": re.compile(rf"(?:{FORMS['de']})(?:e?n|e|s)", re.IGNORECASE),
    "en": re.compile(rf"(?:{FORMS['en']})(?:ie)?s", re.IGNORECASE),
}
"""What articles of a kind are called: "Interviews", "Leserbriefe"."""

_FRAME = {
    "de": re.compile(
        r"^\W*(?:(?:guten\s\w+|hallo|hi|moin)\W+)?(?:ich\s(?:möchte|würde|will)\s(?:gerne?\s)?wissen\W+(?:ob\s)?"
        r"|(?:kannst|könntest)\sdu\smir\s(?:bitte\s)?sagen\W+(?:ob\s)?|(?:können|könnten)\ssie\smir\s(?:bitte\s)?sagen\W+(?:ob\s)?|weißt\sdu\W+(?:ob\s)?)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"^\W*(?:(?:good\s\w+|hello|hi|hey)\W+)?(?:i(?:['’]d|\swould)?\s(?:want|like)\sto\sknow\W+(?:if\s|whether\s)?"
        r"|(?:can|could)\syou\s(?:please\s)?tell\sme\W+(?:if\s|whether\s)?)",
        re.IGNORECASE,
    ),
}
"""What a question may be wrapped in."""
_WITHOUT_UMLAUT = re.compile(
    r"\b(?:ueber\w*|aelte\w*|juengst\w*|beitraeg\w*|moecht\w*|koenn\w*|verfuegb\w*|saemtlich\w*|fuer)\b", re.IGNORECASE
)

_NUMBERS = {word: number for number, words in (
    (2, "zwei two"), (3, "drei three"), (4, "vier four"), (5, "fünf five"), (10, "zehn ten"),
) for word in words.split()}  # fmt: skip
_COUNT = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}"
_COUNTED = {
    language: re.compile(rf"\b(?:(?P<count>{_COUNT})\s{ages}|{ages}\s(?P<behind>{_COUNT})\b)", re.IGNORECASE)
    for language, ages in AGES.items()
}
_PLACE = {
    "de": re.compile(
        rf"\b(?P<place>(?:{'|'.join(ORDINALS['de'])}|letzt)e[nrsm]?)\b|\b(?:artikel|nummer|nr\.?)\s(?P<number>\d{{1,2}})\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"\b(?P<place>{'|'.join(ORDINALS['en'])}|last)\b|\b(?:article|number|no\.?)\s(?P<number>\d{{1,2}})\b",
        re.IGNORECASE,
    ),
}

_SAID: dict[Language, str] = {
    "de": r"""
        gib geben gibts hast habt habe hätten hätte s zeig\w* list\w* nenn\w* such\w* find\w* heraussuchen raussuchen anzeigen
        auflisten fass\w* zusammen\w* kürze kurz(?:fassung|version) inhaltsangabe tl dr kernaussagen? wichtigste them\w+ überblick
        übersicht inhalt\w* titeln? überschrift\w* schlagzeile\w* namen behandel\w* handel\w* erwähn\w* thematisier\w*
        bericht\w* nachricht\w* befass\w* beschäftig\w* dreh\w* geh(?:en|t) gehts? komm(?:en|t) vorkomm\w* stamm(?:en|t) betreffen
        schreibt schreiben geschrieben bringt gebracht meldet erschien\w* veröffentlicht\w* lieg\w* vorliegen vorliegend\w*
        existier\w* vorhanden\w* verfügbar\w* enthalten\w* index\w* indizier\w* gespeichert drin dabei steht stand
        neue?(?:ste)?[nrs]? letzte[nrsm]? aktuelle?(?:ste)?[nrs]? jüngste[nrs]? älteste[nrs]? bitte mal kurze?[nrs]? genau
        eigentlich insgesamt alles sämtliche[nrs]? passende[nrs]? weitere[nrs]? mehr dies\w* davon darunter denen deren irgendwas was ist seit
        wieviele vielen oft häufig öfter male? sammlung ordner archiv dokument\w* datei\w* material kenn\w* weißt? wissen sagen fragen möchte würde würdest
        könnten könntest kannst gerne? brauche interessier\w* lesen hallo guten tag
    """,
    "en": r"""
        show list give find search display get like want need looking look know got read see ask tell topics? themes? subjects?
        overview sum+ar\w+ sum contents? short brief briefly quick quickly nutshell tl dr gist key main points? takeaways? titles?
        headlines? cover\w* mention\w* discuss\w* deal\w* talk\w* report\w* concern\w* refer\w* contain\w* appear\w* published
        written came come comes out since available included index\w* is newest latest recent last oldest earliest collection folder
        archive often times frequently anything something everything all one news stuff material texts? pieces? stories story documents? files? related
        please hello hi hey could would
    """,
}
_WORDS_OF_LISTS = {
    language: re.compile(
        "|".join([*said.split(), *_NUMBERS, *(f"{place}(?:e[nrsm]?)?" for place in ORDINALS[language])])
    )
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
    other: Language = "en" if language == "de" else "de"
    return _told_by_form(said, language) or _told_by_form(said, other)


def _told_by_form(said: str, language: Language) -> Overview | None:
    said = _FRAME[language].sub("", _umlauts(said) if language == "de" else said)
    if (held := holding_asked(said, language)) is not None:
        return held[0]
    if _DIGESTS[language].search(said):
        return Overview.DIGEST
    of_one = said.replace(_TITLED, {"de": " Artikel ", "en": " article "}[language])
    named = _NAMED_ONE[language].search(of_one) or not subject_words(of_one, language)
    if (
        (_SHORT[language].search(of_one) and named)
        or _OF_ONE[language].search(of_one)
        or _SHOWS_ONE[language].search(of_one)
    ):
        return Overview.SUMMARY
    return Overview.LISTING if _LISTINGS[language].search(said) else None


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


def age_asked(question: str, language: Language) -> Age | None:
    """Whether the newest articles are to come first, or the oldest; an age of what they are about is none."""
    said = _AGE[language].search(_before_subject(question, language))
    if said is None:
        return None
    return "oldest" if said[0].lower().startswith(_OLD) else "newest"


def number_asked(question: str, language: Language) -> int | None:
    """How many articles are asked for by their age: one ("der neueste"), or as many as it says."""
    asked = _before_subject(question, language)
    if counted := _COUNTED[language].search(asked):
        said = (counted["count"] or counted["behind"]).lower()
        return _NUMBERS.get(said) or max(1, int(said))
    return 1 if _ONE_OF_AGE[language].search(asked) else None


def _before_subject(question: str, language: Language) -> str:
    return question.removesuffix(subject_of(question, language))


def place_asked(question: str, language: Language) -> int | None:
    """Which article of a list before is meant, from 0; -1 for the last one; None where it does not say."""
    match = _PLACE[language].search(question)
    if match is None:
        return None
    word = (match["place"] or match["number"]).lower()
    if word.isdigit():
        return max(0, int(word) - 1)
    return next((at for at, stem in enumerate(ORDINALS[language]) if word.startswith(stem)), -1)


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
    return _SHOWS_ONE[language].sub(" ", question) if held is None else held[1]


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
