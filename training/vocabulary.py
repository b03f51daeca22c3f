"""New German word pieces for an English model, each row a weighted mean of English rows.

The idea is WECHSEL's (Minixhofer et al. 2022), with a lexicon in place of aligned word vectors. Whole
words come first; then endings (``##gesetz``) and openings (``bundes``) of compounds, told by the words
of the lexicon that they make.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from rag.language import stem
from training.lexicon import UMLAUTS, Lexicon, words

MIN_JOINT = 0.02
"""A word is given a row when p(de|en) * p(en|de) of its best translation is at least this ..."""

FREQUENT = 100
FREQUENT_MIN_JOINT = 0.001
"""... or this, when it stands in so many pairs: function words have no single translation."""

TRANSLATIONS = 3
MIN_SHARE = 0.25
"""A translation counts when it is at least this share as likely as the best one."""

LONG_WORD = 14
WORD_CHARS = 100
UNKNOWN = "[UNK]"
COMPOUND_CHARS = 8
PART_CHARS = 4
LINKS = ("s", "es", "n", "en", "e", "er")


@dataclass(frozen=True, slots=True)
class GermanPieces:
    """``pieces[i]`` is the word piece whose embedding is ``rows[i]``."""

    pieces: tuple[str, ...]
    rows: NDArray[np.float32]


def english_tokenizer(base: Path) -> Tokenizer:
    """The base model's own tokenizer, without the padding and cutting that its file asks for."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def german_pieces(
    lexicon: Lexicon,
    english: Tokenizer,
    embeddings: NDArray[np.float32],
    texts: Iterable[str],
    max_words: int,
    max_endings: int,
    max_openings: int,
) -> GermanPieces:
    """The pieces, most frequent first within words, endings and openings.

    ``texts`` are further German texts (the passages to train on): a word they use is taken before a word
    that only the sentence pairs use.
    """
    count = Counter(dict(zip(lexicon.german, lexicon.german_count.tolist(), strict=True)))
    in_texts = Counter(word for text in texts for word in words(text))
    translations = _translations(lexicon)
    translations |= _by_stem(translations, (word for word in count + in_texts if word not in translations))
    cache: dict[str, NDArray[np.float32]] = {}

    def english_row(word: str) -> NDArray[np.float32]:
        if word not in cache:
            cache[word] = embeddings[english.encode(word, add_special_tokens=False).ids].mean(0)
        return cache[word]

    def row(word: str) -> NDArray[np.float32]:
        rows = [share * english_row(target) for target, share in translations[word].items()]
        mean: NDArray[np.float32] = np.sum(rows, axis=0, dtype=np.float32)
        return mean

    pieces: dict[str, NDArray[np.float32]] = {}
    ranked = sorted(translations, key=lambda word: (-min(in_texts[word], 3), -count[word]))
    for word in ranked:
        if len(pieces) == max_words:
            break
        rare = count[word] + in_texts[word] < 2 and len(word) > LONG_WORD
        same = next(iter(translations[word])) == word
        if len(word) > 1 and word[0].isalpha() and not rare and not same:
            pieces[word] = row(word)
    endings, openings, source = _compound_parts(count + in_texts, translations)
    for ending, _ in endings.most_common(max_endings):
        pieces.setdefault(f"##{ending}", row(ending))
    for opening, _ in openings.most_common(max_openings):
        pieces.setdefault(opening, row(source[opening]))
    return GermanPieces(tuple(pieces), np.stack(list(pieces.values())).astype(np.float32))


def german_tokenizer(english: Tokenizer, pieces: Iterable[str]) -> Tokenizer:
    """The tokenizer of German text: English pieces keep their numbers, German ones follow them.

    A piece both languages spell alike (``die``, ``war``) is the German one here.
    """
    vocabulary = english.get_vocab()
    base = len(vocabulary)
    vocabulary |= {piece: base + row for row, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=WORD_CHARS))
    spelled = [normalizers.Replace(umlaut, text) for umlaut, text in UMLAUTS.items()]
    tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase(), *spelled, normalizers.BertNormalizer()])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cls, sep = vocabulary["[CLS]"], vocabulary["[SEP]"]
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", sep), ("[CLS]", cls))
    return tokenizer


def _translations(lexicon: Lexicon) -> dict[str, dict[str, float]]:
    """The likeliest translations of each German word with their shares, best first."""
    joint = lexicon.to_german * lexicon.to_english
    order = np.lexsort((-joint, lexicon.de))
    found: dict[str, dict[str, float]] = {}
    for entry in order:
        targets = found.setdefault(lexicon.german[lexicon.de[entry]], {})
        if len(targets) < TRANSLATIONS:
            targets[lexicon.english[lexicon.en[entry]]] = float(joint[entry])
    counts = dict(zip(lexicon.german, lexicon.german_count.tolist(), strict=True))
    shares = {}
    for word, targets in found.items():
        best = max(targets.values())
        if best >= (FREQUENT_MIN_JOINT if counts[word] >= FREQUENT else MIN_JOINT):
            shares[word] = _as_shares({t: value for t, value in targets.items() if value >= MIN_SHARE * best})
    return shares


def _by_stem(translations: Mapping[str, Mapping[str, float]], missing: Iterable[str]) -> dict[str, dict[str, float]]:
    """Translations of inflected forms the pairs do not hold, from forms of the same Snowball stem."""
    mates: dict[str, list[str]] = {}
    for word in translations:
        mates.setdefault(stem(word, "de"), []).append(word)
    found = {}
    for word in missing:
        if (family := mates.get(stem(word, "de"))) and len(word) > PART_CHARS:
            nearest = min(family, key=lambda mate: (abs(len(mate) - len(word)), mate))
            found[word] = dict(translations[nearest])
    return found


def _as_shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {target: weight / total for target, weight in weights.items()}


def _compound_parts(
    count: Mapping[str, int], translated: Mapping[str, object]
) -> tuple[Counter[str], Counter[str], dict[str, str]]:
    """How many words end in, or open with, a part of a compound; and the word that an opening stands for."""
    endings: Counter[str] = Counter()
    openings: Counter[str] = Counter()
    source: dict[str, str] = {}
    for word in count:
        if len(word) < COMPOUND_CHARS:
            continue
        for at in range(3, len(word) - PART_CHARS + 1):
            opening, ending = word[:at], word[at:]
            if ending not in translated:
                continue
            stem = _unlinked(opening, translated)
            if stem is None:
                continue
            endings[ending] += 1
            if opening not in translated:
                openings[opening] += 1
                source[opening] = stem
    return (
        Counter({part: n for part, n in endings.items() if n > 1}),
        Counter({part: n for part, n in openings.items() if n > 1}),
        source,
    )


def _unlinked(opening: str, translated: Mapping[str, object]) -> str | None:
    """The word behind the opening of a compound: ``regierungs`` -> ``regierung``, ``schul`` -> ``schule``."""
    candidates = [opening]
    candidates += [opening.removesuffix(link) for link in LINKS if opening.endswith(link)]
    candidates += [opening + "e", opening + "en"]
    return next((word for word in candidates if len(word) > 2 and word in translated), None)
