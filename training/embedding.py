"""Write the sentence encoder as one int8 ONNX file, from the package that carries its weights.

python -m training.embedding [--out claims/matching/model]

Nothing is trained: the same weights give the same file. Its vocabulary is that of the tagger.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from claims.matching.embedding import FOLDER, WEIGHTS
from training.base import base_model
from training.model import Tagger


class SentenceEncoder(nn.Module):
    """Pieces in (0 fills up the shorter texts); one vector of length 1 for every text out."""

    def __init__(self) -> None:
        super().__init__()
        # The tagger's encoder before it was trained: the same layers, with the same loader.
        self.encoder = Tagger(dropout=0.0)
        self.encoder.load_bert(base_model() / "model.safetensors")

    def forward(self, ids: Tensor) -> Tensor:
        present = ids != 0
        x = self.encoder.words(ids) + self.encoder.positions.weight[: ids.shape[1]]
        x = self.encoder.norm(x)
        for layer in self.encoder.layers:
            x = layer(x, present[:, None, None, :])
        weights = present[..., None].to(x.dtype)
        mean = (x * weights).sum(dim=1) / weights.sum(dim=1)
        return functional.normalize(mean, dim=-1)


def plain_onnx(path: Path) -> None:
    """The encoder in 32 bits."""
    encoder = SentenceEncoder().eval()
    ids = torch.ones(2, 20, dtype=torch.long)
    ids[1, 10:] = 0
    torch.onnx.export(
        encoder,
        (ids,),
        str(path),
        input_names=["ids"],
        output_names=["vectors"],
        dynamic_axes={"ids": {0: "texts", 1: "length"}, "vectors": {0: "texts"}},
        opset_version=17,
        dynamo=False,
    )


def export(out: Path) -> None:
    """Write the file and print its hash."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        plain_onnx(plain)
        quantize_dynamic(
            str(plain),
            str(out / WEIGHTS.name),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
    onnx.checker.check_model(str(out / WEIGHTS.name))
    body = (out / WEIGHTS.name).read_bytes()
    print(WEIGHTS.name, len(body), hashlib.sha256(body).hexdigest())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER)
    export(parser.parse_args().out)


if __name__ == "__main__":
    main()
