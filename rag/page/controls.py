"""The buttons around the conversation, as HTML that the page's scripts listen to."""

from collections.abc import Sequence
from html import escape

from rag.page.answers import escape_markdown
from rag.page.export import answer_as_text, conversation_as_markdown
from rag.page.feedback import Rated
from rag.page.keeping import Kept
from rag.page.texts import say
from rag.page.timeline import timeline
from rag.page.turns import Conversation, Turn
from rag.records import Language
from rag.rendering.labels import filter_text


def actions_html(turn: Turn, number: int, last: bool, visitor: Language, votes: bool) -> str:
    """What can be done with an answer: icons with names, in the answer's own message.

    The chat lets no data attributes through, so the id says what a button does, and to which turn.
    """
    names = []
    if turn.answer is not None:
        names.append("copy")
        if votes:
            names += "up", "down"
    if last:
        names += "again", "takeback"
    buttons = "".join(_action(name, number, turn, visitor) for name in names)
    if turn.answer is not None and len(timeline(turn.answer)) > 1:
        title = escape(say("timeline", visitor))
        buttons += f'<a class="cite act timeline" href="#src-{number}-timeline" title="{title}">{title}</a>'
    if limit := turn.answer.question.filter if turn.answer else turn.filter:
        only = escape_markdown(say("only", visitor, filter=filter_text(limit, visitor)))
        buttons += _lifting(only, number, visitor) if last else f'<span class="chip">{only}</span>'
    return f'<span class="acts">{buttons}</span>'


def _lifting(limit: str, number: int, visitor: Language) -> str:
    title = escape(say("everywhere", visitor))
    return f'<button type="button" class="chip" id="everywhere-{number}" title="{title}">{limit}</button>'


def _action(name: str, number: int, turn: Turn, visitor: Language) -> str:
    voted = name == turn.vote
    title = escape(say(f"{name}_given" if voted else name, visitor))
    state = " on" if voted else ""
    return f'<button type="button" class="act {name}{state}" id="{name}-{number}" title="{title}"></button>'


def toolbar_html(talk: Conversation, kept: Sequence[Kept] | str | None, visitor: Language, ratings: bool) -> str:
    """The conversations to open (None: none are kept here; a string: why there are none), and what is to be copied."""
    say_ = {name: escape(say(name, visitor)) for name in ("new_talk", "export", "copied", "delete_sure")}
    texts = "".join(
        f'<pre class="text-{number}">{escape(answer_as_text(turn.answer))}</pre>'
        for number, turn in enumerate(talk.turns, 1)
        if turn.answer is not None
    )
    markdown = escape(conversation_as_markdown(talk.turns, visitor))
    export = f'<button type="button" class="tool export">{say_["export"]}</button>' if talk.turns else ""
    rated = f'<a href="feedback.jsonl" download>{escape(say("ratings", visitor))}</a>' if ratings else ""
    parts = [] if kept is None and not export + rated else [_menu(talk, kept, export + rated, visitor)]
    if talk.turns:
        parts.append(f'<button type="button" class="tool fresh">{say_["new_talk"]}</button>')
    return (
        f'<div class="toolbar" data-id="{talk.id}" data-copied="{say_["copied"]}" '
        f'data-sure="{say_["delete_sure"]}">'
        f'{"".join(parts)}<span class="sr-only" role="status"></span>'
        f'<div hidden>{texts}<pre class="markdown">{markdown}</pre></div></div>'
    )


def anew_html(asked: str = "") -> str:
    """Has the page loaded anew, with the question back in its box."""
    return f'<div class="toolbar" data-anew="{escape(asked)}"></div>'


def _menu(talk: Conversation, kept: Sequence[Kept] | str | None, foot: str, visitor: Language) -> str:
    if kept is None:
        entries = ""
    elif isinstance(kept, str):
        entries = f'<p role="alert">{escape(kept)}</p>'
    elif not kept:
        entries = f"<p>{escape(say('none_kept', visitor))}</p>"
    else:
        entries = f"<ul>{''.join(_kept_entry(one, one.id == talk.id, visitor) for one in kept)}</ul>"
    return (
        f'<details class="menu"><summary>{escape(say("save" if kept is None else "talks", visitor))}</summary>'
        f'<div class="popup">{entries}<p class="foot">{foot}</p></div></details>'
    )


def _kept_entry(one: Kept, current: bool, visitor: Language) -> str:
    delete = escape(say("delete_talk", visitor, title=one.title))
    changed = one.changed.astimezone()
    when = f"{changed:%d.%m.%Y, %H:%M}" if visitor == "de" else f"{changed:%d %b %Y, %H:%M}"
    return (
        f'<li><button type="button" class="open" data-id="{one.id}"{" aria-current=true" if current else ""}>'
        f'<span class="name">{escape(one.title)}</span><span class="meta">{when}</span></button>'
        f'<button type="button" class="drop" data-id="{one.id}" aria-label="{delete}" title="{delete}"></button></li>'
    )


def rating_html(rated: Rated, number: int, visitor: Language) -> str:
    """What a vote led to; of a bad answer the question which sentence would have been right."""
    thanks = f'<p role="status">{escape(say("rated", visitor))}</p>' if rated.stored else ""
    if rated.turn.vote == "up" or rated.better is not None:
        return thanks
    answered = rated.turn.answer is not None and rated.turn.answer.supported
    hint = escape(say("better" if answered else "better_of_none", visitor))
    problem = f'<p role="alert">{escape(say("sentence_unknown", visitor))}</p>' if rated.unknown else ""
    return (
        f'{thanks}<form data-turn="{number}"><label for="better">{hint}</label>'
        f'<textarea id="better" rows="2" maxlength="2000">{escape(rated.unknown)}</textarea>{problem}'
        f'<p><button type="submit" class="tool">{escape(say("send", visitor))}</button>'
        f'<button type="button" class="tool close">{escape(say("close", visitor))}</button></p></form>'
    )
