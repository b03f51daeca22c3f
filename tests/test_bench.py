"""The benchmark measures all of the work, part by part, and changes nothing about it; how fast it is, it only tells."""

import sys
from pathlib import Path
from statistics import median

import pytest

from evals.bench.belegt import build, load, put_on_watch
from evals.bench.peers import protocol
from evals.bench.peers.protocol import Stopwatch, timed_build, timed_questions
from evals.bench.processes import BenchError, run
from evals.bench.report import Record, build_measures, question_measures, ratios_table, values_table
from rag.chatbot import Chatbot
from rag.settings import Settings
from tests.conftest import SEEDS

QUESTION = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"


def test_the_steps_of_a_build_add_up(tmp_path: Path) -> None:
    done = timed_build(build, SEEDS, tmp_path / "index", "")
    steps = {"model", "reading", "splitting", "embedding", "words", "writing"}
    assert done["counts"]["articles"] == 5
    assert done["seconds"].keys() == steps | {"rest"}
    assert all(done["seconds"][step] > 0 for step in steps)
    measures = build_measures(done, wall_s=100.0)
    assert measures["passages/s"] == done["counts"]["passages"] / 100
    assert sum(value for name, value in measures.items() if name.startswith("build: ")) == pytest.approx(100)


def test_questions_are_timed_by_what_is_done_and_by_step(seeds_settings: Settings) -> None:
    questions = [QUESTION, "Warum zögert Berlin?", "Was will Macron?", "Wer regiert Spanien?"]  # none is remembered
    done = timed_questions(load, seeds_settings.index, "", questions)
    assert done["load"] > 0
    assert {action: len(times) for action, times in done["asked"].items()} == {"search": 3, "encoding": 3, "answer": 3}
    searched = {"rest", "embedding", "rankings", "evidence"}
    assert all(times.keys() == searched for times in done["asked"]["search"])
    assert all(times.keys() >= {"rest", "rankings", "names", "writing"} for times in done["asked"]["answer"])
    assert any("cross-encoder" in times for times in done["asked"]["answer"])
    measures = question_measures(done["asked"])
    assert measures["search p50, ms"] <= measures["search p95, ms"] <= measures["search p99, ms"]
    assert 0 < measures["search: evidence p50, ms"] < measures["search p99, ms"]
    assert not any(name.startswith("encoding: ") for name in measures)


def test_one_question_is_a_start_and_nothing_more(seeds_settings: Settings) -> None:
    assert timed_questions(load, seeds_settings.index, "", [QUESTION])["asked"] == {}


def test_a_chatbot_on_the_watch_answers_as_any_other(seeds_settings: Settings) -> None:
    plain, timed = (Chatbot.open(seeds_settings) for _ in range(2))
    put_on_watch(timed, Stopwatch())
    assert timed.ask(QUESTION) == plain.ask(QUESTION)


def test_a_step_within_a_step_counts_for_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 1.0, 3.0, 6.0, 10.0])
    monkeypatch.setattr(protocol, "perf_counter", lambda: next(moments))
    watch = Stopwatch()
    with watch.step("whole"), watch.step("part"):
        watch.go_on_with("other part")
    assert watch.take() == {"whole": 1.0 + 4.0, "part": 2.0, "other part": 3.0}
    assert watch.take() == {}


def test_tables_hold_what_stands_for_the_rounds_and_ratios_of_it() -> None:
    measured = [("ours", 1.0), ("peer", 2.0), ("ours", 30.0), ("peer", 40.0), ("ours", 3.0), ("peer", 30.0)]
    records = [Record(at // 2, system, {"build, s": value}) for at, (system, value) in enumerate(measured)]
    assert cells(values_table(records, median))[2] == ["build, s", "3", "30"]
    rates = [Record(at, "ours", {"passages/s": rate}) for at, rate in enumerate((10.0, 20.0))]
    assert cells(values_table(rates, min))[2] == ["passages/s", "20"]
    assert cells(ratios_table(records, "ours", ["peer"], median))[2] == ["build, s", "0.1"]
    assert cells(ratios_table(records, "ours", ["peer"], min))[2:4] == [["build, s", "0.5"], ["build, CPU s", "-"]]


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]


def test_a_process_is_measured_and_a_failed_one_says_why() -> None:
    done = run([sys.executable, "-c", "import os; print(os.environ['RAG_MODEL'])"], RAG_MODEL="some")
    assert done.said == "some\n"
    assert done.wall_s > 0 < done.peak_mb
    with pytest.raises(BenchError, match="ended with 3:\nno such index"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('no such index'); sys.exit(3)"])
