"""LangChain: FAISS and BM25 in an ensemble of equal weights; BM25 is made anew of the stored chunks at each start."""

from pathlib import Path

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.document_loaders import DirectoryLoader, TextLoader
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from protocol import CHUNK_CHARS, TOP, Actions, Stopwatch, main


def build(folder: Path, index: Path, model: str, watch: Stopwatch) -> dict[str, int]:
    with watch.step("reading"):
        loader = DirectoryLoader(str(folder), glob="*.txt", loader_cls=TextLoader, loader_kwargs={"encoding": "utf-8"})
        articles = loader.load()
    with watch.step("splitting"):
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARS, chunk_overlap=0, add_start_index=True)
        chunks = splitter.split_documents(articles)
    with watch.step("model"):
        embeddings = HuggingFaceEmbeddings(model_name=model)
    with watch.step("embedding"):
        store = FAISS.from_documents(chunks, embeddings)
    with watch.step("writing"):
        store.save_local(str(index))
    return {"articles": len(articles), "passages": len(chunks)}


def load(index: Path, model: str, watch: Stopwatch) -> Actions:
    embeddings = HuggingFaceEmbeddings(model_name=model)
    store = FAISS.load_local(str(index), embeddings, allow_dangerous_deserialization=True)
    chunks = store.get_by_ids(list(store.index_to_docstore_id.values()))
    near, worded = store.as_retriever(search_kwargs={"k": TOP}), BM25Retriever.from_documents(chunks, k=TOP)
    ensemble = EnsembleRetriever(retrievers=[worded, near], weights=[0.5, 0.5])
    return {
        "search": lambda question: ensemble.invoke(question)[:TOP],
        "encoding": embeddings.embed_query,
    }


if __name__ == "__main__":
    main(build, load)
