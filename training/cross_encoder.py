"""The cross-encoder in training: question and sentences in one text, each sentence scored against "nothing here".

It starts from the trained student and learns from the same written questions, also those that their passage
only comes near: there, and in windows without the answer, nothing is right (as in SQuAD 2.0; Rajpurkar et al. 2018).
Twins, which look alike and of which one is answered, keep it from judging by the words that a question shares with
the text (contrast sets; Gardner et al. 2020).
"""

import copy
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from rag.cross_encoder import CLS, SEP, Encoded, encode
from rag.records import Language
from training.contrastive import mine
from training.corpus import Question, QuestionSet
from training.student import Student, Tokenizers, autocast

AROUND = 5
"""A window reaches so many sentences to either side of the answer at most, unless it is the whole passage."""

BATCHES_SORTED = 16
"""Texts of so many batches are sorted by length before they are parted into batches."""

WIDTH = 32
"""Padded lengths are multiples of this: kernels are kept for each shape there is."""


@dataclass(frozen=True, slots=True)
class CrossRecipe:
    """Fitted on the dev passages, and nothing else."""

    epochs: int = 4
    batch: int = 48
    body_rate: float = 1e-4
    head_rate: float = 1e-3
    warmup_steps: int = 100
    averaging: float = 0.99
    answerable: float = 0.6
    unanswerable: float = 0.4
    """Shares of the questions without a twin that an epoch draws; twins it draws all."""
    whole: float = 0.4
    """Share of windows that are the whole passage."""
    titled: float = 0.75
    """Share of windows that stand under their title."""
    without: float = 0.2
    """Share of questions that also meet their window with the answer taken out; half of it for twins."""
    elsewhere: float = 0.3
    """Share of the other questions that also meet the passage that shares most letters with them."""
    dropped: float = 0.1
    seed: int = 100


@dataclass(frozen=True, slots=True)
class CrossScores:
    """On dev passages, each read whole, by language."""

    sentence_de: float
    sentence_en: float
    """The gold sentence is first."""
    refusal_de: float
    refusal_en: float
    """How well the best margin tells answerable from unanswerable questions: AUROC."""


class CrossNetwork(nn.Module):
    """Word pieces -> the score of each token, and before them that of "nothing here answers"."""

    def __init__(self, student: Student) -> None:
        super().__init__()
        self.student = student
        student.german_rows.weight.requires_grad_(False)  # the rows are shared with the embedding model
        width = student.german_rows.embedding_dim
        self.segment = nn.Parameter(torch.zeros(width))
        """Added to each piece of the question."""
        self.head, self.null = nn.Linear(width, 1), nn.Linear(width, 1)
        for layer in (self.head, self.null):
            nn.init.normal_(layer.weight, std=0.02)

    def forward(self, batch: "CrossBatch") -> Tensor:
        words = self.student.words(batch.ids) + batch.asked[..., None] * self.segment
        state = self.student.body(inputs_embeds=words, attention_mask=batch.mask, token_type_ids=batch.types)
        hidden = state.last_hidden_state.float()
        scores = self.head(hidden).squeeze(-1).masked_fill(~batch.ends, -1e4)
        return torch.cat([self.null(hidden[:, 0]), scores], dim=1)


@dataclass(frozen=True, slots=True)
class CrossBatch:
    ids: Tensor
    mask: Tensor
    types: Tensor
    asked: Tensor
    ends: Tensor
    """Whether a sentence ends at each token."""


@dataclass(frozen=True, slots=True)
class Example:
    encoded: Encoded
    answer: int | None
    """Which sentence of the window answers; None for none."""


class Examples:
    """Draws the windows of an epoch; the same epoch is always drawn alike."""

    def __init__(self, questions: QuestionSet, tokenizers: Tokenizers, recipe: CrossRecipe) -> None:
        self.questions = questions
        self.recipe = recipe
        self.passages = [
            (_pieces(tokenizers, passage.title, "de"), [_pieces(tokenizers, text, "de") for text in passage.sentences])
            for passage in questions.passages
        ]
        self.asked = {question: _pieces(tokenizers, question.text, question.language) for question in _all(questions)}
        self.mined = mine(questions.passages, questions.answerable)

    def whole(self) -> Iterator[tuple[Question, Example]]:
        """Each question with its whole passage."""
        for question in _all(self.questions):
            last = len(self.passages[question.passage][1])
            yield question, self._example(question, question.passage, (0, last), True, question.sentence)

    def epoch(self, number: int) -> list[Example]:
        draw = random.Random(self.recipe.seed + number)
        found: list[Example] = []
        for row, question in enumerate(self.questions.answerable):
            if draw.random() < self.recipe.answerable:
                found += self._of_answerable(question, row, draw)
        for question in self.questions.unanswerable:
            if draw.random() < self.recipe.unanswerable:
                last = len(self.passages[question.passage][1])
                first = 0
                if draw.random() < 0.5:
                    first = draw.randrange(last)
                    last = draw.randint(first + 1, last)
                found.append(self._example(question, question.passage, (first, last), self._titled(draw), None))
        for question, miss in self.questions.twins:
            found += self._of_twins(question, miss, draw)
        draw.shuffle(found)
        return [self._thinned(example, draw) for example in found]

    def _of_answerable(self, question: Question, row: int, draw: random.Random) -> Iterator[Example]:
        """A window around the answer; and now and then the same, or one of another passage, without it."""
        window, at = self._around(question, draw)
        titled = self._titled(draw)
        yield self._example(question, question.passage, window, titled, at)
        chance = draw.random()
        if chance < self.recipe.without:
            yield self._example(question, question.passage, window, titled, None, without=at)
        elif chance < self.recipe.without + self.recipe.elsewhere:
            passage, near = draw.choice(self.mined[row])
            around = (max(0, near - draw.randint(0, 3)), near + draw.randint(1, 4))
            yield self._example(question, passage, around, self._titled(draw), None)

    def _of_twins(self, question: Question, miss: Question, draw: random.Random) -> Iterator[Example]:
        """Both with the same window, which answers only the first."""
        window, at = self._around(question, draw)
        titled = self._titled(draw)
        yield self._example(question, question.passage, window, titled, at)
        yield self._example(miss, miss.passage, window, titled, None)
        if draw.random() < self.recipe.without / 2:
            yield self._example(question, question.passage, window, titled, None, without=at)

    def _around(self, question: Question, draw: random.Random) -> tuple[tuple[int, int], int]:
        """A window that holds the answer, and the answer's place in it."""
        at = question.sentence
        assert at is not None, "answerable"
        count = len(self.passages[question.passage][1])
        first = draw.randint(max(0, at - AROUND), at)
        last = draw.randint(at + 1, min(count, at + AROUND + 1))
        return ((0, count), at) if draw.random() < self.recipe.whole else ((first, last), at - first)

    def _titled(self, draw: random.Random) -> bool:
        return draw.random() < self.recipe.titled

    def _example(
        self,
        question: Question,
        passage: int,
        window: tuple[int, int],
        titled: bool,
        answer: int | None,
        without: int | None = None,
    ) -> Example:
        """``without`` is the sentence of the window that is taken out."""
        title, sentences = self.passages[passage]
        read = [sentence for at, sentence in enumerate(sentences[slice(*window)]) if at != without]
        encoded = encode(self.asked[question], title if titled else [], read, (question.language, "de"))
        return Example(encoded, answer)

    def _thinned(self, example: Example, draw: random.Random) -> Example:
        """The example with some word pieces left out, never a mark."""
        one = example.encoded
        kept = [at for at, piece in enumerate(one.ids) if piece in (CLS, SEP) or draw.random() >= self.recipe.dropped]
        place = {at: number for number, at in enumerate(kept)}
        thinned = Encoded(
            [one.ids[at] for at in kept],
            [one.types[at] for at in kept],
            [one.asked[at] for at in kept],
            [place[at] for at in one.ends],
        )
        return Example(thinned, example.answer)


def train_cross_encoder(
    student: Student,
    tokenizers: Tokenizers,
    questions: QuestionSet,
    dev: QuestionSet,
    recipe: CrossRecipe,
    work: Path,
) -> CrossNetwork:
    """The network after all epochs, as the running average of its weights; ``work`` gets the dev scores of each."""
    torch.manual_seed(recipe.seed)
    device = student.german_rows.weight.device
    network = CrossNetwork(student).to(device).eval()  # MiniLM's own dropout takes half the time on a processor
    average = copy.deepcopy(network).requires_grad_(False)
    body = [weight for weight in student.body.parameters() if weight.requires_grad]
    heads = [network.segment, *network.head.parameters(), *network.null.parameters()]
    groups = [{"params": body, "lr": recipe.body_rate}, {"params": heads, "lr": recipe.head_rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    examples, measured = Examples(questions, tokenizers, recipe), Examples(dev, tokenizers, recipe)
    steps = recipe.epochs * max(1, len(examples.epoch(0)) // recipe.batch)
    done = 0
    for epoch in range(recipe.epochs):
        batches = _batches(examples.epoch(epoch), recipe.batch, random.Random(recipe.seed + epoch))
        for batch in tqdm(batches, desc=f"cross-encoder, epoch {epoch + 1}/{recipe.epochs}", mininterval=5):
            rate = min(1.0, (done + 1) / recipe.warmup_steps) * max(0.03, 1 - done / steps)
            for group, full in zip(optimiser.param_groups, (recipe.body_rate, recipe.head_rate), strict=True):
                group["lr"] = rate * full
            with autocast(device):
                scores = network(collate([example.encoded for example in batch], device))
            nn.functional.cross_entropy(scores, _targets(batch).to(device)).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(body, 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            for kept, now in zip(average.parameters(), network.parameters(), strict=True):
                kept.lerp_(now.detach(), 1 - recipe.averaging)
            done += 1
        with (work / "cross-scores.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"epoch": epoch + 1, **asdict(measure(average, measured))}) + "\n")
    return average


@torch.inference_mode()
def measure(network: CrossNetwork, examples: Examples) -> CrossScores:
    """Each question is read with its own passage alone."""
    device = network.segment.device
    right: dict[str, list[bool]] = {"de": [], "en": []}
    margins: dict[tuple[str, bool], list[float]] = {}
    for question, example in examples.whole():
        with autocast(device):
            scores = network(collate([example.encoded], device))[0]
        of_sentences = scores[1:][example.encoded.ends]
        margins.setdefault((question.language, example.answer is not None), []).append(
            float(of_sentences.max() - scores[0])
        )
        if example.answer is not None:
            right[question.language].append(int(of_sentences.argmax()) == example.answer)
    first = [float(np.mean(right[language] or [False])) for language in ("de", "en")]
    return CrossScores(*(round(part, 4) for part in (*first, _auroc(margins, "de"), _auroc(margins, "en"))))


def collate(encoded: Sequence[Encoded], device: torch.device) -> CrossBatch:
    """Padded to one length, a multiple of ``WIDTH``."""
    width = -(-max(len(one.ids) for one in encoded) // WIDTH) * WIDTH
    ids, mask, types, asked = (torch.zeros((len(encoded), width), dtype=torch.long) for _ in range(4))
    ends = torch.zeros((len(encoded), width), dtype=torch.bool)
    for row, one in enumerate(encoded):
        length = len(one.ids)
        ids[row, :length] = torch.tensor(one.ids)
        mask[row, :length] = 1
        types[row, :length] = torch.tensor(one.types)
        asked[row, :length] = torch.tensor(one.asked, dtype=torch.long)
        ends[row, one.ends] = True
    return CrossBatch(*(part.to(device) for part in (ids, mask, types, asked, ends)))


def _targets(batch: Sequence[Example]) -> Tensor:
    """The column of each example's answer: 0 for nothing, which also stands for what was cut off."""
    columns = []
    for example in batch:
        ends = example.encoded.ends
        answered = example.answer is not None and example.answer < len(ends)
        columns.append(1 + ends[example.answer] if answered and example.answer is not None else 0)
    return torch.tensor(columns)


def _batches(examples: Sequence[Example], size: int, draw: random.Random) -> list[Sequence[Example]]:
    """Examples of like length together, the batches in no order."""
    batches: list[Sequence[Example]] = []
    for start in range(0, len(examples), size * BATCHES_SORTED):
        alike = sorted(examples[start : start + size * BATCHES_SORTED], key=lambda one: len(one.encoded.ids))
        batches += [alike[at : at + size] for at in range(0, len(alike), size)]
    draw.shuffle(batches)
    return batches


def _pieces(tokenizers: Tokenizers, text: str, language: Language) -> list[int]:
    return tokenizers.encode([text], [language])[0][1:-1]


def _all(questions: QuestionSet) -> list[Question]:
    return [*questions.answerable, *questions.unanswerable, *(one for twins in questions.twins for one in twins)]


def _auroc(margins: dict[tuple[str, bool], list[float]], language: str) -> float:
    """The chance that an answerable question's best margin lies above another's; 0.5 where there is no other."""
    found, nothing = (np.array(margins.get((language, answered), [])) for answered in (True, False))
    return float((found[:, None] > nothing[None, :]).mean()) if len(found) and len(nothing) else 0.5
