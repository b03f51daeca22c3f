"""The text layer of PDF files (pypdfium2): lines become paragraphs by where they stand on the page."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from rag.errors import ArticleError
from rag.reading.drafting import PAGE_BREAK, Draft, Part, split_names
from rag.reading.plain import signed
from rag.reading.rubrics import RUBRIC
from rag.records import BlockKind

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_LINE_END_HYPHEN = "\x02"
"""What PDFium makes of a hyphen that breaks a word at the end of a line."""

_BROKEN = re.compile(r"(\w{1,60}-)\n(\f*)(?!(?:und|oder|bis|sowie|and|or|to)\b)(?=(\w))")
"""A word over two lines, but not the half of a pair: Raketen- und Drohnenangriffe."""

_SENTENCE_END = re.compile(r"[.!?:…][\"”“»«’)]*$")
_BULLETS = tuple("•◦‣▪▫●○■□►➤")
_PAGE_NUMBER = re.compile(r"\W*(?:(?:Seite|Page|S\.|p\.)\s*)?\d{1,4}(?:\s*(?:/|von|of)\s*\d{1,4})?\W*")
_EDGE_LINES = 2
"""Running heads and feet are among so many lines at the top and at the bottom of a page."""

_STAMP_LETTERS = 100
"""A page of a scan that has so many of its own was read by text recognition: print has some thousands."""

_LARGER = 1.15
"""Type larger than the text's by this is a heading's."""

_HEADING_CHARS = 200
_OPENING = 6
"""The title is among so many paragraphs: above it are rubrics and the paper's name."""

_GAP = 1.35
"""Lines farther apart than usual by this belong to different paragraphs."""

_LEAST_GAP = 0.7
"""In heights of type; what is nearer stands on the same line, as the mark of a footnote does."""

_NO_TITLE = re.compile(
    r"\.(?:docx?|pdf|indd|qxp|html?|rtf|odt)\b|Microsoft|untitled|unbenannt|^\W*\d*\W*$", re.IGNORECASE
)
"""What programs write where a title should be."""


@dataclass(frozen=True, slots=True)
class _Line:
    page: int
    text: str
    left: float
    right: float
    base: float
    """Height of its lower edge over the foot of the page."""
    size: float


def parse(data: bytes) -> Draft:
    import pypdfium2
    import pypdfium2.raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise ArticleError("is locked with a password: save a copy without one") from None
        raise ArticleError("is damaged or no PDF") from None
    pages = [list(_with_initials(_page_lines(document, number))) for number in range(1, len(document) + 1)]
    lines = _without_running_heads(pages) or [line for page in pages for line in page]
    if not any(character.isalpha() for line in lines for character in line.text):
        raise ArticleError("holds pictures of pages, no text: run text recognition (OCR) over it first")
    if _scanned(document, pages):
        raise ArticleError("holds pictures of pages, hardly any text: run text recognition (OCR) over it first")
    information = document.get_metadata_dict()
    parts = _titled(list(_parts(lines)), information.get("Title", ""))
    parts[0] = Part(parts[0].kind, PAGE_BREAK + parts[0].text)
    author = information.get("Author", "")
    # A user's name has no blank; when the file was made says little about when the article was published.
    return signed(Draft(parts, authors=split_names(author) if " " in author.strip() else (), paged=True))


def _scanned(document: "PdfDocument", pages: Sequence[Sequence[_Line]]) -> bool:
    """Whether each page that has any text is covered by a picture, and has no more than a number or a stamp."""
    return all(
        sum(map(str.isalpha, "".join(line.text for line in lines))) < _STAMP_LETTERS and _pictured(document[number])
        for number, lines in enumerate(pages)
        if lines
    )


def _pictured(page: "PdfPage") -> bool:
    """Whether pictures cover half of a page at least, be it in strips."""
    from pypdfium2 import raw

    width, height = page.get_size()
    boxes = [picture.get_bounds() for picture in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE])]
    return bool(2 * sum((right - left) * (top - bottom) for left, bottom, right, top in boxes) > width * height)


def _page_lines(document: "PdfDocument", number: int) -> list[_Line]:
    """The lines of a page in the order of its text; none where the page is damaged."""
    import pypdfium2

    try:
        return list(_lines(document[number - 1], number))
    except pypdfium2.PdfiumError:
        return []


def _lines(page: "PdfPage", number: int) -> Iterator[_Line]:
    from pypdfium2 import raw

    text = page.get_textpage()
    characters = [chr(raw.FPDFText_GetUnicode(text.raw, at)) for at in range(text.count_chars())]
    start = 0
    for at in range(len(characters) + 1):
        ended = at == len(characters) or characters[at] in "\r\n"
        if not ended and characters[at] != _LINE_END_HYPHEN:
            continue
        inked = [i for i in range(start, at) if not characters[i].isspace()]
        if inked:
            first, middle, last = (_box(text, inked[i]) for i in (0, len(inked) // 2, -1))
            shown = "".join(characters[start:at]) + ("" if ended else "-")
            shown = shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of one character
            yield _Line(number, shown.strip(), first.left, last.right, middle.bottom, middle.top - middle.bottom)
        start = at + 1


def _box(text: "PdfTextPage", at: int) -> Any:
    """Where a character stands; its height is the type's, the same for all letters."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text.raw, at, box)
    return box


def _with_initials(lines: Sequence[_Line]) -> Iterator[_Line]:
    """The lines with each large first letter of a text put before its word."""
    initial = ""
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        if following and len(line.text) == 1 and line.text.isupper() and following.text[:1].islower():
            initial = line.text
        else:
            yield replace(line, text=initial + line.text)
            initial = ""


def _without_running_heads(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """All lines but page numbers and what stands at the edges of a third of the pages, numbers aside."""
    edges: list[set[_Line]] = []
    for page in pages:
        downwards = sorted(page, key=lambda line: -line.base)
        edges.append({*downwards[:_EDGE_LINES], *downwards[-_EDGE_LINES:]})
    repeated = Counter(key for lines in edges for key in {_without_numbers(line) for line in lines})
    enough = max(2, len(pages) / 3)
    return [
        line
        for page, lines in zip(pages, edges, strict=True)
        for line in page
        if line not in lines or not (repeated[_without_numbers(line)] >= enough or _PAGE_NUMBER.fullmatch(line.text))
    ]


def _without_numbers(line: _Line) -> str:
    """What a line has in common with its like on other pages, where the number of the page may stand apart."""
    words = line.text.split()
    first, last = (len(words) > 1 and bool(_PAGE_NUMBER.fullmatch(words[at])) for at in (0, -1))
    return re.sub(r"\d+", "0", " ".join(words[first : len(words) - last]))


def _parts(lines: Sequence[_Line]) -> Iterator[Part]:
    """Paragraphs as body or headings, with a break wherever a page begins but the first.

    The title is the one in the largest type among the first, rubrics aside.
    """
    body_size = median([line.size for line in lines for _ in range(1 + len(line.text) // 20)])
    paragraphs = list(_paragraphs(lines))
    opening = [paragraph for paragraph in paragraphs[:_OPENING] if paragraph[0].page == lines[0].page]
    headlines = [paragraph for paragraph in opening if not RUBRIC.fullmatch(" ".join(line.text for line in paragraph))]
    largest = max(headlines or opening, key=lambda paragraph: paragraph[0].size)
    page = 1
    for paragraph in paragraphs:
        text = ""
        for line in paragraph:
            text += ("\n" if text else "") + PAGE_BREAK * (line.page - page) + line.text
            page = line.page
        text = _BROKEN.sub(_closed, text).replace("\n", " ")
        large = paragraph[0].size > _LARGER * body_size and len(text) <= _HEADING_CHARS
        heading = BlockKind.TITLE if paragraph is largest else BlockKind.HEADING
        yield Part(heading if large else BlockKind.BODY, text)


def _closed(broken: "re.Match[str]") -> str:
    """The halves of a word together, on the page where the second stands; the hyphen stays where it was one before."""
    half, page_break, following = broken[1], broken[2], broken[3]
    kept = half[-2:-1].isupper() or half[-2:-1].isdigit() or not following.islower()
    return page_break + (half if kept else half[:-1])


def _paragraphs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    gaps = sorted(
        gap
        for before, line in pairwise(lines)
        if before.size == line.size and (gap := (before.base - line.base) / line.size) >= _LEAST_GAP
    )
    usual = gaps[len(gaps) // 4] if gaps else 1.0  # a quarter: short paragraphs have as many gaps around as inside
    paragraph: list[_Line] = []
    for line in lines:
        if paragraph and _begins(paragraph, line, usual):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _begins(paragraph: Sequence[_Line], line: _Line, usual_gap: float) -> bool:
    """Whether ``line`` begins a paragraph: by its bullet, type, distance or indent, or how the last one ends."""
    before = paragraph[-1]
    if line.text.startswith(_BULLETS) or max(line.size, before.size) > _LARGER * min(line.size, before.size):
        return True
    gap = (before.base - line.base) / line.size
    if gap > _GAP * usual_gap:
        return True
    if not _SENTENCE_END.search(before.text):
        return False
    left, right = min(other.left for other in paragraph), max(other.right for other in [*paragraph, line])
    new_column = gap < 0
    indented = not new_column and left + line.size / 2 < line.left
    ended_short = before.right < right - 0.1 * (right - left)
    return indented or (ended_short and not new_column)


def _titled(parts: list[Part], title: str) -> list[Part]:
    """The parts under the title that the file names, where none is told by its type and no program made it up."""
    title = title.strip()
    if (
        any(part.kind is BlockKind.TITLE for part in parts)
        or not title
        or _NO_TITLE.search(title)
        or RUBRIC.fullmatch(title)
    ):
        return parts
    return [Part(BlockKind.TITLE, title), *parts[parts[0].text == title :]]
