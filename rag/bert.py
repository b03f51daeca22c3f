"""Other people's sentence models of BERT's kind (RoBERTa too), read from their folder and run by ONNX Runtime.

Their matrices are multiplied as int8, as those of Belegt's own model are: a third of the time that
sentence-transformers takes. Whatever is not just that, word pieces and a mean is left to that library.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Tokenizer

from rag.networks import Inputs, Network
from rag.records import Vectors
from rag.tensors import WEIGHTS, WORDS, header, mapped, stored

if TYPE_CHECKING:
    from rag.graphs import Pooling

KINDS = {"F32": np.float32, "F16": np.float16}
"""Weights that NumPy reads as they are."""

FAMILY = {"bert": "bert.", "roberta": "roberta.", "xlm-roberta": "roberta."}
"""What may stand before the names of the weights."""

KNOWN = {"max_seq_length", "do_lower_case", "transformer_task", "modality_config", "module_output_name"}
"""Settings of how texts are read. With any other, sentence-transformers may do something else."""

BODY = ("embeddings.", "encoder.")

POOLED: dict[str, "Pooling"] = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
"""What older models call it."""


@dataclass(frozen=True, slots=True)
class Bert:
    """What a model's folder says of it."""

    folder: Path
    """That of the weights."""
    config: SimpleNamespace
    pooling: "Pooling"
    question_prompt: str
    passage_prompt: str
    tokens: int
    """The most that it reads, with the marks around a text."""
    first_position: int
    prefix: str
    """What stands before BERT's own names of the weights."""
    kind: type
    """Of the word rows' numbers."""


def bert(folder: Path) -> Bert | None:
    """The model of that folder, None if it is of any other kind or says anything that is not known here."""
    try:
        return _read(folder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None  # sentence-transformers may read it, and says what is wrong if it does not


def _read(folder: Path) -> Bert | None:
    modules = _json(folder / "modules.json")
    kinds = [module["type"] for module in modules]
    names = [kind.rsplit(".", 1)[-1] for kind in kinds]
    if names not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return None
    network = folder / modules[0]["path"]
    config = _json(network / "config.json")
    reading = _json(network / "sentence_bert_config.json")
    tokenizing = _json(network / "tokenizer_config.json")
    pooling = _pooling(_json(folder / modules[1]["path"] / "config.json"))
    said_in = folder / "config_sentence_transformers.json"
    said = _json(said_in) if said_in.exists() else {}
    entries, _ = header(network / WEIGHTS)
    family = FAMILY[config["model_type"]]
    prefix = next((prefix for prefix in ("", family) if prefix + WORDS in entries), None)
    plain = (
        all(kind.startswith("sentence_transformers.") for kind in kinds)
        and config["hidden_act"] == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not (config.get("is_decoder") or config.get("auto_map") or config.get("pruned_heads"))
        and set(reading) <= KNOWN
        and not reading.get("do_lower_case")
        and not said.get("truncate_dim")
        and not (network / "adapter_config.json").exists()
        and tokenizing.get("truncation_side", "right") == "right"
        and _same_tokenizer(_json(network / "tokenizer.json"), tokenizing, family)
    )
    if not plain or pooling is None or prefix is None or not _fits(config, entries, prefix):
        return None
    prompts = said.get("prompts") or {}
    first = config["pad_token_id"] + 1 if family == "roberta." else 0  # fairseq counts from behind the padding
    limit = reading.get("max_seq_length") or tokenizing["model_max_length"]
    return Bert(
        folder=network,
        config=SimpleNamespace(**{"layer_norm_eps": 1e-12} | config),
        pooling=pooling,
        question_prompt=prompts.get("query") or "",
        passage_prompt=prompts.get("document") or "",
        tokens=int(min(limit, config["max_position_embeddings"] - first)),
        first_position=first,
        prefix=prefix,
        kind=KINDS[entries[prefix + WORDS]["dtype"]],
    )


def _fits(config: Mapping[str, Any], entries: Mapping[str, Any], prefix: str) -> bool:
    """Whether the weights are those that the graph asks for, and can be kept as ``tensors`` does."""
    width, inner = config["hidden_size"], config["intermediate_size"]
    shapes = {"embeddings.token_type_embeddings.weight": [config["type_vocab_size"], width]}
    shapes["embeddings.position_embeddings.weight"] = [config["max_position_embeddings"], width]
    shapes |= {f"embeddings.LayerNorm.{part}": [width] for part in ("weight", "bias")}
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        linear = {f"{name}.attention.self.{part}": (width, width) for part in ("query", "key", "value")}
        linear |= {f"{name}.attention.output.dense": (width, width)}
        linear |= {f"{name}.intermediate.dense": (inner, width), f"{name}.output.dense": (width, inner)}
        for matrix, (rows, columns) in linear.items():
            shapes |= {f"{matrix}.weight": [rows, columns], f"{matrix}.bias": [rows]}
        for norm in ("attention.output", "output"):
            shapes |= {f"{name}.{norm}.LayerNorm.{part}": [width] for part in ("weight", "bias")}
    even = width % 2 == inner % 2 == width % config["num_attention_heads"] == 0
    known = (
        entries[prefix + name]["shape"] == shape and entries[prefix + name]["dtype"] in KINDS
        for name, shape in shapes.items()
    )
    return even and all(known) and entries[prefix + WORDS]["shape"][1] == width


def _same_tokenizer(stored: Mapping[str, Any], said: Mapping[str, Any], family: str) -> bool:
    """Whether a tokenizer is as its settings say: transformers makes BERT's anew from these."""
    if not stored["post_processor"]:
        return False
    if family != "bert." or said.get("tokenizer_class") not in ("BertTokenizer", "BertTokenizerFast"):
        return True
    normalizer = stored["normalizer"]
    return bool(
        normalizer["type"] == "BertNormalizer"
        and normalizer["lowercase"] == said.get("do_lower_case", True)
        and normalizer["strip_accents"] == said.get("strip_accents")
        and normalizer["handle_chinese_chars"] == said.get("tokenize_chinese_chars", True)
    )


class BertEmbedder:
    """Such a model at work."""

    def __init__(self, model: Bert, name: str, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self._model = model
        self._rows = mapped(model.folder / WEIGHTS, model.prefix + WORDS, model.kind)
        self._network = _network(model)
        self.dimension = self._network.width
        self._tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        prompt = max(map(self.count_tokens, (model.question_prompt, model.passage_prompt)))
        self.max_tokens = model.tokens - self._tokenizer.num_special_tokens_to_add(False) - prompt

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._network.vectors([self._inputs(self._model.passage_prompt + text) for text in texts])

    def embed_question(self, text: str) -> Vectors:
        return self._network.vector(self._inputs(self._model.question_prompt + text))

    def _inputs(self, text: str) -> Inputs:
        ids = self._tokenizer.encode(text).ids
        if len(ids) > self._model.tokens:
            ids = [*ids[: self._model.tokens - 1], ids[-1]]
        return {"words": self._rows[ids].astype(np.float32)[None], "token_type_ids": np.zeros((1, len(ids)), np.int64)}


def _network(model: Bert) -> Network:
    from safetensors import safe_open

    from rag.graphs import holding, sentence_graph  # onnx: only for such a model

    of_body = tuple(model.prefix + part for part in BODY)
    with safe_open(model.folder / WEIGHTS, "np") as weights:  # but for the word rows, most of it, which stay there
        body = {
            name.removeprefix(model.prefix): weights.get_tensor(name).astype(np.float32, copy=False)
            for name in weights.keys()  # noqa: SIM118
            if name.startswith(of_body) and name != model.prefix + WORDS
        }
    made = sentence_graph(model.config, holding(stored(body)), model.pooling, model.first_position)
    return Network(made.SerializeToString())


def _pooling(config: Mapping[str, Any]) -> "Pooling | None":
    """The way that texts are pooled, None if there is another or more than one."""
    if not config.get("include_prompt", True):
        return None
    if "pooling_mode" in config:
        return next((known for known in POOLED.values() if known == config["pooling_mode"]), None)
    modes = [name for name, used in config.items() if name.startswith("pooling_mode_") and used]
    return POOLED.get(modes[0]) if len(modes) == 1 else None


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
