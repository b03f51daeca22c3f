"""Belegt's own sentence model: MiniLM with German word pieces, run by ONNX Runtime without torch.

Each language has a tokenizer of its own over one table of word pieces, so each text is read in the language
it is in. The folder ``model/`` also loads as a sentence-transformers model (``module.py``); both read the same
weights, but only ONNX Runtime multiplies them as the whole numbers they are, so their vectors agree to a cosine of .99.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Encoding, Tokenizer

from rag.language import LANGUAGES, detect
from rag.networks import Inputs, Network
from rag.records import Language, Vectors

FOLDER = Path(__file__).parent / "model"
NAME = "belegt-bilingual"
GRAPH = "model.onnx"

MAX_TOKENS = 256
"""What MiniLM was trained to read, its two marks for beginning and end included."""

TOKENIZER_FILES: dict[Language, str] = {"en": "tokenizer.json", "de": "tokenizer.de.json"}
TOKEN_TYPE: dict[Language, int] = {"en": 0, "de": 1}
"""MiniLM's second token type, which English never uses, tells German apart."""


class BilingualTokenizer:
    """Texts -> word piece numbers, each by the tokenizer of its language."""

    def __init__(self, folder: Path) -> None:
        self._tokenizers: dict[Language, Tokenizer] = {}
        for language in LANGUAGES:
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILES[language]))
            tokenizer.no_padding()
            tokenizer.no_truncation()
            self._tokenizers[language] = tokenizer

    def count(self, text: str) -> int:
        """Word pieces of a text, without the two marks around it."""
        return len(self._tokenizers[detect(text)].encode(text, add_special_tokens=False).ids)

    def pieces(self, text: str, language: Language) -> list[int]:
        """The word pieces of a text in a language, without the two marks around it."""
        ids: list[int] = self.encoding(text, language).ids
        return ids

    def encoding(self, text: str, language: Language) -> Encoding:
        """The same, and where in the text each of them stands."""
        return self._tokenizers[language].encode(text, add_special_tokens=False)

    def encode(self, texts: Sequence[str]) -> list[tuple[list[int], int]]:
        """For each text its word pieces, cut to what the model reads, and its token type."""
        encoded = []
        for text in texts:
            language = detect(text)
            ids = self._tokenizers[language].encode(text).ids
            if len(ids) > MAX_TOKENS:
                ids = [*ids[: MAX_TOKENS - 1], ids[-1]]
            encoded.append((ids, TOKEN_TYPE[language]))
        return encoded


class BilingualEmbedder:
    """The default embedder."""

    name = NAME
    max_tokens = MAX_TOKENS - 2

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self._tokenizer = BilingualTokenizer(folder)
        self._network = Network(folder / GRAPH)
        self.dimension: int = self._network.width

    def count_tokens(self, text: str) -> int:
        return self._tokenizer.count(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._network.vectors([_inputs(*one) for one in self._tokenizer.encode(texts)])

    def embed_question(self, text: str) -> Vectors:
        return self._network.vector(_inputs(*self._tokenizer.encode([text])[0]))


def _inputs(pieces: Sequence[int], token_type: int) -> Inputs:
    return {
        "input_ids": np.array([pieces], np.int64),
        "token_type_ids": np.full((1, len(pieces)), token_type, np.int64),
    }
