"""What the collections of a generation hold, and how articles' words become something Milvus can look for.

    articles     an article as JSON, in pieces that fit a field; of each piece the article's row
    passages     a row each: article, start, end; its stems and its 4-grams as two sparse vectors
    sentences    a row each: passage, and how many it has together; article, start, end; its vector
    names        word -> number: how many passages hold a stem or a 4-gram; which row a file's article has
    facts        documents: the manifest, the sources, and what is known of all articles together

A term is a dimension of the sparse vectors, by its hash, and its value there is its BM25 weight in that passage: the
inner product with the question's weights is the BM25 score. Articles, passages and sentences carry publishers, authors
and day of the article, so that a filter is an expression over any of them.

What stands in such an expression is ours: words and names of articles and questions go in as hexadecimal, which no
quote or backslash can leave. (Milvus has templates with parameters for that; Milvus Lite does not know them.)
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Literal

from rag.index import rarity
from rag.records import Filter
from rag.vectors import EXACT_ROWS

LAYOUT = 2
"""Raised when the collections come to hold something else."""

NEIGHBOURS = 32
"""Links of each row in the graph that is walked where rows are many (HNSW, Malkov & Yashunin 2018)."""

PARTS = ("articles", "passages", "sentences", "names", "facts")

PIECE = 60_000
"""Bytes of a text in one row; Milvus allows 65,535."""

PIECES = 1 << 20
"""More than an article has pieces: its row times this is the key of its first."""

NONE = 0
"""The day of an article without a date, and the sparse dimension that every passage has: Milvus Lite wants one."""

Name = Literal["stem", "gram", "word", "file"]

_NAME_BYTES = 200
"""Of a longer name there is the beginning, and a digest of the whole."""

_DIGEST_BYTES = 16
_MOST_LETTERS = 2 * (_NAME_BYTES + _DIGEST_BYTES)

_MOST_NAMES = 4096
"""Publishers or authors of an article; Milvus allows no more."""


def spelled(name: str) -> str:
    """A name in hexadecimal, no two alike."""
    written = name.encode(errors="replace")
    digest = blake2b(written, digest_size=_DIGEST_BYTES).hexdigest() if len(written) > _NAME_BYTES else ""
    return written[:_NAME_BYTES].hex() + digest


def key(kind: Name, name: str) -> str:
    return f"{kind}-{spelled(name)}"


def dimension(term: str) -> int:
    """The sparse dimension of a term, 1 to 2^32 - 2. Of a million terms a hundred pairs share one."""
    return 1 + int.from_bytes(blake2b(term.encode(errors="replace"), digest_size=4).digest()) % (2**32 - 2)


def sparse(weights: Mapping[str, float]) -> dict[int, float]:
    """Terms with their weights as a sparse vector; empty where nothing weighs."""
    vector: dict[int, float] = {}
    for term, weight in weights.items():
        if weight > 0:
            at = dimension(term)
            vector[at] = vector.get(at, 0.0) + weight
    return vector


def frequencies(rows: Iterable[Sequence[str]]) -> Counter[str]:
    """How many rows hold each term."""
    return Counter(term for terms in rows for term in set(terms))


def weighed(rows: Sequence[Sequence[str]], k1: float, b: float) -> Iterator[dict[str, float]]:
    """The BM25 weight of each term in each row, in Lucene's form as ``WordIndex`` has it."""
    rarities = {term: rarity(holding, len(rows)) for term, holding in frequencies(rows).items()}
    mean = sum(map(len, rows)) / len(rows)
    for terms in rows:
        damped = k1 * (1 - b + b * len(terms) / mean) if mean else k1
        yield {term: rarities[term] * often / (often + damped) for term, often in Counter(terms).items()}


def catalogue(publishers: Iterable[str], authors: Iterable[str], day: int) -> dict[str, Any]:
    """The fields that a filter asks for; ``day`` as ``date.toordinal`` counts."""
    return {"publishers": _folded(publishers), "authors": _folded(authors), "day": day}


def _folded(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(spelled(name.casefold()) for name in names))[:_MOST_NAMES]


def left_by(filter: Filter) -> str:
    """The expression of what a filter leaves; empty where it leaves everything."""
    wanted = []
    if filter.publisher is not None:
        wanted.append(f'array_contains(publishers, "{spelled(filter.publisher.casefold())}")')
    if filter.author is not None:
        wanted.append(f'array_contains(authors, "{spelled(filter.author.casefold())}")')
    if filter.since is not None or filter.until is not None:
        wanted.append(f"day >= {filter.since.toordinal() if filter.since else NONE + 1}")
    if filter.until is not None:
        wanted.append(f"day <= {filter.until.toordinal()}")
    return " and ".join(wanted)


def among(field: str, rows: Iterable[int]) -> str:
    return f"{field} in [{', '.join(map(str, map(int, rows)))}]"


def named(kind: Name, names: Iterable[str]) -> str:
    keys = ", ".join(f'"{key(kind, name)}"' for name in names)
    return f"key in [{keys}]"


def begins(kind: Name, name: str) -> str:
    """The expression of the names that begin so, by their first ``_NAME_BYTES``: hexadecimal ends before g."""
    first = f"{kind}-{name.encode(errors='replace')[:_NAME_BYTES].hex()}"
    return f'key >= "{first}" and key < "{first}g"'


_FIELDS = {
    "articles": ("row", "article", "piece", "passages", "publishers", "authors", "day", "text", "unused"),
    "passages": ("row", "article", "start", "end", "publishers", "authors", "day", "stems", "grams"),
    "sentences": ("row", "passage", "together", "article", "start", "end", "publishers", "authors", "day", "vector"),
    "names": ("key", "number", "unused"),
    "facts": ("key", "text", "unused"),
}
"""The first is the key. Whole numbers where ``schema`` says nothing else."""

UNUSED = [0.0, 0.0]
"""A collection must have some vector."""


def schema(part: str, dimensions: int) -> Any:
    """The fields of a collection, in pymilvus's form."""
    from pymilvus import DataType, MilvusClient

    names = {
        "datatype": DataType.ARRAY,
        "element_type": DataType.VARCHAR,
        "max_capacity": _MOST_NAMES,
        "max_length": _MOST_LETTERS,
    }
    kinds: dict[str, dict[str, Any]] = {
        "key": {"datatype": DataType.VARCHAR, "max_length": _MOST_LETTERS + 10},
        "text": {"datatype": DataType.VARCHAR, "max_length": 65_535},
        "publishers": names,
        "authors": names,
        "stems": {"datatype": DataType.SPARSE_FLOAT_VECTOR},
        "grams": {"datatype": DataType.SPARSE_FLOAT_VECTOR},
        "vector": {"datatype": DataType.FLOAT_VECTOR, "dim": dimensions},
        "unused": {"datatype": DataType.FLOAT_VECTOR, "dim": len(UNUSED)},
    }
    made = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    for at, name in enumerate(_FIELDS[part]):
        made.add_field(name, is_primary=at == 0, **kinds.get(name, {"datatype": DataType.INT64}))
    return made


def considered(rows: int, count: int) -> int:
    """How many of so many rows a search of the graph for ``count`` keeps in view.

    Of the exact first 10, FAISS's graph of so many links found .99 among a hundred thousand and .98 among two million.
    """
    return max(count, int(2.5 * math.sqrt(rows)))


def indexes(part: str, rows: int) -> Any:
    """How the fields of a collection of so many rows are searched: as ``VectorIndex`` does, every row while few."""
    from pymilvus import MilvusClient

    graph = {"index_type": "HNSW", "params": {"M": NEIGHBOURS, "efConstruction": 200}}
    kinds: dict[str, dict[str, Any]] = {
        "stems": {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"},
        "grams": {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"},
        "vector": {"metric_type": "IP"} | (graph if rows > EXACT_ROWS else {"index_type": "FLAT"}),
        "unused": {"index_type": "FLAT", "metric_type": "L2"},
    }
    made = MilvusClient.prepare_index_params()
    for name in _FIELDS[part]:
        if name in kinds:
            made.add_index(name, **kinds[name])
        elif name in ("article", "passage", "day"):
            made.add_index(name, index_type="INVERTED")
    return made
