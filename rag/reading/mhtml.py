"""Web pages saved with their pictures in a single file (.mhtml, .mht): a mail whose first part is the page."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from rag.errors import ArticleError
from rag.reading import webpage
from rag.reading.decoding import decode_declared
from rag.reading.drafting import Draft

_PAGES = ("text/html", "application/xhtml+xml")


def parse(data: bytes) -> Draft:
    message = message_from_bytes(data)
    page = next(_pages(message), None)
    content = page.get_payload(decode=True) if page else None
    if page is None or not isinstance(content, bytes):
        raise ArticleError("holds no web page: save the page again, as a single file or as .html")
    charset = page.get_content_charset()
    return webpage.parse_page(decode_declared(content, charset)) if charset else webpage.parse(content)


def _pages(message: Message) -> Iterator[Message]:
    """The pages in a file, first the one that its head names; the others stand in frames, as advertisements do."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start, address = message.get_param("start"), message["Snapshot-Content-Location"] or message["Content-Location"]
    yield from (page for page in pages if start and page["Content-ID"] == start)
    yield from (page for page in pages if address and page["Content-Location"] == address)
    yield from pages
