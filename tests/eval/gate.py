"""Show the measures beside their floors; --raise writes higher floors, --lower (never by accident) lower ones."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import platformdirs

from tests.eval.measure import HERE, measure_all

FLOORS = HERE / "floors.toml"


def floors() -> dict[str, dict[str, float]]:
    """Floors by set and measure."""
    return tomllib.loads(FLOORS.read_text(encoding="utf-8"))


def write(values: dict[str, dict[str, float]]) -> None:
    """Write floors, keeping the comment at the top."""
    head = FLOORS.read_text(encoding="utf-8").split("\n", 1)[0]
    body = "\n\n".join(
        f"[{name}]\n" + "\n".join(f"{k} = {v}" for k, v in listed.items()) for name, listed in values.items()
    )
    FLOORS.write_text(f"{head}\n{body}\n", encoding="utf-8")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raise", dest="up", action="store_true")
    parser.add_argument("--lower", action="store_true")
    args = parser.parse_args()
    values = floors()
    for section, found in measure_all(Path(platformdirs.user_cache_dir("marsad"))).items():
        for name, value in found.items():
            floor = values[section].get(name)
            print(f"{section:9} {name:22} {value:.3f}" + (f"  floor {floor:.3f}" if floor is not None else ""))
            if floor is not None and ((args.up and value - 0.01 > floor) or (args.lower and value < floor)):
                values[section][name] = round(value - 0.01, 2)
    if args.up or args.lower:
        write(values)


if __name__ == "__main__":
    main()
