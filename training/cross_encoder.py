"""The cross-encoder in training: question and sentences in one text, each sentence scored against "nothing here".

It starts from the trained student and learns from the same written questions, also those that their passage
only comes near: there, and in windows without the answer, nothing is right (as in SQuAD 2.0; Rajpurkar et al. 2018).
Twins, which look alike and of which one is answered, keep it from judging by the words that a question shares with
the text (contrast sets; Gardner et al. 2020). Beside the sentence it points at the words in it that answer, by where
they begin and end (Devlin et al. 2019); where nothing answers, at the first token. Pointing has a layer of its own.
"""

import json
import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import Dataset
from tqdm import tqdm
from transformers.masking_utils import create_bidirectional_mask

from rag.cross_encoder import CLS, SEP, Encoded, best_span, encode, parts_of
from rag.records import Language
from training.corpus import Question, QuestionSet
from training.material import Material
from training.negatives import Places
from training.noise import as_typed
from training.optimising import Training
from training.student import Student, autocast, loaded

AROUND = 5
"""A window reaches so many sentences to either side of the answer at most, unless it is the whole passage."""

BATCHES_SORTED = 16
"""Texts of so many batches are sorted by length before they are parted into batches."""

MEASURED_TOGETHER = 32

UNKNOWN = -100
"""The column of an answer's words where nobody has told which they are; the loss leaves it out."""

WIDTH = 32
"""Padded lengths are multiples of this: kernels are kept for each shape there is."""


@dataclass(frozen=True, slots=True)
class CrossRecipe:
    """Chosen on the dev passages; the share of what ships that an earlier run has was not, as its card says."""

    epochs: int = 4
    """The fourth gains a tenth of what the second does; of twelve the last ones gained as little."""
    batch: int = 256
    body_rate: float = 2e-4
    head_rate: float = 1e-3
    """Also of what points at words."""
    answerable: float = 0.6
    unanswerable: float = 0.4
    """Shares of the questions without a twin that an epoch draws; twins it draws all."""
    whole: float = 0.4
    """Share of windows that are the whole passage."""
    titled: float = 0.75
    """Share of windows that stand under their title."""
    without: float = 0.15
    """Share of questions that also meet their window with the answer taken out; half of it for twins."""
    elsewhere: float = 0.85
    """Share of questions that also meet a passage that comes near them, by its letters or its vector; a third of it for
    twins. With .3 one in eleven such windows was taken for an answer, trained on with this one in thirty.
    """
    english: float = 0.6
    """How often a passage that is translated is read in English."""
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
    words_de: float
    words_en: float
    """Mean F1 of the word pieces pointed at in the gold sentence, against those of the answer (as in SQuAD)."""


class CrossNetwork(nn.Module):
    """Word pieces -> the score of each token, and before them that of "nothing here answers"; and where the answer's
    words begin and end.
    """

    def __init__(self, student: Student) -> None:
        super().__init__()
        self.student = student
        student.german_rows.weight.requires_grad_(False)  # the rows are shared with the embedding model
        width = student.german_rows.embedding_dim
        self.segment = nn.Parameter(torch.zeros(width))
        """Added to each piece of the question."""
        self.pointer = deepcopy(student.body.encoder.layer[-1])
        """A last layer of its own for what points at words: what is learned there changes nothing of what decides."""
        self.head, self.null, self.words = nn.Linear(width, 1), nn.Linear(width, 1), nn.Linear(width, 2)
        for layer in self.heads:
            nn.init.normal_(layer.weight, std=0.02)

    @property
    def heads(self) -> tuple[nn.Linear, nn.Linear, nn.Linear]:
        return self.head, self.null, self.words

    def forward(self, batch: "CrossBatch") -> tuple[Tensor, Tensor]:
        """Scores, a column a token and one before them; and a score as beginning and as end for each token of the text,
        and for the first one, which stands for no words.
        """
        rows = self.student.words(batch.ids) + batch.asked[..., None] * self.segment
        body = self.student.body
        state = body(
            inputs_embeds=rows, attention_mask=batch.mask, token_type_ids=batch.types, output_hidden_states=True
        )
        hidden = state.last_hidden_state.float()
        scores = self.head(hidden).squeeze(-1).masked_fill(~batch.ends, -1e4)
        told = batch.mask.bool() & ~batch.asked.bool() & ~batch.ends
        told[:, 0] = True
        before = state.hidden_states[-2].detach()
        mask = create_bidirectional_mask(config=body.config, inputs_embeds=before, attention_mask=batch.mask)
        pointed = self.pointer(before, mask)
        words = self.words(pointed.float()).masked_fill(~told[..., None], -1e4)
        return torch.cat([self.null(hidden[:, 0]), scores], dim=1), words


@dataclass(frozen=True, slots=True)
class CrossBatch:
    ids: Tensor
    mask: Tensor
    types: Tensor
    asked: Tensor
    ends: Tensor
    """Whether a sentence ends at each token."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question and sentences ``window`` of a passage, of which ``without`` is taken out."""

    question: Question
    passage: int
    window: tuple[int, int]
    titled: bool
    answer: int | None
    """Which sentence of the window answers; None for none."""
    language: Language = "de"
    """Of the passage."""
    without: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A reading as word pieces."""

    encoded: Encoded
    answer: int | None
    """Which of its sentences answers; None for none."""
    words: tuple[int, int]
    """The first and last piece of the answer's words: ``UNKNOWN`` where nobody has told, 0 for none."""


@dataclass(frozen=True, slots=True)
class Padded:
    """Examples, padded to one width, and the column of the answer of each: 0 for nothing."""

    ids: NDArray[np.int32]
    mask: NDArray[np.bool_]
    types: NDArray[np.int8]
    asked: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    targets: NDArray[np.int64]
    words: NDArray[np.int64]
    """The first and last column of the answer's words, a row an example, as ``Example`` has them."""

    def on(self, device: torch.device) -> CrossBatch:
        parts = (self.ids, self.mask, self.types, self.asked, self.ends)
        ids, mask, types, asked, ends = (torch.from_numpy(part).to(device) for part in parts)
        return CrossBatch(ids.long(), mask.long(), types.long(), asked.float(), ends)


class Readings:
    """Draws what an epoch reads; the same epoch is always drawn alike."""

    def __init__(
        self, questions: QuestionSet, material: Material, recipe: CrossRecipe, mined: Sequence[Places] = ()
    ) -> None:
        """``material`` holds the same questions; ``mined`` hard negatives of its answerable ones."""
        self.questions = questions
        self.recipe = recipe
        self.mined = mined
        self.material = material
        self.kin = material.kin()

    def whole(self) -> Iterator[Reading]:
        """Each question with its whole passage."""
        for question in _all(self.questions):
            window = (0, self._count(question.passage))
            yield Reading(question, question.passage, window, True, question.sentence)

    def epoch(self, number: int) -> list[Reading]:
        draw = random.Random(self.recipe.seed + number)
        found: list[Reading] = []
        for row, question in enumerate(self.questions.answerable):
            if draw.random() < self.recipe.answerable:
                found += self._of_answerable(question, row, draw)
        for question in self.questions.unanswerable:
            if draw.random() < self.recipe.unanswerable:
                found.append(self._without_answer(question, question.passage, draw))
        for row, (question, miss) in enumerate(self.questions.twins, start=len(self.questions.answerable)):
            found += self._of_twins(question, miss, row, draw)
        draw.shuffle(found)
        return found

    def encode(self, reading: Reading, draw: random.Random | None = None) -> Example:
        """The reading as word pieces; ``draw`` types the question as people do, and leaves some pieces out."""
        question = reading.question
        typed = as_typed(question.text, question.language, draw) if draw else question.text
        texts, languages = zip(*parts_of(typed, question.language, self._text(reading), reading.language), strict=True)
        asked = [ids[1:-1].tolist() for ids in self.material.tokenizers.encode(texts, languages)]
        title, told = self._told(reading)
        read = [sentence for at, sentence in enumerate(told) if at != reading.without]
        encoded = encode(list(zip(asked, languages, strict=True)), title, read, reading.language)
        example = Example(encoded, reading.answer, self._words(reading, encoded))
        return self._thinned(example, draw) if draw else example

    def length(self, reading: Reading) -> int:
        """About how many pieces it has."""
        title, told = self._told(reading)
        return sum(map(len, told)) + len(title)

    def _told(self, reading: Reading) -> tuple[list[int], list[list[int]]]:
        """The title, if it stands under one, and the sentences of the window, without marks."""
        told = self.material.told(reading.passage, reading.language)
        title = told.title[1:-1].tolist() if reading.titled else []
        return title, [sentence[1:-1].tolist() for sentence in told.sentences[slice(*reading.window)]]

    def _words(self, reading: Reading, encoded: Encoded) -> tuple[int, int]:
        """Where the answer's words stand among the pieces; in a translation nobody has told."""
        question, answer = reading.question, reading.answer
        if answer is None:
            return 0, 0
        if reading.language == "en" or question.sentence is None or answer >= len(encoded.ends):
            return UNKNOWN, UNKNOWN
        sentence = self.material.passages[question.passage].sentences[question.sentence]
        span = self.material.tokenizers.span(sentence, question.answer, "de")
        begin, end = encoded.spans[answer]
        return (begin + span[0], begin + span[1]) if span and begin + span[1] < end else (UNKNOWN, UNKNOWN)

    def _text(self, reading: Reading) -> str:
        """What is read, in words."""
        told = self.material.text(reading.passage, reading.language)
        sentences = told.sentences[slice(*reading.window)]
        read = [sentence for at, sentence in enumerate(sentences) if at != reading.without]
        return " ".join([told.title, *read] if reading.titled else read)

    def _count(self, passage: int) -> int:
        return len(self.material.passages[passage].sentences)

    def _language(self, passage: int, draw: random.Random) -> Language:
        return self.material.drawn_language(passage, self.recipe.english, draw)

    def _without_answer(self, question: Question, passage: int, draw: random.Random) -> Reading:
        """A window of a passage that answers it nowhere, in half of the cases the whole one."""
        first, last = 0, self._count(passage)
        if draw.random() < 0.5:
            first = draw.randrange(last)
            last = draw.randint(first + 1, last)
        return Reading(question, passage, (first, last), self._titled(draw), None, self._language(passage, draw))

    def _of_kin(self, question: Question, draw: random.Random) -> Iterator[Reading]:
        """A window of another passage on the same story, if there is one."""
        if kin := self.kin.get(question.passage):
            yield self._without_answer(question, draw.choice(kin), draw)

    def _of_answerable(self, question: Question, row: int, draw: random.Random) -> Iterator[Reading]:
        """A window around the answer; and now and then the same, or one of another passage, without it."""
        window, at = self._around(question, draw)
        read = Reading(
            question, question.passage, window, self._titled(draw), at, self._language(question.passage, draw)
        )
        yield read
        yield from self._of_kin(question, draw)
        chance = draw.random()
        if chance < self.recipe.without:
            yield replace(read, answer=None, without=at)
        elif chance < self.recipe.without + self.recipe.elsewhere:
            yield from self._elsewhere(question, row, draw)

    def _elsewhere(self, question: Question, row: int, draw: random.Random) -> Iterator[Reading]:
        """A window of another passage, around one of the sentences mined for the question, if there are any."""
        if places := draw.choice(self.mined)[row]:
            passage, near = draw.choice(places)
            around = (max(0, near - draw.randint(0, 3)), near + draw.randint(1, 4))
            yield Reading(question, passage, around, self._titled(draw), None, self._language(passage, draw))

    def _of_twins(self, question: Question, miss: Question, row: int, draw: random.Random) -> Iterator[Reading]:
        """Both with the same window, which answers only the first; now and then that one with another passage."""
        window, at = self._around(question, draw)
        read = Reading(
            question, question.passage, window, self._titled(draw), at, self._language(question.passage, draw)
        )
        yield read
        yield replace(read, question=miss, answer=None)
        yield from self._of_kin(question, draw)
        yield from self._of_kin(miss, draw)
        if draw.random() < self.recipe.without / 2:
            yield replace(read, answer=None, without=at)
        if draw.random() < self.recipe.elsewhere / 3:
            yield from self._elsewhere(question, row, draw)

    def _around(self, question: Question, draw: random.Random) -> tuple[tuple[int, int], int]:
        """A window that holds the answer, and the answer's place in it."""
        at = question.sentence
        assert at is not None, "answerable"
        count = self._count(question.passage)
        first = draw.randint(max(0, at - AROUND), at)
        last = draw.randint(at + 1, min(count, at + AROUND + 1))
        return ((0, count), at) if draw.random() < self.recipe.whole else ((first, last), at - first)

    def _titled(self, draw: random.Random) -> bool:
        return draw.random() < self.recipe.titled

    def _thinned(self, example: Example, draw: random.Random) -> Example:
        """What is left when some word pieces are left out, never a mark."""
        one = example.encoded
        kept = [at for at, piece in enumerate(one.ids) if piece in (CLS, SEP) or draw.random() >= self.recipe.dropped]
        place = {at: number for number, at in enumerate(kept)}
        encoded = Encoded(
            [one.ids[at] for at in kept],
            [one.types[at] for at in kept],
            [one.asked[at] for at in kept],
            [place[at] for at in one.ends],
            sum(at < one.begin for at in kept),
        )
        first, last = example.words
        left = [place[at] for at in kept if first <= at <= last]
        return Example(encoded, example.answer, (left[0], left[-1]) if left else (UNKNOWN, UNKNOWN))


class CrossSteps(Dataset[Padded]):
    """Readings of like length together, the batches in no order."""

    def __init__(self, readings: Readings, drawn: Sequence[Reading], size: int, seed: str | None) -> None:
        """``seed`` is that of their slips and gaps; None reads them as they are, in order of length."""
        self.readings = readings
        self.seed = seed
        sorted_together = size * BATCHES_SORTED if seed else len(drawn)
        self.batches: list[Sequence[Reading]] = []
        for start in range(0, len(drawn), sorted_together):
            alike = sorted(drawn[start : start + sorted_together], key=readings.length)
            self.batches += [alike[at : at + size] for at in range(0, len(alike), size)]
        if seed:
            random.Random(seed).shuffle(self.batches)

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, number: int) -> Padded:
        draw = random.Random(f"{self.seed}-{number}") if self.seed else None
        batch = self.batches[number]
        return collate([self.readings.encode(reading, draw) for reading in batch])


def train_cross_encoder(
    student: Student,
    readings: Readings,
    dev: Readings,
    work: Path,
) -> CrossNetwork:
    """The network after all epochs, as the running average of its weights.

    ``work`` gets the dev scores of each epoch and the state behind it; a run that finds a state goes on from there.
    """
    recipe = readings.recipe
    torch.manual_seed(recipe.seed)
    device = student.german_rows.weight.device
    network = CrossNetwork(student).to(device).eval()  # MiniLM's own dropout won nothing and takes time
    body = [weight for weight in student.body.parameters() if weight.requires_grad]
    heads = [network.segment, *(weight for head in network.heads for weight in head.parameters())]
    layers = [
        *body,
        *network.pointer.parameters(),
    ]  # what points is not clipped: it would make the body's steps smaller
    groups = [{"params": layers, "lr": recipe.body_rate}, {"params": heads, "lr": recipe.head_rate}]
    steps = recipe.epochs * max(1, len(readings.epoch(0)) // recipe.batch)
    training = Training(network, body, [torch.optim.AdamW(groups, weight_decay=0.01)], steps)
    kept = work / "cross-state.pt"
    begun = 0
    if kept.exists():
        state = torch.load(kept, map_location=device, weights_only=True)
        begun = state["epochs"]
        print(f"{kept}: goes on behind epoch {begun} of {recipe.epochs}")
        training.load(state)
    for epoch in range(begun, recipe.epochs):
        drawn = CrossSteps(readings, readings.epoch(epoch), recipe.batch, f"{recipe.seed}-{epoch}")
        bar = tqdm(loaded(drawn, device), desc=f"cross-encoder, epoch {epoch + 1}/{recipe.epochs}", mininterval=5)
        for batch in bar:
            with autocast(device):
                scores, words = network(batch.on(device))
            loss = loss_of(scores.float(), words.float(), batch)
            training.step(loss)
            if training.done % 50 == 0:
                bar.set_postfix_str(f"loss {loss.item():.3f}")
        scored = asdict(measure(training.average, dev))
        with (work / "cross-scores.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"epoch": epoch + 1, **scored}) + "\n")
        torch.save({"epochs": epoch + 1, **training.state()}, kept.with_suffix(".tmp"))
        kept.with_suffix(".tmp").replace(kept)
    return training.average


def loss_of(scores: Tensor, words: Tensor, batch: Padded) -> Tensor:
    """That of the answering sentence and, where anybody has told them, that of its words."""
    targets, told = (torch.from_numpy(part).to(scores.device) for part in (batch.targets, batch.words))
    sentence = nn.functional.cross_entropy(scores, targets)
    if (told == UNKNOWN).all():
        return sentence
    return sentence + nn.functional.cross_entropy(words, told, ignore_index=UNKNOWN)


@torch.inference_mode()
def measure(network: CrossNetwork, readings: Readings) -> CrossScores:
    """Each question is read with its own passage alone."""
    device = network.segment.device
    network.eval()
    right: dict[str, list[bool]] = {"de": [], "en": []}
    margins: dict[tuple[str, bool], list[float]] = {}
    pointed: dict[str, list[float]] = {"de": [], "en": []}
    steps = CrossSteps(readings, list(readings.whole()), MEASURED_TOGETHER, None)
    for batch, padded in zip(steps.batches, loaded(steps, device), strict=True):
        with autocast(device):
            scores, words = (part.float().cpu() for part in network(padded.on(device)))
        for at, (reading, row, target) in enumerate(zip(batch, scores, padded.targets.tolist(), strict=True)):
            language = reading.question.language
            answered = reading.answer is not None
            margins.setdefault((language, answered), []).append(float(row[1:].max() - row[0]))
            if answered:
                right[language].append(int(row[1:].argmax()) + 1 == target)
                if padded.words[at, 0] != UNKNOWN:
                    begin = int(np.flatnonzero(padded.ids[at, : target - 1] == SEP)[-1]) + 1
                    found = best_span(words[at, begin : target - 1].numpy())
                    pointed[language].append(_f1(begin + found[0], begin + found[1], *padded.words[at].tolist()))
    first, told = ([float(np.mean(of[language] or [0])) for language in ("de", "en")] for of in (right, pointed))
    return CrossScores(*(round(part, 4) for part in (*first, _auroc(margins, "de"), _auroc(margins, "en"), *told)))


def _f1(first: int, last: int, gold_first: int, gold_last: int) -> float:
    """Of two stretches, their last places included."""
    both = min(last, gold_last) - max(first, gold_first) + 1
    return max(0, both) * 2 / (last - first + gold_last - gold_first + 2)


def collate(examples: Sequence[Example]) -> Padded:
    """Padded to one length, a multiple of ``WIDTH``; an answer that was cut off is nothing."""
    encoded = [example.encoded for example in examples]
    shape = len(encoded), -(-max(len(one.ids) for one in encoded) // WIDTH) * WIDTH
    ids, types = np.zeros(shape, np.int32), np.zeros(shape, np.int8)
    mask, asked, ends = (np.zeros(shape, np.bool_) for _ in range(3))
    targets = np.zeros(len(encoded), np.int64)
    words = np.array([example.words for example in examples], np.int64)
    for row, (one, example) in enumerate(zip(encoded, examples, strict=True)):
        length, answer = len(one.ids), example.answer
        ids[row, :length] = one.ids
        mask[row, :length] = True
        types[row, :length] = one.types
        asked[row, :length] = one.asked
        ends[row, one.ends] = True
        if answer is not None and answer < len(one.ends):
            targets[row] = 1 + one.ends[answer]
        elif answer is not None:
            words[row] = 0
    return Padded(ids, mask, types, asked, ends, targets, words)


def _all(questions: QuestionSet) -> list[Question]:
    return [*questions.answerable, *questions.unanswerable, *(one for twins in questions.twins for one in twins)]


def _auroc(margins: dict[tuple[str, bool], list[float]], language: str) -> float:
    """The chance that an answerable question's best margin lies above another's; 0.5 where there is no other."""
    found, nothing = (np.array(margins.get((language, answered), [])) for answered in (True, False))
    return float((found[:, None] > nothing[None, :]).mean()) if len(found) and len(nothing) else 0.5
