"""Contrastive training on written questions, kept honest by parallel text.

Each step draws questions with their evidence and hard negatives, and sentence pairs. Questions are
pulled to their evidence (InfoNCE; van den Oord et al. 2018); German sentences are pulled to where the
untouched English model puts their translation, and English ones are kept there (Reimers & Gurevych 2020).
"""

import copy
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import bm25s
import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from rag.index import SUBJECT
from rag.language import content_words, grams
from rag.records import Language
from training.corpus import Pair, Question, QuestionSet, TrainingPassage
from training.measure import DevScores, measure_dev
from training.student import Student, Tokenizers, autocast, collate

GROUP = 32
"""So many texts of like length go through the network together."""

AVERAGED = 3
"""Epochs whose weights are averaged for the model: .592 on dev against .587 for the best of them alone."""

MINED = 8
"""BM25 keeps so many of the best sentences of other passages as negatives to draw from."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What was fitted on the dev passages of the written questions, and nothing else."""

    epochs: int = 10
    evidence: int = 40
    """Sentences a step; each comes with one question a language, where there is one."""
    unanswerable: int = 12
    pairs: int = 40
    siblings: int = 2
    """Hard negatives an evidence from its own passage; one more comes from another passage, by BM25."""
    temperature: float = 0.05
    dropped: float = 0.15
    """Share of word pieces left out of each text, drawn anew each time: the only dropout, and it costs nothing."""
    body_rate: float = 5e-5
    rows_rate: float = 5e-4
    warmup_steps: int = 60
    averaging: float = 0.99
    """Decay, a step, of the running average of the weights, which is what is kept and measured."""
    translation_weight: float = 1.0
    pair_weight: float = 0.3
    question_weight: float = 0.2
    """Of pulling the two languages' questions on one sentence together."""
    forms: tuple[tuple[str, float], ...] = (
        ("sentence", 0.15),
        ("leaning", 0.65),
        ("passage", 0.2),
    )
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a question may be answered by."""

    text: str
    passage: int
    """Which it comes from."""
    key: int
    """What it was drawn for, as evidence or as a negative."""
    title: str | None = None
    """What its vector leans to, as an index files a sentence."""


def evidence(questions: QuestionSet, passage: int, sentence: int, form: str, key: int) -> Candidate:
    """A sentence by itself, or leaning to its title; or its whole passage behind its title."""
    read = questions.passages[passage]
    if form == "passage":
        return Candidate(f"{read.title}: {' '.join(read.sentences)}", passage, key)
    return Candidate(read.sentences[sentence], passage, key, read.title if form == "leaning" else None)


def train(
    student: Student,
    teacher: nn.Module,
    tokenizers: Tokenizers,
    questions: QuestionSet,
    pairs: Sequence[Pair],
    dev: QuestionSet,
    recipe: Recipe,
    work: Path,
) -> None:
    """Train; each epoch leaves its weights, its dev scores and the state in ``work``, and a run that finds a state
    goes on behind it.
    """
    device = student.german_rows.weight.device
    body = torch.optim.AdamW(student.body_parameters(), lr=recipe.body_rate, weight_decay=0.01)
    rows = torch.optim.SparseAdam([student.german_rows.weight], lr=recipe.rows_rate)
    average = copy.deepcopy(student).requires_grad_(False)
    sampler = Sampler(questions, pairs, recipe)
    steps = sampler.steps
    first = _resume(work, student, average, body, rows)
    for epoch in range(first, recipe.epochs):
        torch.manual_seed(recipe.seed + epoch)
        student.eval()  # MiniLM's own dropout takes half the time on a processor
        bar = tqdm(sampler.epoch(epoch), total=steps, desc=f"epoch {epoch + 1}/{recipe.epochs}", mininterval=5)
        losses: list[tuple[float, float]] = []
        for step, drawn in enumerate(bar):
            done = epoch * steps + step
            rate = min(1.0, (done + 1) / recipe.warmup_steps) * max(0.02, 1 - done / (recipe.epochs * steps))
            for optimiser, base_rate in ((body, recipe.body_rate), (rows, recipe.rows_rate)):
                for group in optimiser.param_groups:
                    group["lr"] = rate * base_rate
            with autocast(device):
                asked = _question_loss(student, tokenizers, drawn, recipe, device)
                translated = _pair_loss(student, teacher, tokenizers, drawn.pairs, recipe, device)
            (asked + translated).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(student.body_parameters(), 1.0)
            body.step()
            rows.step()  # type: ignore[no-untyped-call]
            body.zero_grad(set_to_none=True)
            rows.zero_grad(set_to_none=True)
            for kept, now in zip(average.parameters(), student.parameters(), strict=True):
                kept.lerp_(now.detach(), 1 - recipe.averaging)
            losses.append((asked.item(), translated.item()))
            if step % 20 == 19:
                bar.set_postfix_str("loss {:.3f} + {:.3f}".format(*np.mean(losses[-40:], axis=0)))
        scores = measure_dev(average, tokenizers, dev)
        _save(work, epoch, student, average, body, rows, scores)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One step's texts."""

    questions: list[Question]
    keys: list[int]
    """The candidate that answers each question; a negative number of its own where none does."""
    candidates: list[Candidate]
    """The evidence of each key in its order, then the negatives."""
    pairs: list[Pair]


class Sampler:
    """Draws the steps of an epoch; the same epoch is always drawn alike."""

    def __init__(self, questions: QuestionSet, pairs: Sequence[Pair], recipe: Recipe) -> None:
        self.questions = questions
        self.pairs = pairs
        self.recipe = recipe
        self.answerable = [*questions.answerable, *(answered for answered, _ in questions.twins)]
        self.asked_of: dict[tuple[int, int], list[int]] = {}
        for number, question in enumerate(self.answerable):
            assert question.sentence is not None, "answerable"
            self.asked_of.setdefault((question.passage, question.sentence), []).append(number)
        self.mined = mine(questions.passages, self.answerable)

    @property
    def steps(self) -> int:
        """Steps an epoch: each sentence that is asked for comes once."""
        return len(self.asked_of) // self.recipe.evidence

    def epoch(self, number: int) -> Iterator[Drawn]:
        draw = random.Random(self.recipe.seed * 1000 + number)
        order = draw.sample(sorted(self.asked_of), len(self.asked_of))
        size = self.recipe.evidence
        for start in range(0, size * self.steps, size):
            yield self._draw(order[start : start + size], draw)

    def _draw(self, places: Sequence[tuple[int, int]], draw: random.Random) -> Drawn:
        names, weights = zip(*self.recipe.forms, strict=True)
        asked: list[Question] = []
        keys: list[int] = []
        found: list[Candidate] = []
        negatives: list[Candidate] = []
        for key, (passage, sentence) in enumerate(places):
            chosen = self._one_a_language(self.asked_of[passage, sentence], draw)
            asked += [self.answerable[number] for number in chosen]
            keys += [key] * len(chosen)
            form = draw.choices(names, weights)[0]
            found.append(evidence(self.questions, passage, sentence, form, key))
            near = "leaning" if form == "passage" else form
            negatives += self._siblings(passage, sentence, near, key, draw)
            where, at = draw.choice(self.mined[draw.choice(chosen)])
            negatives.append(evidence(self.questions, where, at, near, key))
        unanswerable = draw.sample(
            self.questions.unanswerable, min(self.recipe.unanswerable, len(self.questions.unanswerable))
        )
        for row, question in enumerate(unanswerable):
            form = draw.choices(["leaning", "sentence"], [2, 1])[0]
            negatives += self._siblings(question.passage, None, form, -1 - row, draw)
        return Drawn(
            questions=[*asked, *unanswerable],
            keys=[*keys, *(-1 - row for row in range(len(unanswerable)))],
            candidates=[*found, *negatives],
            pairs=draw.sample(self.pairs, self.recipe.pairs),
        )

    def _one_a_language(self, numbers: Sequence[int], draw: random.Random) -> list[int]:
        by_language: dict[Language, list[int]] = {}
        for number in numbers:
            by_language.setdefault(self.answerable[number].language, []).append(number)
        return [draw.choice(of_language) for of_language in by_language.values()]

    def _siblings(
        self, passage: int, sentence: int | None, form: str, key: int, draw: random.Random
    ) -> list[Candidate]:
        """Other sentences of the passage, as negatives."""
        others = [at for at in range(len(self.questions.passages[passage].sentences)) if at != sentence]
        chosen = draw.sample(others, min(self.recipe.siblings, len(others)))
        return [evidence(self.questions, passage, at, form, key) for at in chosen]


def _question_loss(
    student: Student, tokenizers: Tokenizers, drawn: Drawn, recipe: Recipe, device: torch.device
) -> Tensor:
    """InfoNCE of each question over all candidates of the step and "nothing"; and of questions over each other.

    An unanswerable question must find nothing. Candidates of a question's own passage count only where
    they were drawn for it: another question's evidence there may well answer this one too.
    """
    texts = [question.text for question in drawn.questions]
    languages = [question.language for question in drawn.questions]
    asked = _vectors(student, tokenizers, texts, languages, device, recipe.dropped)
    found = _filed(student, tokenizers, drawn.candidates, recipe, device)
    passages = torch.tensor([question.passage for question in drawn.questions])
    keys = torch.tensor(drawn.keys)
    same_passage = passages[:, None] == torch.tensor([candidate.passage for candidate in drawn.candidates])[None, :]
    own = keys[:, None] == torch.tensor([candidate.key for candidate in drawn.candidates])[None, :]
    scores = (asked @ found.T).masked_fill((same_passage & ~own).to(device), -1e3)
    scores = torch.cat([scores, student.nothing.expand(len(texts), 1)], dim=1) / recipe.temperature
    targets = torch.where(keys < 0, len(drawn.candidates), keys)
    loss = nn.functional.cross_entropy(scores, targets.to(device))
    return loss + recipe.question_weight * _same_answer_loss(asked, passages, keys, recipe)


def _filed(
    student: Student,
    tokenizers: Tokenizers,
    candidates: Sequence[Candidate],
    recipe: Recipe,
    device: torch.device,
) -> Tensor:
    """The vectors of candidates as an index files them: those with a title lean to it."""
    titles = list(dict.fromkeys(candidate.title for candidate in candidates if candidate.title is not None))
    texts = [*(candidate.text for candidate in candidates), *titles]
    vectors = _vectors(student, tokenizers, texts, ["de"] * len(texts), device, recipe.dropped)
    found, over = vectors[: len(candidates)], nn.functional.pad(vectors[len(candidates) :], (0, 0, 0, 1))
    row: dict[str | None, int] = {title: number for number, title in enumerate(titles)}
    of_each = torch.tensor([row.get(candidate.title, len(titles)) for candidate in candidates], device=device)
    return nn.functional.normalize(found + SUBJECT * over[of_each], dim=1)


def _same_answer_loss(asked: Tensor, passages: Tensor, keys: Tensor, recipe: Recipe) -> Tensor:
    """InfoNCE of each question over the step's others, the right one being that on the same sentence.

    Zero where no sentence of the step is asked for twice.
    """
    apart = ~torch.eye(len(keys), dtype=torch.bool)
    same = (keys[:, None] == keys[None, :]) & apart
    scores = asked @ asked.T / recipe.temperature
    others = same | (passages[:, None] != passages[None, :])
    scores = scores.masked_fill(~others.to(asked.device), -1e4)
    paired = same.any(1)
    targets = same.float().argmax(1)[paired].to(asked.device)
    return nn.functional.cross_entropy(scores[paired], targets, reduction="sum") / max(1, len(targets))


def _pair_loss(
    student: Student,
    teacher: nn.Module,
    tokenizers: Tokenizers,
    pairs: Sequence[Pair],
    recipe: Recipe,
    device: torch.device,
) -> Tensor:
    texts = [pair.en for pair in pairs]
    with torch.no_grad():
        target = _vectors(teacher, tokenizers, texts, ["en"] * len(pairs), device)
    english = _vectors(student, tokenizers, texts, ["en"] * len(pairs), device)
    german = _vectors(student, tokenizers, [pair.de for pair in pairs], ["de"] * len(pairs), device)
    moved = ((german - target) ** 2).sum(1).mean() + ((english - target) ** 2).sum(1).mean()
    scores = german @ target.T / recipe.temperature
    matched = nn.functional.cross_entropy(scores, torch.arange(len(pairs), device=device))
    return recipe.translation_weight * moved + recipe.pair_weight * matched


def _vectors(
    model: nn.Module,
    tokenizers: Tokenizers,
    texts: Sequence[str],
    languages: Sequence[Language],
    device: torch.device,
    dropped: float = 0.0,
) -> Tensor:
    """The vectors of texts in their order, computed in groups of like length: padding costs as much as text."""
    ids = [_thinned(row, dropped) for row in tokenizers.encode(texts, languages)]
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    groups = [order[start : start + GROUP] for start in range(0, len(order), GROUP)]
    vectors = [
        model(collate([ids[row] for row in group], [languages[row] == "de" for row in group], device))
        for group in groups
    ]
    return torch.cat(vectors)[torch.tensor(np.argsort(order), device=device)]


def _thinned(ids: Sequence[int], dropped: float) -> list[int]:
    """The word pieces left when each but the first and last is dropped with that probability."""
    kept = torch.rand(len(ids)) >= dropped
    kept[0] = kept[-1] = True
    return [number for number, keep in zip(ids, kept.tolist(), strict=True) if keep]


def mine(passages: Sequence[TrainingPassage], questions: Sequence[Question]) -> list[list[tuple[int, int]]]:
    """For each question the sentences of other passages that share most character 4-grams with it."""
    places = [(row, at) for row, passage in enumerate(passages) for at in range(len(passage.sentences))]
    index = bm25s.BM25(k1=1.2, b=0.6)
    index.index([_terms(passages[row].sentences[at], "de") for row, at in places], show_progress=False)
    mined = []
    for question in tqdm(questions, desc="hard negatives", mininterval=5):
        scores = index.get_scores(_terms(question.text, question.language) or [""])
        best = np.argsort(-scores, kind="stable")[: 2 * MINED + 8]
        others = [places[row] for row in best if places[row][0] != question.passage]
        mined.append(others[:MINED])
    return mined


def _terms(text: str, language: Language) -> list[str]:
    return [gram for word in content_words(text, language) for gram in grams(word.folded)]


def _save(
    work: Path,
    epoch: int,
    student: Student,
    average: nn.Module,
    body: torch.optim.Optimizer,
    rows: torch.optim.Optimizer,
    scores: DevScores,
) -> None:
    torch.save(average.state_dict(), work / f"epoch-{epoch + 1:02}.pt")
    state = {
        "epoch": epoch + 1,
        "student": student.state_dict(),
        "average": average.state_dict(),
        "body": body.state_dict(),
        "rows": rows.state_dict(),
    }
    torch.save(state, work / "state.tmp")
    (work / "state.tmp").replace(work / "state.pt")
    with (work / "scores.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"epoch": epoch + 1, "time": round(time.time()), **asdict(scores)}) + "\n")


def _resume(
    work: Path, student: Student, average: nn.Module, body: torch.optim.Optimizer, rows: torch.optim.Optimizer
) -> int:
    """The first epoch still to run, with the state behind the last finished one loaded."""
    if not (work / "state.pt").exists():
        return 0
    state = torch.load(work / "state.pt", weights_only=True)
    student.load_state_dict(state["student"])
    average.load_state_dict(state["average"])
    body.load_state_dict(state["body"])
    rows.load_state_dict(state["rows"])
    return int(state["epoch"])


def best_average(work: Path) -> dict[str, torch.Tensor]:
    """The mean of the weights of the ``AVERAGED`` epochs whose dev scores are best (Wortsman et al. 2022)."""
    with (work / "scores.jsonl").open(encoding="utf-8") as lines:
        scores = [json.loads(line) for line in lines]
    best = sorted(scores, key=lambda row: -row["total"])[:AVERAGED]
    weights = [torch.load(work / f"epoch-{row['epoch']:02}.pt", map_location="cpu", weights_only=True) for row in best]
    return {name: torch.stack([each[name] for each in weights]).mean(0) for name in weights[0]}
