"""The weights of an answer's signs are found again where they are known, and sets count alike however large."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.scoring import ANSWER_SIGNS, SENTENCE_SIGNS
from rag.settings import Settings
from training import fit_answers
from training.fit_answers import STRANGE_COUNT, Asked, fit, weigh
from training.fit_sentences import Seen, fit_sentences

NOTHING = Seen(np.zeros((0, 1)), np.zeros(0, np.bool_))


def test_logistic_weights_are_found_again() -> None:
    draw = np.random.default_rng(0)
    signs = np.hstack([np.ones((20_000, 1)), draw.normal(size=(20_000, 2))])
    true = np.array([0.5, 1.0, -2.0])
    answerable = draw.random(20_000) < 1 / (1 + np.exp(-signs @ true))
    assert fit(signs, answerable, np.ones(20_000)) == pytest.approx(true, abs=0.1)


def test_sets_count_as_often_as_they_are_given_and_both_kinds_in_them_alike() -> None:
    def asked(questions: str, answerable: bool, strange: bool = False) -> Asked:
        return Asked(questions, Path(), "de", (), answerable, strange, NOTHING)

    small = [asked("small", True), asked("small", False)]
    large = [asked("large", True)] * 90 + [asked("large", False)] * 10
    strange = [asked("strange to large", False, strange=True)] * 7
    weights = weigh([*small, *large, *strange], {"small": 2, "large": 1})
    assert weights[:2].tolist() == [2, 2]
    assert [weights[2:92].sum(), weights[92:102].sum(), weights[102:].sum()] == pytest.approx([1, 1, STRANGE_COUNT])


def test_the_sign_that_tells_gold_sentences_is_found() -> None:
    draw = np.random.default_rng(0)
    seen = []
    for _ in range(300):
        signs = draw.normal(size=(6, 3))
        gold = np.arange(6) == np.argmax(signs[:, 1] - 0.5 * signs[:, 2])
        seen.append(Seen(signs, gold))
    weights = fit_sentences(seen)
    assert weights[1] > 5 * abs(weights[0])
    assert weights[2] / weights[1] == pytest.approx(-0.5, abs=0.1)
    assert fit_sentences(seen, np.full(300, 1.0)) == pytest.approx(weights)


def test_it_runs_to_the_end(
    seeds_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("evals/questions/seeds.jsonl").open(encoding="utf-8") as lines:
        some = [line for line in lines if json.loads(line)["kind"] in ("number", "unanswerable")][:12]
    assert {json.loads(line)["answerable"] for line in some} == {True, False}
    questions = tmp_path / "some.jsonl"
    questions.write_text("".join(some), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["fit_answers", f"{seeds_settings.index}={questions}"])
    fit_answers.main()
    told = capsys.readouterr().out
    assert set(re.findall(r"'(\w+)':", told)) == {*ANSWER_SIGNS, *SENTENCE_SIGNS, "read"}
