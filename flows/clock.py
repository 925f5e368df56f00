"""What time it is. The flows ask here and nowhere else, so that a test can let nights pass."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)
