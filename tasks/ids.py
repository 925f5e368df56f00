"""Deterministic ids: the same thing gets the same id in every run, on every machine."""

from __future__ import annotations

from hashlib import blake2b, sha256

_SEPARATOR = "\x1f"


def make_id(*parts: object) -> str:
    """32 hexadecimal digits that depend on all parts and their order."""
    return blake2b(_SEPARATOR.join("" if p is None else str(p) for p in parts).encode(), digest_size=16).hexdigest()


def content_hash(*parts: object) -> str:
    """SHA-256 of the parts, as hexadecimal digits."""
    return sha256(_SEPARATOR.join("" if p is None else str(p) for p in parts).encode()).hexdigest()
