"""What all open pages share: the chatbot of the newest index, and the one job that builds a new one."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Literal

from rag.building import build
from rag.chatbot import Chatbot
from rag.corpus import Articles, Corpus
from rag.embedding import Embedder, load_embedder
from rag.errors import IndexDamaged, IndexMismatch, ModelError, RagError, StoreError
from rag.filters import require_met
from rag.index import Index
from rag.records import Answer, Filter
from rag.settings import Settings
from rag.store import Changes, require_model
from rag.stores import store_of

_LONGEST, _TELLING_SECONDS = "embedding", 3.0


@dataclass(frozen=True, slots=True)
class Job:
    """How far the build is; ``done`` of ``total`` in its present step."""

    phase: Literal["idle", "running", "done", "failed", "cancelled", "rolled_back"] = "idle"
    step: str = "reading"
    done: int = 0
    total: int = 0
    message: str = ""
    """The error of a failed build; of a rolled back one when the index now in use was built."""
    changes: Changes = field(default_factory=Changes)
    """What a build that is done found changed."""
    began: float = field(default_factory=monotonic, compare=False)
    """When the present step did."""

    @property
    def seconds_left(self) -> float | None:
        """Of the step that takes nearly all the time, once it has gone on for long enough to tell."""
        passed = monotonic() - self.began
        if self.phase != "running" or self.step != _LONGEST or not self.done or passed < _TELLING_SECONDS:
            return None
        return passed * (self.total - self.done) / self.done


class Cancelled(Exception):
    """Raised inside a build that somebody cancelled."""


class Service:
    """Loads the model once, in the background; answers from the index in use, also while one is built."""

    def __init__(self, settings: Settings, load: Callable[[str], Embedder] = load_embedder) -> None:
        self.settings = settings
        self.job = Job()
        self.problem = ""
        """Why the index on disk is not the one that answers; empty while it is."""
        self._load = load
        self._store = store_of(settings)
        self._embedder: Embedder | RagError | None = None
        self._loaded = threading.Event()
        self._index: tuple[str, Index] | None = None
        self._refused: tuple[str, StoreError] | None = None
        self._chatbot: Chatbot | None = None
        self._opening = threading.Lock()
        self._starting = threading.Lock()
        self._cancel = threading.Event()

    def start(self) -> None:
        """Begin to load the model; returns at once."""
        threading.Thread(target=self._load_model, name="load-model", daemon=True).start()

    @property
    def model_loaded(self) -> bool:
        return self._embedder is not None and not isinstance(self._embedder, RagError)

    def chatbot(self) -> Chatbot:
        """The chatbot of the index in use. Waits for the model; raises what kept it or the index from loading."""
        embedder, index = self._model(), self.index()
        with self._opening:
            if self._chatbot is None or self._chatbot.retriever.index is not index:
                self._chatbot = Chatbot.of(index, embedder, self.settings)
            return self._chatbot

    def ask(self, asked: str, history: Sequence[str] = (), filter: Filter | None = None) -> Answer:
        """What the chatbot answers; raises ``QuestionError`` where no article meets the filter."""
        chatbot = self.chatbot()
        require_met(filter, chatbot.retriever.index.articles)
        return chatbot.ask(asked, history, filter)

    def articles(self) -> Articles:
        """The articles of the index in use; none while there is none."""
        try:
            return self.index().articles
        except RagError:
            return Corpus.of(())

    def index(self) -> Index:
        """The index in use, loaded again when another generation has come into use.

        An index that has been loaded goes on answering when the one on disk is lost, damaged or another
        model's; ``problem`` says so. That one is not read again: it takes long, and everyone waits.
        """
        with self._opening:
            try:
                generation = self._store.current()
                if self._index is None or self._index[0] != generation:
                    self._index = (generation, self._open(generation))
                self.problem = ""
            except StoreError as error:
                if self._index is None:
                    raise
                self.problem = str(error)
            return self._index[1]

    def _open(self, generation: str) -> Index:
        if self._refused is not None and self._refused[0] == generation:
            raise self._refused[1].with_traceback(None)
        try:
            index = self._store.index()
            if isinstance(self._embedder, Embedder):
                require_model(index, self._embedder.name, self._embedder.fingerprint)
        except (IndexDamaged, IndexMismatch) as error:
            self._refused = (generation, type(error)(*error.args))  # without the frames, which hold the index
            raise
        self._refused = None
        return index

    def rebuild(self) -> bool:
        """Start a build in the background; False when one is running already."""
        with self._starting:
            if self.job.phase == "running":
                return False
            self._cancel.clear()
            self.job = Job("running")
        threading.Thread(target=self._build, name="build-index", daemon=True).start()
        return True

    def roll_back(self) -> bool:
        """Put the index before this one back in use; False while one is built. Raises what ``Store.roll_back`` does."""
        with self._starting:
            if self.job.phase == "running":
                return False
            self.job = Job("rolled_back", message=self._store.roll_back().built)
            return True

    def cancel(self) -> None:
        """Have the running build stop at its next step."""
        self._cancel.set()

    @property
    def cancelling(self) -> bool:
        return self.job.phase == "running" and self._cancel.is_set()

    def _build(self) -> None:
        try:
            built = build(self.settings, self._model(), self._progress)
            with self._opening:
                self._index = (self._store.current(), built.index)
        except Cancelled:
            self.job = replace(self.job, phase="cancelled")
        except RagError as error:
            self.job = replace(self.job, phase="failed", message=str(error))
        except Exception as error:
            self.job = replace(self.job, phase="failed", message=f"{type(error).__name__}: {error}")
            raise
        else:
            self.job = replace(self.job, phase="done", changes=built.changes)

    def _progress(self, step: str, done: int, total: int) -> None:
        if self._cancel.is_set():
            raise Cancelled
        began = self.job.began if step == self.job.step else monotonic()
        self.job = Job("running", step, done, total, began=began)

    def _load_model(self) -> None:
        try:
            self._embedder = self._load(self.settings.model)
        except RagError as error:
            self._embedder = error
        except Exception as error:  # noqa: BLE001 - must reach who asks, not die with the thread
            self._embedder = ModelError(f"the model cannot be loaded: {type(error).__name__}: {error}")
        finally:
            self._loaded.set()

    def _model(self) -> Embedder:
        self._loaded.wait()
        if isinstance(self._embedder, RagError):
            raise self._embedder
        assert self._embedder is not None
        return self._embedder
