"""A fine-tuned transformer (a PhoBERT, a vELECTRA) in a local folder, as an encoder like any other: ``--encoder DIR``.

It needs the packages ``transformers`` and ``torch``, which soatin does not ask for, and a folder as
``save_pretrained`` writes it. Nothing is fetched from anywhere: only files of the folder are read, no code of it is
run, and weights are read from safetensors only. PhoBERT wants words segmented (``học_sinh``); underthesea does that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classify.encoders.port import Encoder, Vectors
from core.errors import DataError, UsageError

MOST_CHARACTERS = 1_500  # of a text; PhoBERT reads 256 pieces, about as much
_PIECES = 256
_BATCH = 16


class Transformer(Encoder):
    """Mean of the last layer's vectors over a text's pieces, scaled to length 1."""

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where the packages are missing, DataError for a folder that is none of theirs."""
        if not (folder / "config.json").is_file():
            raise DataError(
                "holds no transformer (config.json is missing)", where=str(folder), cure="name a save_pretrained folder"
            )
        try:
            import torch  # noqa: PLC0415 -- optional
            from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415 -- optional
        except ImportError as error:
            raise UsageError(
                f"needs a package that is not installed ({error.name})",
                where=f"--encoder {folder}",
                cure="pip install transformers torch, or choose --encoder auto",
            ) from None
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            self._model: Any = AutoModel.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False, use_safetensors=True
            ).eval()
        except (OSError, ValueError, ImportError) as error:
            raise DataError(
                f"cannot be loaded ({str(error).splitlines()[0]})",
                where=str(folder),
                cure="save model and tokenizer there with save_pretrained, as safetensors",
            ) from None
        self._torch: Any = torch
        self.reads = MOST_CHARACTERS
        self.size = int(self._model.config.hidden_size)
        self._segmented = "phobert" in str(self._model.config.to_dict().get("tokenizer_class", "")).lower()
        self.name = f"{folder.name}-{_digest(folder)}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts of like length together; each of length 1."""
        readable = [self._readable(text) for text in texts]
        order = sorted(range(len(readable)), key=lambda place: len(readable[place]))
        found = np.empty((len(readable), self.size), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            found[part] = self._batch([readable[place] for place in part])
        return found

    def _batch(self, texts: list[str]) -> Vectors:
        pieces = self._tokenizer(texts, padding=True, truncation=True, max_length=_PIECES, return_tensors="pt")
        with self._torch.inference_mode():
            last = self._model(**pieces).last_hidden_state
        mask = pieces["attention_mask"].unsqueeze(-1)
        mean = ((last * mask).sum(1) / mask.sum(1).clamp(min=1)).float().numpy()
        scaled: Vectors = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
        return scaled

    def _readable(self, text: str) -> str:
        text = text[:MOST_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8") or " "
        if not self._segmented:
            return text
        from underthesea import word_tokenize  # noqa: PLC0415 -- heavy

        return str(word_tokenize(text, format="text"))


def _digest(folder: Path) -> str:
    """Of the settings and weights, so that a model is not used with another encoder than it was trained with."""
    whole = hashlib.sha256()
    for file in sorted([folder / "config.json", *folder.glob("*.safetensors")]):
        with file.open("rb") as content:
            whole.update(hashlib.file_digest(content, "sha256").digest())
    return whole.hexdigest()[:8]
