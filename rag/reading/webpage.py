"""Web pages as browsers save them: the main text, without navigation, comments and advertisements (trafilatura)."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.reading.decoding import decode, decode_declared
from rag.reading.drafting import SENTENCE_END, Draft, Part
from rag.reading.fields import Fields, described
from rag.reading.rows import row_parts
from rag.records import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_ENOUGH_CHARS = "100"
"""Shorter than this, trafilatura looks for the text by coarser means, which lose headings and paragraphs."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
_HEAD_BYTES = 4096
"""Browsers look for the encoding no farther down."""

_BLOCKS = frozenset({"head", "p", "quote", "list", "item", "table", "row", "body", "div", "main"})
"""What stands apart in trafilatura's tree; whatever else is there is part of a line."""


_BESIDE = frozenset("a article aside button dialog figure footer form nav noscript script style template".split())
"""What stands in a page's article without being of it, or is read otherwise."""

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_FOREIGN_CLASS = re.compile(r"newsletter|promo|advert|anzeige|related|recommend|comment", re.IGNORECASE)
_LEAD_CLASS = re.compile(
    r"(?<![a-z])(?:teaser|lead|intro|summary|vorspann|standfirst|subtitle|subline|excerpt)(?![a-z])", re.IGNORECASE
)
_LEAD_TAGS = frozenset("p div h2 span strong".split())
_LEAD_CHARS = range(40, 1000)
_INLINE = frozenset("a abbr b cite code em font i mark q s small span strong sub sup time u".split())
_SILENT = frozenset("script style template".split())

_PIECES = 400
"""Elements of a lead or a caption; what holds more is none."""


def parse(data: bytes) -> Draft:
    return parse_page(_decoded(data))


def parse_page(page: str) -> Draft:
    from trafilatura import bare_extraction, html2txt, load_html
    from trafilatura.settings import DEFAULT_CONFIG, Document

    if "<html" not in page.lower():  # trafilatura refuses fragments; mails are often such
        page = f"<html><body>{page}</body></html>"
    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["min_extracted_size"] = _ENOUGH_CHARS
    tree = load_html(page)
    article = None if tree is None else _article(tree)
    captions = set() if article is None else _captions(article)
    found = bare_extraction(
        page if tree is None else tree,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
        config=config,
    )
    if not isinstance(found, Document) or found.body is None or not "".join(found.body.itertext()).strip():
        text = html2txt(page)
        if not text.strip():
            raise ArticleError("holds no text that a reader would see")
        return Draft([Part(BlockKind.BODY, text)])
    fields = Fields(
        title=found.title or "", publisher=found.sitename or "", authors=found.author or "", published=found.date or ""
    )
    parts = [
        replace(part, kind=BlockKind.CAPTION) if part.text.strip() in captions else part for part in _parts(found.body)
    ]
    lead = "" if article is None else _lead(article, found.description or "")
    if lead and "".join(lead.split()) not in "".join("".join(part.text for part in parts).split()):
        parts = [Part(BlockKind.LEAD, lead), *parts]
    return described(Draft(parts), fields)


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data, 0, _HEAD_BYTES)
    return decode_declared(data, declared[1].decode("ascii")) if declared else decode(data)


def _article(page: "HtmlElement") -> "HtmlElement | None":
    """The element of a page that is its article: the one with the headline, or the only one."""
    articles = list(page.iter("article"))
    around = next(
        (around for headline in page.iter("h1") for around in headline.iterancestors("article", "main")), None
    )
    return articles[0] if around is None and len(articles) == 1 else around


def _of_article(article: "HtmlElement") -> "Iterator[HtmlElement]":
    """The elements inside that a reader sees as part of it; of links, pictures and the like only the outermost."""
    left = [article]
    while left:
        element = left.pop()
        yield element
        if element is article or element.tag not in _BESIDE:
            left += (child for child in reversed(element) if isinstance(child.tag, str) and not _apart(child))


def _apart(element: "HtmlElement") -> bool:
    """Whether an element is hidden, or by its class no part of the article."""
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style", "").lower()))
        or bool(_FOREIGN_CLASS.search(element.get("class", "")))
    )


def _captions(article: "HtmlElement") -> set[str]:
    """The captions of its pictures; each is made a paragraph above its picture, as trafilatura drops these."""
    captions = set[str]()
    for figure in [element for element in _of_article(article) if element.tag == "figure"]:
        for caption in list(figure.iter("figcaption")):
            if text := _told(caption):
                captions.add(text)
                paragraph = figure.makeelement("p")
                paragraph.text = text
                figure.addprevious(paragraph)
            caption.drop_tree()
    return captions


def _lead(article: "HtmlElement", description: str) -> str:
    """What sums the article up: the text that the page's description repeats, or one below its headline classed so."""
    description = _flowing(description).strip()
    opening = description.rstrip("….")
    cut_off = opening != description and len(opening) in _LEAD_CHARS
    above_text = False
    for element in _of_article(article):
        if element.tag == "h1":
            above_text = True
        if element.tag not in _LEAD_TAGS or any(child.tag not in _INLINE and child.tag != "br" for child in element):
            continue
        text = _told(element)
        if len(text) in _LEAD_CHARS:
            named = _LEAD_CLASS.search(element.get("class", "")) and SENTENCE_END.search(text)
            if text == description or (cut_off and text.startswith(opening)):
                return text
            if above_text and named and element.find(".//a") is None:
                return text
        if text and element.tag in ("p", "h2"):
            above_text = False
    return ""


def _told(element: "HtmlElement") -> str:
    """The text of an element as a reader sees it: lines and blocks apart, what is not shown left out."""
    from lxml.etree import iterwalk

    pieces: list[str | None] = []
    for event, each in islice(iterwalk(element, events=("start", "end", "comment")), 2 * _PIECES):
        apart = isinstance(each.tag, str) and each.tag not in _INLINE
        if event == "start":
            pieces += [" " * apart, None if each.tag in _SILENT else each.text]
        else:
            pieces += [" " * apart, None if each is element else each.tail]
    return " ".join(_flowing("".join(filter(None, pieces))).split())


def _parts(element: "_Element") -> Iterator[Part]:
    """A part for each heading, paragraph, list item, quote and row of a table, and for any text between these."""
    if element.tag == "head":
        yield Part(BlockKind.HEADING, _text(element))
        return
    if element.tag == "row":
        yield from row_parts(list(_parts(cell)) for cell in element)
        return
    text = _flowing(element.text)
    for child in element:
        if child.tag in _BLOCKS:
            yield from _body(text)
            yield from _parts(child)
            text = ""
        else:
            text += _text(child)
        text += _flowing(child.tail)
    yield from _body(text)


def _body(text: str) -> Iterator[Part]:
    if text.strip():
        yield Part(BlockKind.BODY, text)


def _text(element: "_Element") -> str:
    """An element in a line of text; a line ends where the page breaks it, not where its source does."""
    if element.tag == "lb":
        return "\n"
    if element.tag == "code":
        return "".join(element.itertext())
    return _flowing(element.text) + "".join(_text(child) + _flowing(child.tail) for child in element)


def _flowing(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
