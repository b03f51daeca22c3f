"""The two searches against an independent oracle each, and what they make of empty input."""

import math
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.lexical import Ranking, WordIndex
from rag.vectors import VectorIndex

TERMS = st.lists(st.sampled_from("abcdef"), max_size=8)
K1, B = 0.9, 0.4
HALF = 2e-3
"""What rows in half precision may change a cosine by."""
BYTE = 2e-2
"""The same for rows of one byte a number, of few dimensions."""


def bm25(rows: list[list[str]], query: dict[str, float]) -> list[float]:
    """Robertson & Zaragoza (2009) with Lucene's idf, straight from the formula."""
    mean = sum(map(len, rows)) / len(rows)
    scores = []
    for row in rows:
        counts = Counter(row)
        score = 0.0
        for term, weight in query.items():
            holding = sum(term in other for other in rows)
            if holding:
                idf = math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
                score += weight * idf * counts[term] / (counts[term] + K1 * (1 - B + B * len(row) / mean))
        scores.append(score)
    return scores


@given(
    st.lists(TERMS, min_size=1, max_size=12).filter(any),
    st.dictionaries(st.sampled_from("abcdefg"), st.floats(0, 2, width=16)),
)
def test_bm25_scores_are_those_of_the_formula_by_weight(rows: list[list[str]], query: dict[str, float]) -> None:
    index = WordIndex.build(rows, K1, B)
    expected = bm25(rows, query)
    assert index.rank(query).scores == pytest.approx(expected, abs=1e-4)
    for budget in (1, 1000):
        with patch("rag.lexical.BUDGET", budget):
            assert index.rank(query).at(np.arange(len(rows))) == pytest.approx(expected, abs=1e-4)
    for term in "abcdefg":
        assert index.frequency(term) == sum(term in row for row in rows)


def test_a_question_of_unknown_terms_scores_nothing() -> None:
    index = WordIndex.build([["a"], ["b"]], K1, B)
    assert index.rank({"zebra": 1.0}).scores.tolist() == index.rank({}).scores.tolist() == [0.0, 0.0]


def test_rows_without_any_term_are_rows_all_the_same(tmp_path: Path) -> None:
    index = WordIndex.build([[], []], K1, B)
    index.save(tmp_path / "words")
    assert len(WordIndex.load(tmp_path / "words")) == 2
    assert index.rank({"a": 1.0}).scores.tolist() == [0.0, 0.0]


def test_a_saved_word_index_scores_the_same(tmp_path: Path) -> None:
    index = WordIndex.build([["a", "b"], ["b", "c", "c"], ["ä👍"]], K1, B)
    index.save(tmp_path / "words")
    loaded = WordIndex.load(tmp_path / "words")
    for query in ({"a": 1.0}, {"b": 1.0, "c": 0.5}, {"ä👍": 2.0}):
        assert loaded.rank(query).scores.tolist() == index.rank(query).scores.tolist()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=300), st.integers(1, 20), st.integers(1, 3))
def test_the_best_rows_are_those_of_a_full_sort(scores: list[int], count: int, kept: int) -> None:
    index = WordIndex.build([["a"]] * len(scores), K1, B)
    ranking = Ranking(index, np.array(scores, np.float32), left=[])
    for among in (None, np.arange(len(scores)) % kept == 0):
        searched = np.array(scores) * (1 if among is None else among)
        expected = sorted((score for score in searched.tolist() if score > 0), reverse=True)[:count]
        for sampled in (8, 8192):
            with patch("rag.lexical._SAMPLED", sampled), patch("rag.lexical._RUNS", 4):
                assert sorted(searched[ranking.best(count, among)].tolist(), reverse=True) == expected


def test_rows_are_chosen_by_the_rarest_terms_and_scored_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["often", "rare"], *[["often"]] * 50, ["often", "often", "rare"]]
    index = WordIndex.build(rows, K1, B)
    monkeypatch.setattr("rag.lexical.BUDGET", 10)
    ranking = index.rank({"often": 1.0, "rare": 1.0})
    assert sorted(ranking.best(10)) == [0, 51]
    assert ranking.at(np.arange(52)) == pytest.approx(bm25(rows, {"often": 1.0, "rare": 1.0}), abs=1e-4)


def test_rows_that_a_filter_leaves_are_ranked_though_none_holds_the_rarest_terms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [["rare"], ["rare"], *[["often"]] * 30, *[["often", "usual"]] * 20, ["none"]]
    query = {"often": 1.0, "usual": 1.0, "rare": 1.0}
    index = WordIndex.build(rows, K1, B)
    monkeypatch.setattr("rag.lexical.BUDGET", 10)
    ranking = index.rank(query)
    few = np.isin(np.arange(53), [2, 3, 40, 52])
    assert sorted(ranking.best(10, few)) == [2, 3, 40], "by all terms"
    assert ranking.best(1, few).tolist() == [40]
    many = np.arange(53) >= 2
    assert sorted(ranking.best(25, many)) == list(range(32, 52)), "by the rarest that they hold"
    assert ranking.at(np.arange(53)) == pytest.approx(bm25(rows, query), abs=1e-4), "which changes no score"


@given(st.integers(1, 40), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_nearest_rows_are_those_of_a_full_comparison(rows: int, count: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    vectors = draw.standard_normal((rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question = vectors[draw.integers(rows)]
    index = VectorIndex.build(vectors)
    found = index.nearest(question, count)
    cosines = vectors @ question
    assert len(found) == len(set(found.tolist())) == min(count, rows)
    assert cosines[found] == pytest.approx(np.sort(cosines)[::-1][:count], abs=HALF)
    for some in (found, np.append(found, found[::-1]), found[:0]):
        assert index.cosines(question, some) == pytest.approx(cosines[some], abs=HALF)
    among = np.flatnonzero(np.arange(rows) % 2)
    assert cosines[index.nearest(question, count, among)] == pytest.approx(
        np.sort(cosines[among])[::-1][:count], abs=HALF
    )


@pytest.mark.parametrize("dimension", [16, 18, 15])
def test_of_many_rows_lists_are_searched_also_once_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dimension: int
) -> None:
    monkeypatch.setattr("rag.vectors.EXACT_ROWS", 100)
    monkeypatch.setattr("rag.vectors.MAPPED_BYTES", 1000)
    monkeypatch.setattr("rag.vectors.REFINED", 300)
    monkeypatch.setattr("rag.vectors.VIEWED", 64)
    draw = np.random.default_rng(0)
    vectors = draw.standard_normal((2000, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    VectorIndex.build(vectors).save(tmp_path)
    assert (tmp_path / "lists.faiss").exists()
    index = VectorIndex.load(tmp_path)
    for among in (None, np.arange(0, 2000, 2), np.arange(0, 2000, 40)):
        searched = np.arange(2000) if among is None else among
        cosines = vectors[searched] @ vectors[7]
        found = index.nearest(vectors[7], 10, among)
        assert set(found.tolist()) <= set(searched.tolist())
        assert len(set(found.tolist()) & set(searched[np.argsort(-cosines)][:10].tolist())) >= 9
        assert (np.diff(vectors[found] @ vectors[7]) <= BYTE).all(), "nearest first"
    for rows in (np.arange(2000), np.array([7]), np.array([1999, 3, 3, 500])):  # gone through, and decoded
        assert index.cosines(vectors[7], rows) == pytest.approx(vectors[rows] @ vectors[7], abs=BYTE)


def test_many_rows_take_a_byte_a_number_and_stay_the_same_when_built_in_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.vectors.EXACT_ROWS", 1000)
    draw = np.random.default_rng(0)
    vectors = draw.standard_normal((2000, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    first = VectorIndex.build(vectors)
    kept = first.vectors()
    assert kept == pytest.approx(vectors, abs=0.003)
    assert (VectorIndex.build(kept).vectors() == kept).all()
    first.save(tmp_path)
    assert (tmp_path / "vectors.faiss").stat().st_size < 1.1 * vectors.size


def test_a_saved_vector_index_holds_the_same_vectors(tmp_path: Path) -> None:
    vectors = np.eye(5, dtype=np.float32)
    VectorIndex.build(vectors).save(tmp_path)
    loaded = VectorIndex.load(tmp_path)
    assert (loaded.vectors() == vectors).all()
    assert (len(loaded), loaded.dimension) == (5, 5)
