"""The pipeline version: changes whenever code or knowledge that decides the rows changes."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

NUMBER = "0.1"
_CODE = ("language", "entities", "events")
_SEEDS = ("codes", "gazetteer", "lexicon", "models")


@cache
def pipeline_version() -> str:
    """Version number and a digest of the analysis code and the seeds, such as ``0.1+3f9c2a7d41b0``."""
    root = Path(__file__).parent
    digest = sha256((root / "batch.py").read_bytes())
    folders = [root / name for name in _CODE] + [root.parent / "seeds" / name for name in _SEEDS]
    for folder in folders:
        for file in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return f"{NUMBER}+{digest.hexdigest()[:12]}"
