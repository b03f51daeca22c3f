"""Haystack: its store in memory, saved as JSON; a BM25 and an embedding retriever joined by reciprocal ranks."""

from pathlib import Path

from haystack import Pipeline
from haystack.components.converters import TextFileToDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from protocol import TOP, Actions, Stopwatch, main

CHUNK_WORDS = 100
"""As many words as make about ``CHUNK_CHARS``: its splitter by sentences would have to fetch a model."""

STORE = "store.json"


def build(folder: Path, index: Path, model: str, watch: Stopwatch) -> dict[str, int]:
    with watch.step("reading"):
        articles = TextFileToDocument().run(sources=sorted(folder.glob("*.txt")))["documents"]
    with watch.step("splitting"):
        splitter = DocumentSplitter(split_by="word", split_length=CHUNK_WORDS, split_overlap=0)
        chunks = splitter.run(documents=articles)["documents"]
    with watch.step("model"):
        embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
        embedder.warm_up()
    with watch.step("embedding"):
        chunks = embedder.run(documents=chunks)["documents"]
    with watch.step("words"):
        store = InMemoryDocumentStore()
        store.write_documents(chunks)
    with watch.step("writing"):
        index.mkdir()
        store.save_to_disk(str(index / STORE))
    return {"articles": len(articles), "passages": len(chunks)}


def load(index: Path, model: str, watch: Stopwatch) -> Actions:
    store = InMemoryDocumentStore.load_from_disk(str(index / STORE))
    embedder = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
    pipeline = Pipeline()
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("near", InMemoryEmbeddingRetriever(store, top_k=TOP))
    pipeline.add_component("worded", InMemoryBM25Retriever(store, top_k=TOP))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP))
    pipeline.connect("embedder.embedding", "near.query_embedding")
    pipeline.connect("near", "joiner")
    pipeline.connect("worded", "joiner")
    return {
        "search": lambda question: pipeline.run({"embedder": {"text": question}, "worded": {"query": question}}),
        "encoding": lambda question: embedder.run(text=question),
    }


if __name__ == "__main__":
    main(build, load)
