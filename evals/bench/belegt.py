"""Belegt as a system of the protocol, taken apart by step: its parts stay what they are, each behind a stopwatch.

Run as ``python -m evals.bench.belegt``; where MODEL is empty, with its own.
"""

from pathlib import Path
from typing import Any, TypeVar, cast

from evals.bench.peers.protocol import TOP, Actions, Stopwatch, main
from rag.answering import ExtractiveWriter
from rag.building import build as build_index
from rag.chatbot import Chatbot
from rag.conversation import readings
from rag.embedding import load_embedder
from rag.retrieval import Retriever
from rag.settings import load_settings

Part = TypeVar("Part")


def build(folder: Path, index: Path, model: str, watch: Stopwatch) -> dict[str, int]:
    """As ``rag build`` does; the steps are those that it tells of as its progress."""

    def progress(step: str, _done: int, _total: int) -> None:
        watch.go_on_with(step)

    settings = load_settings(articles=folder, index=index, model=model)
    with watch.step("model"):
        embedder = load_embedder(model)
    with watch.step("rest"):
        manifest = build_index(settings, embedder, progress).manifest
    return {"articles": manifest.articles, "passages": manifest.passages, "sentences": manifest.sentences}


def load(index: Path, model: str, watch: Stopwatch) -> Actions:
    """``search`` is what the peers do, the best passages; ``answer`` is all that ``rag ask`` does, proof included."""
    chatbot = Chatbot.open(load_settings(index=index, model=model))
    put_on_watch(chatbot, watch)

    def search(asked: str) -> object:
        return chatbot.retriever.search(readings(asked, ())[0], TOP)

    return {"search": search, "encoding": chatbot.retriever.embedder.embed_question, "answer": chatbot.ask}


def put_on_watch(chatbot: Chatbot, watch: Stopwatch) -> None:
    """Have the parts of a chatbot time themselves.

    ``evidence`` is what a search does beside embedding and ranking: reading the question's words, fusing, weighing
    each sentence. ``names`` looks for what no article names.
    """
    searched, writer = chatbot.retriever, chatbot.writer
    retriever = Retriever(
        _timed(searched.index, watch, candidates="rankings"),
        _timed(searched.embedder, watch, embed_question="embedding"),
    )
    if isinstance(writer, ExtractiveWriter):
        writer.judge = _timed(writer.judge, watch, read="cross-encoder")
    chatbot.retriever = _timed(retriever, watch, search="evidence", strangers="names", unknown_words="names")
    chatbot.writer = _timed(writer, watch, write="writing")


def _timed(part: Part, watch: Stopwatch, **steps: str) -> Part:
    return cast(Part, _Timed(part, watch, steps))


class _Timed:
    """Stands in for a part. Each of the methods in ``steps`` is a step of that name; the rest passes through."""

    def __init__(self, part: Any, watch: Stopwatch, steps: dict[str, str]) -> None:
        self._part = part
        self._watch = watch
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if name not in self._steps:
            return found

        def timed(*given: Any, **named: Any) -> Any:
            with self._watch.step(self._steps[name]):
                return found(*given, **named)

        return timed


if __name__ == "__main__":
    main(build, load)
