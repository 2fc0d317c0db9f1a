"""The weights of the shipped file in 32 bits again, to go on training from them.

They are what the 8 bits kept of the trained ones, which changes F1 in the third place.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from claims.extraction.decoding import Array
from claims.extraction.linking import LinkBiases
from training.model import FORBIDDEN, LAYERS, Tagger

_PARTS = ("qkv", "out", "inner", "outer")
_HEADS = ("tag.weight", "classes.0.weight", "classes.2.weight", "link.weight")


def restored(path: Path) -> dict[str, Tensor]:
    """The state of a `Tagger` from its ONNX file; ValueError where something is missing."""
    graph = onnx.load(str(path))
    stored = {one.name: numpy_helper.to_array(one) for one in graph.graph.initializer}
    notes = {one.key: one.value for one in graph.metadata_props}
    found = {name: torch.tensor(values) for name, values in _of_matrices(stored).items()}
    for name in LinkBiases._fields:
        found[name] = torch.tensor(json.loads(notes[name]))
    moves = torch.tensor(json.loads(notes["transitions"]))
    found["transitions"] = torch.where(moves < FORBIDDEN / 2, torch.zeros_like(moves), moves)
    wanted = {name: one for name, one in Tagger().state_dict().items() if name != "allowed"}
    for name in wanted:
        if name in found:
            continue
        if name in stored:
            found[name] = torch.tensor(stored[name])
        elif f"{name}_quantized" in stored:
            found[name] = torch.tensor(_in_32_bits(stored, name))
    if lacking := [n for n, one in wanted.items() if found.get(n, one[:0]).shape != one.shape]:
        raise ValueError(f"{path} is no tagger of this shape: {', '.join(lacking)}")
    return found


def _of_matrices(stored: dict[str, Array]) -> dict[str, Array]:
    """The matrices that the export named by number, in the order in which they are used."""
    names = [f"layers.{layer}.{part}.weight" for layer in range(LAYERS) for part in _PARTS]
    bases = [
        name.removesuffix("_quantized")
        for name in stored
        if name.startswith("onnx::MatMul") and name.endswith("_quantized")
    ]
    bases.sort(key=lambda base: int(base.rsplit("_", 1)[1]))
    pairs = zip([*names, *_HEADS], bases, strict=True)
    return {name: np.ascontiguousarray(_in_32_bits(stored, base).T) for name, base in pairs}


def _in_32_bits(stored: dict[str, Array], base: str) -> Array:
    whole = stored[f"{base}_quantized"].astype(np.float32)
    zero = stored[f"{base}_zero_point"].astype(np.float32)
    values: Array = (whole - zero) * stored[f"{base}_scale"]
    return values
