"""The network that is trained: character CNN and word vectors into a bidirectional LSTM with a CRF on top.

`tasks/entities/tagger_network.py` runs the same computation in numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tasks.entities.tagger_features import ALPHABET, FLAGS, TAGS

CHAR_SIZE, CHAR_FILTERS = 24, 64
EXTRA = 2 * len(FLAGS) + 2  # word flags, phrase flags, vector of a stem, no vector


class Network(nn.Module):  # type: ignore[misc]
    """Emission scores of each tag from word rows, character codes and flags, and the CRF's transition scores.

    Args:
        vectors: word vectors, float32 of shape (words, size); rows 0 and 1 stand for padding and an unknown word.
        hidden: LSTM units in each direction.
    """

    def __init__(self, vectors: NDArray[np.float32], hidden: int) -> None:
        super().__init__()
        size, tags = vectors.shape[1], len(TAGS)
        self.vectors = nn.Embedding.from_pretrained(torch.tensor(vectors), freeze=True)
        self.unknown = nn.Parameter(torch.randn(size) * 0.1)
        self.chars = nn.Embedding(len(ALPHABET) + 4, CHAR_SIZE, padding_idx=0)
        self.conv = nn.Conv1d(CHAR_SIZE, CHAR_FILTERS, 3, padding=1)
        self.project = nn.Linear(size, size)
        self.lstm = nn.LSTM(size + CHAR_FILTERS + EXTRA, hidden, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden, tags)
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.first = nn.Parameter(torch.zeros(tags))
        self.last = nn.Parameter(torch.zeros(tags))

    def forward(self, batch: dict[str, Any]) -> Any:
        """Emissions, float of shape (sentences, tokens, tags)."""
        rows, lengths = batch["rows"], batch["lengths"]
        count, longest = rows.shape
        unknown = (rows == 1).float().unsqueeze(-1)
        words = self.project(self.vectors(rows) * (1 - unknown) + unknown * self.unknown)
        letters = self.chars(batch["chars"]).transpose(1, 2)
        shapes = F.relu(self.conv(letters)).amax(2)[batch["shape"]].view(count, longest, -1)
        drop = self.training
        seen = torch.cat([F.dropout(words, 0.4, drop), F.dropout(shapes, 0.3, drop), batch["extra"]], -1)
        packed = nn.utils.rnn.pack_padded_sequence(seen, lengths, batch_first=True)
        states, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.out(F.dropout(states, 0.5, drop))

    def loss(self, emissions: Any, tags: Any, lengths: Any) -> Any:
        """Negative log likelihood of the tags under the CRF, mean over sentences."""
        longest = emissions.shape[1]
        mask = (torch.arange(longest)[None] < lengths[:, None]).float()
        alpha = self.first + emissions[:, 0]
        emitted = emissions.gather(2, tags.unsqueeze(-1)).squeeze(-1)
        steps = emitted[:, 1:] + self.transitions[tags[:, :-1], tags[:, 1:]]
        gold = self.first[tags[:, 0]] + emitted[:, 0] + (steps * mask[:, 1:]).sum(1)
        gold = gold + self.last[tags.gather(1, (lengths - 1)[:, None]).squeeze(1)]
        for t in range(1, longest):
            step = torch.logsumexp(alpha[:, :, None] + self.transitions[None], 1) + emissions[:, t]
            alpha = torch.where(mask[:, t : t + 1] > 0, step, alpha)
        return (torch.logsumexp(alpha + self.last, 1) - gold).mean()
