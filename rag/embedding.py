"""Texts -> unit vectors, by a sentence model on this machine. Nothing is ever fetched."""

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

import numpy as np
from tokenizers import Tokenizer

from rag.bert import BertEmbedder, bert
from rag.bilingual import FOLDER, NAME, BilingualEmbedder
from rag.errors import ModelError
from rag.records import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 32
"""Texts encoded together; on two cores larger batches are no faster and pad more."""

AS_WHOLE_NUMBERS = "-int8"
"""Behind the fingerprint of a model that ``bert`` runs: its vectors are near those that sentence-transformers makes (a
cosine of .99), not the same.
"""

_UNLIMITED_TOKENS = 512
"""Passage length for models that read texts of any length."""

_LEAST_TOKENS = 8


@runtime_checkable
class Embedder(Protocol):
    """The seam to a sentence model. Vectors are float32, of length 1, one row a text, in the texts' order."""

    name: str
    fingerprint: str
    """SHA-256 of the model's files, and how they are run: vectors of equal fingerprints can be compared."""
    dimension: int
    max_tokens: int
    """Tokens of text that the model reads; what lies beyond is cut silently."""

    def count_tokens(self, text: str) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_question(self, text: str) -> Vectors: ...


class SentenceEmbedder:
    """Any sentence-transformers model, with its own prompts for questions and passages."""

    def __init__(self, model: "SentenceTransformer", name: str, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = cast(int, model.get_embedding_dimension())
        self._model = model
        rust = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
        self._tokenizer = Tokenizer.from_str(rust.to_str())  # a copy: the model sets its own to cut texts
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        prompt = max(map(self.count_tokens, filter(None, model.prompts.values())), default=0)
        limit = model.max_seq_length
        readable = int(limit) if limit and math.isfinite(limit) else _UNLIMITED_TOKENS
        self.max_tokens = readable - self._tokenizer.num_special_tokens_to_add(False) - prompt

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode_document(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return cast(Vectors, vectors.astype(np.float32, copy=False))

    def embed_question(self, text: str) -> Vectors:
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return cast(Vectors, vector.astype(np.float32, copy=False))


def load_embedder(name: str) -> Embedder:
    """Belegt's own model for "" or its name; else the model in the folder ``name`` or of that name in the
    Hugging Face cache.

    Looks at no network: a model that is not on this machine raises ``ModelError`` at once.
    """
    if name in ("", NAME):
        return BilingualEmbedder(FOLDER, fingerprint(FOLDER))
    folder = _model_folder(name)
    identity = fingerprint(folder)
    if identity == fingerprint(FOLDER):  # also of a copy: torch would make vectors of it that are near, not the same
        return load_embedder(NAME)
    try:
        embedder: BertEmbedder | SentenceEmbedder
        if model := bert(folder):
            embedder = BertEmbedder(model, name, identity + AS_WHOLE_NUMBERS)
        else:
            embedder = SentenceEmbedder(_sentence_transformer(folder), name, identity)
    except Exception as error:  # whatever a foreign model's files make the library raise
        raise ModelError(
            f"the model in {folder} cannot be loaded ({_one_line(error)}): "
            "set RAG_MODEL to the folder of a sentence-transformers model, or leave it unset"
        ) from error
    if embedder.max_tokens < _LEAST_TOKENS:
        raise ModelError(
            f"the model in {folder} reads {embedder.max_tokens} tokens, no sentence: set RAG_MODEL to another"
        )
    return embedder


def _sentence_transformer(folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer  # 8 s of imports: only when such a model is wanted
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(folder), local_files_only=True)


def model_fingerprint(name: str) -> str:
    """The fingerprint that the model of that name will have, without loading it."""
    if name in ("", NAME):
        return fingerprint(FOLDER)
    folder = _model_folder(name)
    identity = fingerprint(folder)
    own = identity == fingerprint(FOLDER)
    return identity + AS_WHOLE_NUMBERS if not own and bert(folder) else identity


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and contents of a model's files, without its documentation and hidden ones."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder)
        if path.suffix != ".md" and not any(part.startswith(".") for part in name.parts):
            digest.update(name.as_posix().encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _model_folder(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        raise ModelError(
            f"the model {name!r} is not on this machine, and Belegt fetches nothing: run `hf download {name}` "
            f"where there is a network, set RAG_MODEL to the folder of a sentence-transformers model, or leave it unset"
        ) from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
