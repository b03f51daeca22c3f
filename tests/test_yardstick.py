"""Cosines of any model are read on one scale."""

import numpy as np
import pytest

from rag.records import Vectors
from rag.yardstick import PAIRS, Scale, measure
from tests.conftest import LetterEmbedder


class KnowsThePairs(LetterEmbedder):
    """Gives a question and its answer one axis each, tilted towards a common one."""

    def __init__(self, tilt: float) -> None:
        self.tilt = tilt

    def embed_question(self, text: str) -> Vectors:
        number = next(row for row, pair in enumerate(PAIRS) if text in pair)
        vector = np.zeros(26, np.float32)
        vector[number], vector[25] = 1, self.tilt
        return vector / float(np.linalg.norm(vector))


@pytest.mark.parametrize("tilt", [0.0, 1.0, 3.0])
def test_the_two_marks_are_the_mean_cosines(tilt: float) -> None:
    scale = measure(KnowsThePairs(tilt))
    assert scale.answering == pytest.approx(1.0, abs=1e-5)
    assert scale.unrelated == pytest.approx(tilt**2 / (1 + tilt**2), abs=1e-5)


def test_readings_are_0_at_unrelated_and_1_at_an_answer() -> None:
    scale = Scale(unrelated=0.7, answering=0.9)
    assert [scale.read(cosine) for cosine in (0.7, 0.8, 0.9)] == pytest.approx([0.0, 0.5, 1.0])


def test_a_model_that_tells_nothing_apart_has_a_scale_all_the_same() -> None:
    class Blind(LetterEmbedder):
        def embed_question(self, text: str) -> Vectors:
            return np.eye(26, dtype=np.float32)[0]

    scale = measure(Blind())
    assert scale.answering > scale.unrelated
