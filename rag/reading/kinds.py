"""Which kinds of files are read, by what, and which are passed over without a word."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from io import BufferedReader
from pathlib import PurePosixPath

from rag.errors import ArticleError
from rag.reading import agency, gopher, mail, markdown, mhtml, opendocument, pdf, plain, rtf, tables, webpage, word
from rag.reading.decoding import decode
from rag.reading.drafting import Draft

TEXT = ".txt"
ZIP = ".zip"
MAILBOX = ".mbox"

DOCUMENTS: Mapping[str, Callable[[bytes], Draft]] = {
    ".md": markdown.parse,
    ".html": webpage.parse,
    ".htm": webpage.parse,
    ".mhtml": mhtml.parse,
    ".mht": mhtml.parse,
    ".pdf": pdf.parse,
    ".docx": word.parse,
    ".odt": opendocument.parse,
    ".rtf": rtf.parse,
    ".eml": mail.parse,
}
"""An article a file, parsed in a process of its own."""

TABLES: Mapping[str, Callable[[BufferedReader, int], Iterator[tuple[int, Draft | ArticleError]]]] = {
    ".jsonl": tables.json_rows,
    ".csv": tables.csv_rows,
}
"""An article a row."""

SUFFIXES = (TEXT, *DOCUMENTS, *TABLES, MAILBOX, ZIP)
PAGES = (".html", ".htm")

_TEXT_FORMATS: tuple[Callable[[str], Draft | None], ...] = (gopher.parse, agency.parse)
"""The first that knows a text for its own reads it, or else it is plain."""

_JUNK = re.compile(r"\.(?!\.?$).*|__MACOSX|Thumbs\.db|desktop\.ini|~\$.*", re.IGNORECASE)
"""Hidden files, and what systems and Word leave beside people's files."""

_COMPANION = re.compile(r"(?P<page>.+)(?:[_-]files|[_-]Dateien|\.files)")
"""The folder of scripts and pictures that a browser saves beside a page."""


def parse_text(data: bytes) -> Draft:
    text = decode(data)
    return next(filter(None, (parse(text) for parse in _TEXT_FORMATS)), None) or plain.parse(text)


def suffix_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def why_unknown() -> str:
    """What is said of a file with another suffix, behind its name."""
    can = ", ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
    return f"is of a kind that cannot be read: save it as one of {can}"


def page_names(names: Collection[str]) -> frozenset[str]:
    """The web pages among files, without their suffixes."""
    return frozenset(str(PurePosixPath(name).with_suffix("")) for name in names if suffix_of(name) in PAGES)


def is_junk(name: str, pages: Collection[str]) -> bool:
    """Whether a file, by its path, is nobody's article; ``pages`` are the ``page_names`` of all files around it."""
    path = PurePosixPath(name)
    if any(_JUNK.fullmatch(part) for part in path.parts):
        return True
    companions = ((parent, _COMPANION.fullmatch(parent.name)) for parent in path.parents)
    return any(match and str(parent.parent / match["page"]) in pages for parent, match in companions)
