"""What articles, days, pages, filters and changes are called in a line of text, in either language."""

from collections.abc import Iterable, Mapping
from datetime import date

from rag.records import Article, BlockKind, Citation, Filter, Language, Passage
from rag.store import Changes

KIND_LABELS: Mapping[Language, Mapping[BlockKind, str]] = {
    "de": {
        BlockKind.TITLE: "Überschrift",
        BlockKind.HEADING: "Zwischentitel",
        BlockKind.LEAD: "Vorspann",
        BlockKind.CAPTION: "Bildunterschrift",
        BlockKind.BYLINE: "Autor",
        BlockKind.DATE: "Datum",
        BlockKind.TEASER: "Anriss eines anderen Artikels",
        BlockKind.LINKS: "Verweise",
        BlockKind.TAGS: "Schlagwörter",
        BlockKind.PROMO: "Hinweis",
    },
    "en": {
        BlockKind.TITLE: "Title",
        BlockKind.HEADING: "Heading",
        BlockKind.LEAD: "Standfirst",
        BlockKind.CAPTION: "Caption",
        BlockKind.BYLINE: "Author",
        BlockKind.DATE: "Date",
        BlockKind.TEASER: "Teaser of another article",
        BlockKind.LINKS: "Links",
        BlockKind.TAGS: "Tags",
        BlockKind.PROMO: "Note",
    },
}
_SAID_ALOUD = frozenset({BlockKind.CAPTION, BlockKind.BYLINE, BlockKind.DATE, BlockKind.TEASER, BlockKind.TAGS})
"""The kinds whose label is part of the answer: without it the quote would mislead or say nothing."""

_MONTHS = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "January February March April May June July August September October November December".split(),
)
NAMED = 5
"""Files named for each kind of change; the others are counted."""


def source_line(article: Article, language: Language) -> str:
    """Publisher, date and authors of an article, as far as it names them, and the other files that hold it."""
    parts = [article.publisher or "", format_date(article, language), ", ".join(article.authors)]
    copies = ", ".join(f"{copy.id} ({copy.publisher})" if copy.publisher else copy.id for copy in article.copies)
    parts += [f"{'auch in' if language == 'de' else 'also in'} {copies}"] if copies else []
    return " · ".join(dict.fromkeys(filter(None, parts)))


def described(quote: Passage, language: Language) -> str:
    """Title, source and page of a quote, as far as its article has them."""
    article = quote.article
    return ", ".join(filter(None, [article.title, source_line(article, language), page_label([quote], language)]))


def place(quote: Passage) -> str:
    """The file that holds the quote, and where in its text."""
    return f"{quote.article.id}:{quote.start}-{quote.end}"


def page_label(quotes: Iterable[Passage], language: Language) -> str:
    """The pages that ``quotes`` begin on (S. 3, 5), or nothing."""
    pages = sorted({quote.page for quote in quotes if quote.page is not None})
    if not pages:
        return ""
    abbreviation = "S." if language == "de" else "p." if len(pages) == 1 else "pp."
    return f"{abbreviation} {', '.join(map(str, pages))}"


def quote_label(citation: Citation, language: Language) -> str:
    """What kind of text is quoted, where the quote alone would mislead; else empty."""
    kind = citation.quote.kind
    if kind is BlockKind.BYLINE and citation.quote.text.startswith(("Von ", "By ")):
        return ""
    return KIND_LABELS[language][kind] if kind in _SAID_ALOUD else ""


def format_date(article: Article, language: Language) -> str:
    """The publication date written out, or nothing."""
    return written_day(article.published, language) if article.published else ""


def written_day(day: date, language: Language) -> str:
    return written_date(day.year, day.month, day.day, language)


def written_date(year: int, month: int, day: int, language: Language) -> str:
    """A date in words; of a month or a year where less is known (0)."""
    german, english = _MONTHS
    name = (german if language == "de" else english)[month - 1] if month else ""
    first = f"{day}{'.' if language == 'de' else ''}" if day else ""
    return " ".join(filter(None, [first, name, str(year)]))


def filter_text(filter: Filter, language: Language) -> str:
    """A filter in few words; nothing for an empty one."""
    german = language == "de"
    since, until = (day and written_day(day, language) for day in (filter.since, filter.until))
    if since and until:
        period = since if since == until else f"{since} – {until}"
    elif since:
        period = f"{'ab' if german else 'from'} {since}"
    else:
        period = f"{'bis' if german else 'until'} {until}" if until else ""
    author = filter.author and f"{'von' if german else 'by'} {filter.author}"
    return ", ".join(filter_ for filter_ in (filter.publisher, author, period) if filter_)


def changes_lines(changes: Changes, language: Language) -> list[str]:
    """What became of the files, a line for each kind of change."""
    told = [
        (("hinzugekommen", "added"), changes.added),
        (("geändert", "changed"), changes.changed),
        (("entfernt", "removed"), changes.removed),
        (("umbenannt", "renamed"), tuple(f"{old} → {new}" for old, new in changes.renamed)),
    ]
    lines = []
    for label, names in told:
        if names:
            more = [f"… ({len(names)})"] if len(names) > NAMED else []
            lines.append(f"{label[language == 'en']}: {', '.join([*names[:NAMED], *more])}")
    return lines


def on_one_line(text: str) -> str:
    """The text with its paragraphs, such as tags, parted by dots."""
    return " · ".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def quoted(text: str, language: Language) -> str:
    """The text in the quotation marks of the language."""
    return f"„{text}“" if language == "de" else f"“{text}”"
