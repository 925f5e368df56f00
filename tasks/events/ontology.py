"""CAMEO codes with what they imply: quad class, Goldstein value and PLOVER type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import seeds

PLOVER = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip

# The code given where only the PLOVER type is known: the least specific CAMEO code of the type.
DEFAULT_CODE = {
    "": "010", "AGREE": "030", "CONSULT": "040", "SUPPORT": "050", "CONCEDE": "080", "COOPERATE": "060", "AID": "070",
    "RETREAT": "084", "REQUEST": "020", "ACCUSE": "110", "REJECT": "120", "THREATEN": "130", "PROTEST": "140",
    "SANCTION": "160", "MOBILIZE": "150", "COERCE": "170", "ASSAULT": "190",
}  # fmt: skip


@dataclass(slots=True, frozen=True)
class Code:
    """One CAMEO code of the numbering that GDELT uses."""

    code: str
    name: str
    root: str
    quad_class: int  # 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict
    goldstein: float  # -10 to 10
    plover: str  # the table's type; a trigger's own ruling may differ (191 is COERCE)


@cache
def codes() -> dict[str, Code]:
    """All CAMEO codes by code, from seeds/codes/cameo_codes.csv.

    Raises:
        seeds.SeedError: when the file is missing or a row is broken.
    """
    rows = seeds.read(
        "codes/cameo_codes.csv", required=("code", "name", "root", "quad_class", "goldstein"), unique="code"
    )
    return {
        r["code"]: Code(r["code"], r["name"], r["root"], int(r["quad_class"]), float(r["goldstein"]), r["plover_type"])
        for r in rows
    }


def look_up(code: str) -> Code:
    """The code itself, else its nearest ancestor in the hierarchy (``1999`` gives ``19``).

    Raises:
        KeyError: when not even the root exists.
    """
    table = codes()
    for length in range(len(code), 1, -1):
        if code[:length] in table:
            return table[code[:length]]
    raise KeyError(code)


def consistent(code: str, plover: str) -> str:
    """A code that may stand beside a PLOVER type: the code itself when it is known, else the type's default."""
    return code if code in codes() else DEFAULT_CODE[plover]
