"""Which language a text is in, and the terms an index files it under."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, product
from threading import Lock
from typing import TYPE_CHECKING

import Stemmer

from rag.records import Language
from rag.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES: tuple[Language, ...] = ("de", "en")
OTHER: dict[Language, Language] = {"de": "en", "en": "de"}
"""Of each language the other."""

GRAM_CHARS = 4
"""Over XQuAD grams of 4 rank best (MRR 3: .938, 4: .951, 5: .948)."""

QUESTION_WORDS: dict[Language, frozenset[str]] = {
    "de": frozenset(
        (
            "wer wen wem wessen was wann wo wohin woher wie wieso weshalb warum weswegen wozu wodurch womit "
            "worin woran worauf worum wovon wovor wofür wogegen welch inwiefern inwieweit viele "
            "wieviel wieviele wievielen"
        ).split()
    ),
    "en": frozenset("who whom whose what when where which why how many much".split()),
}
_SAYING_WORDS: dict[Language, frozenset[str]] = {
    "de": frozenset("sagen sagt sagte sagten gesagt meint meinte laut zufolge gibt gab".split()),
    "en": frozenset("say says said according".split()),
}
"""Saying, and that something is: they stand in every article and in questions about anything, and tell none apart."""

_STOP_WORDS = {
    language: STOP_WORDS[language] | QUESTION_WORDS[language] | _SAYING_WORDS[language] for language in LANGUAGES
}
_STEMMERS = {"de": Stemmer.Stemmer("german"), "en": Stemmer.Stemmer("english")}
_STEMMING = Lock()
"""A Snowball stemmer serves one thread at a time."""

SAME = 0.8
"""Share of the words of both that two texts have in common which say the same."""

SHORTER = 0.6
"""A text that is shorter than so much of another cannot share that many words with it."""

SHORTEST = 2
"""Words in which letters alone do not tell the language: "Bis wann?"."""

_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_WAS_IN_GERMAN = re.compile(r"\W*[Ww]as\s(?!it\b|that\b|not\b|at\b|most\b|just\b|last\b)[a-zäöüß]+(?:t|te|ten|st)\b")
"""What and a verb, and no English past: "Was fordert Mangold?"."""
_DENIES = re.compile(r"nichts?|kein\w*|nie(?:mals|mand\w*)?|ohne|not|no|never|without|cannot|t")
"""What is left of "won't" among them."""
_GENDERED = re.compile(r"[*:_/](?<=\w.)in(?:nen)?\b")
"""``Soldat*innen`` files under ``Soldat``. It looks back from the sign, as ``re`` finds such a beginning quickly."""

_GERMAN_SOUNDS = {
    "aiv": "ajiw",
    "iiv": "ijiw",
    "yiv": "yjiw",
    "shch": "schtsch",
    "zh": "sch",
    "kh": "ch",
    "ts": "z",
    "ch": "tsch",
    "sh": "sch",
    "z": "s",
    "v": "w",
    "ya": "ja",
    "ye": "je",
    "yo": "jo",
    "yu": "ju",
}
_ENGLISH_SOUNDS = re.compile("|".join(_GERMAN_SOUNDS))
_MADE_OF = {
    german: tuple(english for english, one in _GERMAN_SOUNDS.items() if one == german) + ("s",) * (german == "s")
    for german in sorted(_GERMAN_SOUNDS.values(), key=len, reverse=True)
}
_SOUNDS = re.compile(f"({'|'.join(_MADE_OF)})")
_MOST_SPELLINGS = 32
_ARTICLE_BEFORE = re.compile(r"^(?:der|dem|den|die|das|the)\s", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_DETECTED_CHARS = 2000


def patterns(de: str, en: str) -> dict[Language, re.Pattern[str]]:
    """What is looked for in German and in English, in whatever case."""
    return {"de": re.compile(de, re.IGNORECASE), "en": re.compile(en, re.IGNORECASE)}


def detect(text: str) -> Language:
    """German or English, whichever fits better; German where nothing tells them apart.

    py3langid errs on 0.1 % of 9,864 short questions (lingua .3 %, simplemma .5 %, stop words 5 %).
    """
    if not re.search(r"[^\W\d_]", text):
        return "de"
    language, _ = _identifier().classify(text[:_DETECTED_CHARS])
    return "en" if language == "en" else "de"


def spoken_in(question: str) -> Language:
    """The language of a question; of a very short one that of its grammar's words, by which it is surer."""
    if _WAS_IN_GERMAN.match(question):
        return "de"
    words = set(question.lower().strip("?!. ").split())
    told = [language for language in LANGUAGES if words & (QUESTION_WORDS[language] | STOP_WORDS[language])]
    return told[0] if len(words) <= SHORTEST and len(told) == 1 else detect(question)


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # reads 4 MB, and many commands need none

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier


@dataclass(frozen=True, slots=True)
class Word:
    """A word or number of a text that says something: where it stands, and how it is compared."""

    start: int
    end: int
    folded: str
    """Lower case, ``ä`` as ``ae``, other accents off, numbers as ``1234.5``, gender endings off."""


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The words and numbers of a text in order, gender endings left out."""
    return _WORD.finditer(_GENDERED.sub(lambda match: " " * len(match[0]), text))


@lru_cache(maxsize=1 << 17)
def folded(token: str, language: Language) -> str | None:
    """How a token is compared (``Word.folded``); None for function and question words of ``language``."""
    return None if token.lower() in _STOP_WORDS[language] else _fold(token)


def content_words(text: str, language: Language) -> list[Word]:
    """The words of ``text`` in order, without the function and question words of ``language``."""
    found = ((match, folded(match[0], language)) for match in tokens(text))
    return [Word(match.start(), match.end(), word) for match, word in found if word is not None]


def asks(text: str, language: Language) -> bool:
    """Whether it holds a question word."""
    return any(match[0].lower() in QUESTION_WORDS[language] for match in tokens(text))


def german_spelling(name: str) -> str:
    """A folded name of a language written in Cyrillic as German papers spell it: ``zakharova`` -> ``sacharowa``.

    From the English transcription (BGN/PCGN) to the German one (Duden); other names may come out as no one spells them.
    """
    return _ENGLISH_SOUNDS.sub(lambda sound: _GERMAN_SOUNDS[sound[0]], name)


def english_spellings(name: str) -> set[str]:
    """The folded names that ``german_spelling`` makes this one of: ``sacharowa`` -> ``sakharova``, ``zakharova``."""
    parts = _SOUNDS.split(name)
    spelled = product(*(_MADE_OF[part] if at % 2 else (part,) for at, part in enumerate(parts)))
    return {"".join(one) for one in islice(spelled, _MOST_SPELLINGS)}


def bare_name(name: str) -> str:
    """The name of a paper without the article it may begin with: "Die Zeit", "The Northern Ledger"."""
    return _ARTICLE_BEFORE.sub("", name)


def counted_words(text: str, language: Language) -> int:
    """How many words say something, those of saying among them: how much of a question of its own a text is."""
    said = sum(word.lower() in _SAYING_WORDS[language] for word in _WORD.findall(text))
    return len(content_words(text, language)) + said


@lru_cache(maxsize=1 << 17)
def stem(folded: str, language: Language) -> str:
    """The Snowball stem of a folded word."""
    with _STEMMING:
        return str(_STEMMERS[language].stemWord(folded))


def stemmed(text: str, language: Language) -> set[str]:
    """The stems of the words of a text that say something."""
    return {stem(word.folded, language) for word in content_words(text, language)}


@lru_cache(maxsize=1 << 17)
def grams(folded: str) -> tuple[str, ...]:
    """The character 4-grams of a folded word between its borders: ``_kie kiew iew_``.

    They do for German compounds and inflection what splitters do, and carry names across languages.
    """
    bordered = f"_{folded}_"
    return tuple(bordered[at : at + GRAM_CHARS] for at in range(max(1, len(bordered) - GRAM_CHARS + 1)))


@lru_cache(maxsize=1 << 17)
def filed_under(token: str, language: Language) -> tuple[str, tuple[str, ...]] | None:
    """The stem and the 4-grams of a token; None for function and question words of ``language``."""
    word = folded(token, language)
    return None if word is None else (stem(word, language), grams(word))


def _fold(word: str) -> str:
    word = word.lower()
    if word[0].isdigit():
        if _THOUSANDS.fullmatch(word):
            return word.replace(".", "").replace(",", "")
        return word.replace(",", ".")
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.translate(SPELLED_OUT))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def says_the_same(one: str, other: str) -> bool:
    """Whether two texts share nearly all their words, every number, and every "not": agency copies, mostly."""
    if min(len(one), len(other)) < SHORTER * max(len(one), len(other)):
        return False
    words, others = _words(one), _words(other)
    shared = len(words & others)
    if shared < SAME * (len(words) + len(others) - shared):
        return False
    return not any(word[0].isdigit() or _DENIES.fullmatch(word) for word in words ^ others)


def in_the_same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but case and signs: what the one proves, the other does."""
    return _WORD.findall(one.lower()) == _WORD.findall(other.lower())


@lru_cache(maxsize=512)  # each passage found for a question is compared with all that are better
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
