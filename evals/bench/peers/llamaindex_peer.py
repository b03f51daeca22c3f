"""LlamaIndex: a vector index and BM25 with a German stemmer, fused by reciprocal ranks, without a language model."""

from pathlib import Path

import Stemmer
from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from protocol import TOP, Actions, Stopwatch, main

CHUNK_TOKENS = 256
"""Of the library's own tokenizer: about ``CHUNK_CHARS``."""


def build(folder: Path, index: Path, model: str, watch: Stopwatch) -> dict[str, int]:
    with watch.step("reading"):
        articles = SimpleDirectoryReader(str(folder)).load_data()
    with watch.step("splitting"):
        nodes = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=0).get_nodes_from_documents(articles)
    with watch.step("model"):
        embeddings = HuggingFaceEmbedding(model_name=model)
    with watch.step("embedding"):
        vectors = VectorStoreIndex(nodes, embed_model=embeddings)
    with watch.step("words"):
        worded = BM25Retriever.from_defaults(
            nodes=nodes, similarity_top_k=TOP, stemmer=Stemmer.Stemmer("german"), language="de"
        )
    with watch.step("writing"):
        vectors.storage_context.persist(str(index))
        worded.persist(str(index / "words"))
    return {"articles": len(articles), "passages": len(nodes)}


def load(index: Path, model: str, watch: Stopwatch) -> Actions:
    embeddings = HuggingFaceEmbedding(model_name=model)
    stored = StorageContext.from_defaults(persist_dir=str(index))
    near = load_index_from_storage(stored, embed_model=embeddings).as_retriever(similarity_top_k=TOP)
    fused = QueryFusionRetriever(
        [near, BM25Retriever.from_persist_dir(str(index / "words"))],
        llm=MockLLM(),
        similarity_top_k=TOP,
        num_queries=1,
        mode="reciprocal_rerank",
        use_async=False,
    )
    return {"search": fused.retrieve, "encoding": embeddings.get_query_embedding}


if __name__ == "__main__":
    main(build, load)
