"""The network in training: MiniLM's body over its own frozen word rows and trainable German ones."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from transformers import BertConfig, BertModel

from rag.language import detect
from rag.records import Language
from training.vocabulary import english_tokenizer, german_tokenizer

MAX_TOKENS = 256
PAD, SEP = 0, 102

PADDED_TOKENS = {"cpu": 2_048, "cuda": 32_768}
"""Texts of like length go through the network together, so many word pieces at once with the padding."""

AT_ONCE = 10_000
"""Texts encoded together: each takes kilobytes for a moment."""

BFLOAT16 = ("avx512_bf16", "amx_bf16", "bf16")
"""What a processor that multiplies bfloat16 in hardware says of itself, of one kind or another."""

Ids = NDArray[np.uint16]
"""Word pieces: both languages together have fewer than 65,536."""


@dataclass(frozen=True, slots=True)
class Tokenizers:
    """One tokenizer a language; both number the English pieces alike."""

    english: Tokenizer
    german: Tokenizer

    @classmethod
    def of(cls, base: Path, pieces: Sequence[str]) -> "Tokenizers":
        english = english_tokenizer(base)
        return cls(english, german_tokenizer(english, pieces))

    def encode(self, texts: Sequence[str], languages: Sequence[Language]) -> list[Ids]:
        """The pieces of each text, between the marks of begin and end, and no more than the model reads."""
        ids: list[Ids] = [np.zeros(0, np.uint16)] * len(texts)
        for language, tokenizer in (("de", self.german), ("en", self.english)):
            rows = [row for row, spoken in enumerate(languages) if spoken == language]
            for first in range(0, len(rows), AT_ONCE):
                some = rows[first : first + AT_ONCE]
                for row, encoding in zip(some, tokenizer.encode_batch_fast([texts[r] for r in some]), strict=True):
                    ids[row] = np.array(encoding.ids, np.uint16)
        return [row if len(row) <= MAX_TOKENS else np.append(row[: MAX_TOKENS - 1], np.uint16(SEP)) for row in ids]

    def span(self, text: str, part: str, language: Language) -> tuple[int, int] | None:
        """The first and last piece of ``part`` in ``text``, both without marks; None where it does not stand there."""
        begin = text.find(part)
        tokenizer = self.german if language == "de" else self.english
        pieces = tokenizer.encode(text, add_special_tokens=False).offsets if part and begin >= 0 else []
        inside = [at for at, (first, last) in enumerate(pieces) if first < begin + len(part) and last > begin]
        return (inside[0], inside[-1]) if inside else None


@dataclass(frozen=True, slots=True)
class Batch:
    ids: Tensor
    mask: Tensor
    german: Tensor
    """1 for each token of a German text: MiniLM's second, unused token type."""


@dataclass(frozen=True, slots=True)
class Group:
    """Texts of like length, padded to one width."""

    ids: NDArray[np.int32]
    lengths: NDArray[np.int32]
    german: NDArray[np.bool_]

    def on(self, device: torch.device) -> Batch:
        ids, lengths, german = (torch.from_numpy(part).to(device) for part in (self.ids, self.lengths, self.german))
        mask = (torch.arange(ids.shape[1], device=device) < lengths[:, None]).long()
        return Batch(ids.long(), mask, german.long()[:, None].expand_as(mask))


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in groups; text ``t`` stands in row ``places[t]`` of the groups put together."""

    groups: list[Group]
    places: NDArray[np.int64]


class Student(nn.Module):
    """Texts -> unit vectors: mean of the last hidden states, as MiniLM is used."""

    def __init__(self, base: Path, rows: NDArray[np.float32]) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(base)
        self.body = BertModel.from_pretrained(base, config=config, add_pooling_layer=False, dtype=torch.float32)
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


def grouped(ids: Sequence[Ids], german: Sequence[bool], device: torch.device) -> Texts:
    """Texts sorted by length and parted: padding costs as much as text."""
    lengths = np.array([len(row) for row in ids], np.int32)
    order = np.argsort(lengths, kind="stable")
    most = PADDED_TOKENS[device.type]
    groups = []
    first = 0
    while first < len(order):
        last = first + 1
        while last < len(order) and lengths[order[last]] * (last + 1 - first) <= most:
            last += 1
        rows = order[first:last]
        padded = np.full((len(rows), lengths[rows[-1]]), PAD, np.int32)
        padded[np.arange(padded.shape[1]) < lengths[rows, None]] = np.concatenate([ids[row] for row in rows])
        groups.append(Group(padded, lengths[rows], np.array([german[row] for row in rows])))
        first = last
    return Texts(groups, np.argsort(order))


def vectors(model: nn.Module, texts: Texts, device: torch.device) -> Tensor:
    """The vectors of texts in their order."""
    parts = [model(group.on(device)) for group in texts.groups]
    return torch.cat(parts)[torch.from_numpy(texts.places).to(device)]


@torch.inference_mode()
def encode(student: Student, tokenizers: Tokenizers, texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of texts, each in the language it is in, one row a text."""
    student.eval()
    device = student.german_rows.weight.device
    languages = [detect(text) for text in texts]
    read = grouped(tokenizers.encode(texts, languages), [language == "de" for language in languages], device)
    with autocast(device):
        found: NDArray[np.float32] = vectors(student, read, device).cpu().numpy()
    return found


def loaded(drawn: "Dataset[Any]", device: torch.device) -> "DataLoader[Any]":
    """The items in their order; on a GPU other processes draw ahead of it."""
    workers = 0 if device.type == "cpu" else max(1, min(8, (os.cpu_count() or 1) - 2))
    ahead = 4 if workers else None
    return DataLoader(
        drawn, batch_size=None, num_workers=workers, prefetch_factor=ahead, worker_init_fn=_one_tokenizer_thread
    )


def _one_tokenizer_thread(_: int) -> None:
    """A forked process whose tokenizer waits for the threads of its parent waits for ever."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def autocast(device: torch.device) -> torch.autocast:
    """bfloat16 where the processor multiplies it in hardware: twice the speed on two such cores, a third on others."""
    able = torch.cpu.get_capabilities()
    in_hardware = device.type != "cpu" or any(able.get(name) for name in BFLOAT16)
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=in_hardware)
