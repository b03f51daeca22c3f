"""What is asked of the articles' sources and days: whose articles there are, of which time, and what is new in them.

Each form, in the notation of ``asking``, stands beside an example of what it accepts.
"""

import re
from collections.abc import Mapping

from rag.asking import Overview, pattern_of
from rag.language import LANGUAGES, content_words
from rag.periods import without_periods
from rag.records import Language

_SUBJECT = r"(?P<subject>(?: [\w.,’'-]+){1,8}?)"
_NAMED = _SUBJECT.replace("8", "4")
"""A subject of few words, where a longer one would be of the story."""
PARTS: dict[Language, dict[str, str]] = {
    "de": {
        "which": r"(?:welche[nrms]?|was für|wie ?viele?n?)(?: (?:verschiedenen?|anderen?))?",
        "who": r"wer|welche[rn]? {writers}",
        "end": r"{filled}(?: (?:in|hinter|unter) {all_of})?(?: (?:{here}|vertreten|zurück|her))?$",
        "where": r"(?: (?:hier|insgesamt|in {all_of}))?",
        "those": r"{articles}|{known}|(?:die|deine) texte",
        "a_piece": r"{one}|{many}|{reports}|nachricht",
        # several, and nothing but articles
        "articles": r"(?:(?:die|diese|deine|ihre|eure|alle|sämtliche) ){1,2}(?:meisten |vielen |wenigsten |ganzen )?(?:[\w-]{1,60}-)?"
        r"(?:zeitungs|nachrichten|online)?(?:artikel|beiträge)\b(?! \d)(?: {source})?",
        # what else they may be called, of somebody who answers from them
        "known": r"(?:deine|ihre|eure|die) (?:daten|informationen|infos|nachrichten|inhalte|antworten|quellen|sammlung|datenbank)",
        "papers": r"(?:tages|wochen|online)?zeitung(?:en)?|(?:nachrichten)?quellen?|medium|medien(?:häuser)?|(?:nachrichten|presse)?agentur(?:en)?"
        r"|blätter|verlage?|(?:nachrichten)?magazine?|zeitschriften|publikationen|redaktionen|herausgeber",
        "writers": r"autor(?:en|innen)?(?: und autor(?:en|innen))?|autor[*:_/]innen|verfasser(?:innen)?|journalist(?:en|innen)?"
        r"|journalist[*:_/]innen|redakteure?(?:innen)?|reporter(?:innen)?",
        "about": r"über|zu[mr]?|vo[nm]|bei[m]?|aus|i[nm]",
        "filled": r"(?: (?:es|hier|denn|eigentlich|so|alles?|alle|überhaupt|insgesamt|da|drin|dabei|gerade|heute|sonst|bitte|du|sie|in|sich))*",
        "often": r"wie (?:oft|häufig)|wie ?viele? male?",
        "lately": r"zuletzt|kürzlich|neulich|jüngst|gerade|aktuell|in letzter zeit",
        "messages": r"neuigkeiten|nachrichten|meldungen|news|schlagzeilen",
        "subject": _SUBJECT,
        "named": _NAMED,
    },
    "en": {
        "which": r"(?:which|what|how many)(?: (?:different|other))?",
        "who": r"who|(?:which|what) {writers}",
        "end": r"{filled}(?: (?:in|behind|among|of|for) {all_of})?(?: (?:{here}|represented))?$",
        "where": r"(?: (?:here|in {all_of}))?",
        "those": r"{articles}|{known}",
        "a_piece": r"{one}|{many}|{reports}",
        "articles": r"(?:(?:all|the|these|those|your|our|of|most) ){1,4}(?:(?:news|newspaper) )?articles\b(?! \d)",
        "known": r"(?:your|the) (?:data|information|news|content|answers|sources|collection|archive|database)",
        "papers": r"(?:news)?papers?|(?:news )?sources?|publishers?|publications?|(?:(?:news|media) )?outlets?|media"
        r"|(?:(?:news|press) )?agenc(?:y|ies)|magazines?",
        "writers": r"authors?|writers?|journalists?|reporters?",
        "about": r"about|on|from|in|regarding|with",
        "filled": r"(?: (?:here|in|there|all|total|altogether|now|today|currently|please|you|then|it))*",
        "often": r"how (?:often|many times|frequently)",
        "lately": r"recently|lately|just|(?:right )?now|in the world|today",
        "subject": _SUBJECT,
        "named": _NAMED,
    },
}

_SOURCES: dict[Language, dict[str, str]] = {
    "de": {
        "Welche {noun} gibt es?": r"^{which} {noun} (?:{have}|nutzt|verwendest|benutzt|durchsuchst|sind|werden){end}",
        "Welche {noun} werden genutzt?": (
            r"^{which} {noun} (?:sind|werden) (?:\w+ )?(?:{here}|vertreten|verwendet|genutzt|durchsucht){end}"
        ),
        "Welche {noun} haben über Drohnen berichtet?": (
            r"^{which} {noun} (?:hat|haben|berichte(?:te)?[nt]?|schreib(?:t|en)|schrieb(?:en)?)(?: etwas)? (?:über|zu[mr]?){subject}(?: berichtet| geschrieben)?$"
        ),
        "Welche {noun} hat die SOURCENAME?": (
            r"^{which} {noun} (?:hat|haben|schreiben|schrieben|arbeiten) (?:(?:für|bei|in) )?(?:(?:die|der|das|den|dem) )?{source}$"
        ),
        "Von welchen {noun} sind die Artikel?": (
            r"^(?:von|aus|auf) {which} {noun} (?:sind|stammen|kommen|hast|beziehst|nimmst)"
            r" (?:{all_of}(?: {on}{subject})?|{known}|(?:du|sie) (?:{known}|{all_of})){end}"
        ),
        "Nenne alle {noun}": r"^(?:zeige?|nenne?|liste?|gib) {small}(?!quellen){noun}(?: auf)?$",
        "Alle {noun}": r"^(?:(?:liste|übersicht) (?:aller|der)|alle) {noun}$",
        "{noun}?": r"^(?!quelle|verlag|herausgeber){noun}\?$",
        "Was sind deine {noun}?": r"^(?:wer|was|welche) sind (?:deine|ihre|eure) {noun}{end}",
        "Wer sind die {noun} der Artikel?": (
            r"^(?:wer|was|welche) sind die {noun} (?:der|dieser|deiner|aller) {many}{end}"
        ),
    },
    "en": {
        "Which {noun} are there?": r"^{which} {noun} (?:{have}|are|do you (?:use|know|search|cover)){end}",
        "Which {noun} were used?": (
            r"^{which} {noun} (?:are|were) (?:\w+ )?(?:{here}|represented|covered|used|searched){end}"
        ),
        "Which {noun} reported on drones?": (
            r"^{which} {noun} (?:have |has )?(?:cover(?:s|ed)?|mention(?:s|ed)?|(?:report(?:s|ed)?|writ(?:e|es|ten)|wrote) (?:on|about)){subject}$"
        ),
        "Which {noun} does the SOURCENAME have?": r"^{which} {noun} (?:does|do|did) (?:the )?{source} (?:have|employ)$",
        "Which {noun} write for SOURCENAME?": r"^{which} {noun} (?:write|wrote|work) for (?:the )?{source}$",
        "Which {noun} are the articles from?": (
            r"^(?:from )?{which} {noun} (?:are|do|did) (?:{all_of}(?: {on}{subject})?|{known})(?: (?:come|from|by|taken))*$"
        ),
        "List all {noun}": r"^(?:show|list|give|name) {small}(?!sources){noun}$",
        "A list of {noun}": r"^(?:(?:a )?list of (?:all )?(?:the )?|all (?:the )?){noun}$",
        "{noun}?": r"^(?!source|media|paper|agency){noun}\?$",
        "Who are your {noun}?": r"^(?:who|what|which) are your {noun}{end}",
        "Who are the {noun} of these articles?": r"^(?:who|what|which) are the {noun} (?:of|behind) {all_of}{end}",
    },
}
"""Publishers, or authors, by what they are called."""


def _sources(part: str, called: Mapping[Language, str]) -> dict[Language, dict[str, str]]:
    """The forms for those whom the part tells of; in the examples they are ``called`` so."""
    return {
        language: {
            example.replace("{noun}", called[language]): form.replace("{noun}", part) for example, form in forms.items()
        }
        for language, forms in _SOURCES.items()
    }


_PAPERS = _sources("{papers}", {"de": "Zeitungen", "en": "newspapers"})
_WRITERS = _sources("{writers}", {"de": "Autoren", "en": "authors"})

PUBLISHERS: dict[Language, dict[str, str]] = {
    "de": {
        **_PAPERS["de"],
        "Woher stammen die Artikel?": (
            r"^woher (?:(?:sind|stammen|kommen)|(?:hast|beziehst|nimmst|haben|beziehen) (?:du|sie)) (?:{articles}|{known}){end}"
        ),
        "Wer hat die Artikel veröffentlicht?": (
            r"^wer (?:hat|haben) {articles} (?:veröffentlicht|herausgegeben|publiziert|gedruckt)$"
        ),
    },
    "en": {
        **_PAPERS["en"],
        "Where do the articles come from?": r"^where (?:do|did|are) {those} (?:come )?from$",
        "Where do you get your news from?": r"^where (?:do|did) you (?:get|take|have) {those} from$",
        "Who published the articles?": r"^who (?:has )?(?:published|printed) {articles}$",
    },
}
AUTHORS: dict[Language, dict[str, str]] = {
    "de": {
        **_WRITERS["de"],
        "Wer hat die Artikel geschrieben?": (
            r"^{who} (?:hat|haben) {articles}(?: {on}{subject})? (?:geschrieben|verfasst)$"
        ),
        "Wer schrieb die Artikel?": (r"^{who} (?:schr(?:ie|ei)b(?:t|en)?|verfassten?) {articles}(?: {on}{subject})?$"),
        "Von wem sind die Artikel?": (
            r"^von wem (?:sind|stammen|wurden) {articles}(?: {on}{subject})?(?: (?:geschrieben|verfasst))?$"
        ),
        "Wer schrieb über Brücken?": (
            r"^{who} (?:schr(?:ie|ei)b(?:t|en)?|berichtet(?:en?)?) (?:hier |alles )*(?:über|zu[mr]?){named}$"
        ),
        "Wer hat über Brücken geschrieben?": (
            r"^{who} (?:hat|haben) (?:hier |alles )*(?:über|zu[mr]?){named} (?:geschrieben|berichtet)$"
        ),
        "Wer schreibt hier?": r"^wer schreibt (?:hier|(?:für|bei|in) (?:(?:die|der|das|den|dem) )?{source})$",
    },
    "en": {
        **_WRITERS["en"],
        "Who wrote the articles?": (
            r"^{who} (?:has |have )?(?:wrote|writes?|written) (?:the )?{articles}(?: {on}{subject})?$"
        ),
        "By whom were these articles written?": r"^by whom (?:are|were) {articles}(?: written)?$",
        "Who wrote about bridges?": (
            r"^{who} (?:has |have )?(?:wrote|writes?|written|report(?:s|ed)?) (?:about|on){named}$"
        ),
        "Who writes here?": r"^who writes (?:here|for (?:the )?{source})$",
    },
}
DAYS: dict[Language, dict[str, str]] = {
    "de": {
        "Von wann ist der neueste Artikel?": (
            r"^(?:von wann|wann|wie (?:alt|aktuell|neu)|(?:von |an )?welche[mn] (?:tag|datum))"
            r" (?:ist|sind|wurden?|erschien(?:en)?|stammt|stammen|datiert|trägt|hat) (?:der|die|das|dein|ihr)\w? (?:aller)?{ages} {a_piece}"
            r"(?: {about}{subject})?(?: (?:erschienen|veröffentlicht|geschrieben))?$"
        ),
        "Wie aktuell bist du?": (
            r"^(?:wie (?:aktuell|neu|alt|frisch)|von wann|seit wann) (?:(?:bist du|sind sie)|(?:sind|ist) {those}){end}"
        ),
        "Aus welchem Zeitraum sind die Artikel?": (
            r"^(?:aus|in) welche[mnr] (?:zeitraum|zeit|zeiten|jahr|jahren|monaten?) (?:sind|stammen|kommen|erschienen) {those}"
            r"(?: erschienen)?$"
        ),
        "Welchen Zeitraum decken die Artikel ab?": (
            r"^welche[nr]? zeitraum (?:decken|deckt|umfassen|umfasst|haben|behandeln) {those}(?: ab)?$"
        ),
        "Wie weit reichen die Artikel zurück?": (
            r"^(?:von wann bis wann|bis wann|wie weit|ab wann) (?:sind|gehen|reichen|reicht|geht) {those}(?: zurück)?$"
        ),
        "Wann erschienen die Artikel?": (
            r"^wann (?:sind|wurden|erschienen) {those}(?: (?:erschienen|veröffentlicht|geschrieben))?$"
        ),
    },
    "en": {
        "When was the latest article published?": (
            r"^when (?:was|were|is|did) (?:the|your) {ages} {a_piece}(?: {about}{subject})?"
            r"(?: (?:published|written|printed|appear|from|come out)){0,2}$"
        ),
        "How old is the newest article?": (
            r"^(?:how (?:old|recent|new)|from when) (?:is|are) (?:the|your) {ages} {a_piece}(?: {about}{subject})?$"
        ),
        "What is the date of the newest article?": (
            r"^(?:what|which) (?:is the |day |date ){1,2}(?:of|is|was) (?:the|your) {ages} {a_piece}(?: {about}{subject})?$"
        ),
        "How recent are the articles?": (
            r"^how (?:recent|old|new|current|fresh|up[ -]to[ -]date) (?:are you|(?:are|is) {those}){end}"
        ),
        "Which period do the articles cover?": (
            r"^(?:what|which) (?:time )?(?:periods?|span|range|years|months|dates|timespan|timeframe|time frame) (?:do|does|are|is)"
            r" {those}(?: (?:cover(?:ed)?|span|from|come from))?$"
        ),
        "How far back do the articles go?": (
            r"^(?:from when are {those}|when (?:are|were) {those} (?:from|published|written)|how far back do(?:es)? {those} go)$"
        ),
    },
}
NEWS: dict[Language, dict[str, str]] = {
    "de": {
        "Was gibt es Neues?": (
            r"^was (?:gibt(?: es|['’]?s)|ist|hast du){filled} (?:neues|das neueste|neu(?={filled}$)){filled}(?: {about}{subject}| dazu)?$"
        ),
        "Gibt es Neuigkeiten?": (
            r"^(?:(?:gibt(?: es|['’]?s)|hast du|haben sie){filled} )?(?:(?:irgend ?)?(?:etwas|was|welche) )?(?:neuigkeiten|neues)"
            r"(?: {about}{subject}| dazu)?$"
        ),
        "Was sind die neuesten Nachrichten?": (
            r"^(?:was (?:ist|sind|gibt es) )?(?:das|die|an)? ?(?:neueste|neuesten|aktuellen|letzten) {messages}"
            r"(?: {about}{subject}| dazu)?$"
        ),
        "Aktuelle Nachrichten": r"^(?:aktuelle|neueste|neue) {messages}(?: {about}{subject}| dazu)?$",
        "Das Neueste zur Brücke": r"^(?:das )?neueste(?: zu[mr]?{subject})?$",
        "Was ist zuletzt passiert?": (
            r"^was (?:ist|hat sich)(?: hier| denn)* {lately}(?: in der welt)? (?:passiert|geschehen|ereignet|vorgefallen|los)$"
        ),
        "Was passiert gerade?": r"^was (?:passiert|geschieht|geschah|passierte) {lately}(?: in der welt)?$",
    },
    "en": {
        "What's new?": r"^what(?:['’]?s| is) new(?: today| here| in the news)*(?: (?:with|on){subject})?$",
        "What is the latest?": (
            r"^what(?:['’]?s| is| are) the (?:(?:latest|newest|recent) )?(?:latest|news|headlines)(?: today)?(?: {about}{subject})?$"
        ),
        "Any news?": (
            r"^(?:(?:is|are) there |(?:have|do) you (?:have |got )?)?(?:any )?(?:latest|newest|recent|new|any|today['’]?s)"
            r" (?:news|headlines)(?: {about}{subject})?$"
        ),
        "The latest on the bridge": r"^(?:the )?(?:latest|news)(?: (?:on|about){subject})?$",
        "What happened recently?": r"^what(?: has|['’]?s)? happened {lately}$",
        "What is happening?": r"^what(?:['’]?s| is) (?:happening|going on)(?: {lately})*$",
    },
}
MENTIONS: dict[Language, dict[str, str]] = {
    "de": {
        "Wie oft wird Kickl erwähnt?": r"^{often} (?:wird|werden|wurden?){named}{where} (?:erwähnt|genannt)$",
        "Wie oft kommt Kickl vor?": r"^{often} (?:kommt|kommen|taucht|tauchen){named}{where} (?:vor|auf)$",
    },
    "en": {
        "How often is Kickl mentioned?": r"^{often} (?:is|are|was|were){named} (?:mentioned|named){where}$",
        "How often does Kickl appear?": (r"^{often} (?:does|do){named} (?:appear|occur|come up|get mentioned){where}$"),
    },
}
_HAPPENED: dict[Language, str] = {
    "de": r"^was (?:(?:alles )?(?:geschah|passierte)|ereignete sich|trug sich|tat sich|(?:ist|war|hat sich|gab es)(?=.* (?:passiert|geschehen|los"
    r"|ereignet|zugetragen|getan|vorgefallen|neues)$)) (?P<when>.{1,80}?)(?: (?:passiert|geschehen|los|ereignet|zugetragen|zu|getan|vorgefallen|neues))?$",
    "en": r"^what(?: all)? (?:(?:has |had )?happened|occurred|took place|went on|was (?:going on|happening|new|in the news|the news))"
    r" (?P<when>.{1,80}?)$",
}
_FILLING = re.compile(r"\b(?:alles|so|denn|hier|genau|am|in|im|an|der|dem|the|tage?|day|zu)\b", re.IGNORECASE)

_ASKED = {
    language: [
        (asked, pattern_of([form], language, PARTS[language]))
        for asked, forms in (
            (Overview.AUTHORS, AUTHORS),
            (Overview.PUBLISHERS, PUBLISHERS),
            (Overview.DAYS, DAYS),
            (Overview.NEWS, NEWS),
            (Overview.LISTING, MENTIONS),
        )
        for form in forms[language].values()
    ]
    for language in LANGUAGES
}
_ASKED_OF_A_TIME = {language: pattern_of([_HAPPENED[language]], language, {}) for language in LANGUAGES}


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
    match = _ASKED_OF_A_TIME[language].match(question)
    if match is None:
        return False
    left = without_periods(match["when"], listed=True)
    return left != match["when"] and not content_words(_FILLING.sub(" ", left), language)
