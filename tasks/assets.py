"""The warehouse's tables as Prefect assets: the tasks that write them record that they did."""

from __future__ import annotations

from prefect.assets import Asset
from prefect.assets.core import AssetProperties

from warehouse.schema import BY_NAME


def tables(*names: str) -> list[Asset]:
    """Assets of tables, by name."""
    return [
        Asset(
            key=f"marsad://warehouse/{name}", properties=AssetProperties(name=name, description=BY_NAME[name].meaning)
        )
        for name in names
    ]
