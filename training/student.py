"""The network in training: MiniLM's body over its own frozen word rows and trainable German ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from rag.language import detect
from rag.records import Language
from training.vocabulary import english_tokenizer, german_tokenizer

MAX_TOKENS = 256
PAD, SEP = 0, 102


@dataclass(frozen=True, slots=True)
class Tokenizers:
    """One tokenizer a language; both number the English pieces alike."""

    english: Tokenizer
    german: Tokenizer

    @classmethod
    def of(cls, base: Path, pieces: Sequence[str]) -> "Tokenizers":
        english = english_tokenizer(base)
        return cls(english, german_tokenizer(english, pieces))

    def encode(self, texts: Sequence[str], languages: Sequence[Language]) -> list[list[int]]:
        return [
            (self.german if language == "de" else self.english).encode(text).ids
            for text, language in zip(texts, languages, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Batch:
    ids: Tensor
    mask: Tensor
    german: Tensor
    """1 for each token of a German text: MiniLM's second, unused token type."""


class Student(nn.Module):
    """Texts -> unit vectors: mean of the last hidden states, as MiniLM is used."""

    def __init__(self, base: Path, rows: NDArray[np.float32]) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(base)
        self.body = BertModel.from_pretrained(base, config=config, add_pooling_layer=False, attn_implementation="eager")
        words = self.body.embeddings.word_embeddings.weight
        words.requires_grad_(False)
        self.base_rows = len(words)
        self.german_rows = nn.Embedding(len(rows), rows.shape[1], sparse=True, _weight=torch.tensor(rows))
        types = self.body.embeddings.token_type_embeddings.weight
        types.data[1] = types.data[0]
        self.nothing = nn.Parameter(torch.tensor(0.4))
        """The cosine that evidence must reach: what no sentence reaches is not answered."""

    def forward(self, batch: Batch) -> Tensor:
        hidden = self.body(
            inputs_embeds=self.words(batch.ids), attention_mask=batch.mask, token_type_ids=batch.german
        ).last_hidden_state
        weights = batch.mask[..., None].to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1)
        return nn.functional.normalize(mean.float(), dim=1)

    def words(self, ids: Tensor) -> Tensor:
        """The row of each word piece, of whichever table."""
        new = ids >= self.base_rows
        english = self.body.embeddings.word_embeddings(ids.masked_fill(new, 0))
        return torch.where(new[..., None], self.german_rows((ids - self.base_rows).clamp_min(0)), english)

    def body_parameters(self) -> list[nn.Parameter]:
        return [*(parameter for parameter in self.body.parameters() if parameter.requires_grad), self.nothing]


def collate(ids: Sequence[Sequence[int]], german: Sequence[bool], device: torch.device) -> Batch:
    """Token lists as one padded batch; a text beyond the model's input is cut."""
    cut = [row if len(row) <= MAX_TOKENS else [*row[: MAX_TOKENS - 1], SEP] for row in ids]
    width = max(map(len, cut))
    padded = torch.full((len(cut), width), PAD)
    mask = torch.zeros((len(cut), width), dtype=torch.long)
    for row, tokens in enumerate(cut):
        padded[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    types = torch.tensor(german, dtype=torch.long)[:, None].expand_as(padded)
    return Batch(padded.to(device), mask.to(device), types.to(device))


@torch.inference_mode()
def encode(student: Student, tokenizers: Tokenizers, texts: Sequence[str], batch_size: int = 64) -> NDArray[np.float32]:
    """The vectors of texts, each in the language it is in, one row a text."""
    student.eval()
    device = student.german_rows.weight.device
    languages = [detect(text) for text in texts]
    ids = tokenizers.encode(texts, languages)
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    vectors = np.zeros((len(texts), student.german_rows.embedding_dim), np.float32)
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        batch = collate([ids[row] for row in rows], [languages[row] == "de" for row in rows], device)
        with autocast(device):
            vectors[rows] = student(batch).cpu().numpy()
    return vectors


def autocast(device: torch.device) -> torch.autocast:
    """bfloat16 where the processor multiplies it in hardware: twice the speed on two such cores."""
    return torch.autocast(device.type, dtype=torch.bfloat16)
