"""Search over a million passages: how long, how exact, how much memory.

    python -m evals.scale SOURCE FOLDER [--passages 1000000] [--sentences 4] [--questions QUESTIONS.jsonl]

The passages are synthetic: sentences drawn from the index in ``SOURCE``, each with its vector, moved a little so that
no two are alike. They are saved as an index in ``FOLDER``, kept for the next run, and searched by another process.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.corpus import Corpus
from rag.embedding import load_embedder
from rag.index import GRAMS_B, GRAMS_K1, WORDS_B, WORDS_K1, LocalIndex, letters, passage_words, stems
from rag.language import detect
from rag.lexical import WordIndex
from rag.records import Article, Block, BlockKind, Question, Span, Vectors
from rag.retrieval import CANDIDATES, Retriever
from rag.store import Changes, load_index, save_generation
from rag.vectors import VectorIndex

MOVED = 0.5
"""Length of the random vector that is added to a sentence's own: neighbours stay neighbours, cosine about .9."""

PER_ARTICLE = 10
"""Passages an article."""

COMPARED, RECALLED = 10, 50
"""Recall is that of so many nearest sentences, of so many questions."""


def main() -> None:
    given = _arguments()
    if not (given.folder / "CURRENT").exists():
        started = time.perf_counter()
        _save(given.folder, synthetic(load_index(given.source), given.passages, given.sentences))
        print(f"built and saved in {time.perf_counter() - started:.0f} s")
    if given.search:
        print(json.dumps(measure(given.folder, _questions(given.questions))))
        return
    command = [sys.executable, "-m", "evals.scale", str(given.source), str(given.folder), "--search"]
    subprocess.run([*command, "--questions", str(given.questions)], check=True)  # noqa: S603 - this very program


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="an index to draw sentences from")
    parser.add_argument("folder", type=Path, help="where the synthetic index is, or is to be")
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--sentences", type=int, default=4, help="of each passage")
    parser.add_argument("--questions", type=Path, required=True, help="one JSON object a line, with a `question`")
    parser.add_argument("--search", action="store_true", help="only search, in this process")
    return parser.parse_args()


def synthetic(source: LocalIndex, passages: int, sentences: int) -> LocalIndex:
    """An index of passages made of random sentences of ``source``."""
    draw = np.random.default_rng(0)
    drawn_from = [source.sentence(row) for row in range(len(source.sentence_rows))]
    texts = [sentence.text.replace("\n", " ") for sentence in drawn_from]
    words = [passage_words(sentence) for sentence in drawn_from]
    chosen = draw.integers(len(texts), size=(passages, sentences))
    articles, spans = [], []
    for first in range(0, passages, PER_ARTICLE):
        article, found = _article(first // PER_ARTICLE, texts, chosen[first : first + PER_ARTICLE].tolist())
        articles.append(article)
        spans += found
    said = [[word for row in rows for word in words[row]] for rows in chosen.tolist()]
    return LocalIndex(
        model=source.model,
        articles=Corpus.of(articles),
        passage_rows=np.array([(at // PER_ARTICLE, one[0][0], one[-1][1]) for at, one in enumerate(spans)], np.int32),
        sentence_rows=np.array([(at, *span) for at, one in enumerate(spans) for span in one], np.int32),
        vectors=VectorIndex.build(_moved(source.vectors.vectors(), chosen.ravel(), draw)),
        words=WordIndex.build((stems(found, "de") for found in said), WORDS_K1, WORDS_B),
        grams=WordIndex.build(map(letters, said), GRAMS_K1, GRAMS_B),
    )


def _article(number: int, texts: Sequence[str], passages: Sequence[Sequence[int]]) -> tuple[Article, list[list[Span]]]:
    """An article of passages of sentences, and where each sentence stands in it."""
    text, spans = "", []
    for rows in passages:
        text += "\n\n" if text else ""
        found: list[Span] = []
        for row in rows:
            text += " " if found else ""
            found.append((len(text), len(text) + len(texts[row])))
            text += texts[row]
        spans.append(found)
    digest = hashlib.sha256(text.encode()).hexdigest()
    day = date(2020, 1, 1) + timedelta(days=number % 2000)
    blocks = (Block(BlockKind.BODY, 0, len(text)),)
    return Article(f"{number:07}.txt", digest, text, blocks, published=day), spans


def _moved(vectors: Vectors, rows: NDArray[np.int64], draw: np.random.Generator) -> Vectors:
    moved = np.empty((len(rows), vectors.shape[1]), np.float32)
    for start in range(0, len(rows), 100_000):
        some = vectors[rows[start : start + 100_000]]
        noise = draw.standard_normal(some.shape, np.float32)
        some = some + MOVED * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        moved[start : start + len(some)] = some / np.linalg.norm(some, axis=1, keepdims=True)
    return moved


def measure(folder: Path, asked: Sequence[Question]) -> dict[str, float]:
    """Load once, search each question; milliseconds, shares and megabytes."""
    embedder = load_embedder("")
    embedder.embed_question("Wer?")
    before = _memory()
    started = time.perf_counter()
    index = load_index(folder)
    loaded = time.perf_counter() - started
    retriever = Retriever(index, embedder)
    encoding, searching, nearest = [], [], []
    found: list[tuple[Vectors, NDArray[np.int64]]] = []
    for question in asked:
        started = time.perf_counter()
        vector = embedder.embed_question(question.text)
        encoded = time.perf_counter()
        retriever.search(question, 10)
        searched = time.perf_counter()
        found.append((vector, index.vectors.nearest(vector, 3 * CANDIDATES)))
        nearest.append(time.perf_counter() - searched)
        encoding.append(encoded - started)
        searching.append(searched - encoded - encoding[-1])  # it encodes the question once more
    memory = _memory()
    return {
        "passages": len(index.passage_rows),
        "sentences": len(index.sentence_rows),
        "load_s": loaded,
        **{f"encode_p{p}_ms": 1000 * float(np.percentile(encoding, p)) for p in (50, 95)},
        **{f"search_p{p}_ms": 1000 * float(np.percentile(searching, p)) for p in (50, 95, 99)},
        **{f"nearest_p{p}_ms": 1000 * float(np.percentile(nearest, p)) for p in (50, 95)},
        f"recall@{COMPARED}": _recall(index, found[:RECALLED]),
        **{f"{kind}_mb": memory[kind] - before[kind] for kind in memory},
    }


def _recall(index: LocalIndex, found: Sequence[tuple[Vectors, NDArray[np.int64]]]) -> float:
    """Share of the ``COMPARED`` truly nearest sentences that were found; all rows are compared for it."""
    questions, exact = np.stack([vector for vector, _ in found]), index.vectors.vectors()
    best = np.full((len(found), 0), 0.0, np.float32)
    rows = np.zeros((len(found), 0), np.int64)
    for start in range(0, len(exact), 100_000):
        some = np.arange(start, min(start + 100_000, len(exact)))
        best = np.hstack([best, questions @ exact[some].T])
        rows = np.hstack([rows, np.tile(some, (len(found), 1))])
        keep = np.argsort(-best, axis=1)[:, :COMPARED]
        best, rows = np.take_along_axis(best, keep, 1), np.take_along_axis(rows, keep, 1)
    hit = [len(set(true.tolist()) & set(near.tolist())) for true, (_, near) in zip(rows, found, strict=True)]
    return sum(hit) / (COMPARED * len(found))


def _memory() -> dict[str, float]:
    """Megabytes of this process: its own, and those of files it has looked at, which the system may take back."""
    told = dict(
        line.split(":") for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("Rss")
    )
    return {name: int(told[key].split()[0]) / 1024 for name, key in (("own", "RssAnon"), ("files", "RssFile"))}


def _questions(path: Path) -> list[Question]:
    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["question"] for line in lines]
    return [Question(text, text, detect(text)) for text in texts]


def _save(folder: Path, index: LocalIndex) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_generation(folder, index, {}, [], Changes())


if __name__ == "__main__":
    main()
