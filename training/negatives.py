"""Hard negatives: sentences of other passages that come near a question."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import bm25s
import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from rag.index import SUBJECT
from rag.language import content_words, grams
from rag.records import Language
from training.corpus import Question, TrainingPassage
from training.material import Material
from training.student import Ids, Student, autocast, grouped, vectors

MINED = 8
"""So many of the best sentences of other passages are kept to draw from."""

MASKED = -2.0
"""Below any cosine."""

AT_ONCE = 512
"""Questions scored together."""

Places = list[list[tuple[int, int]]]
"""For each question passages and sentences, best first."""

CLEARLY_BEHIND = 0.05
"""A sentence of another passage is no negative when its cosine is not so much less than that of the answer: many
questions name no article, and another article may answer them as well. Those on the same story do not.
"""


def by_words(material: Material, work: Path) -> Places:
    """The sentences of other passages that share most character 4-grams with each question, by BM25.

    Kept in ``work`` under a name of the material's own, and not looked for again.
    """
    told = [text for passage in material.passages for text in passage.sentences]
    asked = [question.text for question in material.answerable]
    kept = work / f"negatives-{hashlib.sha256(repr((told, asked)).encode()).hexdigest()[:12]}.npz"
    if not kept.exists():
        mined = list(_by_words(material.passages, material.answerable))
        counts = np.array([len(places) for places in mined])
        flat = np.array([place for places in mined for place in places], np.int32).reshape(-1, 2)
        np.savez_compressed(kept, counts=counts, places=flat)
    stored = np.load(kept)
    places = iter(stored["places"].tolist())
    return [[(passage, at) for passage, at in islice(places, count)] for count in stored["counts"].tolist()]


def _by_words(passages: Sequence[TrainingPassage], questions: Sequence[Question]) -> Iterator[list[tuple[int, int]]]:
    places = _places(passages)
    index = bm25s.BM25(k1=1.2, b=0.6)
    index.index([_terms(passages[row].sentences[at], "de") for row, at in places], show_progress=False)
    for question in tqdm(questions, desc="hard negatives", mininterval=5):
        terms = _terms(question.text, question.language)
        if not terms:
            yield []
            continue
        scores = index.get_scores(terms)
        best = np.argpartition(-scores, min(3 * MINED, len(scores) - 1))[: 3 * MINED]
        best = best[np.argsort(-scores[best], kind="stable")]
        yield [places[row] for row in best if places[row][0] != question.passage][:MINED]


def by_vectors(student: Student, material: Material) -> Places:
    """The sentences of other passages that lie nearest each question, as an index files them, if clearly behind the
    answer.
    """
    places = _places(material.passages)
    owner = torch.tensor([row for row, _ in places])
    numbers = {name: number for number, name in enumerate(sorted({"", *(one.family for one in material.passages)}))}
    family = torch.tensor([numbers[passage.family] for passage in material.passages])
    titles = _vectors(student, [told.title for told in material.german])
    sentences = _vectors(student, [material.german[row].sentences[at] for row, at in places])
    owner, family = owner.to(titles.device), family.to(titles.device)
    sentences = nn.functional.normalize(sentences + SUBJECT * titles[owner], dim=1)
    asked = _vectors(student, material.asked, [question.language == "de" for question in material.answerable])
    number = {place: row for row, place in enumerate(places)}
    mined: Places = []
    for first in range(0, len(asked), AT_ONCE):
        some = material.answerable[first : first + AT_ONCE]
        scores = asked[first : first + AT_ONCE] @ sentences.T
        own = torch.tensor([question.passage for question in some], device=scores.device)
        gold = torch.tensor([number[question.passage, question.sentence or 0] for question in some])
        limit = scores.gather(1, gold.to(scores.device)[:, None]) - CLEARLY_BEHIND
        akin = (family[own][:, None] == family[owner][None, :]) & (family[own] > 0)[:, None]
        scores = scores.masked_fill((owner[None, :] == own[:, None]) | ((scores > limit) & ~akin), MASKED)
        best = scores.topk(min(MINED, len(places)))
        for rows, cosines in zip(best.indices.tolist(), best.values.tolist(), strict=True):
            mined.append([places[row] for row, cosine in zip(rows, cosines, strict=True) if cosine > MASKED])
    return mined


@torch.inference_mode()
def _vectors(student: Student, ids: Sequence[Ids], german: Sequence[bool] | None = None) -> Tensor:
    device = student.german_rows.weight.device
    with autocast(device):
        return vectors(student, grouped(ids, german or [True] * len(ids), device), device)


def _places(passages: Sequence[TrainingPassage]) -> list[tuple[int, int]]:
    return [(row, at) for row, passage in enumerate(passages) for at in range(len(passage.sentences))]


def _terms(text: str, language: Language) -> list[str]:
    return [gram for word in content_words(text, language) for gram in grams(word.folded)]
