"""Which articles a question is to be looked up in, as it is shown and set beside the box."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from html import escape

from rag.corpus import Articles
from rag.page.texts import say
from rag.records import Filter, Language
from rag.rendering.labels import filter_text, written_day

_PARTS: Mapping[str, tuple[str, ...]] = {
    "publisher": ("publisher",),
    "author": ("author",),
    "period": ("since", "until"),
}
"""What a chip stands for."""


def without(filter: Filter, part: object) -> Filter:
    """The filter less what a chip stood for; ``part`` comes from a browser, so it may be anything."""
    fields = _PARTS.get(part, ()) if isinstance(part, str) else ()
    return replace(filter, **dict.fromkeys(fields))


def in_order(sent: object) -> object:
    """What the form sent, a first day that is later than the last in its place; other things come back as they are."""
    if not isinstance(sent, dict):
        return sent
    since, until = sent.get("since"), sent.get("until")
    swapped = isinstance(since, str) and isinstance(until, str) and since > until > ""
    return sent | {"since": until, "until": since} if swapped else sent


def filter_bar_html(filter: Filter, articles: Articles, visitor: Language) -> str:
    """The filter of what is asked next: a menu to set it, a chip to take back each part, how new the articles are."""
    if not articles:
        return ""
    newest = max(articles.published, default=None)
    state = say("newest", visitor, day=written_day(newest, visitor)) if newest else ""
    parts = {part: Filter(**{name: getattr(filter, name) for name in fields}) for part, fields in _PARTS.items()}
    chips = "".join(_chip(part, filter_text(limit, visitor), visitor) for part, limit in parts.items() if limit)
    return (
        f'<div class="bar"><details class="menu"><summary>{escape(say("limit", visitor))}</summary>'
        f"{_form(filter, articles, visitor)}</details>{chips}"
        f'<span class="meta">{escape(state)}</span></div>'
    )


def _form(filter: Filter, articles: Articles, visitor: Language) -> str:
    fields = [
        _select("publisher", filter.publisher, articles.publishers, visitor),
        _select("author", filter.author, articles.authors, visitor),
        _input("since", filter.since, visitor),
        _input("until", filter.until, visitor),
    ]
    button = f'<button type="submit" class="tool">{escape(say("limit_set", visitor))}</button>'
    return f'<form class="popup">{"".join(fields)}<p>{button}</p></form>'


def _select(name: str, chosen: str | None, values: Iterable[str], visitor: Language) -> str:
    known = sorted({value for value in (*values, chosen) if value}, key=lambda value: (value.casefold(), value))
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(value)}</option>'
        for value in known
    )
    return (
        f'<label>{escape(say(name, visitor))}<select name="{name}"><option value="">{escape(say("any", visitor))}'
        f"</option>{options}</select></label>"
    )


def _input(name: str, day: date | None, visitor: Language) -> str:
    value = day.isoformat() if day else ""
    return f'<label>{escape(say(name, visitor))}<input type="date" name="{name}" value="{value}"></label>'


def _chip(part: str, text: str, visitor: Language) -> str:
    title = escape(say("limit_lift", visitor))
    return (
        f'<button type="button" class="chip" data-part="{part}" title="{title}">'
        f'<span class="name">{escape(say("only", visitor, filter=text))}</span></button>'
    )
