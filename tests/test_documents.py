"""OpenDocument, rich text and web pages in a single file: what is read of them, and what does no harm."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from rag.reading import Skipped
from rag.records import Article
from tests.files import RTF_HEAD, make_mhtml, make_odt, make_rtf, odt_line, odt_row
from tests.test_formats import PAGE, make_zip, only, reasons, shown


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


class TestOpenDocument:
    def test_styles_tables_and_properties(self, read: Callable[..., list[Article | Skipped]]) -> None:
        body = (
            '<text:sequence-decls><text:sequence-decl text:name="Figure"/></text:sequence-decls>'
            '<text:p text:style-name="P1">Brücke gesperrt</text:p>'
            '<text:p text:style-name="P3">Die Stadt schweigt</text:p>'
            '<text:p text:style-name="Loop">Die Brücke am Markt ist zu.</text:p>'
            '<text:p text:style-name="Figure">Abbildung <text:sequence>1</text:sequence>: Die Brücke</text:p>'
            '<text:h text:style-name="Überschrift_20_1">Wie es weitergeht</text:h>'
            f"<table:table>{odt_row('2024', '5 Mio.')}</table:table><text:h>Ende</text:h>"
        )
        styles = "".join(
            f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="{parent}"/>'
            for name, parent in [("P1", "Title"), ("P2", "Untertitel"), ("P3", "P2")]
        )
        meta = (
            "<meta:initial-creator>Anna Beer</meta:initial-creator><dc:creator>Max Kurz</dc:creator>"
            "<dc:title>Entwurf</dc:title><meta:creation-date>2024-03-05T10:00:00</meta:creation-date>"
        )
        article = only(read("a.odt", make_odt(body, styles, meta)))
        assert (article.title, article.authors, article.published) == ("Brücke gesperrt", ("Anna Beer",), None)
        assert shown(article) == [
            ("title", "Brücke gesperrt"),
            ("lead", "Die Stadt schweigt"),
            ("body", "Die Brücke am Markt ist zu."),
            ("caption", "Abbildung 1: Die Brücke"),
            ("heading", "Wie es weitergeht"),
            ("body", "2024 | 5 Mio."),
            ("heading", "Ende"),
        ]

    def test_a_title_without_its_style_is_told_by_its_looks_or_the_properties(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        lines = ["Pressemitteilung Nr. 7/2024", "5. März 2024", "Brücke gesperrt", "Die Brücke am Markt ist zu."]
        article = only(read("a.odt", make_odt("".join(map(odt_line, lines)))))
        assert (article.title, article.published) == ("Brücke gesperrt", date(2024, 3, 5))
        meta = "<dc:title>Brücke gesperrt</dc:title><dc:creator>Anna Beer</dc:creator>"
        article = only(read("a.odt", make_odt(odt_line("Es regnet."), meta=meta)))
        assert (article.title, article.authors) == ("Brücke gesperrt", ("Anna Beer",))

    @pytest.mark.parametrize(
        ("written", "read_as"),
        [
            ("Eins<text:s text:c='3'/>zwei<text:tab/>drei\n  vier<text:line-break/>fünf", "Eins zwei drei vier\nfünf"),
            ("<!-- x --><text:a>Die <text:span>Brü</text:span>cke</text:a><?x y?> ist zu", "Die Brücke ist zu"),
            ("<x xmlns='urn:unknown'>Die</x> Brücke<text:soft-page-break/> ist zu", "Die Brücke ist zu"),
            ("Eins<text:note><text:note-body><text:p>Zwei.</text:p></text:note-body></text:note>.", "Eins."),
            ("Eins<office:annotation><text:p>Stimmt das?</text:p></office:annotation>.", "Eins."),
            ("<text:change-start text:change-id='new'/>Eins <text:change-end text:change-id='new'/>zwei", "Eins zwei"),
            ("Eins<text:change text:change-id='old'/> zwei", "Eins zwei"),
            (
                (
                    "Die <text:change-start text:change-id='old'/>alte <text:span>B</text:span> Straße</text:p>"
                    "<text:p>und die</text:p><text:p>neue <text:change-end text:change-id='old'/>Brücke"
                ),
                "Die\n\nBrücke",
            ),
            (
                (
                    "Neben <draw:frame><draw:text-box><text:p>Eins.</text:p><text:p>Zwei.<draw:g><draw:custom-shape>"
                    "<text:p>Drei.</text:p></draw:custom-shape></draw:g></text:p></draw:text-box></draw:frame>dem Turm"
                ),
                "Neben dem Turm\n\nEins.\n\nZwei.\n\nDrei.",
            ),
            ("</text:p><draw:frame><draw:text-box><text:p>Eins</text:p></draw:text-box></draw:frame><text:p>", "Eins"),
            ("</text:p><text:list><text:list-item><text:p>Eins</text:p></text:list-item></text:list><text:p>", "Eins"),
            ("</text:p><text:section><text:p>Eins</text:p></text:section><text:p>", "Eins"),
            ("</text:p><text:section text:display='none'><text:p>Eins</text:p></text:section><text:p>", ""),
            ("</text:p><text:table-of-content><text:p>Seite 3</text:p></text:table-of-content><text:p>", ""),
        ],
    )
    def test_what_a_reader_sees_is_read_however_it_is_wrapped(
        self, read: Callable[..., list[Article | Skipped]], written: str, read_as: str
    ) -> None:
        changes = (
            "<text:tracked-changes><text:changed-region text:id='old'><text:deletion><text:p>GESTRICHEN</text:p>"
            "</text:deletion></text:changed-region><text:changed-region text:id='new'><text:insertion/>"
            "</text:changed-region></text:tracked-changes>"
        )
        article = only(read("a.odt", make_odt(changes + odt_line("Es regnet.") + odt_line(written))))
        assert article.text.partition("Es regnet.")[2].strip() == read_as

    def test_tables_with_spans_and_tables_in_tables(self, read: Callable[..., list[Article | Skipped]]) -> None:
        tall, wide = (
            f'<table:table-cell table:number-{what}-spanned="2">{odt_line(text)}</table:table-cell>'
            for what, text in (("rows", "2024"), ("columns", "5 Mio."))
        )
        covered = "<table:covered-table-cell/>"
        inner = f"<table:table>{odt_row('2025', '7 Mio.')}</table:table>"
        nested = f"<table:table-cell>{odt_line('Es regnet.')}{inner}</table:table-cell>"
        endless = '<table:table-cell table:number-columns-repeated="900000000"/>'
        table = (
            f"<table:table-header-rows>{odt_row('Jahr', 'Kosten', 'Amt')}</table:table-header-rows>"
            f"{odt_row(tall, wide, covered)}{odt_row(covered, '6 Mio.', 'Bau')}{odt_row(covered, wide, covered)}"
            f"{odt_row('Eins.', nested)}{odt_row('Zwei', endless)}"
        ).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="900000000">')
        assert only(read("a.odt", make_odt(f"<table:table>{table}</table:table>"))).text.split("\n\n") == [
            "Jahr | Kosten | Amt",
            "2024 | 5 Mio.",
            "2024 | 6 Mio. | Bau",
            "5 Mio.",
            "Eins.",
            "Es regnet.",
            "2025 | 7 Mio.",
            "Zwei",
        ]

    def test_a_locked_one_and_one_that_is_no_text_say_so(self, read: Callable[..., list[Article | Skipped]]) -> None:
        lock = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
        assert "locked with a password" in reasons(read("a.odt", make_odt("", manifest=lock)))[0]
        sheet = f"<table:table>{odt_row('1', '2')}</table:table>"
        assert "is no text document" in reasons(read("a.odt", make_odt(sheet, kind="spreadsheet")))[0]

    def test_one_without_styles_and_properties_is_read(self, read: Callable[..., list[Article | Skipped]]) -> None:
        with zipfile.ZipFile(BytesIO(make_odt(odt_line("Es regnet.")))) as whole:
            parts = {name: whole.read(name) for name in ("mimetype", "content.xml")}
        assert only(read("a.odt", make_zip(parts))).text == "Es regnet."

    @pytest.mark.parametrize("entity", ["&a9;", "&file;", "&net;"])
    def test_entities_neither_grow_nor_fetch(
        self, read: Callable[..., list[Article | Skipped]], tmp_path: Path, entity: str
    ) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("geheim", encoding="utf-8")
        grown = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))
        head = (
            f'<!DOCTYPE x [<!ENTITY a0 "{"Es regnet. " * 10}">{grown}<!ENTITY file SYSTEM "{secret.as_uri()}">'
            '<!ENTITY net SYSTEM "http://127.0.0.1:9/x">]>'
        )
        (found,) = read("a.odt", make_odt(odt_line(entity), head=head))
        assert isinstance(found, Skipped) and "cannot be read" in found.reason

    def test_bombs_do_not_go_off(self, read: Callable[..., list[Article | Skipped]]) -> None:
        assert "packed as tightly" in reasons(read("a.odt", make_odt(odt_line("a" * 50_000_000))))[0]
        deep = make_odt("".join(f'<text:section text:name="{depth}">' for depth in range(2000)))
        assert "cannot be read" in reasons(read("a.odt", deep))[0]


class TestRichText:
    def test_it_is_read_as_plain_text_is(self, read: Callable[..., list[Article | Skipped]]) -> None:
        text = (
            r"{\info{\title Entwurf}{\author Max Kurz}}{\header Stadtblatt}\pard\plain PRESSEMITTEILUNG\par"
            r"\pard\b Br\'fccke gesperrt\b0\par{\rtlch\fcs1 \af0 \ltrch\fcs0 Von Anna Beer, 5. M\'e4rz 2024\par }\par"
            "\n"
            r"Wie \'84es\'93 weitergeht\par Niemand wei\'df, wann \u8222\'84sie\u8220\'93 wieder \u246?ffnet \endash "
            r"\ldblquote or why\rdblquote .\line Und viele \'e4rgern sich.\par{\pict\wmetafile8\picw1 ffd8ffe0"
            "\n"
            r"0104}}"
        )
        article = only(read("a.rtf", make_rtf(text[:-1])))
        assert (article.title, article.authors, article.published) == (
            "Brücke gesperrt",
            ("Anna Beer",),
            date(2024, 3, 5),
        )
        assert shown(article) == [
            ("body", "PRESSEMITTEILUNG"),
            ("title", "Brücke gesperrt"),
            ("date", "Von Anna Beer, 5. März 2024"),
            ("heading", "Wie „es“ weitergeht"),
            ("body", "Niemand weiß, wann „sie“ wieder öffnet –“or why”. Und viele ärgern sich."),
        ]

    @pytest.mark.parametrize(
        ("told", "title"),
        [
            (r"{\title Br\'fccke \u-10179?\u-8704?}{\author Anna Beer}", "Brücke \U0001f600"),
            (
                r"{\upr{\title ?ilina}{\*\ud{\title \u381\'8eilina}}}{\upr{\author ?}{\*\ud{\author Anna Beer}}}",
                "Žilina",
            ),
        ],
    )
    def test_what_the_file_tells_of_itself(
        self, read: Callable[..., list[Article | Skipped]], told: str, title: str
    ) -> None:
        article = only(read("a.rtf", make_rtf(rf"{{\info{told}{{\*\company Amt}}}}Es regnet.\par")))
        assert (article.title, article.authors) == (title, ("Anna Beer",))
        assert shown(article)[1:] == [("body", "Es regnet.")]

    @pytest.mark.parametrize(
        ("head", "written", "read_as"),
        [
            (r"{\rtf1\ansi\ansicpg1250", r"\'8eilina a \'e8esk\'fd", "Žilina a český"),
            (r"{\rtf1\ansi\ansicpg1251", r"\'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
            (r"{\rtf1\mac", r"Gr\'9f\'a7e", "Grüße"),
            (r"{\rtf1\mac\ansicpg10000", r"Gr\'9f\'a7e", "Grüße"),
            (r"{\rtf1\pca", r"Gr\'81\'e1e", "Grüße"),
            (r"{\rtf1\ansi\ansicpg0", r"Gr\'fc\'dfe", "Grüße"),
            (r"{\rtf1\ansi", "Gr\xfc\xdfe, \x84Stadt\x93", "Grüße, „Stadt“"),
            (RTF_HEAD, r"{\f1 \'8eilina} und K\'f6ln", "Žilina und Köln"),
            (RTF_HEAD, r"\uc2\u8222\'84\'84K\u246\'f6\'f6ln", "„Köln"),
            (RTF_HEAD, r"K\'f6ln\~am\_Rhein \u-10179?\u-8704?", "Köln am\u2011Rhein \U0001f600"),
            ("{\\rtf1\\ansi\\ansicpg1252\\cocoartf2577", "Eins.\\\nZwei.\\\r\nDrei.", "Eins.\n\nZwei.\n\nDrei."),
        ],
    )
    def test_letters_of_many_code_pages(
        self, read: Callable[..., list[Article | Skipped]], head: str, written: str, read_as: str
    ) -> None:
        assert only(read("a.rtf", make_rtf(f" {written}", head))).text == read_as

    @pytest.mark.parametrize(
        ("written", "read_as"),
        [
            (r"Es {\v sehr }regnet.", "Es regnet."),
            (r"Es \v sehr\v0 regnet.", "Es regnet."),
            (r"Es \v sehr\plain regnet.", "Es regnet."),
            (r"Es {\ltrch\deleted\insrsid7 {schneit \par}\u8222? }regnet.", "Es regnet."),
            (r"Es {\revised nun }regnet.", "Es nun regnet."),
            (r'Es {\field{\*\fldinst{HYPERLINK "https://e.org/a"}}{\fldrslt {\ul regnet}}}.', "Es regnet."),
            (r"Es regnet{\super\chftn}{\footnote\pard Seit Montag.}.", "Es regnet."),
            (r"{\listtext\'b7\tab}Es regnet.{\*\atnauthor Chef}{\*\annotation Sicher?}", "Es regnet."),
            (r"Es {\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict 0100}}regnet.", "Es regnet."),
            (r"Es {\pict\wmetafile8\bin12 }}}{\par \'e4}regnet.\bin3 {{{", "Es regnet."),
            (r"Es {\object{\*\objdata 0105}{\result{\pict 01}}}regnet \{sehr\}.", "Es regnet {sehr}."),
        ],
    )
    def test_only_what_a_reader_sees_is_read(
        self, read: Callable[..., list[Article | Skipped]], written: str, read_as: str
    ) -> None:
        assert only(read("a.rtf", make_rtf(written))).text == read_as

    def test_tables_are_read_by_the_row_and_tables_for_layout_as_text(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        row = r"\trowd\trgaph108\cellx100\cellx200\pard\intbl "
        figures = row + r"2024\cell {\deleted 4}5 Mio.\cell{\trowd\cellx100\cellx200\row}"
        inherited = r"\pard\intbl 2025\cell 6 oder 7 Mio.\cell\row"
        props = r"{\*\nesttableprops\trowd\cellx50\cellx99\nestrow}{\nonesttables\par }"
        inner = "".join(
            rf"\pard\intbl\itap2 {year}\nestcell{{\nonesttables\par }}{costs}\nestcell{{\nonesttables\par }}{props}"
            for year, costs in (("2026", "8"), ("2027", "9"))
        )
        layout = row + rf"Es regnet.\par {inner}\pard\intbl Immer.\cell Es weht.\cell\row"
        article = only(read("a.rtf", make_rtf(rf"Vorher.\par{figures}{inherited}{layout}\pard Nachher.\par")))
        assert shown(article) == [
            (
                "body",
                "\n\n".join(
                    [
                        "Vorher.",
                        "2024 | 5 Mio.",
                        "2025 | 6 oder 7 Mio.",
                        "Es regnet.",
                        "2026 | 8",
                        "2027 | 9",
                        "Immer.",
                        "Es weht.",
                        "Nachher.",
                    ]
                ),
            )
        ]

    def test_lines_as_of_print_are_put_together_and_short_paragraphs_are_not(
        self, read: Callable[..., list[Article | Skipped]]
    ) -> None:
        lines = ["Die Brücke am Markt ist seit dem Montag dieser Woche gesperrt, sagt"] * 5
        article = only(read("a.rtf", make_rtf(r"\par ".join(lines).replace("ü", r"\'fc"))))
        assert "\n" not in article.text and article.text.count("Brücke") == 5
        assert only(read("a.rtf", make_rtf(r"Eins und\par zwei und\par drei"))).text == "Eins und\n\nzwei und\n\ndrei"

    def test_an_agency_signs_by_its_dateline(self, read: Callable[..., list[Article | Skipped]]) -> None:
        article = only(read("a.rtf", make_rtf(r"Regen\par Berlin (dpa) - Es regnet in der ganzen Stadt.\par")))
        assert (article.title, article.publisher) == ("Regen", "dpa")
        assert [kind for kind, _ in shown(article)] == ["title", "dateline", "body"]

    @pytest.mark.parametrize("data", [b"", b"Es regnet.", b"\xd0\xcf\x11\xe0" + bytes(600), b"{\\html Es regnet.}"])
    def test_what_is_no_rich_text_says_so(self, read: Callable[..., list[Article | Skipped]], data: bytes) -> None:
        (reason,) = reasons(read("a.rtf", data))
        assert reason.startswith("a.rtf is no rich text, whatever its name says")

    @pytest.mark.parametrize(
        ("written", "read_as"),
        [
            ("{" * 100_000 + "Es regnet.", "Es regnet."),
            ("}" * 100_000 + "Es regnet.", ""),
            (r"Es regnet.{\v " * 10_000, "Es regnet."),
            (r"Es regnet.\bin999999999 {{{", "Es regnet."),
            (r"Es regnet.{\pict " + "0123456789abcdef" * 100_000, "Es regnet."),
            ('{\\field{\\*\\fldinst{HYPERLINK "' * 20_000, ""),
            (r"{\info{\title " * 20_000, ""),
            (r"\trowd\cell " * 20_000 + "Es regnet.", "Es regnet."),
            ("Es regnet.\\", "Es regnet."),
        ],
    )
    def test_depth_without_end_and_damage_do_no_harm(
        self, read: Callable[..., list[Article | Skipped]], written: str, read_as: str
    ) -> None:
        (found,) = read("a.rtf", f"{{\\rtf1 {written}")
        assert (found.text if isinstance(found, Article) else "") == read_as
