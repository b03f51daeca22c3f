"""The sources of an answer as HTML: whole articles with the cited sentences marked.

Article text is hostile: every character of it passes through ``html.escape`` here, after it was sliced.
"""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote as percent_encoded

from rag.page.keeping import gone
from rag.page.texts import say
from rag.page.timeline import Dated, timeline
from rag.records import Answer, Article, Block, BlockKind, Citation, Hit, Language, Passage, Span
from rag.rendering.labels import KIND_LABELS, page_label, source_line
from rag.rendering.proof import confidence_line, explanation, nearest

_HEADINGS = {BlockKind.TITLE: 0, BlockKind.HEADING: 1}
"""How far below the uppermost heading."""
_PLAIN = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.LEAD, BlockKind.BODY})
_ENDLESS = re.compile(r"\S{100}(?=\S)")
DIGEST_CHARS = 12
"""Enough of a text's digest to tell it from another version."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A cited stretch of an article, under the id that its anchors point to."""

    start: int
    end: int
    id: str
    number: int
    """Of its citation; 0 where it stands alone."""
    focus: tuple[int, int] | None


def sources_html(answer: Answer | None, turn: int, language: Language, articles: Container[Article]) -> str:
    """The panel beside the chat for one turn: cited articles open, what else was found below.

    ``articles`` are those of the index in use: a cited one that is not among them is said to be gone.
    """
    if answer is None or (not answer.hits and not answer.citations):
        return _panel(f'<p class="hint">{escape(say("sources_empty", language))}</p>', language)
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.quote.article.id, []).append(citation)
    lost = gone(answer, articles)
    parts = [_head(answer, turn, language)]
    parts += (_cited_article(found, turn, language, name in lost) for name, found in cited.items())
    quoted = {(c.quote.article.id, c.quote.start) for c in answer.citations}
    near = nearest(answer)
    coming = {(quote.article.id, quote.start) for quote in near}
    nearer = [hit for hit in answer.hits if _holds(hit, coming) or any(one.quote in near for one in hit.evidence)]
    others = [hit for hit in answer.hits if hit not in nearer and not _holds(hit, quoted)]
    parts += [_found("nearest", nearer, near, language)] if nearer else []
    parts += [_found("also_found", others, (), language)] if others else []
    if why := [line for line in explanation(answer) if line != confidence_line(answer)]:
        lines = "".join(f"<li>{escape(line)}</li>" for line in why)
        parts.append(
            f'<details class="why"><summary>{escape(say("why", language))}</summary><ul>{lines}</ul></details>'
        )
    parts.append(f'<p class="back"><a href="#question">{escape(say("back", language))}</a></p>')
    return _panel("".join(parts), language)


def article_link(article: Article, place: Span | None = None) -> str:
    """The permanent address of an article, or of a place in its very text, relative to the page."""
    address = f"article/{percent_encoded(article.id, safe='')}"
    return f"{address}?start={place[0]}&end={place[1]}&text={article.digest[:DIGEST_CHARS]}" if place else address


def article_html(article: Article, marks: Sequence[Mark], language: Language, level: int = 2) -> str:
    """The whole article, block by block, each mark split at the paragraphs it spans; its title is an h``level``."""
    html, opening = "", ""
    for block in article.blocks:
        if block.kind is BlockKind.DATELINE:
            opening = f'<span class="label">{escape(article.text[block.start : block.end])}</span> '
        else:
            tag = f"h{level + _HEADINGS[block.kind]}" if block.kind in _HEADINGS else "p"
            html += _block_html(article, block, marks, opening + _label(block.kind, language), tag)
            opening = ""
    return html


def _panel(content: str, language: Language) -> str:
    label = escape(say("sources", language))
    return f'<div class="panel" role="region" aria-label="{label}" tabindex="0">{content}</div>'


def _head(answer: Answer, turn: int, language: Language) -> str:
    """How far to trust the answer, the way from mark to mark, and when things happened."""
    parts = []
    if meaning := confidence_line(answer):
        word, _, tested = meaning.partition(". ")
        parts.append(f'<p class="trust"><strong>{escape(word)}.</strong> {escape(tested)}</p>')
    if len(answer.citations) > 1:
        place = escape(say("marks", language, count=len(answer.citations)))
        previous, following = escape(say("previous", language)), escape(say("following", language))
        parts.append(
            f'<p class="steps"><button type="button" class="step previous" title="{previous} (←)" '
            f'aria-label="{previous}"></button><span class="place" role="status">{place}</span>'
            f'<button type="button" class="step following" title="{following} (→)" '
            f'aria-label="{following}"></button></p>'
        )
    dated = timeline(answer)
    told = _timeline(dated, turn, language) if len(dated) > 1 else ""
    return f'<div class="head">{"".join(parts)}</div>{told}' if parts else told


def _timeline(dated: Sequence[Dated], turn: int, language: Language) -> str:
    entries = "".join(
        f'<li><p class="meta"><strong>{escape(one.written(language))}</strong> · '
        f"{escape(say('date_told' if one.told else 'date_published', language))}</p>"
        f'<p lang="{one.citation.quote.article.language}">{_paragraphs(one.citation.quote.text)} '
        f'<a class="cite" href="#src-{turn}-{one.citation.number}">[{one.citation.number}]</a></p></li>'
        for one in dated
    )
    title = escape(say("timeline", language))
    return f'<details class="timeline" id="timeline-{turn}"><summary>{title}</summary><ol>{entries}</ol></details>'


def _cited_article(citations: Sequence[Citation], turn: int, language: Language, lost: bool) -> str:
    article = citations[0].quote.article
    marks = [
        Mark(c.quote.start, c.quote.end, f"mark-{turn}-{c.number}", c.number, c.focus)
        for c in sorted(citations, key=lambda citation: citation.quote.start)
    ]
    pages = page_label((citation.quote for citation in citations), language)
    described = " · ".join(filter(None, [source_line(article, language), pages])) or article.id
    numbers = " ".join(f"[{citation.number}]" for citation in citations)
    if lost:
        told = f'<p class="lost" role="note">{escape(say("gone_long", language))}</p>'
    else:
        link = escape(article_link(article, (marks[0].start, marks[0].end)))
        alone = escape(say("alone", language))
        named = f" · {escape(article.id)}" if article.title else ""
        told = f'<p class="meta file"><a href="{link}" target="_blank">{alone}</a>{named}</p>'
    return (
        f'<details class="article" open><summary><span class="numbers">{numbers}</span> '
        f'<span class="name">{escape(article.name)}</span>'
        f'<span class="meta">{escape(described)}</span></summary>{told}'
        f'<div class="text" lang="{article.language}">{article_html(article, marks, language)}</div></details>'
    )


def _found(heading: str, hits: Sequence[Hit], near: Sequence[Passage], language: Language) -> str:
    """The passages that were found; open where the sentences ``near`` are set off in them."""
    entries = "".join(
        f'<li><p lang="{hit.passage.article.language}">{_set_off(hit.passage, near)}</p>'
        f'<p class="meta">{escape(_place(hit, language))}</p></li>'
        for hit in hits
    )
    state = " open" if near else ""
    return (
        f'<details class="found"{state}><summary>{escape(say(heading, language))}</summary><ul>{entries}</ul></details>'
    )


def _set_off(passage: Passage, near: Iterable[Passage]) -> str:
    """The text of a passage with those sentences set off, be they another paper's: no proof, and so no mark."""
    text, html, at = passage.text, "", 0
    found = {(text.find(quote.text), len(quote.text)) for quote in near}
    for start, length in sorted(place for place in found if place[0] >= 0):
        if start >= at:
            html += f'{_paragraphs(text[at:start])}<b class="near">{_paragraphs(text[start : start + length])}</b>'
            at = start + length
    return html + _paragraphs(text[at:])


def _place(hit: Hit, language: Language) -> str:
    article = hit.passage.article
    label = "" if hit.passage.kind is BlockKind.BODY else KIND_LABELS[language][hit.passage.kind]
    page = page_label([hit.passage], language)
    return " · ".join(filter(None, [label, article.name, source_line(article, language), page]))


def _holds(hit: Hit, quoted: Iterable[tuple[str, int]]) -> bool:
    passage = hit.passage
    return any(passage.article.id == name and passage.start <= start < passage.end for name, start in quoted)


def _label(kind: BlockKind, language: Language) -> str:
    """What the block is, where its text does not show it."""
    return "" if kind in _PLAIN else f'<span class="label">{escape(KIND_LABELS[language][kind])}</span> '


def _block_html(article: Article, block: Block, marks: Sequence[Mark], opening: str, tag: str) -> str:
    """The paragraphs of a block, the first behind ``opening``."""
    html, start = "", block.start
    for line in article.text[block.start : block.end].split("\n"):
        if line:
            html += f'<{tag} class="{block.kind}">{opening}{_marked(article, start, start + len(line), marks)}</{tag}>'
            opening = ""
        start += len(line) + 1
    return html


def _marked(article: Article, start: int, end: int, marks: Sequence[Mark]) -> str:
    """The escaped text of a paragraph, with the part of each mark that lies in it."""
    html, at = "", start
    for mark in marks:
        first, last = max(mark.start, at), min(mark.end, end)
        if first >= last:
            continue
        html += _shown(article.text[at:first])
        name = f' id="{mark.id}"' if mark.start >= start else ""
        number = _number(mark) if mark.end <= end else ""
        html += f'<mark{name} tabindex="-1">{_focused(article, first, last, mark)}{number}</mark>'
        at = last
    return html + _shown(article.text[at:end])


def _number(mark: Mark) -> str:
    return f"<sup>[{mark.number}]</sup>" if mark.number else ""


def _focused(article: Article, start: int, end: int, mark: Mark) -> str:
    if mark.focus is None or not start <= mark.focus[0] < mark.focus[1] <= end:
        return _shown(article.text[start:end])
    first, last = mark.focus
    before, inside, after = (_shown(article.text[a:b]) for a, b in ((start, first), (first, last), (last, end)))
    return f'{before}<strong class="focus">{inside}</strong>{after}'


def _paragraphs(text: str) -> str:
    return _shown(text).replace("\n", "<br>")


def _shown(text: str) -> str:
    """Escaped, with places to break what has no white space: browsers take half a minute over 100,000 such letters."""
    return "<wbr>".join(map(escape, _ENDLESS.sub("\\g<0>\ufdd0", text).split("\ufdd0")))
