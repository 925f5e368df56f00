"""An entity that a name may stand for, and how far the name alone says so."""

from __future__ import annotations

from typing import NamedTuple

from tasks.entities.types import Entity

SURE, PARTIAL, WEAK = 2, 1, 0
"""How far a name alone names its bearer: a full name; a surname or short form; a word that needs other evidence."""

COUNTRY_PROMINENCE = 1e10
CAPITAL_PROMINENCE = 1e8
KNOWN_PROMINENCE = 1e6
"""A place as prominent as this (people, in general) needs no country beside it to be recognised."""


class Candidate(NamedTuple):
    """An entity that a name may stand for, and how surely the name alone says so."""

    entity: Entity
    strength: int
    name: str = ""  # as the list spells it
