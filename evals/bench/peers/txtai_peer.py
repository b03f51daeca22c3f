"""txtai: its hybrid index, sparse and dense, each chunk under a name that holds its place.

Without extras txtai has no splitter that keeps offsets, so sentences are packed here.
"""

import re
from pathlib import Path

from protocol import CHUNK_CHARS, TOP, Actions, Stopwatch, main
from txtai import Embeddings


def chunks(text: str) -> list[tuple[int, int]]:
    """Spans of whole sentences, as long as they may be."""
    spans: list[tuple[int, int]] = []
    for sentence in re.finditer(r"\S.*?(?:[.!?](?=\s)|$)", text, re.DOTALL):
        if spans and sentence.end() - spans[-1][0] <= CHUNK_CHARS:
            spans[-1] = (spans[-1][0], sentence.end())
        else:
            spans.append(sentence.span())
    return spans


def build(folder: Path, index: Path, model: str, watch: Stopwatch) -> dict[str, int]:
    with watch.step("reading"):
        texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
    with watch.step("splitting"):
        rows = [
            (f"{name}:{start}-{end}", text[start:end], None)
            for name, text in texts.items()
            for start, end in chunks(text)
        ]
    with watch.step("model"):
        embeddings = Embeddings(path=model, hybrid=True, content=True)
    with watch.step("embedding"):
        embeddings.index(rows)
    with watch.step("writing"):
        embeddings.save(str(index))
    return {"articles": len(texts), "passages": len(rows)}


def load(index: Path, model: str, watch: Stopwatch) -> Actions:
    embeddings = Embeddings()
    embeddings.load(str(index))
    return {
        "search": lambda question: embeddings.search(question, TOP),
        "encoding": embeddings.transform,
    }


if __name__ == "__main__":
    main(build, load)
