"""What many tests share: a fake model whose vectors can be computed by hand, the real one over the seeds, a reader."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from rag.building import build
from rag.embedding import Embedder, load_embedder
from rag.index import LocalIndex, Progress, Reusable, build_index
from rag.reading import Skipped, Worker, read_file
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Article, BlockKind, Vectors
from rag.settings import Limits, Settings

hypothesis.settings.register_profile("belegt", deadline=None)  # a busy machine is no fault of what is tested
hypothesis.settings.load_profile("belegt")

LIMITS = Settings().limits
SEEDS = Path(__file__).parent.parent / "seeds"


NAMED = "Keir Starmer, Emmanuel Macron und Wolodymyr Selenskyj sprachen."
"""Three names, as articles on one story have them in common."""


class LetterEmbedder:
    """Counts the letters a to z of a text: two texts are alike when their letters are."""

    name = "letters"
    fingerprint = "letters-1"
    dimension = 26
    max_tokens = 100

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.embed_question(text) for text in texts])

    def embed_question(self, text: str) -> Vectors:
        plain = unicodedata.normalize("NFD", text.lower())
        counts = np.array([plain.count(chr(ord("a") + at)) for at in range(26)], np.float32)
        length = float(np.linalg.norm(counts))
        return counts / length if length else np.eye(26, dtype=np.float32)[25]


def no_progress(step: str, done: int, total: int) -> None:
    """For builds nobody watches."""


class Stopped(Exception):
    """Raised to end a build."""


def stop_at(step: str) -> Progress:
    """Ends a build where it comes to a step."""

    def stop(at: str, done: int, total: int) -> None:
        if at == step:
            raise Stopped

    return stop


def make_article(
    *paragraphs: str, name: str = "a.txt", title: str | None = None, publisher: str | None = None
) -> Article:
    """An article of body paragraphs."""
    head = [Part(BlockKind.TITLE, title)] if title else []
    body = [Part(BlockKind.BODY, paragraph) for paragraph in paragraphs]
    return assemble(name, Draft([*head, *body], publisher=publisher))


def make_index(*articles: Article, embedder: Embedder | None = None) -> LocalIndex:
    return build_index(articles, embedder or LetterEmbedder(), 254, Reusable(), no_progress)


@pytest.fixture
def articles_folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes files, given as name -> text or bytes, to a folder of articles and returns it."""

    def write(files: dict[str, str | bytes]) -> Path:
        folder = tmp_path / "articles"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        folder.mkdir(exist_ok=True)
        return folder

    return write


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One for all tests, as for all files of a build."""
    with Worker(LIMITS) as shared:
        yield shared


@pytest.fixture
def read(tmp_path: Path, worker: Worker) -> Callable[..., list[Article | Skipped]]:
    def read(name: str, data: bytes | str, limits: Limits = LIMITS) -> list[Article | Skipped]:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return list(read_file(path, name, limits, worker))

    return read


@pytest.fixture(scope="session")
def real_embedder() -> Embedder:
    """The packaged model."""
    return load_embedder("")


@pytest.fixture(scope="session")
def seeds_settings(real_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose index holds the five shipped articles, built with the packaged model."""
    settings = Settings(articles=SEEDS, index=tmp_path_factory.mktemp("seeds") / "index")
    build(settings, real_embedder, no_progress)
    return settings


def small_in(folder: Path) -> Settings:
    """Settings of an index of one article by letters, below a folder."""
    (folder / "articles").mkdir()
    (folder / "articles" / "a.txt").write_text("Der Hund schläft im Garten. Die Katze wacht.", encoding="utf-8")
    settings = Settings(articles=folder / "articles", index=folder / "index")
    build(settings, LetterEmbedder(), no_progress)
    return settings


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """Settings of an index of one article by letters."""
    return small_in(tmp_path)
