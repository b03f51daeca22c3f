"""A network's weights as they are kept: matrices as whole numbers, read from the disk as they are needed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS = "model.safetensors"
WORDS = "embeddings.word_embeddings.weight"

SCALE = ".scale"
"""``X.scale`` holds, for each row of the int8 matrix ``X``, what its numbers are multiplied with."""

Arrays = dict[str, NDArray[np.generic]]


def stored(weights: dict[str, NDArray[np.float32]]) -> Arrays:
    """As kept: rows that are looked up are as fine as can be, matrices that are multiplied never overflow."""
    body = {name: weight for name, weight in weights.items() if name.startswith(("encoder.", "pointer."))}
    rest = {name: weight for name, weight in weights.items() if name not in body}
    return quantised(rest) | quantised(body, largest_of_pairs)


def largest(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each row the largest value, whatever its sign."""
    values: NDArray[np.float32] = np.abs(matrix).max(1)
    return values


def largest_of_pairs(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each row the largest sum of what has one sign in a pair of neighbours.

    Processors without VNNI add two products of uint8 and int8 in 16 bits and cut what is beyond. Of a row scaled by
    this nothing is, as 255 * 128 < 2 ** 15 (127, and one for rounding): it multiplies the same on every processor.
    """
    pairs = matrix.reshape(len(matrix), -1, 2)
    sums: NDArray[np.float32] = np.maximum(pairs.clip(0).sum(2), -pairs.clip(max=0).sum(2)).max(1)
    return sums


def quantised(
    weights: dict[str, NDArray[np.float32]],
    most: Callable[[NDArray[np.float32]], NDArray[np.float32]] = largest,
) -> Arrays:
    """Each matrix as int8 with one scale a row, at which ``most`` of it is 127; vectors stay float32."""
    stored: Arrays = {}
    for name, weight in weights.items():
        if weight.ndim == 1:
            stored[name] = weight
            continue
        scale = np.maximum(most(weight), 1e-8) / 127
        stored[name] = np.round(weight / scale[:, None]).astype(np.int8)
        stored[name + SCALE] = scale.astype(np.float32)
    return stored


def header(path: Path) -> tuple[dict[str, Any], int]:
    """What a safetensors file says of its tensors, and where the first begins. Raises ``ValueError`` for any other."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > path.stat().st_size - 8:
            raise ValueError(f"{path} is no safetensors file, or cut short")
        return json.loads(file.read(length)), 8 + length


def mapped(path: Path, name: str, kind: type) -> NDArray[Any]:
    """A tensor of a safetensors file, read from the disk as it is needed."""
    entries, start = header(path)
    entry = entries[name]
    return np.memmap(path, kind, "r", start + entry["data_offsets"][0], tuple(entry["shape"]))
