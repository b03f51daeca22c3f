"""What articles as a whole are asked for; the words for it, as parts of patterns; and the notation of forms made of them.

In a form a space is any white space, ``^`` leaves room for polite words before it and ``$`` for signs behind it, and
``{many}`` stands for what ``MANY`` says, or a part of its own room.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from rag.records import Language


class Overview(StrEnum):
    """What a question wants an overview of."""

    LISTING = "listing"
    """Which articles there are, all of them or on a subject, by somebody, of a time."""
    DIGEST = "digest"
    """What these are about."""
    SUMMARY = "summary"
    """What one article says in short."""
    PUBLISHERS = "publishers"
    """Whose articles there are."""
    AUTHORS = "authors"
    """Who wrote them."""
    DAYS = "days"
    """Of when the newest or the oldest is, or both."""
    NEWS = "news"
    """What the newest tell."""


SOURCE = "SOURCENAME"
"""What stands for a publisher or an author where a question is told by its form."""

FORMS: dict[Language, str] = {
    "de": r"\w{0,30}kommentar|essay|reportage|interview|glosse|kolumne|leserbrief|dokument",
    "en": r"commentar|essay|interview|column|editorial|op-?ed|document",
}
MANY: dict[Language, str] = {
    "de": r"\b(?:[\w-]{1,60}-)?(?:(?:zeitungs|nachrichten|online|presse|agentur)?(?:artikeln?(?!\s\d)|beitr(?:ä|ae)gen?|texten?)"
    rf"|(?:{FORMS['de']})(?:e?n|e|s)|dateien)\b",
    "en": rf"\b(?:[\w-]{{1,60}}-)?(?:articles(?!\s\d)|pieces|stories|(?:{FORMS['en']})(?:ie)?s|files|letters\sto\sthe\seditor)\b",
}
"""Articles, and little else. In German one form may be of one or of many."""

ONE: dict[Language, str] = {
    "de": r"\b(?:[\w-]{1,60}-)?(?:(?:zeitungs|nachrichten|online|presse|leit|gast|agentur)?(?:artikels?(?!\s\d)|beitrag(?:e?s)?"
    rf"|text(?:e?s)?|berichte?s?|meldung)|(?:{FORMS['de']})(?:e?s)?|stücks?)\b",
    "en": rf"\b(?:[\w-]{{1,60}}-)?(?:article(?!\s\d)|piece|report|story|text|(?:{FORMS['en']})y?)\b",
}
REPORTS: dict[Language, str] = {
    "de": r"\b(?:berichten?|meldungen|nachrichten)\b",
    "en": r"\b(?:reports|texts|coverage)\b",
}
"""What the news may tell of as well as be."""

HAVE: dict[Language, str] = {
    "de": r"gibt(?:\ses|['’]?s)|gäbe\ses|hast\sdu|haben\ssie|habt\sihr|haben\swir|hätten\ssie|kennst\sdu|kennen\ssie"
    r"|findest\sdu|finden\ssich|existieren|liegen",
    "en": r"(?:is|are)\sthere|(?:do|have|did)\s(?:you|we|i)(?:\shave|\sgot)?|can\s(?:you|i)\s(?:find|see|read)",
}
HERE: dict[Language, str] = {
    "de": r"da|dabei|drin|hier|vorhanden|enthalten|verfügbar|gespeichert|ind(?:iz|ex)iert|hinterlegt|geladen|vor",
    "en": r"here|in\shere|available|included|indexed|loaded|stored",
}
TELL: dict[Language, str] = {
    "de": r"behandel\w*|handeln|erwähn\w*|nennen|berichten|drehen|befassen|beschäftigen|gehen|geht|schreiben"
    r"|thematisieren|betreffen|sprechen|kommen|kommt|vorkomm\w+|stammen|erschien\w*|sind\s(?:von|über|aus|zu[mr]?|vom|das|es)",
    "en": r"cover\w*|mention\w*|discuss\w*|deal\w*|talk\w*|report\w*|(?:are|were)\s(?:about|on|by|from|published|written)"
    r"|appear\w*|c[oa]me|concern\w*|written|refer\w*|contain\w*|speak\w*|focus\w*|name",
}
SMALL: dict[Language, str] = {
    "de": r"(?:(?:mir|uns|mal|bitte|doch|kurz|noch|nochmal|alle[nrs]?|sämtliche|die|den|das|der|eine?n?|deine[nr]?|ihre[nr]?"
    r"|verfügbaren?|vorhandenen?|vorliegenden?|neue(?:ste)?[nr]?|älte(?:ste)?[nr]?|letzten?|aktuelle?n?|passende[nr]?|liste"
    r"|übersicht|titel|namen|überschriften|auf|von|zu|nach|weitere[nr]?|mehr|zwei|drei|vier|fünf|zehn|\d{1,3})\s){0,12}",
    "en": r"(?:(?:me|us|all|the|of|any|every|your|our|latest|newest|oldest|recent|most|available|an?|list|overview|titles"
    r"|headlines|to|see|read|for|some|please|these|those|up|other|more|related|two|three|four|five|ten|\d{1,3})\s){0,12}",
}
ON: dict[Language, str] = {
    "de": r"(?:über|zu[mr]?|von|vom|aus|der|des|im|in|seit|vor|nach|bis|ab|zwischen|mit|gegen|dazu|davon)",
    "en": r"(?:(?:published|written)\s)?(?:about|on|by|from|in|since|of|regarding|concerning|covering|mentioning|with|that"
    r"|before|after|until|till|between)",
}
THEMES: dict[Language, str] = {
    "de": r"(?:themen\w*|inhalte|überschriften|schlagzeilen)",
    "en": r"(?:topics|themes|subjects|headlines)",
}
POLITE: dict[Language, str] = {
    "de": r"^\W*(?:(?:und|also|bitte|hallo|hi|kannst\sdu|könntest\sdu|können\ssie|könnten\ssie|würdest\sdu|würden\ssie)\W+){0,4}",
    "en": r"^\W*(?:(?:and|so|please|hello|hi|hey|can\syou|could\syou|would\syou)\W+){0,4}",
}
AGES: dict[Language, str] = {
    "de": r"(?:neueste|jüngste|aktuellste|älteste|letzte)[nrs]?",
    "en": r"(?:newest|latest|most\srecent|last|oldest|earliest)",
}
ALL_OF: dict[Language, str] = {
    "de": rf"(?:(?:de[nr]|die|diese[nr]?|deine[nr]?|ihre[nr]?|alle[nr]?|unsere[nr]?)\s)+(?:[\w-]+\s)?(?:{MANY['de']}|{REPORTS['de']})",
    "en": rf"(?:(?:all|the|these|those|your|our|of)\s)+(?:[\w-]+\s)?(?:{MANY['en']}|{REPORTS['en']})",
}
ORDINALS: dict[Language, tuple[str, ...]] = {
    "de": ("erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt"),
    "en": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
}
"""In German without their endings."""
PLACED: dict[Language, str] = {
    "de": rf"(?:{'|'.join(ORDINALS['de'])}|letzt)",
    "en": rf"(?:{'|'.join(ORDINALS['en'])}|last)",
}

_WORDS: dict[str, dict[Language, str]] = {
    "ages": AGES,
    "all_of": ALL_OF,
    "have": HAVE,
    "here": HERE,
    "many": MANY,
    "on": ON,
    "one": ONE,
    "placed": PLACED,
    "reports": REPORTS,
    "small": SMALL,
    "source": {"de": SOURCE, "en": SOURCE},
    "tell": TELL,
    "themes": THEMES,
}


def pattern_of(forms: Iterable[str], language: Language, parts: Mapping[str, str]) -> re.Pattern[str]:
    """What any of the forms accepts; ``parts`` are by the names that they have there, each before those it is made of."""
    pattern = "|".join(forms)
    for part, meaning in parts.items():
        pattern = pattern.replace(f"{{{part}}}", f"(?:{meaning})")
    pattern = pattern.replace("^", "{polite}").replace("$", r"\W*$").replace(" ", r"\s")
    for word, meanings in _WORDS.items():
        pattern = pattern.replace(f"{{{word}}}", f"(?:{meanings[language]})")
    return re.compile(pattern.replace("{polite}", POLITE[language]), re.IGNORECASE)
