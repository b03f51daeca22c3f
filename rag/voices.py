"""Whose words, or whose view, a question asks for."""

import re
from dataclasses import dataclass, field

from rag.focus import QUOTED
from rag.language import LANGUAGES, content_words, patterns
from rag.pieces import about_a_piece
from rag.records import Language

MOST_CHARS = 300
"""A longer question is not looked at."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody whose words, or whose view, a question asks for."""

    name: str
    """The word that names them, as typed: "Merz", "Strack-Zimmermann"; "Chef" of "der Chef der Bergrettung"."""
    verbatim: bool
    """Whether it asks for what they said, and not for what may be told otherwise too: a view, a reaction."""
    alone: bool
    """Whether it asks for nothing else: "Was sagt Merz?"."""
    phrase: str = field(default="", compare=False)
    """All that names them: "Kanzler Friedrich Merz"."""


_SMALL_NAME_ENDS = (
    r"zu[mr]?|über|ueber|auf|beim?|i[nm]|am?|an|ans|nach|vor|vo[nm]|für|aus|gegen|mit|um|wegen|seit|als|dass|ob|wenn|da\w+|"
    r"denn|eigentlich|genau|selbst|sich|gesagt|heute|gestern|fest|und|ein"
)
_CAPITALS = r"(?-i:[A-ZÄÖÜ])[\w.’'-]*(?:\s(?:(?:von|van|de|al|bin)\s(?:de[rn]\s)?)?(?-i:[A-ZÄÖÜ])[\w.’'-]*)*"
"""Friedrich Merz; Ursula von der Leyen."""
_TITLE = r"(?:(?:de[rmns]|die|das|herrn?|frau)\s)?(?-i:(?:[a-zäöüß-]+e[rnsm]?\s){0,2}?)"
"""Herr; der frühere."""
_OF_WHAT = rf"(?:\s(?:de[rs]|vom|von\sder)\s(?-i:(?:[a-zäöüß-]+e[rnsm]?\s)?){_CAPITALS})*"
"""Der Chef "der bayerischen Bergrettung"."""
_IN_SMALL = rf"(?-i:(?P<small>(?:(?!(?:{_SMALL_NAME_ENDS})\b)[a-zäöüß-]+(?:\s|(?=\W*$))){{1,4}}))"
_WHO_IN_GERMAN = rf"(?:(?P<phrase>{_TITLE}(?P<who>{_CAPITALS}){_OF_WHAT})|{_IN_SMALL})"
_WHO = r"(?P<phrase>(?P<who>(?:[\w.’'-]+\s){1,7}?))"
"""In English in front of the verb, with capitals or without; and behind what is asked for."""
_WHO_BEHIND = (
    r"(?P<phrase>(?P<who>(?:(?!(?:about|on|regarding|concerning|to|of|over|after|before|when|if|that|in|at|for|with|as)\b)"
    r"[\w.’'-]+(?:\s|(?=\W|$))){1,6}))"
)

_SAYS = (
    r"(?:sag|mein|erklär|verlang|erzähl|kritisier|beton|beklag|lob|warn)(?:t|te|ten|en)|"
    r"(?:forder|antworte|behaupte|äu(?:ß|ss)er)(?:t|te|ten|n)|schreib(?:t|en)|schrieb(?:en)?|verspr[iae]ch(?:t|en)?"
)
_HAS_SAID = (
    r"gesagt|gemeint|erklärt|gefordert|verlangt|kritisiert|geantwortet|geschrieben|behauptet|versprochen|betont|geäu(?:ß|ss)ert|"
    r"angekündigt|beklagt|mitgeteilt|vorgeschlagen|gelobt|gewarnt|erzählt"
)
_VIEWS = (
    r"hält|hielt|halten|denk(?:t|en)|dachte|steh(?:t|en)|bewerte\w*|beurteil\w*|reagier\w*|begründe\w*|sieht|sehen|sah|"
    r"nenn(?:t|en)|nannte|bezeichne\w*|beschreib\w*|rechtfertig\w*"
)
_WORDS_OF: dict[Language, str] = {
    "de": r"zitate?n?|aussagen?|äu(?:ß|ss)erung(?:en)?|worte?|statements?|stellungnahmen?|forderung(?:en)?|o-töne?",
    "en": r"quot(?:e|ation)s?|statements?|remarks?|comments?|words|demands?",
}
_SAY = (
    r"say|said|saying|state|claim|argue|demand|announce|promise|tell|told|warn|critici[sz]e|answer|reply|write|declare|"
    r"insist|complain|call\sfor"
)
_VIEW = (
    r"think|believe|feel|make\sof|view|see|justify|describe|react|respond|call|defend|assess|judge|reject|rate|"
    r"regard|want"
)
_POSITION: dict[Language, str] = {
    "de": r"position|haltung|meinung|ansicht|standpunkt|einstellung|kritik|einschätzung|sicht|reaktion",
    "en": r"position|stance|views?|opinion|take|reaction|response|attitude|arguments?|criticism|assessment",
}
VIEWS_BY = "angaben|ansicht|meinung|worten|einschätzung|auffassung|darstellung|aussage"
"""What words or a view are called behind "nach"."""

WORDS_ASKED: dict[Language, dict[str, str]] = {
    "de": {
        "Wovor warnt Merz?": rf"\b(?:was|wovor|wogegen|womit)\s(?:\w+\s)?(?:{_SAYS})\s{_WHO_IN_GERMAN}",
        "Was hat Merz gefordert?": (
            rf"\b(?:was|wie|wovor)\s(?:\w+\s)?(?:hat|haben|hatten?)\s(?:sich\s)?{_WHO_IN_GERMAN}.*\b(?:{_HAS_SAID})\b"
        ),
        "Wie äußert sich Merz?": rf"\bwie\säu(?:ß|ss)er\w*\s(?:sich\s)?{_WHO_IN_GERMAN}",
        "Zitate von Merz": (
            rf"\b(?:{_WORDS_OF['de']})\s(?:(?:gibt\ses|hast\sdu)\s)?(?:vo[mn]|de[sr]|durch)\s{_WHO_IN_GERMAN}"
        ),
    },
    "en": {
        "What did Merz say?": (
            rf"\bwhat\s(?:\w+\s)?(?:does|did|do|has|had|have|is|was|were|are)\s{_WHO}(?:\w+ly\s)?(?:{_SAY})\b"
        ),
        "Quotes by Merz": rf"\b(?:{_WORDS_OF['en']})\s(?:by|from|of)\s{_WHO_BEHIND}",
    },
}
VIEW_ASKED: dict[Language, dict[str, str]] = {
    "de": {
        "Wie reagiert Merz?": (
            rf"\b(?:was|wie|womit|als\swas|warum|weshalb)\s(?:\w+\s)?(?:{_VIEWS})\s(?:sich\s)?{_WHO_IN_GERMAN}"
        ),
        "Die Haltung von Merz": rf"\b(?:{_POSITION['de']})\s(?:vo[mn]|de[sr])\s{_WHO_IN_GERMAN}",
        "Was gilt nach Ansicht von Merz?": rf"\b(?:laut|nach\s(?:{VIEWS_BY})\s(?:vo[mn]|de[sr]))\s{_WHO_IN_GERMAN}",
        "Was gilt Merz zufolge?": rf"(?P<phrase>(?P<who>{_CAPITALS}))\szufolge\b",
    },
    "en": {
        "What does Merz think?": (
            rf"\b(?:what|how|why)\s(?:\w+\s)?(?:does|did|do|has|had|have)\s{_WHO}(?:\w+ly\s)?(?:{_VIEW})\b"
        ),
        "Merz’s position": rf"\b(?P<phrase>(?P<who>(?:[\w.-]+\s){{0,5}}?[\w.-]+))[’']s?\s(?:{_POSITION['en']})\b",
        "What holds according to Merz?": rf"\baccording\sto\s{_WHO_BEHIND}",
    },
}
"""What asks for somebody's words, or for their view, by an example of each."""
_ASKED = {
    language: tuple(
        (verbatim, re.compile(form, re.IGNORECASE))
        for verbatim, forms in ((True, WORDS_ASKED), (False, VIEW_ASKED))
        for form in forms[language].values()
    )
    for language in LANGUAGES
}
_ASKS_WHOSE = re.compile(
    r"\b(?:wer|wem|wessen|who|whose)\b.*\b(?:sag\w*|gesagt|spr[aei]ch\w*|gesprochen|nannte|nennt|genannt|stamm\w*|said|says|called"
    r"|calls|spoke|speaks|coined)\b",
    re.IGNORECASE,
)
_OF_ASKING = patterns(
    de=rf"{_SAYS}|{_HAS_SAID}|{_WORDS_OF['de']}|{_POSITION['de']}|alle\w*|artikeln?",
    en=rf"{_SAY}|says|{_WORDS_OF['en']}|{_POSITION['en']}|all|every\w*|articles?",
)
"""Words that ask for words, and for nothing that these are about."""


def phrases_asked(question: str) -> tuple[str, ...]:
    """The words in quotation marks whose speaker the question asks for: 'Wer sprach von "Ferienhaft"?'."""
    quoted = tuple(match[0][1:-1].strip(" .,!?") for match in QUOTED.finditer(question))
    return tuple(filter(None, quoted)) if _ASKS_WHOSE.search(QUOTED.sub(" ", question)) else ()


def voice_asked(question: str, language: Language) -> Voice | None:
    """Whose words or view the question asks for; None where it names nobody for that."""
    for verbatim, pattern in _ASKED[language] if len(question) <= MOST_CHARS else ():
        match = pattern.search(question)
        if match is None:
            continue
        phrase = "phrase" if match["phrase"] else "small"
        named = re.split(r"\s(?:of|from|for|in)\s", match["who"] or match[phrase])[0]
        words = [named[word.start : word.end] for word in content_words(named, language)]
        if not words or about_a_piece(words[-1], language):
            return None
        name = next(word for word in reversed(named.split()) if words[-1] in word).strip(".,’'")
        rest = question[: match.start(phrase)] + question[match.end(phrase) :]
        others = (rest[word.start : word.end] for word in content_words(rest, language))
        alone = all(_OF_ASKING[language].fullmatch(word) for word in others)
        return Voice(name, verbatim, alone, match[phrase].strip())
    return None
