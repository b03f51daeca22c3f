"""Contrastive training on written questions, kept honest by parallel text.

Each step draws questions with their evidence and hard negatives, and sentence pairs. Questions are
pulled to their evidence (InfoNCE; van den Oord et al. 2018); German sentences are pulled to where the
untouched English model puts their translation, and English ones are kept there (Reimers & Gurevych 2020).
"""

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
from training.corpus import Pair, Question, TrainingPassage
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
    pairs: int = 48
    siblings: int = 2
    """Hard negatives a question from its own passage; one more comes from another passage, by BM25."""
    temperature: float = 0.05
    dropped: float = 0.1
    """Share of word pieces left out of each text, drawn anew each time: the only dropout, and it costs nothing."""
    body_rate: float = 6e-5
    rows_rate: float = 6e-4
    warmup_steps: int = 60
    translation_weight: float = 1.0
    pair_weight: float = 0.3
    forms: tuple[tuple[str, float], ...] = (
        ("sentence", 0.25),
        ("context", 0.4),
        ("titled", 0.2),
        ("passage", 0.15),
    )
    seed: int = 1


def evidence(passage: TrainingPassage, sentence: int, form: str) -> str:
    """A sentence alone, behind its predecessor, behind its title, or its whole passage."""
    match form:
        case "context":
            return " ".join(passage.sentences[max(0, sentence - 1) : sentence + 1])
        case "titled":
            return f"{passage.title}. {passage.sentences[sentence]}"
        case "passage":
            return " ".join(passage.sentences)
    return passage.sentences[sentence]


def train(
    student: Student,
    teacher: nn.Module,
    tokenizers: Tokenizers,
    passages: Sequence[TrainingPassage],
    questions: Sequence[Question],
    pairs: Sequence[Pair],
    dev: tuple[Sequence[TrainingPassage], Sequence[Question]],
    recipe: Recipe,
    work: Path,
) -> Path:
    """Train, and return the checkpoint that ranks the dev sentences best.

    After each epoch the state is written to ``work``; a run that finds one goes on behind it.
    """
    device = student.german_rows.weight.device
    body = torch.optim.AdamW(student.body_parameters(), lr=recipe.body_rate, weight_decay=0.01)
    rows = torch.optim.SparseAdam([student.german_rows.weight], lr=recipe.rows_rate)
    steps = len(questions) // recipe.questions
    sampler = Sampler(passages, questions, pairs, recipe)
    first = _resume(work, student, body, rows)
    for epoch in range(first, recipe.epochs):
        torch.manual_seed(recipe.seed + epoch)
        student.eval()  # MiniLM's own dropout takes half the time on a processor
        bar = tqdm(sampler.epoch(epoch), total=steps, desc=f"epoch {epoch + 1}/{recipe.epochs}", mininterval=5)
        losses: list[tuple[float, float]] = []
        for step, batch in enumerate(bar):
            done = epoch * steps + step
            rate = min(1.0, (done + 1) / recipe.warmup_steps) * max(0.02, 1 - done / (recipe.epochs * steps))
            for optimiser, base_rate in ((body, recipe.body_rate), (rows, recipe.rows_rate)):
                for group in optimiser.param_groups:
                    group["lr"] = rate * base_rate
            with autocast(device):
                asked = _question_loss(student, tokenizers, batch, recipe, device)
                translated = _pair_loss(student, teacher, tokenizers, batch.pairs, recipe, device)
            (asked + translated).backward()
            nn.utils.clip_grad_norm_(student.body_parameters(), 1.0)
            body.step()
            rows.step()
            body.zero_grad(set_to_none=True)
            rows.zero_grad(set_to_none=True)
            losses.append((asked.item(), translated.item()))
            if step % 20 == 19:
                bar.set_postfix_str("loss {:.3f} + {:.3f}".format(*np.mean(losses[-40:], axis=0)))
        scores = measure_dev(student, tokenizers, *dev)
        _save(work, epoch, student, body, rows, scores)
    return best_checkpoint(work)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One step's texts: question ``i`` belongs to evidence ``i`` and the negatives that follow all evidence."""

    questions: list[str]
    languages: list[str]
    candidates: list[str]
    owners: list[int]
    """The passage that each candidate comes from."""
    own: list[int]
    """The question that each candidate was drawn for."""
    asked_of: list[int]
    pairs: list[Pair]


class Sampler:
    """Draws the steps of an epoch; the same epoch is always drawn alike."""

    def __init__(
        self,
        passages: Sequence[TrainingPassage],
        questions: Sequence[Question],
        pairs: Sequence[Pair],
        recipe: Recipe,
    ) -> None:
        self.passages = passages
        self.questions = questions
        self.pairs = pairs
        self.recipe = recipe
        self.mined = _mine(passages, questions)

    def epoch(self, number: int) -> Iterator[Drawn]:
        draw = random.Random(self.recipe.seed * 1000 + number)
        order = draw.sample(range(len(self.questions)), len(self.questions))
        size = self.recipe.questions
        for start in range(0, len(order) - size + 1, size):
            yield self._draw([order[row] for row in range(start, start + size)], draw)

    def _draw(self, chosen: Sequence[int], draw: random.Random) -> Drawn:
        names, weights = zip(*self.recipe.forms, strict=True)
        candidates: list[tuple[str, int, int]] = []
        negatives: list[tuple[str, int, int]] = []
        for row, number in enumerate(chosen):
            question = self.questions[number]
            passage = self.passages[question.passage]
            form = draw.choices(names, weights)[0]
            candidates.append((evidence(passage, question.sentence, form), question.passage, row))
            near = names[0] if form == "passage" else form
            others = [at for at in range(len(passage.sentences)) if at != question.sentence]
            for at in draw.sample(others, min(self.recipe.siblings, len(others))):
                negatives.append((evidence(passage, at, near), question.passage, row))
            where, at = draw.choice(self.mined[number])
            negatives.append((evidence(self.passages[where], at, near), where, row))
        texts, owners, own = zip(*candidates, *negatives, strict=True)
        asked = [self.questions[number] for number in chosen]
        return Drawn(
            questions=[question.text for question in asked],
            languages=[question.language for question in asked],
            candidates=list(texts),
            owners=list(owners),
            own=list(own),
            asked_of=[question.passage for question in asked],
            pairs=draw.sample(self.pairs, self.recipe.pairs),
        )


def _question_loss(
    student: Student, tokenizers: Tokenizers, drawn: Drawn, recipe: Recipe, device: torch.device
) -> Tensor:
    """InfoNCE of each question over all candidates of the step.

    Candidates of a question's own passage count only where they were drawn for it: another question's
    evidence there may well answer this one too.
    """
    count = len(drawn.questions)
    asked = _vectors(student, tokenizers, drawn.questions, drawn.languages, device, recipe.dropped)
    found = _vectors(student, tokenizers, drawn.candidates, ["de"] * len(drawn.candidates), device, recipe.dropped)
    scores = asked @ found.T / recipe.temperature
    same_passage = torch.tensor(drawn.asked_of)[:, None] == torch.tensor(drawn.owners)[None, :]
    drawn_for = torch.arange(count)[:, None] == torch.tensor(drawn.own)[None, :]
    scores = scores.masked_fill((same_passage & ~drawn_for).to(device), -1e4)
    return nn.functional.cross_entropy(scores, torch.arange(count, device=device))


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
    languages: Sequence[str],
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


def _mine(
    passages: Sequence[TrainingPassage], questions: Sequence[Question]
) -> list[list[tuple[int, int]]]:
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


def _terms(text: str, language: str) -> list[str]:
    return [gram for word in content_words(text, language) for gram in grams(word.folded)]


def _save(
    work: Path,
    epoch: int,
    student: Student,
    body: torch.optim.Optimizer,
    rows: torch.optim.Optimizer,
    scores: DevScores,
) -> None:
    torch.save(student.state_dict(), work / f"epoch-{epoch + 1:02}.pt")
    state = {"epoch": epoch + 1, "student": student.state_dict(), "body": body.state_dict(), "rows": rows.state_dict()}
    torch.save(state, work / "state.tmp")
    (work / "state.tmp").replace(work / "state.pt")
    with open(work / "scores.jsonl", "a", encoding="utf-8") as lines:
        lines.write(json.dumps({"epoch": epoch + 1, "time": round(time.time()), **asdict(scores)}) + "\n")


def _resume(work: Path, student: Student, body: torch.optim.Optimizer, rows: torch.optim.Optimizer) -> int:
    """The first epoch still to run, with the state behind the last finished one loaded."""
    if not (work / "state.pt").exists():
        return 0
    state = torch.load(work / "state.pt", weights_only=True)
    student.load_state_dict(state["student"])
    body.load_state_dict(state["body"])
    rows.load_state_dict(state["rows"])
    return int(state["epoch"])


def best_checkpoint(work: Path) -> Path:
    with open(work / "scores.jsonl", encoding="utf-8") as lines:
        scores = [json.loads(line) for line in lines]
    best = max(scores, key=lambda row: row["total"])
    return work / f"epoch-{best['epoch']:02}.pt"
