"""What goes wrong is said in German to whoever reads German."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BufferedReader, BytesIO
from pathlib import Path
from time import perf_counter
from types import ModuleType

import pytest

from rag.errors import ArticleError
from rag.filters import unmet
from rag.page.failures import OF_FILES, OTHERS, told
from rag.reading import kinds
from rag.reading.tables import csv_rows, json_rows
from rag.records import Filter
from tests.conftest import make_article, make_index

ROOMS = ["building", "store", "page/uploads", "page/keeping", "page/feedback"]
RAISED = {"ArticleError", "CorpusError", "KeepingError", "IndexMissing", "IndexBusy", "Skipped", "_failed"}
RAG = Path(kinds.__file__).parents[1]


def modules() -> list[Path]:
    return sorted([*(RAG / "reading").glob("*.py"), *(RAG / f"{room}.py" for room in ROOMS)])


def said(node: ast.expr, module: ModuleType) -> str | None:
    """A message as it may be read; None where it is made elsewhere."""
    if isinstance(node, ast.Name):
        known = getattr(module, node.id, None)
        return known if isinstance(known, str) else None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return "".join(said(part, module) or "7" for part in parts)
    return None


def messages() -> Iterator[tuple[str, str]]:
    """Where each stands, and what it says."""
    for path in modules():
        module = importlib.import_module(".".join(("rag", *path.relative_to(RAG).with_suffix("").parts)))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):  # what the worker sends
                found = [value for key, value in zip(node.keys, node.values, strict=True) if is_reason(key)]
            elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in RAISED:
                found = node.args[-1:]
            else:
                continue
            yield from ((f"{path.stem}:{node.lineno}", text) for one in found if (text := said(one, module)))


def is_reason(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "reason"


@pytest.mark.parametrize(("at", "text"), list(messages()))
def test_every_message_on_files_and_builds_has_its_german(at: str, text: str) -> None:
    assert told(text, "de") != text, at
    assert told(text, "en") == text


def test_the_messages_are_found() -> None:
    assert len(list(messages())) > 50, "or the test above holds nothing"


def test_each_german_is_found_by_its_message_and_fills_what_that_has() -> None:
    for english, german in (*OF_FILES.items(), *OTHERS.items()):
        parts = dict.fromkeys(re.findall(r"{(\w+)}", english), "7")
        assert told(english.format_map(parts), "de") == german.format_map(parts)


def test_a_file_keeps_its_name_whatever_it_is_called() -> None:
    assert told("box.zip/a b.txt is empty", "de") == "box.zip/a b.txt ist leer"
    assert told("{error} is empty is empty", "de") == "{error} is empty ist leer"
    assert told(f"a.png {kinds.why_unknown()}", "de").startswith("a.png ist von einer Art, die nicht gelesen wird: ")


def test_a_reason_within_a_message_is_told_too() -> None:
    text = "no article in /a can be read: b.pdf is damaged or no PDF (and 2 more)"
    german = "Kein Artikel in /a lässt sich lesen: b.pdf ist beschädigt oder kein PDF (und 2 weitere)"
    assert told(text, "de") == german


@pytest.mark.parametrize(
    "name", ["cannot be stored in  () ", "holds no article (", "no article was published since  until "]
)
def test_a_name_made_to_stall_is_passed_over_in_time(name: str) -> None:
    text = f"box.zip/{name * (60_000 // len(name))}.txt is empty"
    started = perf_counter()
    assert told(text, "de") == text
    assert all(told(text[-length:], "de") for length in range(900, 1000, 10))
    assert perf_counter() - started < 5


def test_what_has_no_german_stays_as_it_is() -> None:
    assert told("the disk says no", "de") == "the disk says no"


@pytest.mark.parametrize(
    "filter",
    [
        Filter(publisher="Zeit"),
        Filter(author="Anna"),
        Filter(since=date(2030, 1, 1)),
        Filter(until=date(1990, 1, 1)),
        Filter(since=date(1990, 1, 1), until=date(1990, 2, 1)),
        Filter(publisher="taz", until=date(1990, 1, 1)),
    ],
)
@pytest.mark.parametrize("published", [None, date(2025, 9, 4)])
def test_why_no_article_meets_a_filter_has_its_german(filter: Filter, published: date | None) -> None:
    why = unmet(filter, make_index(replace(make_article("Es regnet.", publisher="taz"), published=published)).articles)
    assert why is not None
    german = told(why, "de")
    assert german.startswith("Kein Artikel") and "article" not in german and "dated" not in german


def test_what_a_table_lacks_has_its_german() -> None:
    for rows, data in ((csv_rows, b"a,b\n1,2\n"), (json_rows, b'{"a": 1}\nnone\n[]\n{"text": ""}\n')):
        try:
            reasons = [str(row) for _, row in rows(BufferedReader(BytesIO(data)), 1000)]  # type: ignore[arg-type]
        except ArticleError as error:
            reasons = [str(error)]
        assert reasons and all(told(reason, "de") != reason for reason in reasons), reasons
