"""taz.de as served over gopher: hard-wrapped text with marks, and lists of links behind the article."""

import re
from collections.abc import Iterator

from rag.reading.drafting import Draft, Part, is_date, parse_date, split_dateline, unwrap
from rag.records import BlockKind

_HEADER = re.compile(r"# (?P<site>[\w.-]+) -- (?P<title>.+)")
_LINK_MARK = re.compile(r"\[\d+\]\[([^\]]*)\]")
_ENTRY = "(DIR)"
_APPENDIX = {
    "LINKS": BlockKind.LINKS,
    "AUTOREN": BlockKind.BYLINE,
    "TAGS": BlockKind.TAGS,
    "ARTIKEL ZUM THEMA": BlockKind.TEASER,
}
_SECTION = re.compile(rf"^[^\S\n]*## ({'|'.join(_APPENDIX)})[^\S\n]*$", re.MULTILINE)

_FOOT = 5
"""The date is among the last paragraphs of an article; to ask all of a long text would take minutes."""


def parse(text: str) -> Draft | None:
    """None for what is no such text."""
    header, _, rest = text.partition("\n")
    match = _HEADER.match(header)
    if match is None:
        return None
    article, *sections = _SECTION.split(rest)
    parts = [Part(BlockKind.TITLE, match["title"]), *_article_parts(article)]
    for name, section in zip(sections[::2], sections[1::2], strict=True):
        parts += _appendix_parts(_APPENDIX[name], section)
    return Draft(
        parts,
        publisher=match["site"].rsplit(".", 1)[0],
        authors=tuple(part.text for part in parts if part.kind is BlockKind.BYLINE),
        published=next((parse_date(part.text) for part in parts if part.kind is BlockKind.DATE), None),
    )


def _article_parts(text: str) -> Iterator[Part]:
    opening = True
    found = list(_paragraphs(text))
    for row, lines in enumerate(found):
        paragraph = _LINK_MARK.sub(r"\1", unwrap(lines))
        if paragraph.startswith("## "):
            yield Part(BlockKind.HEADING, paragraph.removeprefix("## "))
        elif paragraph.startswith("> "):
            yield Part(BlockKind.LEAD, unwrap([line.lstrip("> ") for line in lines]))
        elif paragraph.startswith("(IMG)"):
            caption = paragraph.removeprefix("(IMG)").strip()
            yield Part(BlockKind.CAPTION, caption.removeprefix("Bild:"))
        elif row >= len(found) - _FOOT and is_date(paragraph):
            yield Part(BlockKind.DATE, paragraph)
        elif opening:
            yield from split_dateline(paragraph)
            opening = False
        else:
            yield Part(BlockKind.BODY, paragraph)


def _appendix_parts(kind: BlockKind, text: str) -> Iterator[Part]:
    """An entry a part; a teaser's part holds the other article's title and, a line below, its opening."""
    entry = ""
    for lines in _paragraphs(text):
        for line in lines:
            if line.startswith(_ENTRY) and entry:
                yield Part(kind, entry)
                entry = ""
            separator = "" if not entry else " " if "\n" in entry else "\n"
            entry += separator + line.removeprefix(_ENTRY).strip()
    if entry:
        yield Part(kind, entry)


def _paragraphs(text: str) -> Iterator[list[str]]:
    for paragraph in re.split(r"\n\s*\n", text):
        if lines := [line.strip() for line in paragraph.splitlines() if line.strip()]:
            yield lines
