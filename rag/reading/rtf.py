"""Rich text (.rtf: WordPad, old Word, agencies; striprtf): paragraphs and rows of tables, read as plain text is."""

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import Enum, auto

from rag.errors import ArticleError
from rag.reading.drafting import Draft, Part, signing_agency
from rag.reading.plain import WRAP_CHARS, body_parts, paragraphs
from rag.reading.rows import row_parts
from rag.reading.titles import titled
from rag.records import BlockKind

_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\\rtf")
_HEAD_CHARS = 10_000
"""The code page stands no farther down, nor title and author in what a file tells of itself."""

_CODE_PAGE = re.compile(r"\\ansicpg(\d{1,5})")
_SYSTEM = re.compile(r"\\(mac|pca?)(?![a-z])")
_SYSTEM_PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}

_TOKEN = re.compile(
    r"\\(?P<word>[a-z]+)(?P<number>-?\d+)?\ ? | \\'[0-9a-f]{2} | \\[^a-z] | [{}] | [^\\{}]+",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_BYTE = re.compile("[\x80-\xff]")
_ROW_BEGINS, _ROW_ENDS, _CELL_ENDS, _INNER_CELL_ENDS, _LINE_ENDS = "\ue000", "\ue001", "\ue002", "\ue003", "\u2028"
_MARKS = {
    "trowd": _ROW_BEGINS,
    "row": _ROW_ENDS,
    "cell": _CELL_ENDS,
    "nestcell": _INNER_CELL_ENDS,
    "line": _LINE_ENDS,
}
_ROWS = ("trowd", "row", "cell")
_HIDING = frozenset({"v", "deleted", "mvf"})
"""What makes text hidden, or one that tracked changes deleted or moved away."""

_DROPPED = frozenset({"listtext", "pict"})
"""What begins the number or bullet of a list, and the bytes of a picture."""

_PRINTED = range(50, WRAP_CHARS + 1)
"""How long lines of print are."""


class _Group(Enum):
    """How far a group is read."""

    READ = auto()
    HIDDEN = auto()
    """Until the formatting changes: its cells are there, empty."""
    DROPPED = auto()


def parse(data: bytes) -> Draft:
    if not _BEGIN.match(data):
        raise ArticleError("is no rich text, whatever its name says: save it as .rtf or .docx")
    source = data.decode("latin-1")
    encoding = _encoding(source)
    lines = list(_lines(_text(source, encoding)))
    between = "\n" if _wrapped(lines) else "\n\n"
    found = paragraphs(between.join(lines).replace(_LINE_ENDS, "\n"))
    title, author = (_told_of_itself(source, field, encoding) for field in ("title", "author"))
    draft = titled([Part(BlockKind.BODY, paragraph) for paragraph in found], title, author)
    below = max((row for row, part in enumerate(draft.parts, start=1) if part.kind is not BlockKind.BODY), default=0)
    parts = [*draft.parts[:below], *_story([part.text for part in draft.parts[below:]])]
    return replace(draft, parts=parts, publisher=draft.publisher or signing_agency(parts))


def _story(found: Sequence[str]) -> Iterator[Part]:
    for part in body_parts(found):
        row = part.kind is BlockKind.HEADING and " | " in part.text
        yield Part(BlockKind.BODY, part.text) if row else part


def _wrapped(lines: Sequence[str]) -> bool:
    """Whether two thirds of the paragraphs are lines as of print: some programs give each line one."""
    lengths = [len(line) for line in lines if line]
    return 3 * sum(length in _PRINTED for length in lengths) > 2 * len(lengths)


def _encoding(source: str) -> str:
    """What its bytes are written in where no font says otherwise."""
    head = source[:_HEAD_CHARS]
    if page := _CODE_PAGE.search(head):
        with suppress(LookupError):
            return codecs.lookup(f"cp{page[1]}").name
    system = _SYSTEM.search(head)
    return _SYSTEM_PAGES[system[1]] if system else "cp1252"


def _told_of_itself(source: str, field: str, encoding: str) -> str:
    """A property of the file; written twice, the second time in Unicode, where its code page lacks letters."""
    _, _, information = source.partition("{\\info")
    found = re.findall(rf"\{{\\{field}\b ?((?:[^{{}}\\]|\\.)*)\}}", information[:_HEAD_CHARS], re.DOTALL)
    return _text(f"{{\\rtf1 {found[-1]}}}", encoding) if found else ""


def _text(source: str, encoding: str) -> str:
    from striprtf.striprtf import rtf_to_text

    text: str = rtf_to_text("".join(_readable(source)), encoding, "replace")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of one character


def _readable(source: str) -> Iterator[str]:
    """The source with our marks in it, and without what no reader sees: striprtf shows some of that."""
    group, around = _Group.READ, list[_Group]()
    for token in _tokens(source):
        if token[0] == "{":
            around.append(group)
        elif token[0] == "}":
            group = around.pop() if around else group
        else:
            group = _after(token, group, around[-1] if around else group)
        yield _written(token, group)


def _tokens(source: str) -> Iterator[re.Match[str]]:
    at = 0
    while token := _TOKEN.match(source, at):
        at = token.end()
        if token["word"] == "bin":
            at += max(int(token["number"] or 0), 0)
        else:
            yield token


def _after(token: re.Match[str], group: _Group, around: _Group) -> _Group:
    word = token["word"]
    if token[0] == "\\*" or word in _DROPPED:
        return _Group.DROPPED
    if word == "nesttableprops":  # stands behind a mark that all in its group may be passed over: a row ends there
        return around
    if group is not _Group.DROPPED and (word in _HIDING or word == "plain"):
        return _Group.READ if word == "plain" or token["number"] == "0" else _Group.HIDDEN
    return group


def _written(token: re.Match[str], group: _Group) -> str:
    written, word = token[0], token["word"]
    if written in ("{", "}"):
        return written
    if word in _MARKS and (group is _Group.READ or (group is _Group.HIDDEN and word in _ROWS)):
        return f"\\intbl {_MARKS[word]}"  # a word in front, or else the mark may be taken for what replaces a letter
    if group is not _Group.READ or word in ("ansicpg", "nesttableprops"):
        return ""
    if word == "nestrow" or written in ("\\\n", "\\\r"):
        return "\\par "
    return f"{written.removesuffix(' ')} " if word else _BYTE.sub(_escaped, written)


def _escaped(byte: re.Match[str]) -> str:
    return f"\\'{ord(byte[0]):02x}"


def _lines(text: str) -> Iterator[str]:
    """Paragraphs, and what rows hold, between empty lines."""
    *pieces, rest = text.split(_ROW_ENDS)
    for piece in pieces:
        before, begins, row = piece.partition(_ROW_BEGINS)
        if begins:
            yield from before.split("\n")
        cells = (row if begins else piece).replace(_ROW_BEGINS, "").split(_CELL_ENDS)
        for part in row_parts(map(_cell, cells)):
            yield from ("", part.text, "")
    yield from re.split(f"[\n{_ROW_BEGINS}{_CELL_ENDS}]", rest)


def _cell(text: str) -> list[Part]:
    """A cell's paragraphs, and the rows of a table in it."""
    lines = (" | ".join(filter(None, map(str.strip, line.split(_INNER_CELL_ENDS)))) for line in text.split("\n"))
    return [Part(BlockKind.BODY, line) for line in lines if line]
