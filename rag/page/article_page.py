"""One article as a page of its own, at a permanent address that may name a place in it."""

from html import escape
from importlib.resources import files

from rag.page.sources import DIGEST_CHARS, Mark, article_html
from rag.page.texts import say
from rag.records import Article, Language, Passage
from rag.rendering.labels import page_label, source_line


def article_page(article: Article, place: tuple[int, int] | None, digest: str, language: Language) -> str:
    """The article with ``place`` marked, if it was counted on this very text (``digest``; empty: on any)."""
    same = not digest or article.digest[:DIGEST_CHARS] == digest
    marks, note, page = [], "", ""
    if not same:
        note = f'<p class="lost" role="note">{escape(say("changed", language))}</p>'
    elif place and 0 <= place[0] < place[1] <= len(article.text):
        marks.append(Mark(*place, "mark", 0, None))
        page = page_label([Passage(article, *place)], language)
    facts = " · ".join(filter(None, [source_line(article, language), page, article.id]))
    text = article_html(article, marks, language, level=1)
    if not article.title:
        note = f"<h1>{escape(article.id)}</h1>{note}"
    body = f'<p class="meta">{escape(facts)}</p>{note}<div class="text" lang="{article.language}">{text}</div>'
    return _page(article.name, body, language)


def no_article_page(id: str, language: Language) -> str:
    """What an address leads to whose article is not indexed."""
    return _page(
        say("no_article", language),
        f"<h1>{escape(say('no_article', language))}</h1><p>{escape(say('no_article_long', language, article=id))}</p>",
        language,
    )


def _page(title: str, body: str, language: Language) -> str:
    """Without a script: the browser itself goes to the mark, which asks for the focus."""
    style = files("rag.page").joinpath("article.css").read_text(encoding="utf-8")
    body = body.replace('<mark id="mark" tabindex="-1">', '<mark id="mark" tabindex="-1" autofocus>')
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)} · Belegt</title>'
        f'<style>{style}</style></head><body><header><a href="../">{escape(say("to_page", language))}</a></header>'
        f'<main id="sources">{body}</main></body></html>'
    )
