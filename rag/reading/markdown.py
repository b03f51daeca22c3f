"""Markdown notes, with the front matter that site generators and note books write above them."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import TYPE_CHECKING

from rag.reading.decoding import decode
from rag.reading.drafting import Draft, Part
from rag.reading.fields import Fields, described, named_fields
from rag.reading.plain import signed
from rag.records import BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<lines>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"(?P<name>[^\W\d][\w -]{0,40}):[ \t]*(?P<value>.*)")
_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)


def parse(data: bytes) -> Draft:
    from markdown_it import MarkdownIt

    text = decode(data)
    matter = _FRONT_MATTER.match(text)
    tokens = MarkdownIt("commonmark").enable("table").parse(text[matter.end() :] if matter else text)
    parts = list(_parts(tokens))
    fields = _fields(matter["lines"]) if matter else Fields()
    if parts and parts[0].kind is BlockKind.HEADING and not fields.title:
        parts[0] = Part(BlockKind.TITLE, parts[0].text)
    return signed(described(Draft(parts), fields))


def _fields(lines: str) -> Fields:
    """Front matter as far as it is names and values; a list, be it below its name, as its entries."""
    found: list[tuple[str, str]] = []
    for line in lines.splitlines():
        if match := _FIELD.fullmatch(line.rstrip()):
            found.append((match["name"], ", ".join(map(_unquoted, match["value"].strip("[] ").split(", ")))))
        elif found and line.strip().startswith("- "):
            name, value = found[-1]
            found[-1] = (name, ", ".join(filter(None, [value, _unquoted(line.strip().removeprefix("- "))])))
    return named_fields(found)


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value.strip("\"'")


def _parts(tokens: "Sequence[Token]") -> Iterator[Part]:
    """A block a part; a row of a table is one."""
    cells: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        opened = before.type if before else ""
        children = token.children or []
        if token.type == "inline" and opened in ("th_open", "td_open"):
            cells.append(_text(children))
        elif token.type == "inline":
            pictures = all(child.type == "image" for child in children)
            kind = BlockKind.HEADING if opened == "heading_open" else BlockKind.CAPTION if pictures else BlockKind.BODY
            yield Part(kind, _text(children))
        elif token.type == "tr_close":
            yield Part(BlockKind.BODY, " | ".join(filter(None, cells)))
            cells = []
        elif token.type in ("fence", "code_block"):
            yield Part(BlockKind.BODY, token.content)
        elif token.type == "html_block":
            yield Part(BlockKind.BODY, unescape(_TAG.sub(" ", token.content)))


def _text(children: "Sequence[Token]") -> str:
    """What a reader sees of a line: the words of links, what pictures are described by."""
    breaks = {"softbreak": " ", "hardbreak": " ", "html_inline": ""}
    return "".join(breaks.get(child.type, child.content) for child in children)
