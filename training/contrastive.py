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

from rag.language import content_words, grams
from rag.records import Language
from training.corpus import Pair, Question, QuestionSet, TrainingPassage
from training.measure import DevScores, measure_dev
from training.student import Student, Tokenizers, autocast, collate

GROUP = 32
"""So many texts of like length go through the network together."""

MINED = 8
"""BM25 keeps so many of the best sentences of other passages as negatives to draw from."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What was fitted on the dev passages of the written questions, and nothing else."""

    epochs: int = 8
    questions: int = 48
    unanswerable: int = 12
    pairs: int = 40
    siblings: int = 2
    """Hard negatives a question from its own passage; one more comes from another passage, by BM25."""
    temperature: float = 0.05
    dropped: float = 0.12
    """Share of word pieces left out of each text, drawn anew each time: the only dropout, and it costs nothing."""
    body_rate: float = 5e-5
    rows_rate: float = 5e-4
    warmup_steps: int = 60
    averaging: float = 0.99
    """Decay, a step, of the running average of the weights, which is what is kept and measured."""
    translation_weight: float = 1.0
    pair_weight: float = 0.3
    forms: tuple[tuple[str, float], ...] = (
        ("sentence", 0.25),
        ("titled", 0.5),
        ("passage", 0.25),
    )
    seed: int = 1


def evidence(passage: TrainingPassage, sentence: int, form: str) -> str:
    """A sentence alone, or behind its title; or its whole passage behind its title."""
    match form:
        case "titled":
            return f"{passage.title}: {passage.sentences[sentence]}"
        case "passage":
            return f"{passage.title}: {' '.join(passage.sentences)}"
    return passage.sentences[sentence]


def train(
    student: Student,
    teacher: nn.Module,
    tokenizers: Tokenizers,
    questions: QuestionSet,
    pairs: Sequence[Pair],
    dev: QuestionSet,
    recipe: Recipe,
    work: Path,
) -> Path:
    """Train, and return the checkpoint that ranks the dev sentences best.

    After each epoch the state is written to ``work``; a run that finds one goes on behind it.
    """
    device = student.german_rows.weight.device
    body = torch.optim.AdamW(student.body_parameters(), lr=recipe.body_rate, weight_decay=0.01)
    rows = torch.optim.SparseAdam([student.german_rows.weight], lr=recipe.rows_rate)
    average = copy.deepcopy(student).requires_grad_(False)
    steps = len(questions.answerable) // recipe.questions
    sampler = Sampler(questions, pairs, recipe)
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
    return best_checkpoint(work)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One step's texts. The first candidates are the evidence of the answerable questions, in their order."""

    questions: list[Question]
    """Answerable ones first."""
    answerable: int
    candidates: list[str]
    owners: list[int]
    """The passage that each candidate comes from."""
    drawn_for: list[int]
    """The row of the question that each candidate was drawn for."""
    pairs: list[Pair]


class Sampler:
    """Draws the steps of an epoch; the same epoch is always drawn alike."""

    def __init__(self, questions: QuestionSet, pairs: Sequence[Pair], recipe: Recipe) -> None:
        self.questions = questions
        self.pairs = pairs
        self.recipe = recipe
        self.mined = _mine(questions.passages, questions.answerable)

    def epoch(self, number: int) -> Iterator[Drawn]:
        draw = random.Random(self.recipe.seed * 1000 + number)
        order = draw.sample(range(len(self.questions.answerable)), len(self.questions.answerable))
        size = self.recipe.questions
        for start in range(0, len(order) - size + 1, size):
            yield self._draw(order[start : start + size], draw)

    def _draw(self, chosen: Sequence[int], draw: random.Random) -> Drawn:
        names, weights = zip(*self.recipe.forms, strict=True)
        passages = self.questions.passages
        asked = [self.questions.answerable[number] for number in chosen]
        unanswerable = draw.sample(
            self.questions.unanswerable, min(self.recipe.unanswerable, len(self.questions.unanswerable))
        )
        found: list[tuple[str, int, int]] = []
        negatives: list[tuple[str, int, int]] = []
        for row, question in enumerate([*asked, *unanswerable]):
            passage = passages[question.passage]
            form = draw.choices(names, weights)[0]
            near = "titled" if form == "passage" else form
            if question.sentence is not None:
                found.append((evidence(passage, question.sentence, form), question.passage, row))
                where, at = draw.choice(self.mined[chosen[row]])
                negatives.append((evidence(passages[where], at, near), where, row))
            others = [at for at in range(len(passage.sentences)) if at != question.sentence]
            siblings = draw.sample(others, min(self.recipe.siblings, len(others)))
            negatives += [(evidence(passage, at, near), question.passage, row) for at in siblings]
        texts, owners, drawn_for = zip(*found, *negatives, strict=True)
        return Drawn(
            questions=[*asked, *unanswerable],
            answerable=len(asked),
            candidates=list(texts),
            owners=list(owners),
            drawn_for=list(drawn_for),
            pairs=draw.sample(self.pairs, self.recipe.pairs),
        )


def _question_loss(
    student: Student, tokenizers: Tokenizers, drawn: Drawn, recipe: Recipe, device: torch.device
) -> Tensor:
    """InfoNCE of each question over all candidates of the step and "nothing".

    An unanswerable question must find nothing. Candidates of a question's own passage count only where
    they were drawn for it: another question's evidence there may well answer this one too.
    """
    count = len(drawn.questions)
    texts = [question.text for question in drawn.questions]
    languages = [question.language for question in drawn.questions]
    asked = _vectors(student, tokenizers, texts, languages, device, recipe.dropped)
    found = _vectors(student, tokenizers, drawn.candidates, ["de"] * len(drawn.candidates), device, recipe.dropped)
    scores = asked @ found.T
    passages = torch.tensor([question.passage for question in drawn.questions])
    same_passage = passages[:, None] == torch.tensor(drawn.owners)[None, :]
    own = torch.arange(count)[:, None] == torch.tensor(drawn.drawn_for)[None, :]
    scores = scores.masked_fill((same_passage & ~own).to(device), -1e3)
    scores = torch.cat([scores, student.nothing.expand(count, 1)], dim=1) / recipe.temperature
    target = torch.arange(count, device=device)
    target[drawn.answerable :] = len(drawn.candidates)
    return nn.functional.cross_entropy(scores, target)


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


def _mine(passages: Sequence[TrainingPassage], questions: Sequence[Question]) -> list[list[tuple[int, int]]]:
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


def best_checkpoint(work: Path) -> Path:
    """The weights of the epoch whose dev scores are best."""
    with (work / "scores.jsonl").open(encoding="utf-8") as lines:
        scores = [json.loads(line) for line in lines]
    best = max(scores, key=lambda row: row["total"])
    return work / f"epoch-{best['epoch']:02}.pt"
