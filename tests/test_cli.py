"""The command line: data on stdout, errors in one line on stderr, exit codes that scripts can rely on."""

import io
import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from rag.building import build
from rag.cli import main
from rag.embedding import Embedder
from rag.settings import Settings, load_settings
from tests.conftest import no_progress


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def failed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line on stderr of a command that must end with 1 and print no data."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    return err


def test_build_says_what_it_built_and_what_it_skipped(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, seeds_settings: Settings
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("Der Hund schläft. Die Katze wacht.", encoding="utf-8")
    (folder / "b.txt").write_bytes(b"")
    code, out, err = run(capsys, "build", "--articles", folder, "--index", tmp_path / "index")
    assert code == 0
    assert out.startswith("1 article, 1 passage, 2 sentences in")
    assert err == "rag: skipped b.txt is empty\n"


def test_ask_prints_the_quote_and_its_source(capsys: pytest.CaptureFixture[str], seeds_settings: Settings) -> None:
    question = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"
    code, out, _ = run(capsys, "ask", question, "--index", seeds_settings.index)
    assert code == 0
    assert out.startswith("26 Länder wollen sich an einer Sicherungstruppe für die Ukraine beteiligen. [1]")
    assert "taz · 4. September 2025" in out
    assert "002_8805f0c60766a209.txt:" in out


def test_ask_as_json_holds_what_is_promised(capsys: pytest.CaptureFixture[str], seeds_settings: Settings) -> None:
    question = "Wer ist die russische Außenamtssprecherin?"
    _, out, _ = run(capsys, "ask", question, "--json", "--index", seeds_settings.index)
    answer: dict[str, Any] = json.loads(out)
    assert set(answer) == {
        "id", "question", "understood", "language", "supported", "outcome", "confidence", "unknown_words", "filter",
        "widened", "compared", "text", "sentences", "differing", "listing",
        "citations", "unsure", "nearest", "passages", "timings_ms",
    }  # fmt: skip
    assert len(answer["passages"]) == 10
    citation = answer["citations"][0]
    assert set(citation) == {
        "number", "article", "copies", "title", "publisher", "published", "page", "block", "start", "end", "quote",
        "focus",
    }  # fmt: skip
    assert f"[{citation['number']}]" in answer["text"]


def test_a_batch_is_answered_in_order_with_its_ids(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, seeds_settings: Settings
) -> None:
    questions = tmp_path / "questions.jsonl"
    asked = [
        {"id": 7, "question": "Will Macron Truppen in die Ukraine entsenden?"},
        {
            "id": "b",
            "question": "Und was sagt Merz dazu?",
            "history": ["Will Macron Truppen in die Ukraine entsenden?"],
        },
        {"id": None, "question": "Hallo"},
        {"id": 9, "question": "Was sagte Macron laut taz?", "filter": {"publisher": "dpa"}},
    ]
    questions.write_text("\n".join(map(json.dumps, asked)) + "\n\n", encoding="utf-8")
    code, out, _ = run(capsys, "ask", "--batch", questions, "--index", seeds_settings.index)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [answer["id"] for answer in answers] == [7, "b", None, 9]
    assert not answers[2]["supported"] and answers[2]["passages"] == []
    assert answers[3]["filter"]["publisher"] == "dpa"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: no JSON"),
        ('{"id": 1}', '"question", a string'),
        ('{"question": "x", "history": "y"}', '"history"'),
        ('{"question": "x", "filter": "taz"}', 'line 2: "filter"'),
        ('{"question": "x", "id": ' + "[" * 100_000, "line 2: brackets are nested too deeply"),
        ('{"question": "x", "id": ' + "1" * 5000 + "}", "line 2: a number has thousands of digits"),
        ('{"question": "x", "id": "\\ud800"}', 'line 2: "id"'),
        ('{"question": "x", "id": NaN}', 'line 2: "id"'),
    ],
)
def test_a_question_file_with_a_bad_line_is_refused_before_any_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, seeds_settings: Settings, line: str, reason: str
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "Wer?"}\n' + line + "\n", encoding="utf-8")
    assert reason in failed(capsys, "ask", "--batch", questions, "--index", seeds_settings.index)


def test_a_line_whose_filter_no_article_meets_costs_the_others_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, seeds_settings: Settings
) -> None:
    questions = tmp_path / "questions.jsonl"
    asked = [
        {"id": 1, "question": "Hallo"},
        {"id": "two", "question": "Wer?", "filter": {"publisher": "Tatz"}},
        {"id": 3, "question": "Hallo", "filter": {"publisher": "taz"}},
    ]
    questions.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    code, out, _ = run(capsys, "ask", "--batch", questions, "--index", seeds_settings.index)
    one, two, three = map(json.loads, out.splitlines())
    assert (code, one["id"], three["id"]) == (0, 1, 3) and "text" in one and "text" in three
    assert set(two) == {"id", "error"} and two["id"] == "two"
    assert "line 2: no article has the publisher 'Tatz'; there are 'taz', 'dpa'" in two["error"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is a matter of Linux")
@pytest.mark.parametrize(
    ("shell", "said"),
    [
        ("status --index {index} > /dev/full", "rag: the system refuses the output, .*: No space left on device\n"),
        ("ask --batch - --index {index} <&-", "rag: there is no standard input .*\n"),
        ("status --index {index} >&-", ""),
    ],
)
def test_a_stream_that_fails_is_one_line(small: Settings, shell: str, said: str) -> None:
    command = f"{sys.executable} -m rag {shell.format(index=small.index)}"
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == (1 if said else 0)
    assert re.fullmatch(said, done.stderr), done.stderr


def test_whoever_has_had_enough_of_the_output_is_no_error(small: Settings) -> None:
    command = [sys.executable, "-m", "rag", "status", "--index", str(small.index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        assert running.wait() == 0 and running.stderr.read() == ""


def test_short_memory_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("rag.cli._status", short)
    assert "rag: memory is too short" in failed(capsys, "status")


def pipe_in(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


@pytest.mark.parametrize("command", [("ask", "--batch"), ("evaluate",)])
def test_a_line_that_is_no_utf8_is_named_in_a_file_and_on_stdin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    unreadable = b'\n{"question": "M\xfcller?"}\n'
    questions = tmp_path / "questions.jsonl"
    questions.write_bytes(unreadable)
    pipe_in(monkeypatch, unreadable)
    for given in (questions, "-"):
        assert f"{given}, line 2: no UTF-8" in failed(capsys, *command, given, "--index", tmp_path)


def test_a_byte_order_mark_on_stdin_is_no_harm(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, seeds_settings: Settings
) -> None:
    pipe_in(monkeypatch, b'\xef\xbb\xbf{"id": 1, "question": "Hallo"}\n')
    code, out, _ = run(capsys, "ask", "--batch", "-", "--index", seeds_settings.index)
    assert code == 0 and json.loads(out)["id"] == 1


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        (("--publisher", "Tatz"), "no article has the publisher 'Tatz'; there are 'taz', 'dpa'"),
        (("--author", "Zejneli"), "no article has the author 'Zejneli'; there are 'Anastasia Zejneli'"),
        (("--since", "2025-09-10", "--until", "2025-09-01"), '"since" of the filter (2025-09-10) is later than'),
        (("--since", "2025-09-10"), "no article was published since 2025-09-10; the dated ones are of 2025-04-10 to"),
        (("--since", "gestern"), "\"since\" of the filter must be a day such as 2025-09-04, not 'gestern'"),
    ],
)
def test_a_filter_that_no_article_can_meet_is_an_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, seeds_settings: Settings, limit: tuple[str, ...], reason: str
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "Wer?"}', encoding="utf-8")
    for asked in (("Wer?",), ("--batch", questions)):
        assert reason in failed(capsys, "ask", *asked, *limit, "--index", seeds_settings.index)


def test_show_prints_the_article_as_it_was_read(capsys: pytest.CaptureFixture[str], seeds_settings: Settings) -> None:
    code, out, _ = run(capsys, "show", "002_8805f0c60766a209.txt", "--index", seeds_settings.index)
    assert code == 0
    assert "[title 0-66]\nKoalition der Willigen: 26 Länder für Sicherungstruppe für Ukraine" in out
    assert "there is no article" in failed(capsys, "show", "x.txt", "--index", seeds_settings.index)


def test_status_counts_and_verifies(capsys: pytest.CaptureFixture[str], seeds_settings: Settings) -> None:
    code, out, _ = run(capsys, "status", "--verify", "--index", seeds_settings.index)
    assert code == 0
    assert "(verified)" in out and "articles    5" in out
    _, out, _ = run(capsys, "status", "--json", "--index", seeds_settings.index)
    assert json.loads(out)["articles"] == 5


def test_evaluate_scores_a_question_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, seeds_settings: Settings
) -> None:
    questions = tmp_path / "questions.jsonl"
    case = {
        "id": "one",
        "lang": "de",
        "kind": "number",
        "question": "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?",
        "answerable": True,
        "answers": ["26 Länder"],
        "gold": [{"doc": "002_8805f0c60766a209.txt", "quote": "26 Länder wollen sich an einer Sicherungstruppe"}],
    }
    questions.write_text(json.dumps(case), encoding="utf-8")
    code, out, _ = run(capsys, "evaluate", questions, "--json", "--index", seeds_settings.index)
    assert code == 0
    assert json.loads(out)["all"]["strict"] == 1
    code, out, _ = run(capsys, "evaluate", questions, "--misses", "--index", seeds_settings.index)
    assert "first_citat" in out and "missed" not in out
    halved = json.dumps(case | {"question": "Wer? \ud83d", "answers": ["niemand"]})
    questions.write_text(halved, encoding="utf-8")  # a smiley cut in two
    code, out, _ = run(capsys, "evaluate", questions, "--misses", "--index", seeds_settings.index)
    assert code == 0 and r"missed one: Wer? \ud83d ->" in out
    questions.write_text(json.dumps(case | {"filter": {"publisher": "dpa"}}), encoding="utf-8")
    _, out, _ = run(capsys, "evaluate", questions, "--json", "--index", seeds_settings.index)
    assert json.loads(out)["all"]["strict"] == 0  # the taz has it, and is not asked


def test_gold_names_its_article_as_any_system_spells_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, real_embedder: Embedder
) -> None:
    (tmp_path / "articles").mkdir()
    sentence = "Die Brücke über den Fluss ist seit Montag gesperrt."
    (tmp_path / "articles" / normalize("NFD", "Brücke.txt")).write_text(sentence, encoding="utf-8")
    settings = Settings(articles=tmp_path / "articles", index=tmp_path / "index")
    build(settings, real_embedder, no_progress)
    case = {"id": "1", "lang": "de", "kind": "x", "question": "Seit wann ist die Brücke gesperrt?", "answerable": True}
    case |= {"answers": ["Montag"], "gold": [{"doc": normalize("NFC", "Brücke.txt"), "quote": sentence}]}
    (tmp_path / "q.jsonl").write_text(json.dumps(case), encoding="utf-8")
    code, out, err = run(capsys, "evaluate", tmp_path / "q.jsonl", "--json", "--index", settings.index)
    assert (code, err, json.loads(out)["all"]["hit@1"]) == (0, "", 1)
    code, out, _ = run(capsys, "show", normalize("NFC", "Brücke.txt"), "--index", settings.index)
    assert code == 0 and sentence in out


def test_no_index_is_one_line_with_the_remedy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for command in (["ask", "Wer?"], ["status"], ["show", "x"]):
        assert "run `rag build`" in failed(capsys, *command, "--index", tmp_path / "none")


@pytest.mark.parametrize("part", ["nowhere", "milvus:x.db"])
def test_a_part_that_cannot_be_is_named_also_where_nothing_changed(
    capsys: pytest.CaptureFixture[str], seeds_settings: Settings, part: str
) -> None:
    at = ["--articles", seeds_settings.articles, "--index", seeds_settings.index]
    error = failed(capsys, "build", *at, "--part", part)
    assert f"--part {part} cannot be" in error and "RAG_INDEX" not in error
    code, out, _ = run(capsys, "build", *at, "--part", seeds_settings.index)
    assert code == 0 and "nothing has changed" in out


def test_a_port_in_use_is_one_line_with_the_remedy(
    capsys: pytest.CaptureFixture[str], seeds_settings: Settings
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "--port" in failed(capsys, "serve", "--port", port, "--index", seeds_settings.index)


def test_a_setting_that_cannot_be_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_HITS", "many")
    assert "RAG_HITS='many'" in failed(capsys, "status")


@pytest.mark.parametrize("name", ["2025", "null", "[1]", '"x"', "~nobody-of-that-name"])
def test_an_index_may_have_any_name_also_in_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("RAG_INDEX", name)
    assert load_settings().index == Path(name)
    monkeypatch.delenv("RAG_INDEX")
    assert load_settings(index=name).index == Path(name)


def test_an_empty_variable_is_as_if_it_were_not_set_but_for_the_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("INDEX", "ARTICLES", "DATA", "PORT", "HITS", "MODEL"):
        monkeypatch.setenv(f"RAG_{name}", "")
    assert load_settings() == Settings()
    assert load_settings().port == 7860 and load_settings().index == Path("index")
    monkeypatch.setenv("RAG_AUTH", "")
    assert "RAG_AUTH is set and empty" in failed(capsys, "status")
    assert load_settings(auth="a:b").account == ("a", "b")
    monkeypatch.delenv("RAG_AUTH")
    monkeypatch.setenv("rag_auth", "")
    assert "RAG_AUTH is set and empty" in failed(capsys, "status")


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for name in ("INDEX", "ARTICLES", "DATA"):
        monkeypatch.setenv(f"RAG_{name}", f"~/{name}")
    settings = load_settings()
    assert (settings.index, settings.articles, settings.data) == (
        tmp_path / "INDEX", tmp_path / "ARTICLES", tmp_path / "DATA"
    )  # fmt: skip


@pytest.mark.parametrize("number", ["inf", "nan", "1e305"])
@pytest.mark.parametrize("name", ["RAG_MAX_FILE_MB", "RAG_MAX_ARCHIVE_MB", "RAG_PARSE_SECONDS", "RAG_PARSE_MEMORY_MB"])
def test_a_number_that_cannot_be_reckoned_with_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, number: str
) -> None:
    monkeypatch.setenv(name, number)
    assert f"{name}='{number}' cannot be: input should be " in failed(capsys, "status")


def test_wrong_usage_ends_with_2_and_module_and_command_are_the_same() -> None:
    done = subprocess.run([sys.executable, "-m", "rag", "ask"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage: rag ask" in done.stderr
