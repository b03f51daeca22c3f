"""Archives with an article a row: ``.jsonl`` and ``.csv``, read row by row, their columns known by many names."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from io import BufferedReader
from itertools import chain
from typing import Any

from rag.errors import ArticleError
from rag.reading.decoding import read_lines
from rag.reading.drafting import Draft
from rag.reading.fields import drafted, holds_text, named_fields


class _BrokenOff(ArticleError):
    """A table cannot be read on behind a line that is lost: it may have held half a row."""


_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r"sep=([,;:|\t])\s*", re.IGNORECASE)
"""What Excel writes above a table."""

_RETURN = re.compile(r"(?<=\r)(?!\n)")
"""Where lines end as on old Macs."""

_NAMES_SHOWN = 8


def json_rows(stream: BufferedReader, max_bytes: int) -> Iterator[tuple[int, Draft | ArticleError]]:
    """A draft for each line that holds an object, by its number from 1."""
    for number, line in enumerate(read_lines(stream, max_bytes), start=1):
        if isinstance(line, ArticleError):
            yield number, line
        elif line.strip():
            yield number, _json_row(line)


def csv_rows(stream: BufferedReader, max_bytes: int) -> Iterator[tuple[int, Draft | ArticleError]]:
    """A draft for each row below the names of the columns, by its number from 1."""
    csv.field_size_limit(max_bytes)
    lines = _intact(read_lines(stream, max_bytes))
    head = next(lines, "")
    if said := _SEPARATOR.fullmatch(head):
        head = next(lines, "")
    delimiter = said[1] if said else max(_DELIMITERS, key=head.count)
    rows = csv.reader(chain([head], lines), delimiter=delimiter)
    number = 0
    try:
        names = next(rows, [])
        if not holds_text(names):
            raise ArticleError(_no_text("column", names))
        for number, row in enumerate(rows, start=1):
            if any(row):
                yield number, _row(zip(names, row, strict=False), names)
    except (csv.Error, _BrokenOff) as error:
        yield number + 1, ArticleError(f"and all after it cannot be read: is a quote left open? ({error})")


def _json_row(line: str) -> Draft | ArticleError:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return ArticleError("is no JSON: write one object a line")
    if not isinstance(record, dict):
        return ArticleError("is no JSON object: write one object a line")
    return _row(record.items(), record)


def _row(pairs: Iterable[tuple[str, Any]], names: Iterable[str]) -> Draft | ArticleError:
    fields = named_fields(pairs)
    if fields.text.strip():
        return drafted(fields)
    return ArticleError("has no text" if holds_text(names) else _no_text("field", names))


def _no_text(what: str, names: Iterable[str]) -> str:
    shown = [name[:30] for name in names]
    listed = ", ".join(map(ascii, shown[:_NAMES_SHOWN])) or "none"
    return f'has no {what} of text: call one "text" (found: {listed}{", ..." if len(shown) > _NAMES_SHOWN else ""})'


def _intact(lines: Iterable[str | ArticleError]) -> Iterator[str]:
    """The lines, up to the first that is lost; those that end by a carriage return alone apart."""
    for line in lines:
        if isinstance(line, ArticleError):
            raise _BrokenOff(f"holds a line that {line}")
        yield from filter(None, _RETURN.split(line))
