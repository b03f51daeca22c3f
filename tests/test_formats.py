"""The files people really have: each format from bytes made here, and bytes made to do harm."""

import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from threading import Thread

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import ArticleError
from rag.page.sources import sources_html
from rag.reading import SUFFIXES, Skipped, Worker, article_files, passed_over, read_article_files, read_file
from rag.reading.drafting import PAGE_BREAK, Draft, Part, assemble
from rag.records import Answer, Article, BlockKind, Citation, Hit, Outcome, Passage, Question, Sentence
from rag.rendering import answer_json
from rag.rendering.proof import cited_sources
from rag.store import Changes, load_index, save_generation
from tests import parsers
from tests.conftest import LIMITS, make_index
from tests.files import make_mhtml, make_odt, make_rtf, odt_line

Folder = Callable[..., Path]
Placed = tuple[int, int, int, str]
"""A line of a PDF page: left, height over the foot, size of type, text."""


def only(found: Sequence[Article | Skipped]) -> Article:
    (article,) = found
    assert isinstance(article, Article), article
    return article


def shown(article: Article) -> list[tuple[str, str]]:
    return [(block.kind.value, article.text[block.start : block.end]) for block in article.blocks]


def reasons(found: Sequence[Article | Skipped]) -> list[str]:
    return [str(item) for item in found if isinstance(item, Skipped)]


def ids(found: Sequence[Article | Skipped]) -> list[str]:
    return [item.id for item in found if isinstance(item, Article)]


def make_pdf(*pages: Sequence[Placed], extra: bytes = b"", picture: tuple[int, int] | None = None) -> bytes:
    """A PDF file by hand, in Helvetica; ``extra`` goes into its trailer, and a picture of some size on each page."""
    scan = b"q %d 0 0 %d 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n" % picture if picture else b""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        drawn = scan + b"".join(
            b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % (size, left, height, text.encode("cp1252"))
            for left, height, size, text in lines
        )
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (5 + 2 * number),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        ]
    data, offsets = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        data
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, extra, len(data))
    )


def make_docx(write: Callable[[Document], object]) -> bytes:
    document = docx.Document()
    write(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def make_zip(members: Mapping[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


PAGE = """<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Brücke gesperrt - Stadtblatt</title>
<meta property="og:site_name" content="Stadtblatt"><meta name="author" content="Anna Beer; Max Kurz">
<meta property="article:published_time" content="2024-03-05T10:00:00+01:00"></head>
<body><nav><a href="/">Start</a> <a href="/p">Politik</a></nav><article><h1>Brücke gesperrt</h1>
<p>Die Brücke am Markt ist seit <a href="x">Montag</a> gesperrt,
sagt das Amt der Stadt.<br>Mehr nicht.</p>
<h2>Wie es weitergeht</h2><p>Niemand weiß, wann sie wieder <b>öffnet</b>, und viele ärgern sich darüber.</p>
<ul><li>Erster <b>Punkt</b> der <code>Liste</code></li><li>Zweiter Punkt</li></ul>
<blockquote><p>Wir bauen <em>schnell</em>.</p></blockquote>
<table><tr><td>2024</td><td>5 <i>Mio.</i></td></tr></table></article>
<div id="comments"><h3>Kommentare</h3><p>Das ist doch Unsinn, sagt ein Leser.</p></div>
<aside class="ad">Anzeige: Kaufen Sie jetzt!</aside><footer>Impressum</footer></body></html>"""

LEAD = "Seit Montag darf niemand mehr über die Brücke am Markt, und die Stadt sagt nicht, warum."

NOTE = """---
title: "Brücke gesperrt"
authors:
  - Anna Beer
  - Max Kurz
date: 2024-03-05
source: Stadtblatt
---
# Brücke gesperrt

Die [Brücke](http://example.org) *am Markt*
ist **gesperrt**.

## Wie es weitergeht

- Erster Punkt
- Zweiter Punkt

> Wir bauen schnell.

![Die Brücke am Montag](bruecke.jpg)

| Jahr | Kosten |
|------|--------|
| 2024 | 5 Mio. |
"""

STORY = [
    (50, 800, 8, "Stadtblatt, Ausgabe 7"),
    (50, 760, 20, "Brücke gesperrt"),
    (50, 730, 11, "Von Anna Beer, 5. März 2024"),
    (50, 700, 11, "Die Brücke am Markt ist seit Montag gesperrt, sagt das Amt der Konfe-"),
    (50, 686, 11, "renz der Städte. Im Rat sprach am Abend auch der frühere US-"),
    (50, 672, 11, "Präsident über Raketen- und Drohnen."),
    (50, 640, 14, "Wie es weitergeht"),
    (50, 620, 11, "Niemand weiß, wann sie wieder öffnet, und viele ärgern sich über"),
    (50, 40, 8, "- 1 -"),
]
GOING_ON = [
    (50, 800, 8, "Stadtblatt, Ausgabe 7"),
    (50, 760, 11, "die Stadt. Gebaut wird erst im nächsten Jahr, heißt es im Rathaus dazu."),
    (50, 40, 8, "- 2 -"),
]


class TestMarkdown:
    def test_front_matter_describes_and_marks_go(self, read: Callable[..., list[Article | Skipped]]) -> None:
        article = only(read("a.md", NOTE))
        assert (article.title, article.publisher) == ("Brücke gesperrt", "Stadtblatt")
        assert (article.authors, article.published) == (("Anna Beer", "Max Kurz"), date(2024, 3, 5))
        assert shown(article) == [
            ("title", "Brücke gesperrt"),
            ("body", "Die Brücke am Markt ist gesperrt."),
            ("heading", "Wie es weitergeht"),
            ("body", "Erster Punkt\n\nZweiter Punkt\n\nWir bauen schnell."),
            ("caption", "Die Brücke am Montag"),
            ("body", "Jahr | Kosten\n\n2024 | 5 Mio."),
        ]

    def test_without_front_matter_the_first_heading_is_the_title(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        article = only(read("a.md", "# Regen\n\n*Von Anna Beer, 5. März 2024*\n\nEs gießt <b>sehr</b>.\n"))
        assert (article.title, article.authors, article.published) == ("Regen", ("Anna Beer",), date(2024, 3, 5))
        assert shown(article)[-1] == ("body", "Es gießt sehr.")


class TestWebPage:
    def test_main_text_and_metadata_without_what_surrounds_them(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        article = only(read("a.html", PAGE))
        assert (article.title, article.publisher) == ("Brücke gesperrt", "Stadtblatt")
        assert (article.authors, article.published) == (("Anna Beer", "Max Kurz"), date(2024, 3, 5))
        assert shown(article) == [
            ("title", "Brücke gesperrt"),
            ("body", "Die Brücke am Markt ist seit Montag gesperrt, sagt das Amt der Stadt.\nMehr nicht."),
            ("heading", "Wie es weitergeht"),
            (
                "body",
                (
                    "Niemand weiß, wann sie wieder öffnet, und viele ärgern sich darüber.\n\n"
                    "Erster Punkt der Liste\n\nZweiter Punkt\n\nWir bauen schnell.\n\n2024 | 5 Mio."
                ),
            ),
        ]

    @pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
    def test_the_declared_encoding_is_believed(
        self, read: Callable[..., list[Article | Skipped]], charset: str
    ) -> None:
        page = PAGE.replace('charset="utf-8"', f'charset="{charset}"')
        assert only(read("a.htm", page.encode(charset))).title == "Brücke gesperrt"

    @pytest.mark.parametrize("charset", ["ascii", "us-ascii", "utf-16"])
    def test_a_wrong_declaration_is_not(self, read: Callable[..., list[Article | Skipped]], charset: str) -> None:
        page = PAGE.replace('charset="utf-8"', f'charset="{charset}"')
        assert only(read("a.html", page)).title == "Brücke gesperrt"

    @pytest.mark.parametrize(
        ("description", "lead", "kinds"),
        [
            (LEAD, f"<div>{LEAD}</div>", ["lead"]),
            (f"{LEAD[:60]} ...", f"<div>{LEAD}</div>", ["lead"]),
            ("", f'<div class="article-lead">{LEAD}</div>', ["lead"]),
            (LEAD, f"<p>{LEAD}</p>", ["body"]),
            ("", '<div class="intro">' + LEAD.replace(" ", "<br>", 1) + "</div>", ["lead"]),
            (LEAD, f'<div style="display: none">{LEAD}</div>', []),
            ("", f'<a href="x"><div class="teaser">{LEAD}</div></a>', []),
            ("", f'<div class="newsletter-teaser">{LEAD}</div>', []),
            (LEAD, "", []),
        ],
    )
    def test_a_lead_that_the_page_shows_is_read_once(
        self, read: Callable[..., list[Article | Skipped]], description: str, lead: str, kinds: list[str]
    ) -> None:
        text = "".join(
            f"<p>Am Tag {day} sprach der Rat der Stadt wieder lange über die Brücke.</p>" for day in range(9)
        )
        page = (
            f'<html><head><title>Brücke gesperrt</title><meta name="description" content="{description}"></head><body>'
            f'<article><header><h1>Brücke gesperrt</h1>{lead}</header><div class="x">{text}</div>'
            f'<div class="teaser">{LEAD.replace("Brücke", "Straße")}</div></article></body></html>'
        )
        article = only(read("a.html", page))
        assert [kind for kind, written in shown(article) if LEAD in written] == kinds
        assert article.text.count(LEAD) == len(kinds) and "Straße" not in article.text

    def test_captions_stand_where_their_pictures_do(self, read: Callable[..., list[Article | Skipped]]) -> None:
        def figure(caption: str) -> str:
            return f'<figure><img src="x.jpg"><figcaption>{caption} <i>Foto: dpa</i></figcaption></figure>'

        page = (
            PAGE.replace("<h2>", f"{figure('Die Brücke am Montag.')}<h2>")
            .replace("<nav>", f"<nav>{figure('Das Wetter.')}")
            .replace("</article>", f'<a href="x">{figure("Die Straße.")}</a></article>')
            .replace("<footer>", f"<article><h3>Mehr</h3>{figure('Ein Auto.')}</article><footer>")
        )
        article = only(read("a.html", page))
        assert shown(article)[2:4] == [
            ("caption", "Die Brücke am Montag. Foto: dpa"),
            ("heading", "Wie es weitergeht"),
        ]
        assert article.text.count("Foto: dpa") == 1

    def test_tables_of_figures_are_read_by_the_row_and_tables_for_layout_as_text(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        page = (
            "<html><body><h1>Morgenlage</h1><table>"
            "<tr><td>Mehr</td><td><h2>Wetter</h2>Heute wird es <b>sonnig</b>.<p>Morgen regnet es.</p></td></tr></table>"
            "<p>Die Umfrage zeigt ein klares Bild der Lage im ganzen Land und in den Städten.</p>"
            "<table><tr><td><p>28,5</p><p>(+4,4)</p></td><td>CDU<br>CSU</td></tr></table></body></html>"
        )
        assert shown(only(read("a.html", page)))[1:] == [
            ("body", "Mehr"),
            ("heading", "Wetter"),
            (
                "body",
                (
                    "Heute wird es sonnig.\n\nMorgen regnet es.\n\n"
                    "Die Umfrage zeigt ein klares Bild der Lage im ganzen Land und in den Städten.\n\n"
                    "28,5 (+4,4) | CDU CSU"
                ),
            ),
        ]

    def test_the_folder_saved_beside_a_page_is_part_of_it(self, articles_folder: Folder) -> None:
        folder = articles_folder({"Seite.html": PAGE, "Seite-Dateien/x.js": "1", "Seite_files/frame.html": "<p>Kauf!"})
        assert [path.name for path in article_files(folder)] == ["Seite.html"]
        assert passed_over(folder) == []


class TestPdf:
    def test_lines_become_paragraphs_over_pages_and_running_heads_go(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        article = only(read("a.pdf", make_pdf(STORY, GOING_ON)))
        assert (article.authors, article.published) == (("Anna Beer",), date(2024, 3, 5))
        assert shown(article) == [
            ("title", "Brücke gesperrt"),
            ("date", "Von Anna Beer, 5. März 2024"),
            (
                "body",
                (
                    "Die Brücke am Markt ist seit Montag gesperrt, sagt das Amt der Konferenz der Städte. "
                    "Im Rat sprach am Abend auch der frühere US-Präsident über Raketen- und Drohnen."
                ),
            ),
            ("heading", "Wie es weitergeht"),
            (
                "body",
                (
                    "Niemand weiß, wann sie wieder öffnet, und viele ärgern sich über die Stadt. "
                    "Gebaut wird erst im nächsten Jahr, heißt es im Rathaus dazu."
                ),
            ),
        ]
        assert article.pages == (0, article.text.index("die Stadt."))

    def test_a_large_first_letter_belongs_to_its_word(self, read: Callable[..., list[Article | Skipped]]) -> None:
        lines = [(50, 660, 40, "D"), (82, 686, 11, "ie Brücke am Markt ist"), (82, 672, 11, "seit Montag gesperrt.")]
        assert only(read("a.pdf", make_pdf(lines))).text == "Die Brücke am Markt ist seit Montag gesperrt."

    @pytest.mark.parametrize("rubric", ["PRESSEMITTEILUNG", "Medieninformation Nr. 7/2024", "Newsletter"])
    def test_a_rubric_is_no_title_however_large(
        self, read: Callable[..., list[Article | Skipped]], rubric: str
    ) -> None:
        assert only(read("a.pdf", make_pdf([(50, 800, 30, rubric), *STORY[1:]]))).title == "Brücke gesperrt"

    def test_each_bullet_begins_a_paragraph(self, read: Callable[..., list[Article | Skipped]]) -> None:
        lines = [
            (50, 700, 11, "Gesperrt sind"),
            (50, 686, 11, "• die Brücke am"),
            (50, 672, 11, "Markt"),
            (50, 658, 11, "• die Straße"),
        ]
        article = only(read("a.pdf", make_pdf(lines)))
        assert article.text == "Gesperrt sind\n\n• die Brücke am Markt\n\n• die Straße"

    def test_a_running_head_goes_where_its_number_stands_apart(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        pages = [
            [(50, 800, 8, "Stadtblatt 1"), (50, 700, 11, "Die Brücke am Markt ist seit Montag")],
            [(50, 800, 8, "Stadtblatt"), (500, 780, 8, "2"), (50, 700, 11, "gesperrt, sagt die Stadt.")],
        ]
        text = "Die Brücke am Markt ist seit Montag gesperrt, sagt die Stadt."
        assert only(read("a.pdf", make_pdf(*pages))).text == text

    def test_a_scan_says_what_to_do(self, read: Callable[..., list[Article | Skipped]]) -> None:
        assert reasons(read("a.pdf", make_pdf([]))) == [
            "a.pdf holds pictures of pages, no text: run text recognition (OCR) over it first"
        ]

    @pytest.mark.parametrize(
        "stamps",
        [
            ["- 1 -", "- 2 -"],
            ["Seite 1 von 2", "Seite 2 von 2"],
            ["Scanned with CamScanner", "Scanned with CamScanner"],
            ["05.03.2024 10:23 STADT KÖLN PRESSEAMT S. 01/02"],
        ],
    )
    def test_a_scan_with_a_stamp_is_no_text(
        self, read: Callable[..., list[Article | Skipped]], stamps: list[str]
    ) -> None:
        pages = [[(50, 820, 9, stamp)] for stamp in stamps]
        (reason,) = reasons(read("a.pdf", make_pdf(*pages, picture=(595, 800))))
        assert reason.endswith("run text recognition (OCR) over it first")

    def test_text_under_a_letterhead_or_over_a_scan_is_read(self, read: Callable[..., list[Article | Skipped]]) -> None:
        note = [(50, 700, 11, "Die Brücke am Markt ist seit Montag gesperrt.")]
        assert only(read("a.pdf", make_pdf(note, picture=(595, 200)))).text == note[0][3]
        assert only(read("a.pdf", make_pdf(STORY, picture=(595, 842)))).title == "Brücke gesperrt"

    def test_a_locked_one_says_so(self, read: Callable[..., list[Article | Skipped]]) -> None:
        lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
            b"11" * 32,
            b"22" * 32,
        )
        assert reasons(read("a.pdf", make_pdf(STORY, extra=lock))) == [
            "a.pdf is locked with a password: save a copy without one"
        ]

    def test_a_citation_names_its_page(self, tmp_path: Path, read: Callable[..., list[Article | Skipped]]) -> None:
        article = only(read("a.pdf", make_pdf(STORY, GOING_ON)))
        start = article.text.index("Gebaut wird")
        quote = Passage(article, start, len(article.text))
        question = Question("Wann wird gebaut?", "Wann wird gebaut?", "de")
        answer = Answer(
            question, Outcome.ANSWERED, (Sentence(quote.text, (1,)),), (Citation(1, quote, None),), searched=1
        )
        assert answer_json(answer, {})["citations"][0]["page"] == 2
        assert "S. 2 (a.pdf:" in cited_sources(answer)[0]
        assert "p. 2 (a.pdf:" in cited_sources(replace(answer, question=replace(question, language="en")))[0]
        panel = sources_html(replace(answer, hits=(Hit(quote, 1.0, 1, 1, 1, ()),)), 0, "de", [article])
        assert "5. März 2024 · Anna Beer · S. 2</span>" in panel
        save_generation(tmp_path, make_index(article), {}, [], Changes())
        assert load_index(tmp_path).articles[0].pages == article.pages

    @given(st.lists(st.lists(st.text("ab \n\u00ad", max_size=6), min_size=1, max_size=4), min_size=1, max_size=5))
    @settings(max_examples=100)
    def test_pages_begin_in_order_and_where_their_text_does(self, pages: list[list[str]]) -> None:
        parts = [Part(BlockKind.BODY, PAGE_BREAK.join(["x", *texts])) for texts in pages]
        article = assemble("a.pdf", Draft([Part(BlockKind.TITLE, f"{PAGE_BREAK}t"), *parts], paged=True))
        assert len(article.pages) == 1 + sum(map(len, pages))
        assert list(article.pages) == sorted(article.pages)
        assert article.pages[0] == 0 and article.pages[-1] <= len(article.text)
        written = [" ".join(text.replace("\u00ad", "").split()) for texts in pages for text in texts]
        for page, text in zip(article.pages[1:], written, strict=True):
            assert " ".join(article.text[page:].split()).startswith(text)


class TestWord:
    def test_three_lines_above_a_title_sign_and_date_it(self, read: Callable[..., list[Article | Skipped]]) -> None:
        def write(document: Document) -> None:
            for line in ("Kölner Anzeiger, 5. März 2024", "Von Anna Beer", "Pressemitteilung", "Brücke gesperrt"):
                document.add_paragraph(line)
            document.add_paragraph("Die Brücke am Markt ist seit Montag gesperrt, sagt das Amt der Stadt. Mehr nicht.")

        article = only(read("a.docx", make_docx(write)))
        assert (article.title, article.publisher) == ("Brücke gesperrt", "Kölner Anzeiger")
        assert (article.authors, str(article.published)) == (("Anna Beer",), "2024-03-05")

    def test_the_lines_that_sign_a_text_may_stand_below_its_subtitle(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        def write(document: Document) -> None:
            document.add_heading("Brücke gesperrt", 0)
            document.add_paragraph("Die Stadt schweigt", "Subtitle")
            document.add_paragraph("Von Anna Beer, 5. März 2024")
            document.add_paragraph("Die Brücke am Markt ist zu.")
            document.core_properties.author = "Max Kurz"

        article = only(read("a.docx", make_docx(write)))
        assert (article.authors, article.published) == (("Anna Beer",), date(2024, 3, 5))
        assert [kind for kind, _ in shown(article)] == ["title", "lead", "date", "body"]

    def test_styles_tables_and_properties(self, read: Callable[..., list[Article | Skipped]]) -> None:
        def write(document: Document) -> None:
            document.add_heading("Brücke gesperrt", 0)
            document.add_paragraph("Die Brücke am Markt ist zu.")
            document.add_heading("Wie es weitergeht", 1)
            table = document.add_table(1, 3)
            table.cell(0, 0).merge(table.cell(0, 1)).text = "2024"
            table.cell(0, 2).text = "5 Mio."
            document.core_properties.author = "Anna Beer"
            document.core_properties.created = datetime(2024, 3, 5)  # perhaps the template was

        article = only(read("a.docx", make_docx(write)))
        assert (article.title, article.authors) == ("Brücke gesperrt", ("Anna Beer",))
        assert article.published is None
        assert shown(article) == [
            ("title", "Brücke gesperrt"),
            ("body", "Die Brücke am Markt ist zu."),
            ("heading", "Wie es weitergeht"),
            ("body", "2024 | 5 Mio."),
        ]

    @pytest.mark.parametrize(
        ("lines", "kinds"),
        [
            (["!Brücke gesperrt", "Von Anna Beer", "5. März 2024"], ["title", "byline", "date"]),
            (["Brücke gesperrt", "Von Anna Beer", "5. März 2024"], ["title", "byline", "date"]),
            (["Pressemitteilung Nr. 7/2024", "5. März 2024", "!Brücke gesperrt"], ["body", "date", "title"]),
            (["PRESSEMITTEILUNG", "Von Anna Beer, 5. März 2024", "Brücke gesperrt"], ["body", "date", "title"]),
        ],
    )
    def test_a_title_without_its_style_is_told_by_its_looks(
        self, read: Callable[..., list[Article | Skipped]], lines: list[str], kinds: list[str]
    ) -> None:
        def write(document: Document) -> None:
            for line in [*lines, "Die Brücke am Markt ist zu.", "Niemand weiß, warum."]:
                document.add_paragraph(line.removeprefix("!"), "Heading 1" if line.startswith("!") else None)

        article = only(read("a.docx", make_docx(write)))
        assert (article.title, article.published) == ("Brücke gesperrt", date(2024, 3, 5))
        assert article.authors == (("Anna Beer",) if any("Anna" in line for line in lines) else ())
        assert [kind for kind, _ in shown(article)] == [*kinds, "body"]

    @pytest.mark.parametrize("text", ["Sehr geehrte Damen und Herren,", "Es regnet.", "Ende"])
    def test_not_every_first_line_is_a_title(self, read: Callable[..., list[Article | Skipped]], text: str) -> None:
        def write(document: Document) -> None:
            document.add_paragraph(text)
            document.add_paragraph("Die Brücke am Markt ist zu." if text != "Ende" else "Aus")

        assert only(read("a.docx", make_docx(write))).title is None

    @pytest.mark.parametrize(
        ("written", "read_as"),
        [
            ("<w:p><w:ins><w:r><w:t>12</w:t></w:r></w:ins><w:r><w:t> Mio.</w:t></w:r></w:p>", "12 Mio."),
            ("<w:p><w:del><w:r><w:t>10</w:t></w:r></w:del><w:r><w:t>12 Mio.</w:t></w:r></w:p>", "12 Mio."),
            ("<w:p><w:moveFrom><w:r><w:t>Eins.</w:t></w:r></w:moveFrom></w:p>", ""),
            ("<w:p><w:moveTo><w:r><w:t>Eins.</w:t></w:r></w:moveTo></w:p>", "Eins."),
            ("<w:p><w:sdt><w:sdtContent><w:r><w:t>Köln</w:t></w:r></w:sdtContent></w:sdt></w:p>", "Köln"),
            ("<w:p><w:smartTag><w:r><w:t>Köln</w:t></w:r></w:smartTag></w:p>", "Köln"),
            ("<w:p><w:fldSimple><w:r><w:t>Köln</w:t></w:r></w:fldSimple></w:p>", "Köln"),
            ("<w:sdt><w:sdtContent><w:p><w:r><w:t>Köln</w:t></w:r></w:p></w:sdtContent></w:sdt>", "Köln"),
            (
                (
                    "<w:p><w:r><w:t>Neben</w:t><mc:AlternateContent><mc:Choice>BOX</mc:Choice><mc:Fallback>BOX"
                    "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t> dem Kasten.</w:t></w:r></w:p>"
                ),
                "Neben dem Kasten.\n\nEins.\n\nZwei.",
            ),
        ],
    )
    def test_what_a_reader_sees_is_read_however_it_is_wrapped(
        self, read: Callable[..., list[Article | Skipped]], written: str, read_as: str
    ) -> None:
        paragraphs = "<w:p><w:r><w:t>Eins.</w:t></w:r></w:p><w:p><w:r><w:t>Zwei.</w:t></w:r></w:p>"
        names = " ".join(
            f'xmlns:{prefix}="http://schemas.openxmlformats.org/{name}/2006{tail}"'
            for prefix, name, tail in [("w", "wordprocessingml", "/main"), ("mc", "markup-compatibility", "")]
        )
        box = f"<w:drawing><w:txbxContent>{paragraphs}</w:txbxContent></w:drawing>"

        def write(document: Document) -> None:
            document.add_paragraph("Es regnet.")
            wrapped = parse_xml(f"<w:body {names}>{written.replace('BOX', box)}</w:body>")
            document.element.body.extend(list(wrapped))

        assert only(read("a.docx", make_docx(write))).text.partition("Es regnet.")[2].strip() == read_as

    def test_tables_that_lay_out_a_page_are_read_as_its_text(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        def write(document: Document) -> None:
            left, right = document.add_table(1, 2).rows[0].cells
            left.text = "Es regnet."
            inner = left.add_table(1, 2)
            inner.cell(0, 0).text, inner.cell(0, 1).text = "2024", "5 Mio."
            right.text = "Es weht."
            table = document.add_table(401, 2)
            table.cell(0, 0).merge(table.cell(400, 0)).text = "2025"
            table.cell(400, 1).text = "6 Mio."

        assert only(read("a.docx", make_docx(write))).text == (
            "Es regnet.\n\n2024 | 5 Mio.\n\nEs weht.\n\n2025\n\n2025 | 6 Mio."
        )

    def test_a_locked_one_says_so(self, read: Callable[..., list[Article | Skipped]]) -> None:
        assert "locked with a password" in reasons(read("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))[0]


class TestMail:
    def test_headers_describe_and_plain_text_is_preferred(self, read: Callable[..., list[Article | Skipped]]) -> None:
        mail = EmailMessage()
        mail["Subject"], mail["From"] = "Brücke gesperrt", "Jürgen Müller <jm@example.org>"
        mail["Date"] = "Tue, 05 Mar 2024 23:30:00 +0100"
        mail.set_content("Die Brücke am Markt ist zu.\n\nNiemand weiß, warum.", charset="iso-8859-1")
        mail.add_alternative("<p>Anders gesagt.</p>", subtype="html")
        mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="x.png")
        article = only(read("a.eml", mail.as_bytes()))
        assert (article.title, article.authors) == ("Brücke gesperrt", ("Jürgen Müller",))
        assert article.published == date(2024, 3, 5)
        assert shown(article)[1] == ("body", "Die Brücke am Markt ist zu.\n\nNiemand weiß, warum.")

    def test_html_where_there_is_no_plain_text(self, read: Callable[..., list[Article | Skipped]]) -> None:
        article = only(read("a.eml", "Subject: Neues\nContent-Type: text/html; charset=utf-8\n\n<p>Es gießt.</p>"))
        assert shown(article) == [("title", "Neues"), ("body", "Es gießt.")]

    def test_html_where_the_plain_part_is_a_stub(self, read: Callable[..., list[Article | Skipped]]) -> None:
        mail = EmailMessage()
        mail["Subject"] = "Brücke gesperrt"
        mail.set_content("Ihr Mailprogramm zeigt kein HTML. Zur Webansicht: https://example.org/" + "x" * 2000)
        mail.add_alternative(PAGE, subtype="html")
        article = only(read("a.eml", mail.as_bytes()))
        assert "Niemand weiß, wann sie wieder öffnet" in article.text
        assert "Webansicht" not in article.text

    @pytest.mark.parametrize("html", [b"<svg><html", b"\1" * 99])
    def test_a_damaged_html_part_does_not_cost_the_plain_one(
        self, read: Callable[..., list[Article | Skipped]], html: bytes
    ) -> None:
        mail = EmailMessage()
        mail["Subject"] = "Neues"
        mail.set_content("Es gießt.")
        mail.add_alternative(html, maintype="text", subtype="html", params={"charset": "no-such"})
        assert shown(only(read("a.eml", mail.as_bytes())))[1:] == [("body", "Es gießt.")]

    @pytest.mark.parametrize("charset", ["iso-8859-1", "us-ascii"])
    def test_a_mail_that_says_latin_1_means_cp1252(
        self, read: Callable[..., list[Article | Skipped]], charset: str
    ) -> None:
        head = f"Subject: Neues\nContent-Type: text/plain; charset={charset}\n\n"
        text = "Das „Öl“ kostet 5 € – mehr nicht."
        assert shown(only(read("a.eml", (head + text).encode("cp1252"))))[1:] == [("body", text)]

    @pytest.mark.parametrize(
        "subject", [b"=?iso-8859-1?Q?=84=D6l=93_=96_teuer?=", "„Öl“ – teuer".encode("cp1252"), "„Öl“ – teuer".encode()]
    )
    def test_a_subject_is_read_as_its_text_is(
        self, read: Callable[..., list[Article | Skipped]], subject: bytes
    ) -> None:
        article = only(read("a.eml", b"Subject: " + subject + b"\n\nEs regnet."))
        assert isinstance(article, Article) and article.title == "„Öl“ – teuer"

    def test_all_that_stands_in_a_mail_is_read_and_no_attachment(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        mail = EmailMessage()
        mail["Subject"] = "Brücke gesperrt"
        mail.set_content("Die Brücke ist zu.")
        mail.set_param("name", "brief.txt")
        mail.add_alternative("<p>Die Brücke ist <b>zu</b>.</p>", subtype="html")
        mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", disposition="inline", filename="x.png")
        mail.add_attachment("Niemand weiß, warum.", disposition="inline")
        mail.add_attachment("<p>Sie bleibt es.</p>", subtype="html", disposition="inline")
        mail.add_attachment("Vertraulich.", filename="anlage.txt")
        article = only(read("a.eml", mail.as_bytes()))
        assert shown(article)[1:] == [("body", "Die Brücke ist zu.\n\nNiemand weiß, warum.\n\nSie bleibt es.")]

    @pytest.mark.parametrize(
        ("sender", "author"),
        [
            ('"Beer, Anna (Stadt Köln)" <a@example.org>', "Anna Beer"),
            ('"von Beer, Anna" <a@example.org>', "Anna von Beer"),
            ('"Stadt Köln, Pressestelle" <a@example.org>', "Stadt Köln, Pressestelle"),
            ('"Redaktion, Sport" <a@example.org>', "Redaktion, Sport"),
        ],
    )
    def test_a_sender_is_one_name(self, read: Callable[..., list[Article | Skipped]], sender: str, author: str) -> None:
        article = only(read("a.eml", f"From: {sender}\nSubject: Regen\n\nEs regnet.".encode()))
        assert article.authors == (author,)

    def test_a_mail_that_is_forwarded_as_a_whole_is_read_below_its_subject(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        inner, outer = EmailMessage(), EmailMessage()
        inner["Subject"], inner["From"] = "Brücke gesperrt", "Stadt Köln <k@example.org>"
        inner.set_content("Die Brücke ist zu.")
        outer["Subject"], outer["From"] = "WG: Brücke", "Chef <c@example.org>"
        outer.set_content("Zur Kenntnis.")
        outer.add_attachment(inner)
        article = only(read("a.eml", outer.as_bytes()))
        assert (article.title, article.authors) == ("WG: Brücke", ("Chef",))
        assert shown(article)[1:] == [
            ("body", "Zur Kenntnis."),
            ("heading", "Brücke gesperrt"),
            ("byline", "Stadt Köln"),
            ("body", "Die Brücke ist zu."),
        ]

    @pytest.mark.parametrize(
        ("sender", "author"),
        [
            ('"von der Leyen, Ursula" <u@example.org>', "Ursula von der Leyen"),
            ("=?utf-8?Q?M=C3=BCller=2C_Anna_=28Stadt_K=C3=B6ln=29?= <a@example.org>", "Anna Müller"),
            ("Politik und Wirtschaft <p@example.org>", "Politik und Wirtschaft"),
            ("p@example.org", "p@example.org"),
            ("Anna Beer", "Anna Beer"),
            ("=?utf-8?Q?M=C3=BCller, Anna?= <a@example.org>", "Anna Müller"),
        ],
    )
    def test_a_sender_is_one(self, read: Callable[..., list[Article | Skipped]], sender: str, author: str) -> None:
        assert only(read("a.eml", f"From: {sender}\n\nEs regnet.")).authors == (author,)

    def test_a_line_that_begins_with_from_is_no_mail(self, read: Callable[..., list[Article | Skipped]]) -> None:
        box = (
            "From a Thu Sep  4 08:00:00 2025\nSubject: Eins\n\nIt rains.\n\nFrom London he writes on Thu 4 Sep.\n\n"
            "From - Fri Sep 05 2025\nSubject: Zwei\n\nIt snows.\n"
        )
        first, second = read("box.mbox", box)
        assert isinstance(first, Article) and first.text.endswith("It rains.\n\nFrom London he writes on Thu 4 Sep.")
        assert isinstance(second, Article) and second.text == "Zwei\n\nIt snows."

    def test_a_mailbox_is_many(self, read: Callable[..., list[Article | Skipped]]) -> None:
        box = (
            "From a\nSubject: Eins\n\nDas ist der erste.\n\nFrom b\nSubject: Leer\n\n\n"
            "From c\nSubject: Drei\n\nDas ist\n\n>From Weimar bekannt.\n"
        )
        found = read("box.mbox", box)
        assert ids(found) == ["box.mbox#1", "box.mbox#3"]
        assert "From Weimar bekannt." in found[2].text if isinstance(found[2], Article) else False
        assert reasons(found) == ["box.mbox#2 holds no text besides its attachments: save these as files of their own"]
        assert "is no mailbox" in reasons(read("b.mbox", "Kein Brief."))[0]


class TestTables:
    def test_rows_of_json_by_columns_of_many_names(self, read: Callable[..., list[Article | Skipped]]) -> None:
        rows = [
            {"Titel": "Regen", "INHALT": "Es gießt.\n\nEs gießt immer noch.", "Datum": "5. März 2024"},
            {"headline": "Wind", "body": ["Es weht."], "author": [{"name": "Anna Beer"}, "Max Kurz"], "source": "SZ"},
            {"title": "Leer", "text": " "},
            {"headline": "Ohne"},
            [1],
        ]
        lines = [json.dumps(row) for row in rows]
        deep = '{"text": ' + "[" * 900 + "]" * 900 + "}"
        found = read("wire.jsonl", "\n".join([*lines, "", "{kaputt", "[" * 100_000, deep, '{"text": "\\ud800 halb"}']))
        assert ids(found) == ["wire.jsonl#1", "wire.jsonl#2", "wire.jsonl#10"]
        first, second = (item for item in found[:2] if isinstance(item, Article))
        assert (first.title, first.published) == ("Regen", date(2024, 3, 5))
        assert first.text.endswith("Es gießt.\n\nEs gießt immer noch.")
        assert (second.publisher, second.authors) == ("SZ", ("Anna Beer", "Max Kurz"))
        assert reasons(found) == [
            "wire.jsonl#3 has no text",
            "wire.jsonl#4 has no field of text: call one \"text\" (found: 'headline')",
            "wire.jsonl#5 is no JSON object: write one object a line",
            "wire.jsonl#7 is no JSON: write one object a line",
            "wire.jsonl#8 is no JSON: write one object a line",
            "wire.jsonl#9 has no text",
        ]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
    def test_csv_of_any_delimiter_and_encoding(
        self, read: Callable[..., list[Article | Skipped]], delimiter: str, encoding: str
    ) -> None:
        rows = [
            "Titel|Text|Zeitung|Erschienen am",
            '"Große; kleine"|"Es gießt, und\nes ""weht""."|taz|2024-03-05',
            "x|||",
        ]
        table = "\r\n".join(rows).replace("|", delimiter)
        found = read("a.csv", table.encode(encoding))
        article = only(found[:1])
        assert (article.id, article.title, article.publisher) == ("a.csv#1", "Große; kleine", "taz")
        assert article.published == date(2024, 3, 5)
        assert 'es "weht".' in article.text
        assert reasons(found) == ["a.csv#2 has no text"]

    def test_a_csv_without_a_column_of_text_names_those_it_has(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        assert reasons(read("a.csv", "a,b\n1,2\n")) == [
            "a.csv has no column of text: call one \"text\" (found: 'a', 'b')"
        ]

    def test_a_row_too_long_to_hold_costs_itself_only(self, read: Callable[..., list[Article | Skipped]]) -> None:
        limits = replace(LIMITS, max_file_bytes=1000)
        long = json.dumps({"text": "x" * 5000})
        found = read("a.jsonl", f'{long}\n{{"text": "Es gießt."}}\n{long}', limits)
        assert ids(found) == ["a.jsonl#2"]
        assert [reason.partition(":")[0] for reason in reasons(found)] == [
            "a.jsonl#1 is longer than 0.001 MB",
            "a.jsonl#3 is longer than 0.001 MB",
        ]

    def test_a_quote_never_closed_keeps_what_stands_before_it(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        limits = replace(LIMITS, max_file_bytes=1000)
        found = read("a.csv", 'text,x\nEs gießt.,1\n"' + "Ende nie,\n" * 500, limits)
        assert ids(found) == ["a.csv#1"]
        assert reasons(found)[0].startswith("a.csv#2 and all after it cannot be read: is a quote left open?")

    @pytest.mark.parametrize(
        "table",
        [
            "sep=;\r\nTitel;Vorspann;Text\r\nRegen;Es wird nass.;Es gießt, sagt sie.\r\n",
            "Titel|Vorspann|Text\nRegen|Es wird nass.|Es gießt, sagt sie.\n",
            "Titel;Vorspann;Text\rRegen;Es wird nass.;Es gießt, sagt sie.\r",
        ],
        ids=["Excel", "bars", "old Macs"],
    )
    def test_tables_come_in_many_ways(self, read: Callable[..., list[Article | Skipped]], table: str) -> None:
        article = only(read("a.csv", table))
        assert shown(article) == [("title", "Regen"), ("lead", "Es wird nass."), ("body", "Es gießt, sagt sie.")]

    def test_a_lead_that_opens_the_text_too_stands_there_once(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        for lead in ("Es wird nass.", "Es wird ...", "Es wird nass. Es gießt …", True):
            row = {"titel": "Regen", "vorspann": lead, "text": "Es wird nass.\n\nEs gießt, sagt sie."}
            assert only(read("a.jsonl", json.dumps(row))).text == "Regen\n\nEs wird nass.\n\nEs gießt, sagt sie."

    @pytest.mark.parametrize(
        ("written", "authors"),
        [
            ("Ursula von der Leyen", ("Ursula von der Leyen",)),
            ("Von Ursula von der Leyen und Konstantin von Notz", ("Ursula von der Leyen", "Konstantin von Notz")),
            ("von der Leyen, Ursula", ("Ursula von der Leyen",)),
            ("Notz, Konstantin von", ("Konstantin von Notz",)),
            ("Müller, Anna", ("Anna Müller",)),
            ("Müller, Anna Maria", ("Anna Maria Müller",)),
            ("Anna Beer, Madonna", ("Anna Beer", "Madonna")),
            ("Anna Beer, Frankfurt am Main", ("Anna Beer",)),
            ("Redaktion, Sport", ("Redaktion", "Sport")),
            ("Müller, Anna; Beer, Ben; Max Kurz, dpa", ("Anna Müller", "Ben Beer", "Max Kurz", "dpa")),
            (["Müller, Anna", "Beer, Ben"], ("Anna Müller", "Ben Beer")),
            ("Anna Müller, Bernd Beer", ("Anna Müller", "Bernd Beer")),
            ("Anna Müller & Ben Beer, Frankfurt am Main", ("Anna Müller", "Ben Beer")),
            ("Reuters, Bloomberg", ("Reuters", "Bloomberg")),
            ("Anna, Ben, Clara", ("Anna", "Ben", "Clara")),
            ("dpa, AFP", ("dpa", "AFP")),
        ],
    )
    def test_the_names_in_a_field_of_authors_stay_whole(
        self, read: Callable[..., list[Article | Skipped]], written: str | list[str], authors: tuple[str, ...]
    ) -> None:
        row = json.dumps({"text": "Es gießt.", "author": written})
        assert only(read("a.jsonl", row)).authors == authors

    def test_what_is_beyond_the_limits_is_counted(self, read: Callable[..., list[Article | Skipped]]) -> None:
        found = read("a.jsonl", '{"text": "Es gießt."}\n' * 5, replace(LIMITS, max_articles=3))
        assert len(ids(found)) == 3
        assert reasons(found) == ["a.jsonl holds more than 3 articles: split it, or raise RAG_MAX_ARCHIVE_ARTICLES"]
        found = read("a.jsonl", "kaputt\n" * 150)
        assert len(found) == 101
        assert str(found[-1]) == "a.jsonl holds 50 more articles that cannot be read"


class TestZip:
    def test_members_are_read_by_their_kinds_and_junk_is_passed_over(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        inside = {
            "texte/a.txt": "Es gießt in Köln.".encode(),
            "wire.jsonl": b'{"text": "Es weht."}',
            "Seite.html": PAGE.encode(),
            "Seite_files/ad.html": b"<p>Kauf!",
            "__MACOSX/._a.txt": b"\0\0",
            ".DS_Store": b"\0",
            "bild.png": b"\x89PNG",
            "innen.zip": make_zip({"a.txt": b"x"}),
        }
        found = read("box.zip", make_zip(inside))
        assert ids(found) == ["box.zip/texte/a.txt", "box.zip/wire.jsonl#1", "box.zip/Seite.html"]
        assert [reason.partition(":")[0] for reason in reasons(found)] == [
            "box.zip/bild.png is of a kind that cannot be read",
            "box.zip/innen.zip is an archive inside an archive",
        ]

    def test_names_in_utf8_are_read_also_where_that_is_not_said(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        packed = bytearray(make_zip({"Brücke.txt": "Es gießt in Köln.".encode()}))
        for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
            packed[packed.index(mark) + offset] = 0
        assert ids(read("box.zip", bytes(packed))) == ["box.zip/Brücke.txt"]

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd.txt", "/etc/x.txt", "C:\\x.txt", "a/..\\..\\x.txt", "a\x1b[2J.txt"]
    )
    def test_names_that_play_tricks_are_refused(self, read: Callable[..., list[Article | Skipped]], name: str) -> None:
        (skipped,) = read("box.zip", make_zip({name: b"Es ist ein Text."}))
        assert isinstance(skipped, Skipped)
        assert skipped.name.isprintable() and "has a name" in skipped.reason

    def test_bombs_do_not_go_off(self, read: Callable[..., list[Article | Skipped]]) -> None:
        limits = replace(LIMITS, max_archive_bytes=200_000)
        noise = random.Random(1)
        text = "".join(noise.choices("abcdefghij \n", k=80_000)).encode()
        packed = make_zip({"bomb.txt": bytes(20_000_000), **{f"{number}.txt": text for number in range(4)}})
        packed = packed.replace((80_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))  # a list that lies
        found = read("box.zip", packed, limits)
        assert "packed more than 100-fold" in reasons(found)[0]
        assert (
            len(found) == 5 and sum("damaged" in reason or "past the first" in reason for reason in reasons(found)) >= 1
        )
        found = read("box.zip", make_zip({f"{number}.txt": text for number in range(4)}), limits)
        assert ids(found) == ["box.zip/0.txt", "box.zip/1.txt"]
        assert all("past the first 0.2 MB" in reason for reason in reasons(found))

    def test_a_list_of_too_many_members_is_not_read(self, read: Callable[..., list[Article | Skipped]]) -> None:
        entries = (b"PK\x01\x02" + bytes(42)) * 100_001
        end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, len(entries), 0, 0)
        (reason,) = reasons(read("box.zip", entries + end))
        assert "more than 100000 files" in reason

    def test_what_a_member_holds_is_no_list_of_members(self, read: Callable[..., list[Article | Skipped]]) -> None:
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.txt", b"Es ist ein Text.")
            archive.writestr("b.bin", b"PK\x01\x02" * 100_001)
        assert ids(read("box.zip", file.getvalue())) == ["box.zip/a.txt"]

    def test_a_locked_member_is_named(self, read: Callable[..., list[Article | Skipped]]) -> None:
        packed = bytearray(make_zip({"a.txt": b"Es ist ein Text."}))
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            packed[packed.index(mark) + offset] |= 1
        assert "locked with a password" in reasons(read("box.zip", bytes(packed)))[0]

    def test_an_archive_of_nothing_says_so(self, read: Callable[..., list[Article | Skipped]]) -> None:
        assert reasons(read("box.zip", make_zip({}))) == ["box.zip holds no article"]
        assert reasons(read("box.zip", b"PK")) == ["box.zip is damaged or no zip archive"]


class TestWorker:
    def told(self, worker: Worker, data: bytes = b"x") -> list[str]:
        return [part.text for part in worker.parse(parsers.echo, data).parts]

    @pytest.mark.parametrize(
        ("parser", "reason"),
        [
            (parsers.hang, r"takes longer than 0\.5 s to read: leave it out, or raise RAG_PARSE_SECONDS"),
            (parsers.die, "crashes its parser"),
            (parsers.forge, "crashes its parser"),
            pytest.param(
                parsers.eat,
                "needs more than 1000 MB of memory",
                marks=pytest.mark.skipif(sys.platform != "linux", reason="the system limits no address space"),
            ),
        ],
    )
    def test_a_lost_process_costs_one_file(self, parser: Callable[[bytes], Draft], reason: str) -> None:
        limits = replace(LIMITS, parse_seconds=0.5, parse_memory_bytes=1_000_000_000)
        with Worker(limits) as worker:
            before = self.told(worker)
            with pytest.raises(ArticleError, match=reason):
                worker.parse(parser, b"")
            after = self.told(worker)
        assert before[0] == after[0] == "x"
        assert before[1] != after[1] != str(os.getpid())

    @pytest.mark.skipif(sys.platform == "win32", reason="the system ends no process so that it can be told")
    @pytest.mark.parametrize(("parser", "passing"), [(parsers.hang, 1), (parsers.be_killed, 1), (parsers.die, 0)])
    def test_what_fails_for_a_reason_that_may_pass_is_counted(
        self, parser: Callable[[bytes], Draft], passing: int
    ) -> None:
        with Worker(replace(LIMITS, parse_seconds=0.5)) as worker:
            with pytest.raises(ArticleError):
                worker.parse(parser, b"")
            self.told(worker)
        assert worker.failures == passing

    def test_what_a_parser_raises_or_prints_costs_one_file_and_no_process(self, worker: Worker) -> None:
        before = self.told(worker)
        with pytest.raises(ArticleError, match="is not to my taste"):
            worker.parse(parsers.refuse, b"")
        with pytest.raises(ArticleError, match=r"damaged, or not what its name says \(RecursionError\)"):
            worker.parse(parsers.stumble, b"")
        assert [part.text for part in worker.parse(parsers.shout, b"x").parts] == before
        assert self.told(worker) == before

    def test_files_of_any_size_go_through_the_pipe(self, worker: Worker) -> None:
        data = "Köln\n".encode() * 1_000_000
        assert self.told(worker, data)[0] == data.decode()

    def test_it_works_from_a_thread(self) -> None:
        told: list[str] = []

        def work() -> None:
            with Worker(LIMITS) as worker:
                told.extend(self.told(worker))

        thread = Thread(target=work)
        thread.start()
        thread.join(60)
        assert told[0] == "x"

    def test_it_needs_no_main_module_and_loads_no_parser_here(self, tmp_path: Path) -> None:
        (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
        (tmp_path / "a.pdf").write_bytes(make_pdf(STORY))
        code = (
            "import sys; from pathlib import Path; from rag.settings import Settings\n"
            "from rag.reading import article_files, read_article_files\n"
            f"folder = Path({str(tmp_path)!r})\n"
            "print([found.id for found in read_article_files(folder, article_files(folder), Settings().limits)])\n"
            "foreign = {'lxml', 'trafilatura', 'pypdfium2', 'docx', 'odfdo', 'striprtf', 'markdown_it'}\n"
            "print(sorted(foreign & set(sys.modules)))\n"
        )
        done = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == ["['a.html', 'a.pdf']", "[]"], done.stderr


class TestFolderOfHostileFiles:
    def test_links_that_lead_out_and_unknown_kinds_are_named(self, articles_folder: Folder, tmp_path: Path) -> None:
        folder = articles_folder(
            {"a.txt": "Es gießt.", "b.ods": "PK", "x.txt/inner.txt": "Es weht.", ".git/c.txt": "x", "~$b.docx": "x"}
        )
        (tmp_path / "secret.txt").write_text("geheim", encoding="utf-8")
        (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
        (folder / "outside").symlink_to(tmp_path)
        (folder / "in.txt").symlink_to(folder / "a.txt")
        (folder / "loop.txt").symlink_to(folder / "loop.txt")
        names = [path.relative_to(folder).as_posix() for path in article_files(folder)]
        assert names == ["a.txt", "in.txt", "x.txt/inner.txt"]
        assert [skipped.name for skipped in passed_over(folder)] == ["b.ods", "loop.txt", "out.txt", "outside"]

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to root")
    def test_a_file_that_may_not_be_read_is_named(self, articles_folder: Folder) -> None:
        folder = articles_folder({"a.txt": "Es gießt."})
        (folder / "a.txt").chmod(0)
        (skipped,) = read_article_files(folder, article_files(folder), LIMITS)
        assert "cannot be opened" in str(skipped)

    def test_two_hundred_nasty_files_are_all_accounted_for(self, articles_folder: Folder) -> None:
        folder = articles_folder(nasty_files())
        paths = article_files(folder)
        found = list(read_article_files(folder, paths, LIMITS))
        named = {item.id if isinstance(item, Article) else item.name for item in found}
        for path in paths:
            assert any(name == path.name or name.startswith((f"{path.name}#", f"{path.name}/")) for name in named)
        assert len(paths) >= 200
        assert sum(isinstance(item, Article) for item in found) >= 50
        for item in found:
            check(item)

    @pytest.mark.parametrize("suffix", SUFFIXES)
    @given(data=st.binary(max_size=300), at=st.integers(0, 2000), cut=st.booleans())
    @settings(max_examples=18, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_bytes_give_articles_or_reasons(
        self, tmp_path: Path, worker: Worker, suffix: str, data: bytes, at: int, cut: bool
    ) -> None:
        whole = GOOD[suffix]
        path = tmp_path / f"x{suffix}"
        path.write_bytes(data if cut and at < 500 else whole[:at] + data + whole[at + len(data) * (not cut) :])
        found = list(read_file(path, path.name, LIMITS, worker))
        assert found
        for item in found:
            check(item)


GOOD: Mapping[str, bytes] = {
    ".txt": b"Titel\n\nEs regnet heute in der ganzen Stadt.\n",
    ".md": NOTE.encode(),
    ".html": PAGE.encode(),
    ".htm": PAGE.encode("utf-16"),
    ".pdf": make_pdf(STORY, GOING_ON),
    ".docx": make_docx(lambda document: document.add_paragraph("Es regnet.")),
    ".mhtml": make_mhtml(("text/html", "", PAGE.encode()), ("text/css", "", b"b{}")),
    ".mht": make_mhtml(("text/html; charset=utf-8", "", PAGE.encode()), encoding="base64"),
    ".odt": make_odt(odt_line("Es regnet.")),
    ".rtf": make_rtf(r"Es regnet.\par"),
    ".eml": b"From: a@b.de\nSubject: Regen\nContent-Type: text/plain; charset=utf-8\n\nEs regnet.\n",
    ".jsonl": b'{"title": "Regen", "text": "Es regnet."}\n' * 3,
    ".csv": b"title;text\nRegen;Es regnet.\n",
    ".mbox": b"From a\nSubject: Regen\n\nEs regnet.\n\nFrom b\nSubject: Wind\n\nEs weht.\n",
    ".zip": make_zip({"a.txt": b"Es regnet.", "b.csv": b"text\nEs weht.\n"}),
}


def check(item: Article | Skipped) -> None:
    """An article whose offsets are valid, or a reason fit to be shown."""
    if isinstance(item, Skipped):
        assert str(item).isprintable()
        return
    end = 0
    for block in item.blocks:
        assert end <= block.start < block.end <= len(item.text)
        end = block.end
    assert all(0 <= page <= len(item.text) for page in item.pages)
    item.text.encode()


def nasty_files() -> dict[str, bytes]:
    """Of each kind: good, empty, cut, flipped, of another kind, endless, deep, and full of what cannot be seen."""
    noise = random.Random(7)
    files: dict[str, bytes] = {}
    kinds = list(GOOD)
    for number, (suffix, good) in enumerate(GOOD.items()):
        other = GOOD[kinds[(number + 4) % len(kinds)]]
        flipped = bytearray(good)
        for _ in range(20):
            flipped[noise.randrange(len(flipped))] ^= 1 << noise.randrange(8)
        made = {
            "good": good,
            "twice": good + good,
            "empty": b"",
            "blank": b" \r\n\t" * 50,
            "mark": b"\xef\xbb\xbf" + good,
            "half": good[: len(good) // 2],
            "tail": good[len(good) // 2 :],
            "flipped": bytes(flipped),
            "other": other,
            "zeros": bytes(5000),
            "noise": noise.randbytes(5000),
            "line": good[:30] + b"a" * 400_000,
            "deep": good[:20] + b"<div>[{(" * 10_000,
            "quotes": good + b'"' * 9999 + b"'" * 9999,
            "seen": good.replace(b"regnet", "reg\u202en\u0007et\u200b".encode()),
            "latin": good + "Größe, Öl und Übermut".encode("cp1252"),
            "wide": good + "Größe".encode("utf-16"),
            "stars": b"*_[`" * 3000 + good,
            "mails": b"From " * 5000 + good,
        }
        files |= {f"{suffix[1:]}-{name}{suffix}": data for name, data in made.items()}
    return files
