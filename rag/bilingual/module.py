"""The bilingual model as a module of sentence-transformers: what ``model/modules.json`` names.

SentenceTransformer("rag/bilingual/model", trust_remote_code=True)
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from sentence_transformers.base.modules import InputModule
from transformers import BertConfig, BertModel

from rag.bilingual import MAX_TOKENS, BilingualTokenizer
from rag.tensors import SCALE, WEIGHTS


class BilingualModule(InputModule):
    """Texts -> unit vectors, in one module: two tokenizers, MiniLM's body, mean, length 1."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.tokenizer: Any = BilingualTokenizer(folder)
        self.max_seq_length = MAX_TOKENS
        config = BertConfig.from_pretrained(folder)
        self.body = BertModel(config, add_pooling_layer=False)
        self.body.load_state_dict(dequantised(load_file(str(folder / WEIGHTS))))

    @classmethod
    def load(cls, model_name_or_path: str, **kwargs: Any) -> "BilingualModule":  # type: ignore[override]  # noqa: ARG003
        return cls(Path(model_name_or_path))

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, torch.Tensor]:  # noqa: ARG002
        encoded = self.tokenizer.encode([f"{prompt or ''}{text}" for text in inputs])
        width = max(len(ids) for ids, _ in encoded)
        return {
            "input_ids": torch.tensor([ids + [0] * (width - len(ids)) for ids, _ in encoded]),
            "attention_mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in encoded]),
            "token_type_ids": torch.tensor([[kind] * width for _, kind in encoded]),
        }

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        inputs = {name: features[name] for name in ("input_ids", "attention_mask", "token_type_ids")}
        hidden = self.body(**inputs).last_hidden_state
        weights = features["attention_mask"][..., None].to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1)
        return features | {"token_embeddings": hidden, "sentence_embedding": torch.nn.functional.normalize(mean)}

    def get_embedding_dimension(self) -> int:
        return int(self.body.config.hidden_size)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the model is made by `make model`; copy its folder to save it elsewhere")


def dequantised(stored: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The float32 weights of the stored int8 ones."""
    return {
        name: weight.float() * stored[name + SCALE][:, None] if name + SCALE in stored else weight
        for name, weight in stored.items()
        if not name.endswith(SCALE)
    }
