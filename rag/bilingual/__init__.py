"""Belegt's own sentence model: MiniLM with German word pieces, run by ONNX Runtime without torch.

Each language has a tokenizer of its own over one table of word pieces, so each text is read in the language
it is in. The folder ``model/`` also loads as a sentence-transformers model (``module.py``); both read the same
weights, but only ONNX Runtime multiplies them as the whole numbers they are, so their vectors agree to a cosine of .99.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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

    @cached_property
    def _session_a_processor(self) -> "InferenceSession":
        """For many texts: each is read by one processor, which wastes less than all of them at each text."""
        return load_graph(self._folder, threads=1)

    def count_tokens(self, text: str) -> int:
        return self._tokenizer.count(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text, each computed by itself, so that it is the same whatever else there is."""
        encoded = self._tokenizer.encode(texts)
        session = self._session_a_processor  # before there are workers that would each load it
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            vectors = list(workers.map(lambda one: _run(session, *one), encoded))
        return np.array(vectors, np.float32).reshape(len(texts), self.dimension)

    def embed_question(self, text: str) -> Vectors:
        return _run(self._session, *self._tokenizer.encode([text])[0])


def _run(session: "InferenceSession", pieces: Sequence[int], token_type: int) -> Vectors:
    inputs = {
        "input_ids": np.array([pieces], np.int64),
        "token_type_ids": np.full((1, len(pieces)), token_type, np.int64),
    }
    vector: Vectors = session.run(None, inputs)[0][0]
    return vector


def load_graph(folder: Path, threads: int = 0) -> "InferenceSession":
    """The network of a model folder, its weights included; 0 threads are as many as there are processors."""
    import onnxruntime  # only what embeds or reads waits for it

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
