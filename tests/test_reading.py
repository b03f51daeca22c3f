"""Files become articles: clean text, typed blocks with exact offsets, and who wrote it when."""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from errno import EACCES
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ArticleError, CorpusError
from rag.reading import Skipped, article_files, passed_over, read_article_files, read_file
from rag.reading.decoding import decode, decode_declared
from rag.reading.drafting import Draft, Part, assemble, clean, given_date, parse_date
from rag.records import Answer, Article, BlockKind, Citation, Outcome, Passage, Question
from rag.rendering.proof import cited_sources
from rag.settings import Settings
from rag.splitting import split_sentences
from tests.conftest import SEEDS, make_article

LIMITS = Settings().limits


def read_article(path: Path) -> Article:
    (article,) = read_file(path, path.name, LIMITS)
    assert isinstance(article, Article), article
    return article


def seed(prefix: str) -> Article:
    path = next(SEEDS.glob(f"{prefix}_*.txt"))
    return read_article(path)


def texts(article: Article, kind: BlockKind) -> list[str]:
    return [article.text[block.start : block.end] for block in article.blocks if block.kind is kind]


def read(text: str, tmp_path: Path) -> Article:
    path = tmp_path / "article.txt"
    path.write_text(text, encoding="utf-8")
    return read_article(path)


class TestGopherText:
    def test_names_title_publisher_author_and_date(self) -> None:
        article = seed("002")
        assert article.title == "Koalition der Willigen: 26 Länder für Sicherungstruppe für Ukraine"
        assert article.publisher == "taz"
        assert article.authors == ("Anastasia Zejneli",)
        assert article.published == date(2025, 9, 4)
        assert article.language == "de"

    def test_sets_the_dateline_apart_from_the_first_sentence(self) -> None:
        article = seed("002")
        assert texts(article, BlockKind.DATELINE) == ["Berlin taz |"]
        assert texts(article, BlockKind.BODY)[0].startswith("26 Länder wollen sich")

    def test_drops_link_marks_also_where_they_span_a_line(self) -> None:
        body = " ".join(texts(seed("000"), BlockKind.BODY))
        assert "einem möglichen Frieden in der Ukraine zu organisieren" in body
        assert "die zugesagt haben, Soldat*innen" in body
        assert "[" not in body

    def test_unwraps_lines(self) -> None:
        assert all("\n" not in lead for lead in texts(seed("000"), BlockKind.LEAD))
        assert "von den USA unabhängig machen" in texts(seed("000"), BlockKind.LEAD)[0]

    def test_keeps_the_caption_without_its_mark(self) -> None:
        assert texts(seed("000"), BlockKind.CAPTION) == ["Keir Starmer und Emmanuel Macron am 27. März"]

    def test_reads_each_teaser_as_title_and_opening(self) -> None:
        teasers = texts(seed("002"), BlockKind.TEASER)
        assert len(teasers) == 5
        title, opening = teasers[3].split("\n")
        assert title == "Luftangriffe auf die Ukraine: „Drohnen klingen wie Mopeds“"
        assert opening.startswith("Jede Nacht") and opening.endswith("inzwischen aus.")

    def test_keeps_links_and_tags_out_of_the_body(self) -> None:
        article = seed("000")
        assert len(texts(article, BlockKind.LINKS)) == 5
        assert "Donald Trump" in texts(article, BlockKind.TAGS)

    def test_blank_lines_without_end_are_gone_over_once(self, tmp_path: Path) -> None:
        text = "# taz.de -- Regen\nEs regnet." + "\n" * 500_000 + "Es regnet noch.\n \t## TAGS \n\n(DIR) Wetter\n"
        article = read(text, tmp_path)
        assert texts(article, BlockKind.BODY) == ["Es regnet.\n\nEs regnet noch."]
        assert texts(article, BlockKind.TAGS) == ["Wetter"]

    def test_a_date_is_looked_for_at_the_foot_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []
        monkeypatch.setattr("rag.reading.drafting.parse_date", asked.append)
        text = "# taz.de -- Regen\n\n" + "1. Foo 2024 " * 100 + "\n\n1. Foo 2024" * 100
        assert texts(read(text, tmp_path), BlockKind.DATE) == []
        assert len(asked) <= 5


class TestAgencyText:
    def test_names_title_agency_and_date(self) -> None:
        article = seed("003")
        assert article.title == "Beratungen in Paris Koalition der Willigen ringt um Militärhilfe für Ukraine"
        assert article.publisher == "dpa"
        assert article.authors == ("dpa",)
        assert article.published == date(2025, 9, 4)

    def test_cites_byline_and_date_apart_and_leaves_reading_time_out(self) -> None:
        article = seed("003")
        assert texts(article, BlockKind.BYLINE) == ["Von dpa"]
        assert texts(article, BlockKind.DATE) == ["Aktualisiert am 04.09.2025 - 14:07 Uhr"]
        assert texts(article, BlockKind.PROMO) == ["Lesedauer: 4 Min."]

    def test_a_title_right_above_the_signature_is_not_run_into_it(self, tmp_path: Path) -> None:
        text = "Koalition sagt Truppen zu\nVon dpa Aktualisiert am 04.09.2025 - 14:07 Uhr\n\nDas ist der Text."
        article = read(text, tmp_path)
        assert (article.title, article.publisher) == ("Koalition sagt Truppen zu", "dpa")

    def test_tells_caption_lead_and_headings(self) -> None:
        article = seed("003")
        assert texts(article, BlockKind.CAPTION)[0].endswith("(Quelle: Ludovic Marin/Pool AFP/AP/dpa/dpa-bilder)")
        assert texts(article, BlockKind.LEAD)[0].startswith("Wie weit will Europa")
        assert texts(article, BlockKind.HEADING) == [
            "Macron: Konzept für Sicherheitsgarantien steht",
            "Zusagen aus Washington lassen auf sich warten",
        ]


class TestPlainText:
    def test_an_essay_without_title_has_headings_and_no_promotion_in_its_body(self) -> None:
        article = seed("001")
        assert article.title is None
        assert article.name == "001_477bce29ba01c7fc.txt"
        assert len(texts(article, BlockKind.HEADING)) == 5
        assert texts(article, BlockKind.PROMO) == ["US Politik Deep Dive: Der Podcast mit Alana & Ben"]

    def test_a_first_line_that_looks_like_a_title_is_one(self) -> None:
        assert (seed("004").title or "").startswith("Neue diplomatische Kooperationsrunde")

    def test_reads_signature_publisher_and_date_below_the_title(self, tmp_path: Path) -> None:
        text = "Brücke gesperrt\n\nVon Anna Beer und Max Kurz\n\nStadtblatt, 2024-03-05\n\nDie Brücke am Markt ist zu."
        article = read(text, tmp_path)
        assert article.authors == ("Anna Beer", "Max Kurz")
        assert article.publisher == "Stadtblatt"
        assert article.published == date(2024, 3, 5)
        assert texts(article, BlockKind.BODY) == ["Die Brücke am Markt ist zu."]

    def test_title_and_date_line_may_follow_each_other_directly(self, tmp_path: Path) -> None:
        article = read("Bahnhof wird teurer\nStadtblatt, 2024-03-05\n\nDer Bahnhof kostet viel mehr.", tmp_path)
        assert (article.title, article.publisher) == ("Bahnhof wird teurer", "Stadtblatt")
        assert article.published == date(2024, 3, 5)

    def test_text_right_below_the_date_line_is_unwrapped_too(self, tmp_path: Path) -> None:
        text = "Regen in Köln\nStadtblatt, 2024-03-05\nEs gießt in Köln seit vielen Tagen und\nniemand weiß warum."
        assert texts(read(text, tmp_path), BlockKind.BODY) == [
            "Es gießt in Köln seit vielen Tagen und niemand weiß warum."
        ]

    @pytest.mark.parametrize(
        ("line", "publisher", "authors", "published"),
        [
            ("Von Anna Beer, 5. März 2024", None, ("Anna Beer",), date(2024, 3, 5)),
            ("Stand: 04.09.2025, 14:07 Uhr", None, (), date(2025, 9, 4)),
            ("Published: March 5, 2024", None, (), date(2024, 3, 5)),
            ("Süddeutsche Zeitung | 4. September 2025", "Süddeutsche Zeitung", (), date(2025, 9, 4)),
            ("Ein Rückblick auf den 24. Februar 2022", None, (), None),
            ("Von Berlin nach Kiew", None, (), None),
            ("Hannover, 4. September 2025", None, (), date(2025, 9, 4)),
            ("Stade, den 4. September 2025", None, (), date(2025, 9, 4)),
            ("Hannover/Berlin, 4. September 2025", None, (), date(2025, 9, 4)),
            ("(SZ vom 04.09.2025)", "SZ", (), date(2025, 9, 4)),
            ("Hannover, 04.09.2025", None, (), date(2025, 9, 4)),
            ("Kontext, 04.09.2025", "Kontext", (), date(2025, 9, 4)),
            ("Handelsblatt, 4. September 2025", "Handelsblatt", (), date(2025, 9, 4)),
            ("Donnerstag, 4. September 2025", None, (), date(2025, 9, 4)),
            ("Do., 04.09.2025, 14:07 Uhr", None, (), date(2025, 9, 4)),
            ("Berliner Zeitung, Donnerstag, 4. September 2025", "Berliner Zeitung", (), date(2025, 9, 4)),
            ("Süddeutsche Zeitung vom 04.09.2025", "Süddeutsche Zeitung", (), date(2025, 9, 4)),
            ("Pressemitteilung der SPD vom 04.09.2025", None, (), None),
            ("FAZ, 04.09.2025, Nr. 205, S. 3", "FAZ", (), date(2025, 9, 4)),
            ("Handelsblatt Nr. 171 vom 04.09.2025 Seite 10", "Handelsblatt", (), date(2025, 9, 4)),
            ("tagesschau.de, 04.09.2025", "tagesschau.de", (), date(2025, 9, 4)),
            ("Quelle: dpa, 04.09.25 | Lesedauer: 3 Min.", "dpa", (), date(2025, 9, 4)),
            ("Von Anna Müller und Max Kurz, Berlin", None, ("Anna Müller", "Max Kurz"), None),
            ("VON ANNA MÜLLER", None, ("ANNA MÜLLER",), None),
            ("von Anna Müller", None, ("Anna Müller",), None),
        ],
    )
    def test_only_a_line_that_is_nothing_else_signs_or_dates(
        self, tmp_path: Path, line: str, publisher: str | None, authors: tuple[str, ...], published: date | None
    ) -> None:
        article = read(f"Brücke gesperrt\n\n{line}\n\nDie Brücke am Markt ist zu, und niemand weiß warum.", tmp_path)
        assert (article.publisher, article.authors, article.published) == (publisher, authors, published)

    def test_a_quoted_cry_and_a_list_item_are_no_headings(self, tmp_path: Path) -> None:
        text = "Erster Satz am Anfang.\n\n„Wir geben nicht auf!“\n\nDas sagte sie am Abend.\n\n- Punkt\n\nDas Ende."
        assert texts(read(text, tmp_path), BlockKind.HEADING) == []

    @pytest.mark.parametrize(
        ("above", "publisher", "published"),
        [
            ("PRESSEMITTEILUNG", None, None),
            ("Pressemitteilung Nr. 12/2025\nStadt Lehrte, 3. Februar 2025", "Stadt Lehrte", date(2025, 2, 3)),
            ("Medieninformation vom 3. Februar 2025", None, date(2025, 2, 3)),
        ],
    )
    def test_that_it_is_a_press_release_is_no_title(
        self, tmp_path: Path, above: str, publisher: str | None, published: date | None
    ) -> None:
        article = read(f"{above}\n\nNeues Bad eröffnet\n\nDas Bad ist offen. Es kostet sehr viel.", tmp_path)
        assert (article.title, article.publisher, article.published) == ("Neues Bad eröffnet", publisher, published)

    @pytest.mark.parametrize("dash", ["–", "-", "--", "—"])
    def test_a_press_release_tells_its_day_where_it_begins(self, tmp_path: Path, dash: str) -> None:
        opening = f"Bad Iburg, den 3. Februar 2025 {dash} Das Bad ist offen. Es kostet sehr viel."
        article = read(f"Neues Bad eröffnet\n\n{opening}", tmp_path)
        assert article.published == date(2025, 2, 3)
        assert texts(article, BlockKind.BODY) == ["Das Bad ist offen. Es kostet sehr viel."]

    def test_an_agency_in_the_dateline_is_the_publisher(self, tmp_path: Path) -> None:
        article = read("Berlin (dpa) - Der Bundestag hat getagt. Er beschloss nichts.", tmp_path)
        assert article.publisher == "dpa"
        assert texts(article, BlockKind.BODY) == ["Der Bundestag hat getagt. Er beschloss nichts."]

    @pytest.mark.parametrize(
        ("dateline", "publisher"),
        [
            ("Berlin, 4. Sep (Reuters) -", "Reuters"),
            ("WASHINGTON, Sept 4 (Reuters) -", "Reuters"),
            ("Hamburg (ots) -", None),
            ("Hamburg (ots)\n\n", None),
            ("Polizei Hamburg\n\nHamburg (ots)\n\n", None),
        ],
    )
    def test_datelines_may_tell_the_day_or_head_a_press_release(
        self, tmp_path: Path, dateline: str, publisher: str | None
    ) -> None:
        article = read(f"{dateline} Unbekannte sind in ein Geschäft eingebrochen. Sie flohen.", tmp_path)
        assert article.publisher == publisher
        assert texts(article, BlockKind.DATELINE) == [dateline.strip().split("\n\n")[-1]]
        assert texts(article, BlockKind.BODY)[-1] == "Unbekannte sind in ein Geschäft eingebrochen. Sie flohen."

    def test_a_single_sentence_is_body_not_title(self, tmp_path: Path) -> None:
        article = read("Die Brücke am Markt ist seit Montag gesperrt.\n", tmp_path)
        assert article.title is None
        assert texts(article, BlockKind.BODY) == ["Die Brücke am Markt ist seit Montag gesperrt."]

    def test_hard_wrapped_paragraphs_are_joined_and_broken_hyphens_closed(self, tmp_path: Path) -> None:
        text = (
            "Lange sprach am Montag der frühere US-\nPräsident über Raketen- und\nDrohnenangriffe der Nacht, und "
            "die\nZuhörer schwiegen.\n\nDer zweite Absatz des Textes\ngeht auch über zwei Zeilen."
        )
        body = texts(read(text, tmp_path), BlockKind.BODY)[0]
        assert body.startswith("Lange sprach am Montag der frühere US-Präsident über Raketen- und Drohnenangriffe")
        assert body.count("\n\n") == 1

    @pytest.mark.parametrize(
        "wrapped",
        [
            f"""Der Ministerpräsident hat am Mittwoch in Hannover den neuen Haushalt
vorgestellt. Mehr dazu steht im Internet unter
https://www.stk.niedersachsen.de/{"presseinformationen" * 5}.html
und in der Anlage. Die Opposition kritisierte den Entwurf als völlig
unzureichend.""",
            """Das Kartellamt hat die Fusion der beiden Unternehmen unter Auflagen
genehmigt. Betroffen ist auch die
Rindfleischetikettierungsüberwachungsaufgabenübertragungsstelle in
Schwerin. Die Aktie stieg.""",
            """   Das Bundeskabinett hat am Mittwoch den Haushalt für
2026 beschlossen. Er ist hoch.
   Finanzminister Lars Klingbeil (SPD) sprach von einem
Kraftakt und kündigte an, die Neuverschuldung zu
senken.
   Die Opposition kritisierte den Entwurf scharf, wie er
da stand.""",
        ],
        ids=["a long address", "a long word", "indented"],
    )
    def test_one_short_or_long_line_does_not_cut_sentences_at_the_ends_of_lines(
        self, tmp_path: Path, wrapped: str
    ) -> None:
        (body,) = texts(read(f"Erster Satz.\n\n{wrapped}", tmp_path), BlockKind.BODY)
        assert body.split("\n\n")[1:] == [" ".join(paragraph.split()) for paragraph in wrapped.split("\n   ")]

    @pytest.mark.parametrize(
        "lines",
        [
            ["Das ist neu:", "- Das Porto für Pakete steigt.", "- Die Bahn erhöht die Preise."],
            ["* 18 Uhr: Eröffnung", "* 19 Uhr: Podium", "* 20 Uhr: Ausklang"],
            ["Tatzeit: Donnerstag, 03:20 Uhr", "Tatort: Hamburg, Mönckebergstraße"],
            ["Programm", "18 Uhr Eröffnung durch den Bürgermeister", "19 Uhr Podium"],
        ],
    )
    def test_lines_that_are_no_running_text_stay_apart(self, tmp_path: Path, lines: list[str]) -> None:
        article = read("Erster Satz.\n\n" + "\n".join(lines), tmp_path)
        assert article.text.split("\n\n")[1:] == lines

    def test_an_item_of_a_list_may_go_on_in_the_next_line(self, tmp_path: Path) -> None:
        text = "Erster Satz.\n\n- Das Porto für Pakete steigt im\n  Oktober.\n- Die Bahn erhöht die Preise."
        assert read(text, tmp_path).text.split("\n\n")[1:] == [
            "- Das Porto für Pakete steigt im Oktober.",
            "- Die Bahn erhöht die Preise.",
        ]


class TestDecoding:
    SENTENCE = "Ärger über Öl: die Größe kostet 5 €, sagt „Jürgen“."

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_umlauts_survive(self, encoding: str) -> None:
        assert decode(self.SENTENCE.encode(encoding)) == self.SENTENCE

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "is empty"),
            (b" \n\t ", "is empty"),
            (b"\xef\xbb\xbf", "is empty"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "control characters"),
            (bytes(range(256)), "damaged"),
            ("Größe und Übermut".encode()[:-3] + b"\xc3(", "damaged"),
            (b"\x81\x8d\x8f ohne Sinn", "damaged"),
        ],
    )
    def test_what_is_no_text_is_refused_with_the_reason(self, data: bytes, reason: str) -> None:
        with pytest.raises(ArticleError, match=reason):
            decode(data)

    @pytest.mark.parametrize(
        ("encoding", "declared"),
        [
            ("cp1252", "ISO-8859-1"),
            ("cp1252", "latin1"),
            ("cp1252", "us-ascii"),
            ("cp1252", "utf-16"),
            ("cp1252", "no-such"),
            ("utf-8", "us-ascii"),
            ("utf-8", "utf-16le"),
            ("utf-8-sig", "cp1252"),
            ("utf-8", "ISO-8859-1"),
            ("utf-8", "windows-1252"),
            ("utf-16", "utf-8"),
            ("utf-16-be", "utf-16be"),
            ("mac-roman", "macintosh"),
        ],
    )
    def test_a_declared_encoding_is_believed_where_it_can_be(self, encoding: str, declared: str) -> None:
        assert decode_declared(self.SENTENCE.encode(encoding), declared) == self.SENTENCE


class TestFolder:
    def test_one_bad_file_is_named_and_stops_nothing(self, articles_folder: Callable[..., Path]) -> None:
        folder = articles_folder(
            {
                "a.txt": "Ein Satz steht hier.",
                "b.txt": b"",
                "c.txt": b"\x89PNG\r\n\x1a\n\x00",
                "d.txt": "https://example.org/a\nhttps://example.org/b\n",
                "sub/e.TXT": "Noch ein Satz.",
                ".hidden.txt": "Unsichtbar.",
                "f.pdf": b"%PDF",
                "g.ods": b"PK",
            }
        )
        found = list(read_article_files(folder, article_files(folder), LIMITS))
        assert [article.id for article in found if isinstance(article, Article)] == ["a.txt", "sub/e.TXT"]
        assert [str(skipped) for skipped in found if isinstance(skipped, Skipped)] == [
            "b.txt is empty",
            "c.txt is not text (it holds control characters)",
            "d.txt holds no text that could be quoted",
            "f.pdf is damaged or no PDF",
        ]
        assert [skipped.name for skipped in passed_over(folder)] == ["g.ods"]

    def test_a_name_that_is_no_text_is_skipped(self, articles_folder: Callable[..., Path]) -> None:
        folder = articles_folder({"a.txt": "Ein Satz steht hier."})
        (folder / os.fsdecode(b"M\xfcller.txt")).write_bytes(b"Noch ein Satz.")
        found = list(read_article_files(folder, article_files(folder), LIMITS))
        assert [str(skipped) for skipped in found if isinstance(skipped, Skipped)] == [
            "'M\\udcfcller.txt' has a name that is not readable text: rename it"
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "https://www.example.com/" + "a/" * 200 + " mehr",
            "/" * 5000 + " x",
            "." * 20_000 + "a",
            "a" + " " * 99_999 + "b",
        ],
    )
    def test_no_text_makes_reading_slow(self, tmp_path: Path, text: str) -> None:
        article = read(text, tmp_path)
        assert split_sentences(article.text)

    def test_a_file_beyond_the_limit_is_not_even_opened(self, articles_folder: Callable[..., Path]) -> None:
        folder = articles_folder({"long.txt": "a" * 2000})
        (skipped,) = read_file(folder / "long.txt", "long.txt", replace(LIMITS, max_file_bytes=1000))
        assert str(skipped) == "long.txt is larger than 0.001 MB: split it, or raise RAG_MAX_FILE_MB"

    def test_a_folder_that_may_be_listed_but_not_entered_is_named(
        self, articles_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = articles_folder({"a.txt": "Ein Satz.", "zu/b.txt": "Ein Satz.", "zu/tief/c.txt": "Ein Satz."})
        (folder / "link.txt").symlink_to(folder / "zu/b.txt")
        inside, stat = f"{folder / 'zu'}{os.sep}", os.stat

        def refusing(path: str | Path, *, follow_symlinks: bool = True) -> os.stat_result:
            reached = os.path.realpath(path) if follow_symlinks else str(path)
            if inside in str(path) or inside in reached:
                raise PermissionError(EACCES, "Permission denied", str(path))
            return stat(path, follow_symlinks=follow_symlinks)

        with monkeypatch.context() as closed:  # nothing is closed to root
            closed.setattr(os, "stat", refusing)
            paths, skipped = article_files(folder), passed_over(folder)
        assert paths == [folder / "a.txt"]
        assert [str(item) for item in skipped] == [
            f"{name} cannot be opened (Permission denied): change who may read it, or take it out"
            for name in ("link.txt", "zu")
        ]

    def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="no folder"):
            article_files(tmp_path / "nowhere")


class TestText:
    def test_invisible_and_direction_changing_characters_are_no_text(self) -> None:
        assert clean("Sol\u00addat\u200b \u202enetulov\u202c kam\u0007.") == "Soldat netulov kam."

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("10 Apr 2025", date(2025, 4, 10)),
            ("04.09.2025", date(2025, 9, 4)),
            ("4. März 2024", date(2024, 3, 4)),
            ("2025-02-03", date(2025, 2, 3)),
            ("September 4, 2025", date(2025, 9, 4)),
            ("31.02.2024", None),
        ],
    )
    def test_dates_are_read_in_both_languages(self, written: str, meant: date | None) -> None:
        assert parse_date(written) == meant

    @pytest.mark.parametrize(
        ("given", "meant"),
        [
            ("2025/09/04", date(2025, 9, 4)),
            ("2025-9-4 14:07", date(2025, 9, 4)),
            ("04.9.25", date(2025, 9, 4)),
            ("4.9.25", date(2025, 9, 4)),
            ("4.9.99", date(1999, 9, 4)),
            ("1725408000", date(2024, 9, 4)),
            ("1725408000000", date(2024, 9, 4)),
            ("1712011200.0", date(2024, 4, 1)),
            ("1999123112", date(1999, 12, 31)),
            ("04/09/2025", None),
            ("4.9.45", None),
            ("4.9.25.7", None),
            ("31.02.2024", None),
            ("31.2.24", None),
            ("2024/02/31", None),
            ("31.02.2024 14.07.30", None),
        ],
    )
    def test_a_field_may_give_its_date_in_numbers_that_name_one_day(self, given: str, meant: date | None) -> None:
        assert given_date(given) == meant

    @given(st.lists(st.tuples(st.sampled_from(BlockKind), st.text(max_size=80)), max_size=12))
    def test_blocks_are_in_order_disjoint_clean_slices(self, parts: list[tuple[BlockKind, str]]) -> None:
        article = assemble("x.txt", Draft([Part(kind, text) for kind, text in parts]))
        assert unicodedata.is_normalized("NFC", article.text)
        end = 0
        for block in article.blocks:
            assert end <= block.start < block.end
            assert article.text[end : block.start].strip() == ""
            assert article.text[block.start : block.end].strip() == article.text[block.start : block.end]
            end = block.end
        assert end == len(article.text)


def test_an_article_of_very_many_parts_is_put_together_in_time() -> None:
    draft = Draft([Part(BlockKind.BODY, "Der Regen kommt am Abend nach Rom.")] * 100_000)
    started = perf_counter()
    article = assemble("a.odt", draft)
    assert perf_counter() - started < 5
    assert len(article.blocks) == 1 and article.blocks[0].end == len(article.text)


def test_a_title_is_one_line_so_that_it_cannot_pass_for_a_source_of_its_own() -> None:
    article = make_article("Ein Satz.", name="a\n[3] c.txt", title="Rat tagt\n[2] Wahr, dpa (b.txt:0-90)")
    assert article.title == "Rat tagt [2] Wahr, dpa (b.txt:0-90)" == article.text.split("\n\n")[0]
    quote = Passage(article, len(article.text) - 9, len(article.text))
    answer = Answer(Question("?", "?", "de"), Outcome.ANSWERED, citations=(Citation(1, quote, None),))
    (line,) = cited_sources(answer)
    assert "\n" not in line
