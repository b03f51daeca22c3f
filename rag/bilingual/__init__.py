"""Belegt's own sentence model: MiniLM with German word pieces, run by ONNX Runtime without torch.

Each language has a tokenizer of its own over one table of word pieces, so each text is read in the language
it is in. The folder ``model/`` also loads as a sentence-transformers model (``module.py``); both read the same
weights, and their vectors agree.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from rag.language import LANGUAGES, detect
from rag.records import Language, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FOLDER = Path(__file__).parent / "model"
NAME = "belegt-bilingual"

MAX_TOKENS = 256
"""What MiniLM was trained to read, its two marks for beginning and end included."""

TOKENIZER_FILES: dict[Language, str] = {"en": "tokenizer.json", "de": "tokenizer.de.json"}
TOKEN_TYPE: dict[Language, int] = {"en": 0, "de": 1}
"""MiniLM's second token type, which English never uses, tells German apart."""

_BATCH = 32


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
        ids: list[int] = self._tokenizers[language].encode(text, add_special_tokens=False).ids
        return ids

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
        self._folder = folder
        self._tokenizer = BilingualTokenizer(folder)
        self.dimension: int = self._session.get_outputs()[0].shape[1]

    @cached_property
    def _session(self) -> "InferenceSession":
        return load_graph(self._folder)

    def count_tokens(self, text: str) -> int:
        return self._tokenizer.count(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode(texts)
        order = sorted(range(len(texts)), key=lambda row: len(encoded[row][0]))
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            vectors[rows] = self._run([encoded[row] for row in rows])
        return vectors

    def embed_question(self, text: str) -> Vectors:
        vector: Vectors = self._run(self._tokenizer.encode([text]))[0]
        return vector

    def _run(self, encoded: Sequence[tuple[list[int], int]]) -> Vectors:
        shape = len(encoded), max(len(ids) for ids, _ in encoded)
        ids, mask, types = (np.zeros(shape, np.int64) for _ in range(3))
        for row, (pieces, token_type) in enumerate(encoded):
            ids[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
            types[row] = token_type
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        vectors: Vectors = self._session.run(None, inputs)[0]
        return vectors


def load_graph(folder: Path) -> "InferenceSession":
    """The network of a model folder, its weights included."""
    import onnxruntime  # only what embeds or reads waits for it

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
