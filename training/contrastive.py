"""Contrastive training on written questions, kept honest by parallel text.

Each step draws questions with their evidence and hard negatives, and sentence pairs. Questions are
pulled to their evidence (InfoNCE; van den Oord et al. 2018), while ``distillation`` keeps holding the pairs together.
"""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import Dataset
from tqdm import tqdm

from rag.index import SUBJECT
from rag.records import Language
from training.corpus import Question, QuestionSet
from training.distillation import pair_loss, target_vectors
from training.material import Material
from training.measure import DevScores, measure_dev
from training.negatives import Places, by_vectors, by_words
from training.noise import as_typed
from training.optimising import Training
from training.student import Ids, Student, Texts, autocast, grouped, loaded, vectors

AVERAGED = 3
"""Epochs whose weights are averaged for the model: .592 on dev against .587 for the best of them alone."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The dev passages choose the epochs, and nothing else does; the rates are those of a step of 40, scaled."""

    epochs: int = 4
    """Of fourteen the third was best on dev: more of them learn the written passages by heart."""
    evidence: int = 256
    """Sentences a step; each comes with one question a language, where there is one."""
    unanswerable: int = 80
    pairs: int = 256
    siblings: int = 2
    """Hard negatives an evidence from its own passage; one more comes from another passage by its words, and one by
    its vector.
    """
    temperature: float = 0.05
    dropped: float = 0.15
    """Share of word pieces left out of each text, drawn anew each time: the only dropout, and it costs nothing."""
    body_rate: float = 2.8e-4
    rows_rate: float = 1.6e-3
    question_weight: float = 0.2
    """Of pulling the two languages' questions on one sentence together."""
    forms: tuple[tuple[str, float], ...] = (
        ("sentence", 0.15),
        ("leaning", 0.65),
        ("passage", 0.2),
    )
    english: float = 0.6
    """How often a passage that is translated is read in English."""
    mined_from: int = 2
    """The epoch from which negatives are mined by the model itself as well, anew for each."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a question may be answered by."""

    passage: int
    sentence: int | None
    """None for the whole passage, behind its title."""
    key: int
    """What it was drawn for, as evidence or as a negative."""
    leaning: bool
    """Whether its vector leans to the title's, as an index files a sentence."""
    language: Language


def evidence(passage: int, sentence: int, form: str, key: int, language: Language) -> Candidate:
    """A sentence by itself, or leaning to its title; or its whole passage behind its title."""
    return Candidate(passage, None if form == "passage" else sentence, key, form == "leaning", language)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One step's texts."""

    questions: list[Question]
    keys: list[int]
    """The candidate that answers each question; a negative number of its own where none does."""
    candidates: list[Candidate]
    """The evidence of each key in its order, then the negatives."""
    pairs: list[int]


@dataclass(frozen=True, slots=True)
class Step:
    """The same as the network reads it: questions, candidates, the titles that these lean to, and the English and the
    German of the pairs, in this order.
    """

    texts: Texts
    passages: NDArray[np.int64]
    keys: NDArray[np.int64]
    candidate_passages: NDArray[np.int64]
    candidate_keys: NDArray[np.int64]
    titles: NDArray[np.int64]
    """Of each candidate, the title it leans to; behind the last one for none."""
    pairs: NDArray[np.int64]


class Sampler:
    """Draws the steps of an epoch; the same epoch is always drawn alike."""

    def __init__(self, material: Material, recipe: Recipe, mined: Places) -> None:
        """``mined`` are hard negatives of the material's questions."""
        self.material = material
        self.pairs = range(len(material.english_pairs))
        self.recipe = recipe
        self.asked_of: dict[tuple[int, int], list[int]] = {}
        for number, question in enumerate(material.answerable):
            assert question.sentence is not None, "answerable"
            self.asked_of.setdefault((question.passage, question.sentence), []).append(number)
        self.mined = [mined]

    @property
    def steps(self) -> int:
        """Steps an epoch: each sentence that is asked for comes once."""
        return len(self.asked_of) // self.recipe.evidence

    def epoch(self, number: int) -> list[list[tuple[int, int]]]:
        """The sentences asked for in each step."""
        order = random.Random(self.recipe.seed * 1000 + number).sample(sorted(self.asked_of), len(self.asked_of))
        size = self.recipe.evidence
        return [order[start : start + size] for start in range(0, size * self.steps, size)]

    def draw(self, places: Sequence[tuple[int, int]], draw: random.Random) -> Drawn:
        names, weights = zip(*self.recipe.forms, strict=True)
        asked: list[Question] = []
        keys: list[int] = []
        found: list[Candidate] = []
        negatives: list[Candidate] = []
        for key, (passage, sentence) in enumerate(places):
            chosen = self._one_a_language(self.asked_of[passage, sentence], draw)
            asked += [self.material.answerable[number] for number in chosen]
            keys += [key] * len(chosen)
            form = draw.choices(names, weights)[0]
            language = self._language(passage, draw)
            found.append(evidence(passage, sentence, form, key, language))
            near = "leaning" if form == "passage" else form
            negatives += self._siblings(passage, sentence, near, key, language, draw)
            for mined in self.mined:
                if near_it := mined[draw.choice(chosen)]:
                    other, at = draw.choice(near_it)
                    negatives.append(evidence(other, at, near, key, self._language(other, draw)))
        unanswerable = draw.sample(
            self.material.unanswerable, min(self.recipe.unanswerable, len(self.material.unanswerable))
        )
        for row, question in enumerate(unanswerable):
            form = draw.choices(["leaning", "sentence"], [2, 1])[0]
            language = self._language(question.passage, draw)
            negatives += self._siblings(question.passage, None, form, -1 - row, language, draw)
        return Drawn(
            questions=[*asked, *unanswerable],
            keys=[*keys, *(-1 - row for row in range(len(unanswerable)))],
            candidates=[*found, *negatives],
            pairs=draw.sample(self.pairs, min(self.recipe.pairs, len(self.pairs))),
        )

    def _one_a_language(self, numbers: Sequence[int], draw: random.Random) -> list[int]:
        by_language: dict[Language, list[int]] = {}
        for number in numbers:
            by_language.setdefault(self.material.answerable[number].language, []).append(number)
        return [draw.choice(of_language) for of_language in by_language.values()]

    def _language(self, passage: int, draw: random.Random) -> Language:
        return self.material.drawn_language(passage, self.recipe.english, draw)

    def _siblings(
        self, passage: int, sentence: int | None, form: str, key: int, language: Language, draw: random.Random
    ) -> list[Candidate]:
        """Other sentences of the passage, as negatives."""
        others = [at for at in range(len(self.material.passages[passage].sentences)) if at != sentence]
        chosen = draw.sample(others, min(self.recipe.siblings, len(others)))
        return [evidence(passage, at, form, key, language) for at in chosen]


class Steps(Dataset[Step]):
    """The steps of one epoch."""

    def __init__(self, sampler: Sampler, epoch: int, device: torch.device) -> None:
        self.sampler, self.device = sampler, device
        self.places = sampler.epoch(epoch)
        self.name = f"{sampler.recipe.seed}-{epoch}"

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, number: int) -> Step:
        draw = random.Random(f"{self.name}-{number}")
        drawn = self.sampler.draw(self.places[number], draw)
        material = self.sampler.material
        typed = [as_typed(question.text, question.language, draw) for question in drawn.questions]
        asked = material.tokenizers.encode(typed, [question.language for question in drawn.questions])
        leaning = sorted({(one.passage, one.language) for one in drawn.candidates if one.leaning})
        row = {place: number for number, place in enumerate(leaning)}
        ids = [
            *asked,
            *(_pieces(material, candidate) for candidate in drawn.candidates),
            *(material.told(*place).title for place in leaning),
        ]
        thin = np.random.default_rng(draw.getrandbits(64))
        ids = [_thinned(text, self.sampler.recipe.dropped, thin) for text in ids]
        ids += [material.english_pairs[pair] for pair in drawn.pairs]
        ids += [material.german_pairs[pair] for pair in drawn.pairs]
        languages = [
            *(question.language for question in drawn.questions),
            *(candidate.language for candidate in drawn.candidates),
            *(language for _, language in leaning),
            *["en"] * len(drawn.pairs),
            *["de"] * len(drawn.pairs),
        ]
        return Step(
            texts=grouped(ids, [language == "de" for language in languages], self.device),
            passages=np.array([question.passage for question in drawn.questions]),
            keys=np.array(drawn.keys),
            candidate_passages=np.array([candidate.passage for candidate in drawn.candidates]),
            candidate_keys=np.array([candidate.key for candidate in drawn.candidates]),
            titles=np.array([row[one.passage, one.language] if one.leaning else len(row) for one in drawn.candidates]),
            pairs=np.array(drawn.pairs, np.int64),
        )


def train(
    student: Student,
    teacher: nn.Module,
    material: Material,
    dev: QuestionSet,
    recipe: Recipe,
    work: Path,
) -> None:
    """Train; each epoch leaves its weights, its dev scores and the state in ``work``, and a run that finds a state
    goes on behind it.
    """
    device = student.german_rows.weight.device
    sampler = Sampler(material, recipe, by_words(material, work))
    targets = target_vectors(teacher, material.english_pairs, device)
    body = student.body_parameters()
    optimisers = [
        torch.optim.AdamW(body, lr=recipe.body_rate, weight_decay=0.01),
        torch.optim.SparseAdam([student.german_rows.weight], lr=recipe.rows_rate),  # most rows no step touches
    ]
    training = Training(student, body, optimisers, recipe.epochs * sampler.steps)
    if (work / "state.pt").exists():
        training.load(torch.load(work / "state.pt", map_location=device, weights_only=True))
    for epoch in range(training.done // max(1, sampler.steps), recipe.epochs):
        student.eval()  # MiniLM's own dropout takes half the time on a processor
        if epoch >= recipe.mined_from:
            sampler.mined = [sampler.mined[0], by_vectors(training.average, material)]
        drawn = loaded(Steps(sampler, epoch, device), device)
        bar = tqdm(drawn, desc=f"epoch {epoch + 1}/{recipe.epochs}", mininterval=5)
        losses: list[tuple[float, float]] = []
        for number, step in enumerate(bar):
            with autocast(device):
                read = vectors(student, step.texts, device)
                told = len(read) - 2 * len(step.pairs)
                asked = question_loss(student, read[:told], step, recipe)
                english, german = read[told:].chunk(2)
                translated = pair_loss(english, german, targets[torch.from_numpy(step.pairs).to(device)])
            training.step(asked + translated)
            if number % 20 == 19:
                losses.append((asked.item(), translated.item()))
                bar.set_postfix_str("loss {:.3f} + {:.3f}".format(*np.mean(losses[-3:], axis=0)))
        _save(work, epoch, training, measure_dev(training.average, material.tokenizers, dev))


def question_loss(student: Student, read: Tensor, step: Step, recipe: Recipe) -> Tensor:
    """InfoNCE of each question over all candidates of the step and "nothing"; and of questions over each other.

    An unanswerable question must find nothing. Candidates of a question's own passage count only where
    they were drawn for it: another question's evidence there may well answer this one too. Those with a title lean to
    it, as an index files them. ``read`` are the vectors of the step's texts before its pairs.
    """
    device = read.device
    count, candidates = len(step.keys), len(step.candidate_keys)
    asked, found, titles = read[:count], read[count : count + candidates], read[count + candidates :]
    over = nn.functional.pad(titles, (0, 0, 0, 1))[torch.from_numpy(step.titles).to(device)]
    found = nn.functional.normalize(found + SUBJECT * over, dim=1)
    apart = (step.passages[:, None] == step.candidate_passages) & (step.keys[:, None] != step.candidate_keys)
    scores = (asked @ found.T).float().masked_fill(torch.from_numpy(apart).to(device), -1e3)
    scores = torch.cat([scores, student.nothing.expand(count, 1)], dim=1) / recipe.temperature
    targets = torch.from_numpy(np.where(step.keys < 0, candidates, step.keys)).to(device)
    loss = nn.functional.cross_entropy(scores, targets)
    return loss + recipe.question_weight * same_answer_loss(asked, step.passages, step.keys, recipe)


def same_answer_loss(asked: Tensor, passages: NDArray[np.int64], keys: NDArray[np.int64], recipe: Recipe) -> Tensor:
    """InfoNCE of each question over the step's others, the right one being that on the same sentence.

    Zero where no sentence of the step is asked for twice.
    """
    same = (keys[:, None] == keys) & ~np.eye(len(keys), dtype=bool)
    others = same | (passages[:, None] != passages)
    device = asked.device
    scores = (asked @ asked.T).float() / recipe.temperature
    scores = scores.masked_fill(torch.from_numpy(~others).to(device), -1e4)
    paired = same.any(1)
    targets = torch.from_numpy(same.argmax(1)[paired]).to(device)
    rows = torch.from_numpy(paired).to(device)
    return nn.functional.cross_entropy(scores[rows], targets, reduction="sum") / max(1, len(targets))


def _pieces(material: Material, candidate: Candidate) -> Ids:
    told = material.told(candidate.passage, candidate.language)
    return told.whole if candidate.sentence is None else told.sentences[candidate.sentence]


def _thinned(ids: Ids, dropped: float, draw: np.random.Generator) -> Ids:
    """The word pieces left when each but the first and last is dropped with that probability."""
    kept = draw.random(len(ids)) >= dropped
    kept[0] = kept[-1] = True
    return ids[kept]


def _save(work: Path, epoch: int, training: Training[Student], scores: DevScores) -> None:
    torch.save(training.average.state_dict(), work / f"epoch-{epoch + 1:02}.pt")
    torch.save(training.state(), work / "state.tmp")
    (work / "state.tmp").replace(work / "state.pt")
    with (work / "scores.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"epoch": epoch + 1, "time": round(time.time()), **asdict(scores)}) + "\n")


def best_average(work: Path) -> dict[str, torch.Tensor]:
    """The mean of the weights of the ``AVERAGED`` epochs whose dev scores are best (Wortsman et al. 2022)."""
    with (work / "scores.jsonl").open(encoding="utf-8") as lines:
        scores = [json.loads(line) for line in lines]
    best = sorted(scores, key=lambda row: -row["total"])[:AVERAGED]
    weights = [torch.load(work / f"epoch-{row['epoch']:02}.pt", map_location="cpu", weights_only=True) for row in best]
    return {name: torch.stack([each[name] for each in weights]).mean(0) for name in weights[0]}
