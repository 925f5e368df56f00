"""Write seeds/manifest.toml: every seed file with origin, licence and sha256.

Origin and licence are written by hand in manifest.d/*.toml; this adds the checksums and complains of files nobody has declared.
"""

from __future__ import annotations

import sys
import tomllib
from hashlib import sha256
from pathlib import Path

from seeds import ROOT, SeedError

_NOT_DATA = {"build", "manifest.d", "__pycache__"}


def declared() -> dict[str, dict[str, str]]:
    """Path below seeds/ to what manifest.d says of it; a path may be a glob pattern."""
    out: dict[str, dict[str, str]] = {}
    for part in sorted((ROOT / "manifest.d").glob("*.toml")):
        for entry in tomllib.loads(part.read_text(encoding="utf-8")).get("file", []):
            name = str(entry["path"]).removeprefix("seeds/")
            files = sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob(name))
            for file in files or [name]:
                out[file] = {k: str(v) for k, v in entry.items() if k != "path"}
    return out


def data_files() -> list[str]:
    """Every data file below seeds/."""
    files = (
        p for p in ROOT.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc") and p.name != "manifest.toml"
    )
    return sorted(r.as_posix() for p in files if not _NOT_DATA & set((r := p.relative_to(ROOT)).parts))


def entries() -> dict[str, dict[str, str]]:
    """Path to origin, licence, note and sha256 of every data file.

    Raises:
        SeedError: when a file is not declared, or a declared one is not there.
    """
    known, files = declared(), data_files()
    if strange := sorted(set(files) - set(known)):
        raise SeedError(f"not declared in seeds/manifest.d: {', '.join(strange)}")
    if gone := sorted(set(known) - set(files)):
        raise SeedError(f"declared in seeds/manifest.d but not there: {', '.join(gone)}")
    return {f: known[f] | {"sha256": sha256((ROOT / f).read_bytes()).hexdigest()} for f in files}


def as_toml(listed: dict[str, dict[str, str]]) -> str:
    """The manifest as text."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'

    parts = ["# Made by `make seeds` from manifest.d: what each seed file is, where from, under which licence.\n"]
    for file, facts in listed.items():
        lines = "\n".join(f"{k} = {quoted(v)}" for k, v in facts.items())
        parts.append(f"[[file]]\npath = {quoted(file)}\n{lines}\n")
    return "\n".join(parts)


def main() -> None:
    """Write the manifest, or say what is missing and exit with 1."""
    try:
        Path(ROOT / "manifest.toml").write_text(as_toml(entries()), encoding="utf-8")
    except SeedError as error:
        sys.exit(f"seeds: {error}")


if __name__ == "__main__":
    main()
