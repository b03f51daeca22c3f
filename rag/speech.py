"""Which sentences of an article are somebody's words: said, written or reported of them."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from rag.filing import question_above, sentences_of
from rag.focus import is_in_dictionary, person_names
from rag.language import patterns
from rag.records import Article, BlockKind, Hit, Language, Passage, Span
from rag.voices import VIEWS_BY, Voice

BEFORE, BEHIND = 16, 5
"""Words between a speaker and the verb of saying at most, in front of it ("Merz, seit Mai Kanzler, sagte") and behind
("sagte gestern Kanzler Friedrich Merz")."""

QUOTED_WORDS = 4
"""Words in quotation marks from which somebody speaks; fewer may be a name or an expression."""

REACH = 5_000
"""Letters in front of a sentence that are read to tell whose it is."""

OFFICE = 6
"""Letters of a noun in front of a name that may be an office: "Kanzler", but no "Herr" or "Frau"."""


_STEMS: dict[Language, str] = {
    "de": """
        sag mein erklär forder verlang kritisier antwort behaupt beton äußer kündig beklag klag lob warn mahn ergänz
        versicher bekräftig beteuer bestätig bericht erläuter erzähl erinner verteidig begrüß begründ räum droh
        vermut spott schimpf wetter dementier plädier appellier argumentier prophezei fürcht befürcht glaub hoff
        wünsch bezeichn bezweifl beschwer entgegn erwider lehn nenn freu wehr konter jubel höhn resümier bilanzier
        präzisier frag kommentier konstatier beschuldig verkünd bedauer scherz rechne urteil wert find hinterfrag
        zweifel widersprech bemängel moser monier
    """,
    "en": """
        say tell add argu claim warn insist call explain admit admitt repl promis announc demand critici[sz] describ
        accus den reject urg stat declar confirm conced complain welcom prais dismiss respond answer recall stress
        believ maintain suggest acknowledg emphasi[sz] ask counter object jok blam defend estimat predict hop fear
        not apologis express question recommend
    """,
}
_IRREGULAR: dict[Language, str] = {
    "de": r"""
        sprach sprachen spricht rief(?=,|\sdazwischen) ruft(?=,|\sdazwischen) wies wiesen weist nannten? schrieb
        schrieben schreibt schreiben versprach versprachen verspricht widersprach widerspricht schlug schlugen
        schlägt hielt hielten hält verwies verwiesen verweist gestand gestanden gab(?=\szu) gibt(?=\szu) riet rieten
        rät empfahl empfiehlt fand fanden warf wirft verglich vergleicht gesagt erklärt gefordert kritisiert betont
        angekündigt mitgeteilt geschrieben genannt versprochen gewarnt bezeichnet teilte teilten mitteilen
        bestreitet bestritt bestritten geht(?=\svon) ging(?=\svon) warb wirbt bat(?=\sum|\sdie|\sden) bittet brummte
        fühlt(?=\ssich) legte(?=\sdar)
    """,
    "en": "said told wrote writes thinks? thought feels? felt saw sees notes denies denied replies replied",
}
_SAYING: dict[Language, re.Pattern[str]] = {
    "de": re.compile(
        rf"\b(?:(?:{'|'.join(_STEMS['de'].split())})(?:e?te?n?|en?|n)|{'|'.join(_IRREGULAR['de'].split())})\b"
    ),
    "en": re.compile(
        rf"\b(?:(?:{'|'.join(_STEMS['en'].split())})(?:e?s|e?d|ies|ied)|{'|'.join(_IRREGULAR['en'].split())})\b"
    ),
}
"""What says that somebody says something: forms of verbs, in small letters."""

_SOURCE = patterns(
    de=rf"\b(?P<only>laut|nach\s(?:{VIEWS_BY})"
    r"(?:\svo[mn])?|aus\s(?:der\s)?sicht(?:\svo[mn])?)\s|\bso\s(?=(?:de[rs]\s|die\s|das\s)?(?-i:[A-ZÄÖÜ]))",
    en=r"\b(?P<only>according\sto|in\sthe\s(?:words|view|opinion)\sof)\s",
)
"""What stands in front of whose words or view it is."""
_SOURCE_BEHIND = re.compile(r"\W+zufolge\b")
_COLON = re.compile(r"(?:\s\([^)]*\))?:\s")
_GOVERNED = patterns(
    de=r"\b(?:mit|über|von|vom|an|am|für|gegen|bei|beim|zu|zum|zur|gegenüber|ohne|durch|nach|wegen|trotz|auf|in|im|um|"
    r"neben|statt|unter|des|als|wie|deren|dessen)\s(?:(?:de[rmns]|die|das|seine[mnrs]?|ihre[mnrs]?)\s)?"
    r"(?-i:(?:[a-zäöüß-]+e[nrsm]?\s)?(?:[A-ZÄÖÜ][\w.-]*\s){0,3})$",
    en=r"\b(?:with|about|of|at|for|against|by|to|on|in|from|like|than)\s(?:the\s|an?\s)?(?:[\w.-]+\s){0,2}$",
)
"""What tells, right before a name, that it is not who does something: "ein Gespräch mit Merz"."""

_HE: dict[Language, str] = {"de": r"er|sie|(?:der|die)\s\d+-[Jj]ährige", "en": "he|she|they"}
_HE_BEHIND = {language: re.compile(rf"\s(?:{he})\b") for language, he in _HE.items()}
_HE_BEFORE = {language: re.compile(rf"\b(?:{he})\s(?:\w+\s)?$", re.IGNORECASE) for language, he in _HE.items()}
_SUBJECT = re.compile(
    r"\b(?!(?:Das|Dies|Es|So|That|This)\b)(?:[A-ZÄÖÜ][\w-]+|er|sie|man|wir|wer|he|she|they|it|we|who)\s(?:\w+\s)?$"
)
_CAPITAL = re.compile(r"[A-ZÄÖÜ]\w+")
_AROUND = 60
_DEGREE = re.compile(r"\b(?:Prof|Dr|Dipl|Ing|Mag|St|Mr|Mrs|Ms)\.")
_APPOSITION = re.compile(r"(?<=\w),\s(?:[A-ZÄÖÜ][\w.-]*\s)*$")
"""Between a verb and the name of who does it: "said its president, Emmett"."""
_REPORTED: dict[Language, re.Pattern[str]] = {
    "de": re.compile(
        r"\b(?:(?P<surely>habe|sei|seien|werde|könne|müsse|solle|wolle|dürfe|gebe|brauche|gehe|wisse|mache|komme|bleibe|"
        r"stehe|lasse|halte|führe|nehme|bringe|liege|fehle|gelte|\w{3,}iere)|hätten?|wären?|würden?|müssten?|könnten?)\b"
    ),
    "en": re.compile(r"\b(?:(?P<surely>(?!))|would|had)\b"),
}
"""Verbs of reported speech, which goes on without a word of saying; ``surely`` are those that tell nothing else."""
_MARK = re.compile(r"(?P<closes>(?<=[\w.,!?…’'])[“”\"«»])|(?<![\w.,!?])[„“”\"«»](?=[\w(…])|„")
_OFFICES = re.compile(
    r"(?<![\w-])([A-ZÄÖÜ][\w-]++)\s(?:[A-ZÄÖÜ][\w-]*+(?<=[a-zäöüß])\s)?(?:von\s(?:de[rn]\s)?)?([A-ZÄÖÜ][\w-]++)"
)
"""A word and the name behind it, of which it may be the office: "Kanzler Friedrich Merz"."""
_TOLD = frozenset({BlockKind.TITLE, BlockKind.LEAD, BlockKind.HEADING, BlockKind.BODY, BlockKind.TEASER})
_OVER_INTERVIEWS = frozenset({BlockKind.TITLE, BlockKind.LEAD, BlockKind.HEADING})
"""Where it says who is interviewed."""


def words_of(voice: Voice, hits: Iterable[Hit]) -> frozenset[Passage]:
    """Those of the found sentences that are theirs."""
    quotes: defaultdict[Article, list[Passage]] = defaultdict(list)
    called: defaultdict[Article, set[str]] = defaultdict(set)
    for one in (one for hit in hits for one in hit.evidence):
        article = one.quote.article
        quotes[article].append(one.quote)
        called[article] |= {held for asked, held in one.matches if asked == voice.name and held[0].isupper()}
        if voice.name in one.quote.text:
            called[article].add(voice.name)
    theirs: set[Passage] = set()
    for article, written in called.items():
        if not written:
            continue
        names = {voice.name} if voice.name in written else _without_genitives(written)
        spoken = spoken_by(names, article, _stretches(quotes[article]))
        theirs |= {one for one in quotes[article] if (one.start, one.end) in spoken}
    return frozenset(theirs)


def are_named(voice: Voice, hits: Iterable[Hit]) -> bool:
    """Whether anything found names them, be it in another spelling or language."""
    found = [one for hit in hits for one in hit.evidence]
    return any(voice.name in one.quote.text or voice.name in dict(one.matches) for one in found)


def _stretches(quotes: Iterable[Passage]) -> list[Span]:
    """What of an article is read to tell whose the quotes are, in order; what meets is one."""
    found: list[Span] = []
    for quote in sorted(quotes, key=lambda quote: quote.start):
        start = max(0, quote.start - REACH)
        if found and start <= found[-1][1]:
            start, end = found.pop()
            found.append((start, max(end, quote.end)))
        else:
            found.append((start, quote.end))
    return found


def spoken_by(names: Collection[str], article: Article, read: Sequence[Span]) -> set[Span]:
    """The sentences of the article that are theirs who are called by one of ``names``: what they are told to say.

    ``names`` are words as the article has them; ``read`` are stretches of it in order, each read by itself. A rule of
    thumb: who stands by a word of saying, and behind no preposition, says it; what goes on in quotation marks, or as
    reported speech, is by the one before; "he" is the last one named. ``evals/README.md`` has how often it is right.
    """
    by = _Attribution(_called(names, article), article.language)
    blocks = [block for block in article.blocks if block.kind in _TOLD]
    over = (article.text[block.start : block.end] for block in blocks if block.kind in _OVER_INTERVIEWS)
    interviewed = any(map(by.names, over))
    starts, ends = [start for start, _ in read], [end for _, end in read]
    found: set[Span] = set()
    last = 0
    for block in blocks:
        if bisect_right(starts, block.end) == bisect_right(ends, block.start):
            continue  # no stretch meets it
        for one in sentences_of(Passage(article, block.start, block.end)):
            within = bisect_right(starts, one.start)
            if within == bisect_right(ends, one.start):
                continue
            if within != last:
                by.begin()
                last = within
            if by.tells(one) or (interviewed and question_above(one)):
                found.add((one.start, one.end))
    return found


def _without_genitives(names: Collection[str]) -> set[str]:
    return {name for name in names if not (name.endswith("s") and name[:-1] in names)}


def _called(names: Collection[str], article: Article) -> set[str]:
    """``names`` and what stands beside them for the same person: the name behind an office, or the office before it
    where it has no other holder in the article.
    """
    pairs = _OFFICES.findall(article.text)
    offices = {office for office, name in pairs if office in names or name in names}
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for office, name in pairs:
        if office in offices and not is_in_dictionary(name, article.language):
            holders[office].add(name)
    found = set(names)
    for office, held_by in holders.items():
        if is_in_dictionary(office, article.language):
            if office in names:
                found |= held_by
            elif len(held_by) == 1 and held_by <= set(names) and len(office) >= OFFICE:
                found.add(office)
    return found


class _Attribution:
    """Says of the sentences of an article, one after another, whether they are theirs who are called by some names."""

    def __init__(self, names: Collection[str], language: Language) -> None:
        longest_first = sorted(names, key=len, reverse=True)
        self._named = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})(?![\w’'])")
        self._language = language
        self.begin()

    def begin(self) -> None:
        """Forget what was read."""
        self._theirs = self._goes_on = self._last_named = self._quoting = False

    def names(self, text: str) -> bool:
        """Whether the text names them."""
        return self._named.search(text) is not None

    def tells(self, sentence: Passage) -> bool:
        """Whether the sentence, the next one of the article, is theirs."""
        if sentence.kind is not BlockKind.BODY and sentence.start == sentence.block.start:
            self.begin()
        outside, quoted = self._without_quotations(sentence.text)
        named = self.names(outside)
        if not (named or self._theirs or self._last_named):
            return False
        acting = self._acting(outside)
        told = self._is_speaker(outside, quoted, acting)
        if told is None:
            reported = _REPORTED[self._language].search(outside)
            goes_on = quoted or (reported and (self._goes_on or reported["surely"]))
            self._goes_on = bool(self._theirs and goes_on)
        else:
            self._theirs = self._goes_on = told
        if named or self._last_named:
            persons = (span for span, _ in person_names(outside, self._language))
            other = next((start for start, end in persons if not self.names(outside[start:end])), None)
            if other is not None:  # whom it begins with is whom it is about
                self._last_named = bool(acting) and acting[0].start() < other
            else:
                self._last_named = self._last_named or named
        return self._goes_on

    def _acting(self, outside: str) -> list[re.Match[str]]:
        """Where it names them as who may do something."""
        named = self._named.finditer(outside)
        return [one for one in named if not _GOVERNED[self._language].search(outside[: one.start()])]

    def _without_quotations(self, text: str) -> tuple[str, bool]:
        """The sentence with a mark for each quotation in it; whether there is any, or it lies within one."""
        outside, start, quoted = "", 0, False
        for mark in [*_MARK.finditer(text), None]:
            part = text[start : mark.start() if mark else len(text)]
            within = self._quoting if mark is None else mark["closes"] is not None
            whole = len(part) + len("„“") >= len(text)
            goes_on = self._quoting and start == 0
            is_quotation = within and (whole or goes_on or len(part.split()) >= QUOTED_WORDS)
            quoted |= is_quotation
            outside += ('"' if is_quotation else part) + ('"' if mark else "")
            if mark:
                self._quoting, start = mark["closes"] is None, mark.end()
        return outside, quoted

    def _is_speaker(self, outside: str, quoted: bool, acting: Sequence[re.Match[str]]) -> bool | None:
        """Whether it is theirs by what the sentence itself says; None where it does not say whose it is."""
        source = self._is_source(outside)
        if source is not None:
            return source
        verbs = list(_SAYING[self._language].finditer(outside))
        if any(
            _COLON.match(outside, one.end()) or any(self._says(outside, one, verb) for verb in verbs) for one in acting
        ):
            return True
        if not verbs:
            return True if quoted and acting else None
        if not self.names(outside) and any(self._is_he(outside, verb) for verb in verbs):
            return self._last_named
        around = (outside[max(0, verb.start() - _AROUND) : verb.end() + _AROUND] for verb in verbs)
        return False if any(map(_CAPITAL.search, around)) else None

    def _is_source(self, outside: str) -> bool | None:
        """Whether they are whose words it says it is told by, as in "laut Merz"; None where it says no such thing."""
        if any(_SOURCE_BEHIND.match(outside, one.end()) for one in self._named.finditer(outside)):
            return True
        sources = list(_SOURCE[self._language].finditer(outside))
        for source in sources:
            behind = re.split(r"[,.:;\"]", outside[source.end() :])[0]
            named = self._named.search(behind)
            if named and len(behind[: named.start()].split()) <= BEHIND:
                return True
        return False if any(source["only"] for source in sources) else None

    def _says(self, outside: str, name: re.Match[str], verb: re.Match[str]) -> bool:
        """Whether the name stands where the verb has its subject."""
        if name.end() <= verb.start():
            between = outside[name.end() : verb.start()]
            by_other = _HE_BEHIND[self._language].match(outside, verb.end())  # "Merz hält er für ..."
            return len(between.split()) <= BEFORE and not re.search(r"[;:\"]", between) and by_other is None
        between = outside[verb.end() : name.start()]
        plain = _APPOSITION.sub("", _DEGREE.sub("", between))
        near = len(between.split()) <= BEHIND and not re.search(r"[,.:;\"]", plain)
        return near and not self._has_subject(outside[: verb.start()])

    def _has_subject(self, before: str) -> bool:
        """Whether somebody stands before the verb already: then who stands behind it is who it is said to, or of."""
        clause = re.split(r"[,.:;\"–]", before)[-1]
        subject = _SUBJECT.search(clause)
        return subject is not None and not _GOVERNED[self._language].search(clause[: subject.start()])

    def _is_he(self, outside: str, verb: re.Match[str]) -> bool:
        behind = _HE_BEHIND[self._language].match(outside, verb.end())
        return behind is not None or _HE_BEFORE[self._language].search(outside[: verb.start()]) is not None
