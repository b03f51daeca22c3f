"""What it changes in an answer that somebody's words are asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.records import Hit, Passage, Question
from rag.scoring import Scored
from rag.speech import are_named, words_of
from rag.spelling import LONG_PART, is_compound
from rag.voices import Voice, phrases_asked, voice_asked

SPOKEN, SILENT = 1.5, 2.0
"""Where somebody's words are asked for ("Was sagt Merz zu ...?"): what a sentence gains that is theirs, and what an
answer loses that begins with another; where a view is asked for half, and nothing. By hand, on golden and seeds;
``evals/README.md`` has what it does elsewhere.
"""

PHRASE = 4.0
"""What a sentence, and an answer that begins with it, gains that holds the very words whose speaker is asked for: by
hand, as nothing else is what was meant.
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What it changes that somebody's words or view, or who said some words, is asked for; nothing where none is."""

    weight: float = 0.0
    """1 of words, half of a view."""
    theirs: frozenset[Passage] = frozenset()
    """Those of the found sentences that they are told to say."""
    loss: float = 0.0
    """What an answer loses that begins with none of these."""
    alone: bool = False
    """Whether only these answer."""
    unsure: bool = False
    """Whether nothing else is asked for, none are theirs, but they may speak under another name."""
    silent: str = ""
    """What they are called, where words are asked for and none are theirs."""
    phrases: tuple[str, ...] = ()
    """The very words whose speaker is asked for."""
    unsaid: bool = False
    """Whether nothing found holds these."""

    def gain(self, one: Scored) -> float:
        """What a sentence gains that is theirs, or holds such words."""
        quote = one.evidence.quote
        return self.weight * SPOKEN * (quote in self.theirs) + PHRASE * _holds_any(self.phrases, quote.text)

    def odds(self, ranked: Sequence[Scored]) -> float:
        """What it adds to the log-odds that the first sentence holds such words, and takes where it is not theirs."""
        if not ranked:
            return 0.0
        first = ranked[0].evidence.quote
        return PHRASE * _holds_any(self.phrases, first.text) - self.loss * (first not in self.theirs)

    def of(self, ranked: Sequence[Scored]) -> list[Scored]:
        """Those of the sentences that are theirs."""
        return [one for one in ranked if one.evidence.quote in self.theirs]


def hear(question: Question, hits: Sequence[Hit], names: Collection[str]) -> Heard:
    """An office, a country or a body may speak under other names: its silence counts for nothing, if it is there."""
    voice = voice_asked(question.asked, question.language)
    if voice is None:
        phrases = phrases_asked(question.asked)
        texts = [one.quote.text for hit in hits for one in hit.evidence]
        return Heard(phrases=phrases, unsaid=bool(phrases) and not any(_holds_any(phrases, text) for text in texts))
    theirs, named = words_of(voice, hits), _is_named(voice, names)
    alone = voice.verbatim and voice.alone and not question.is_follow_up
    elsewhere = not named and not theirs and are_named(voice, hits)
    return Heard(
        weight=1.0 if voice.verbatim else 0.5,
        theirs=theirs,
        loss=SILENT if voice.verbatim and named else 0.0,
        alone=alone and not elsewhere,
        unsure=alone and elsewhere,
        silent=voice.name if voice.verbatim and hits and not theirs else "",
    )


def _holds_any(phrases: Sequence[str], text: str) -> bool:
    folded = text.casefold()
    return any(phrase.casefold() in folded for phrase in phrases)


def _is_named(voice: Voice, names: Collection[str]) -> bool:
    """Whether it is somebody's own name, and no office or body."""
    last = voice.name.split("-")[-1]
    return last in names and not is_compound(last.lower(), LONG_PART)
