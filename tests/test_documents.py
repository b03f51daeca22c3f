"""Web pages in a single file: what is read of them, and what does no harm."""

from collections.abc import Callable
from datetime import date

import pytest

from rag.reading import Skipped
from rag.records import Article
from tests.files import make_mhtml
from tests.test_formats import PAGE, only, reasons


class TestPageInOneFile:
    @pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "binary"])
    @pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
    @pytest.mark.parametrize("said_by", ["mail", "page"])
    def test_it_is_read_as_the_page_itself(
        self, read: Callable[..., list[Article | Skipped]], encoding: str, charset: str, said_by: str
    ) -> None:
        kind = f'text/html; charset="{charset}"' if said_by == "mail" else "text/html"
        page = PAGE.replace('<meta charset="utf-8">', "" if said_by == "mail" else f'<meta charset="{charset}">')
        data = make_mhtml((kind, "", page.encode(charset)), ("text/css", "", b"b{}"), encoding=encoding)
        article, same = only(read("a.mhtml", data)), only(read("a.html", PAGE))
        assert article.text == same.text and article.blocks == same.blocks
        assert (article.publisher, article.authors, article.published) == (
            same.publisher,
            same.authors,
            date(2024, 3, 5),
        )

    @pytest.mark.parametrize(
        ("head", "more"),
        [
            (';\r\n\tstart="<frame-2@mhtml.blink>"', "\r\nContent-ID: <frame-2@mhtml.blink>"),
            ("\r\nSnapshot-Content-Location: https://a.de/x", "\r\nContent-Location: https://a.de/x"),
        ],
    )
    def test_of_several_pages_the_one_that_its_head_names_is_read(
        self, read: Callable[..., list[Article | Skipped]], head: str, more: str
    ) -> None:
        frame = b"<html><body><p>Kaufen Sie jetzt eine neue Br\xc3\xbccke f\xc3\xbcr Ihren Garten!</p></body></html>"
        parts = [("text/html", "", frame), ("text/html", more, PAGE.encode())]
        assert only(read("a.mht", make_mhtml(*parts, head=head))).title == "Brücke gesperrt"
        assert only(read("a.mht", make_mhtml(*parts))).text.startswith("Kaufen Sie")

    @pytest.mark.parametrize(
        "data",
        [
            b"Es regnet.",
            make_mhtml(("text/plain", "", b"Es regnet."), ("application/javascript", "", b"alert('Es regnet.')")),
            make_mhtml(("text/html", "", PAGE.encode()), boundary="----Multi").replace(b'boundary="----Multi"', b"x=y"),
        ],
    )
    def test_a_file_without_a_page_says_so(self, read: Callable[..., list[Article | Skipped]], data: bytes) -> None:
        assert reasons(read("a.mht", data)) == [
            "a.mht holds no web page: save the page again, as a single file or as .html"
        ]

    def test_parts_without_end_in_parts_do_no_harm(self, read: Callable[..., list[Article | Skipped]]) -> None:
        nested = b"".join(
            b'Content-Type: multipart/related; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth)
            for depth in range(20_000)
        )
        (reason,) = reasons(read("a.mht", nested))
        assert "cannot be read" in reason or "holds no web page" in reason
