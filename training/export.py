"""Write the trained weights as one int8 ONNX file with all that decoding needs.

python -m training.export FOLDER [--out claims/extraction/model]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from claims.extraction.linking import LinkBiases
from claims.extraction.tagger import FOLDER
from training.base import base_tokenizer
from training.model import Tagger


def plain_onnx(model: Tagger, path: Path) -> None:
    """The model in 32 bits."""
    model.eval()
    ids = torch.ones(1, 20, dtype=torch.long)
    features = torch.zeros(1, 20, 4, dtype=torch.long)
    torch.onnx.export(
        model,
        (ids, features),
        str(path),
        input_names=["ids", "features"],
        output_names=["tags", "classes", "links"],
        dynamic_axes={
            name: {1: "length"} for name in ("ids", "features", "tags", "classes", "links")
        },
        opset_version=17,
        dynamo=False,
    )


def with_notes(path: Path, model: Tagger, temperature: float) -> None:
    """Put transitions, link biases and temperature into the file."""
    graph = onnx.load(str(path))
    table = (model.transitions + model.allowed).detach()
    notes = {"transitions": json.dumps([[round(v, 4) for v in row] for row in table.tolist()])}
    for name in LinkBiases._fields:
        values = getattr(model, name).detach().tolist()
        notes[name] = json.dumps([round(v, 5) for v in values])
    notes["temperature"] = f"{temperature:.4f}"
    onnx.helper.set_model_props(graph, notes)
    onnx.save(graph, str(path))


def load(weights: Path) -> Tagger:
    """A model with trained weights."""
    model = Tagger()
    state = torch.load(weights, weights_only=True)
    model.load_state_dict(state, strict=False)
    model.eval()
    return model


def export(weights: Path, out: Path, temperature: float) -> None:
    """Write tagger.onnx and tokenizer.json and print their hashes."""
    model = load(weights)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        plain_onnx(model, plain)
        quantize_dynamic(
            str(plain),
            str(out / "tagger.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
    with_notes(out / "tagger.onnx", model, temperature)
    base_tokenizer().save(str(out / "tokenizer.json"), pretty=False)
    for name in ("tagger.onnx", "tokenizer.json"):
        body = (out / name).read_bytes()
        print(name, len(body), hashlib.sha256(body).hexdigest())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    calibration = arguments.folder / "calibration.json"
    temperature = 1.0
    if calibration.exists():
        temperature = json.loads(calibration.read_text(encoding="utf-8"))["temperature"]
    export(arguments.folder / "averaged.pt", arguments.out, temperature)


if __name__ == "__main__":
    main()
