"""What is asked of the articles' sources and days: whose articles there are, of which time, and what is new in them."""

import re

from rag.asking import AGES, ALL_OF, HAVE, HERE, MANY, ON, ONE, POLITE, REPORTS, SMALL, SOURCE, Overview
from rag.language import LANGUAGES, content_words
from rag.periods import without_periods
from rag.records import Language

_PAPERS: dict[Language, str] = {
    "de": r"(?:(?:tages|wochen|online)?zeitung(?:en)?|(?:nachrichten)?quellen?|medien(?:häuser)?|(?:nachrichten|presse)?agentur(?:en)?"
    r"|blätter|verlage?|(?:nachrichten)?magazine?|zeitschriften|publikationen|redaktionen|herausgeber)",
    "en": r"(?:(?:news)?papers?|(?:news\s)?sources?|publishers?|publications?|(?:(?:news|media)\s)?outlets?|media"
    r"|(?:(?:news|press)\s)?agenc(?:y|ies)|magazines?)",
}
_WRITERS: dict[Language, str] = {
    "de": r"(?:autor(?:en|innen)?(?:\sund\sautor(?:en|innen))?|autor[*:_/]innen|verfasser(?:innen)?|journalist(?:en|innen)?|journalist[*:_/]innen"
    r"|redakteure?(?:innen)?|reporter(?:innen)?)",
    "en": r"(?:authors?|writers?|journalists?|reporters?)",
}
_ARTICLES: dict[Language, str] = {
    "de": r"(?:(?:die|diese|deine|ihre|eure|alle|sämtliche)\s){1,2}(?:meisten\s|vielen\s|wenigsten\s|ganzen\s)?(?:[\w-]{1,60}-)?"
    rf"(?:zeitungs|nachrichten|online)?(?:artikel|beiträge)\b(?!\s\d)(?:\s{SOURCE})?",
    "en": r"(?:(?:all|the|these|those|your|our|of|most)\s){1,4}(?:(?:news|newspaper)\s)?articles\b(?!\s\d)",
}
"""Several, and nothing but articles."""
_KNOWN: dict[Language, str] = {
    "de": r"(?:deine|ihre|eure|die)\s(?:daten|informationen|infos|nachrichten|inhalte|antworten|quellen|sammlung|datenbank)",
    "en": r"(?:your|the)\s(?:data|information|news|content|answers|sources|collection|archive|database)",
}
"""What else the articles may be called, of somebody who answers from them."""
_SUBJECT = r"(?P<subject>(?:\s[\w.,’'-]+){1,8}?)"
_NAMED = _SUBJECT.replace("8", "4")
"""A subject of few words, where a longer one would be of the story."""
_ABOUT: dict[Language, str] = {
    "de": r"(?:über|zu[mr]?|vo[nm]|bei[m]?|aus|i[nm])",
    "en": r"(?:about|on|from|in|regarding|with)",
}
_FILLED: dict[Language, str] = {
    "de": r"(?:\s(?:es|hier|denn|eigentlich|so|alles?|alle|überhaupt|insgesamt|da|drin|dabei|gerade|heute|sonst|bitte|du|sie|in|sich))*",
    "en": r"(?:\s(?:here|in|there|all|total|altogether|now|today|currently|please|you|then|it))*",
}
_END: dict[Language, str] = {
    "de": rf"{_FILLED['de']}(?:\s(?:in|hinter|unter)\s{ALL_OF['de']})?(?:\s(?:{HERE['de']}|vertreten|zurück|her))?\W*$",
    "en": rf"{_FILLED['en']}(?:\s(?:in|behind|among|of|for)\s{ALL_OF['en']})?(?:\s(?:{HERE['en']}|represented))?\W*$",
}


def _source_forms(noun: str, language: Language) -> tuple[str, ...]:
    """How the publishers, or the authors, are asked for by what they are called."""
    polite, have, here, small, end = (told[language] for told in (POLITE, HAVE, HERE, SMALL, _END))
    many, known = ALL_OF[language], _KNOWN[language]
    if language == "de":
        which = rf"(?:welche[nrm]?|was\sfür|wie\s?viele?n?)\s(?:verschiedenen?\s|anderen?\s)?{noun}"
        return (
            rf"{polite}{which}\s(?:{have}|nutzt|verwendest|benutzt|durchsuchst|sind|werden){end}",
            rf"{polite}{which}\s(?:sind|werden)\s(?:\w+\s)?(?:{here}|vertreten|verwendet|genutzt|durchsucht){end}",
            rf"{polite}{which}\s(?:hat|haben|schreiben|schrieben|arbeiten)\s(?:(?:für|bei|in)\s)?(?:(?:die|der|das|den|dem)\s)?{SOURCE}\W*$",
            rf"{polite}(?:von|aus|auf)\s{which}\s(?:sind|stammen|kommen|hast|beziehst|nimmst)\s(?:{many}(?:\s{ON['de']}{_SUBJECT})?|{known}|(?:du|sie)\s(?:{known}|{many})){end}",
            rf"{polite}(?:zeige?|nenne?|liste?|gib)\s{small}(?!quellen){noun}(?:\sauf)?\W*$",
            rf"{polite}(?:(?:liste|übersicht)\s(?:aller|der)|alle)\s{noun}\W*$",
            rf"{polite}(?!quelle|verlag|herausgeber){noun}\?\W*$",
            rf"{polite}(?:wer|was|welche)\ssind\s(?:deine|ihre|eure)\s{noun}{end}",
            rf"{polite}(?:wer|was|welche)\ssind\sdie\s{noun}\s(?:der|dieser|deiner|aller)\s(?:{MANY['de']}){end}",
        )
    which = rf"(?:which|what|how\smany)\s(?:different\s|other\s)?{noun}"
    return (
        rf"{polite}{which}\s(?:{have}|are|do\syou\s(?:use|know|search|cover)){end}",
        rf"{polite}{which}\s(?:are|were)\s(?:\w+\s)?(?:{here}|represented|covered|used|searched){end}",
        rf"{polite}{which}\s(?:does|do|did)\s(?:the\s)?{SOURCE}\s(?:have|employ)\W*$|{polite}{which}\s(?:write|wrote|work)\sfor\s(?:the\s)?{SOURCE}\W*$",
        rf"{polite}(?:from\s)?{which}\s(?:are|do|did)\s(?:{many}(?:\s{ON['en']}{_SUBJECT})?|{known})(?:\s(?:come|from|by|taken))*\W*$",
        rf"{polite}(?:show|list|give|name)\s{small}(?!sources){noun}\W*$",
        rf"{polite}(?:(?:a\s)?list\sof\s(?:all\s)?(?:the\s)?|all\s(?:the\s)?){noun}\W*$",
        rf"{polite}(?!source|media|paper|agency){noun}\?\W*$",
        rf"{polite}(?:who|what|which)\sare\syour\s{noun}{end}",
        rf"{polite}(?:who|what|which)\sare\sthe\s{noun}\s(?:of|behind)\s{many}{end}",
    )


def _publisher_forms(language: Language) -> tuple[str, ...]:
    polite, articles, known, end = (told[language] for told in (POLITE, _ARTICLES, _KNOWN, _END))
    if language == "de":
        return (
            *_source_forms(_PAPERS["de"], "de"),
            rf"{polite}woher\s(?:(?:sind|stammen|kommen)\s(?:{articles}|{known})|(?:hast|beziehst|nimmst|haben|beziehen)\s(?:du|sie)\s(?:{articles}|{known})){end}",
            rf"{polite}wer\s(?:hat|haben)\s{articles}\s(?:veröffentlicht|herausgegeben|publiziert|gedruckt)\W*$",
        )
    return (
        *_source_forms(_PAPERS["en"], "en"),
        rf"{polite}where\s(?:do|did|are)\s(?:{articles}|{known})\s(?:come\s)?from\W*$",
        rf"{polite}where\s(?:do|did)\syou\s(?:get|take|have)\s(?:{articles}|{known})\sfrom\W*$",
        rf"{polite}who\s(?:has\s)?(?:published|printed)\s{articles}\W*$",
    )


def _author_forms(language: Language) -> tuple[str, ...]:
    polite, articles = POLITE[language], _ARTICLES[language]
    writers = _WRITERS[language]
    if language == "de":
        subject = rf"(?:\s{ON[language]}{_SUBJECT})"
        which = rf"(?:wer|welche[rn]?\s{writers})"
        return (
            *_source_forms(writers, "de"),
            rf"{polite}{which}\s(?:hat|haben)\s{articles}{subject}?\s(?:geschrieben|verfasst)\W*$",
            rf"{polite}{which}\s(?:schr(?:ie|ei)b(?:t|en)?|verfassten?)\s{articles}{subject}?\W*$",
            rf"{polite}von\swem\s(?:sind|stammen|wurden)\s{articles}{subject}?(?:\s(?:geschrieben|verfasst))?\W*$",
            rf"{polite}{which}\s(?:schr(?:ie|ei)b(?:t|en)?|berichtet(?:en?)?)\s(?:hier\s|alles\s)*(?:über|zu[mr]?){_NAMED}\W*$",
            rf"{polite}{which}\s(?:hat|haben)\s(?:hier\s|alles\s)*(?:über|zu[mr]?){_NAMED}\s(?:geschrieben|berichtet)\W*$",
            rf"{polite}wer\sschreibt\s(?:hier|(?:für|bei|in)\s(?:(?:die|der|das|den|dem)\s)?{SOURCE})\W*$",
        )
    which = rf"(?:who|(?:which|what)\s{writers})"
    subject = rf"(?:\s{ON[language]}{_SUBJECT})"
    return (
        *_source_forms(writers, "en"),
        rf"{polite}{which}\s(?:has\s|have\s)?(?:wrote|writes?|written)\s(?:the\s)?{articles}{subject}?\W*$",
        rf"{polite}by\swhom\s(?:are|were)\s{articles}(?:\swritten)?\W*$",
        rf"{polite}{which}\s(?:has\s|have\s)?(?:wrote|writes?|written|report(?:s|ed)?)\s(?:about|on){_NAMED}\W*$",
        rf"{polite}who\swrites\s(?:here|for\s(?:the\s)?{SOURCE})\W*$",
    )


def _day_forms(language: Language) -> tuple[str, ...]:
    polite, ages, articles, known = (told[language] for told in (POLITE, AGES, _ARTICLES, _KNOWN))
    one = rf"(?:{ONE[language]}|{MANY[language]}|{REPORTS[language]}|nachricht)"
    subject = rf"(?:\s{_ABOUT[language]}{_SUBJECT})?"
    if language == "de":
        those = rf"(?:{articles}|{known}|(?:die|deine)\stexte)"
        return (
            (
                rf"{polite}(?:von\swann|wann|wie\s(?:alt|aktuell|neu)|(?:von\s|an\s)?welche[mn]\s(?:tag|datum))\s(?:ist|sind|wurden?|erschien(?:en)?|stammt|stammen"
                rf"|datiert|trägt|hat)\s(?:der|die|das|dein|ihr)\w?\s(?:aller)?{ages}\s{one}{subject}(?:\s(?:erschienen|veröffentlicht|geschrieben))?\W*$"
            ),
            rf"{polite}(?:wie\s(?:aktuell|neu|alt|frisch)|von\swann|seit\swann)\s(?:(?:bist\sdu|sind\ssie)|(?:sind|ist)\s{those}){_END['de']}",
            rf"{polite}(?:aus|in)\swelche[mnr]\s(?:zeitraum|zeit|zeiten|jahr|jahren|monaten?)\s(?:sind|stammen|kommen|erschienen)\s{those}(?:\serschienen)?\W*$",
            rf"{polite}welche[nr]?\szeitraum\s(?:decken|deckt|umfassen|umfasst|haben|behandeln)\s{those}(?:\sab)?\W*$",
            rf"{polite}(?:von\swann\sbis\swann|bis\swann|wie\sweit|ab\swann)\s(?:sind|gehen|reichen|reicht|geht)\s{those}(?:\szurück)?\W*$",
            rf"{polite}wann\s(?:sind|wurden|erschienen)\s{those}(?:\s(?:erschienen|veröffentlicht|geschrieben))?\W*$",
        )
    those = rf"(?:{articles}|{known})"
    return (
        rf"{polite}when\s(?:was|were|is|did)\s(?:the|your)\s{ages}\s{one}{subject}(?:\s(?:published|written|printed|appear|from|come\sout)){{0,2}}\W*$",
        rf"{polite}(?:how\s(?:old|recent|new)|from\swhen)\s(?:is|are)\s(?:the|your)\s{ages}\s{one}{subject}\W*$",
        rf"{polite}(?:what|which)\s(?:is\sthe\s|day\s|date\s){{1,2}}(?:of|is|was)\s(?:the|your)\s{ages}\s{one}{subject}\W*$",
        rf"{polite}how\s(?:recent|old|new|current|fresh|up[\s-]to[\s-]date)\s(?:are\syou|(?:are|is)\s{those}){_END['en']}",
        rf"{polite}(?:what|which)\s(?:time\s)?(?:periods?|span|range|years|months|dates|timespan|timeframe|time\sframe)\s(?:do|does|are|is)\s{those}(?:\s(?:cover(?:ed)?|span|from|come\sfrom))?\W*$",
        rf"{polite}(?:from\swhen\sare\s{those}|when\s(?:are|were)\s{those}\s(?:from|published|written)|how\sfar\sback\sdo(?:es)?\s{those}\sgo)\W*$",
    )


def _news_forms(language: Language) -> tuple[str, ...]:
    polite, filled = POLITE[language], _FILLED[language]
    subject = rf"(?:\s{_ABOUT[language]}{_SUBJECT}|\sdazu)?"
    if language == "de":
        lately = r"(?:zuletzt|kürzlich|neulich|jüngst|gerade|aktuell|in\sletzter\szeit)"
        return (
            rf"{polite}was\s(?:gibt(?:\ses|['’]?s)|ist|hast\sdu){filled}\s(?:neues|das\sneueste|neu(?={filled}\W*$)){filled}{subject}\W*$",
            rf"{polite}(?:(?:gibt(?:\ses|['’]?s)|hast\sdu|haben\ssie){filled}\s)?(?:(?:irgend\s?)?(?:etwas|was|welche)\s)?(?:neuigkeiten|neues){subject}\W*$",
            rf"{polite}(?:was\s(?:ist|sind|gibt\ses)\s)?(?:das|die|an)?\s?(?:neueste|neuesten|aktuellen|letzten)\s(?:neuigkeiten|nachrichten|meldungen|news|schlagzeilen){subject}\W*$",
            rf"{polite}(?:aktuelle|neueste|neue)\s(?:neuigkeiten|nachrichten|meldungen|news|schlagzeilen){subject}\W*$",
            rf"{polite}(?:das\s)?neueste(?:\szu[mr]?{_SUBJECT})?\W*$",
            rf"{polite}was\s(?:ist|hat\ssich)(?:\shier|\sdenn)*\s{lately}(?:\sin\sder\swelt)?\s(?:passiert|geschehen|ereignet|vorgefallen|los)\W*$",
            rf"{polite}was\s(?:passiert|geschieht|geschah|passierte)\s{lately}(?:\sin\sder\swelt)?\W*$",
        )
    lately = r"(?:recently|lately|just|(?:right\s)?now|in\sthe\sworld|today)"
    return (
        rf"{polite}what(?:['’]?s|\sis)\snew(?:\stoday|\shere|\sin\sthe\snews)*(?:\s(?:with|on){_SUBJECT})?\W*$",
        rf"{polite}what(?:['’]?s|\sis|\sare)\sthe\s(?:(?:latest|newest|recent)\s)?(?:latest|news|headlines)(?:\stoday)?{subject}\W*$",
        rf"{polite}(?:(?:is|are)\sthere\s|(?:have|do)\syou\s(?:have\s|got\s)?)?(?:any\s)?(?:latest|newest|recent|new|any|today['’]?s)\s(?:news|headlines){subject}\W*$",
        rf"{polite}(?:the\s)?(?:latest|news)(?:\s(?:on|about){_SUBJECT})?\W*$",
        rf"{polite}what(?:\shas|['’]?s)?\shappened\s{lately}\W*$",
        rf"{polite}what(?:['’]?s|\sis)\s(?:happening|going\son)(?:\s{lately})*\W*$",
    )


def _mention_forms(language: Language) -> tuple[str, ...]:
    polite = POLITE[language]
    if language == "de":
        often = r"(?:wie\s(?:oft|häufig)|wie\s?viele?\smale?)"
        where = rf"(?:\s(?:hier|insgesamt|in\s{ALL_OF['de']}))?"
        return (
            rf"{polite}{often}\s(?:wird|werden|wurden?){_NAMED}{where}\s(?:erwähnt|genannt)\W*$",
            rf"{polite}{often}\s(?:kommt|kommen|taucht|tauchen){_NAMED}{where}\s(?:vor|auf)\W*$",
        )
    often = r"how\s(?:often|many\stimes|frequently)"
    where = rf"(?:\s(?:here|in\s{ALL_OF['en']}))?"
    return (
        rf"{polite}{often}\s(?:is|are|was|were){_NAMED}\s(?:mentioned|named){where}\W*$",
        rf"{polite}{often}\s(?:does|do){_NAMED}\s(?:appear|occur|come\sup|get\smentioned){where}\W*$",
    )


_ASKED: dict[Language, tuple[tuple[Overview, re.Pattern[str]], ...]] = {
    language: tuple(
        (asked, re.compile(form, re.IGNORECASE))
        for asked, forms in (
            (Overview.AUTHORS, _author_forms(language)),
            (Overview.PUBLISHERS, _publisher_forms(language)),
            (Overview.DAYS, _day_forms(language)),
            (Overview.NEWS, _news_forms(language)),
            (Overview.LISTING, _mention_forms(language)),
        )
        for form in forms
    )
    for language in LANGUAGES
}

_HAPPENED = {
    "de": re.compile(
        rf"{POLITE['de']}was\s(?:(?:alles\s)?(?:geschah|passierte)|ereignete\ssich|trug\ssich|tat\ssich|(?:ist|war|hat\ssich|gab\ses)(?=.*\s(?:passiert|geschehen|los"
        r"|ereignet|zugetragen|getan|vorgefallen|neues)\W*$))\s(?P<when>.{1,80}?)(?:\s(?:passiert|geschehen|los|ereignet|zugetragen|zu|getan|vorgefallen|neues))?\W*$",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"{POLITE['en']}what(?:\sall)?\s(?:(?:has\s|had\s)?happened|occurred|took\splace|went\son|was\s(?:going\son|happening|new|in\sthe\snews|the\snews))\s(?P<when>.{{1,80}})$",
        re.IGNORECASE,
    ),
}
_FILLING = re.compile(r"\b(?:alles|so|denn|hier|genau|am|in|im|an|der|dem|the|tage?|day|zu)\b", re.IGNORECASE)


def holding_asked(said: str, language: Language) -> tuple[Overview, str] | None:
    """The overview of sources, days, news or mentions that it wants, and the words that say of which articles.

    ``SOURCE`` stands for a publisher or an author.
    """
    for asked, form in _ASKED[language]:
        if match := form.search(said):
            return asked, match.groupdict().get("subject") or ""
    return None


def asks_what_happened(question: str, language: Language) -> bool:
    """Whether it asks what happened in a period, and of nothing else: "Was geschah am 4. September?"."""
    match = _HAPPENED[language].match(question)
    if match is None:
        return False
    left = without_periods(match["when"], listed=True)
    return left != match["when"] and not content_words(_FILLING.sub(" ", left), language)
