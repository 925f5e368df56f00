"""Tell somebody when a run ends badly: through a Prefect notification block (Slack, e-mail, webhook …), when one is set."""

from __future__ import annotations

from typing import Any

from prefect import get_run_logger
from prefect.blocks.core import Block

from flows.settings import load


def tell_when_wrong(flow: Any, flow_run: Any, state: Any) -> None:
    """State hook of every writing flow: silent when all is well or nobody is to be told (MARSAD_NOTIFY_BLOCK)."""
    block_name = load().notify_block
    if not block_name or (state.is_completed() and state.name == "Completed"):
        return
    subject = f"Marsad {flow.name}: {state.name}"
    body = f"{flow_run.name}\n{state.message or 'no message'}"
    try:
        block: Any = Block.load(block_name)
        block.notify(body, subject=subject)
    except Exception as error:  # the run's own end must not hang on a mail server
        _log(f"could not notify through {block_name}: {type(error).__name__}: {error}")


def _log(line: str) -> None:
    try:
        get_run_logger().error(line)
    except RuntimeError:  # no run context in a hook of a crashed run
        from flows.output import err

        err.print(line, markup=False)


HOOKS: dict[str, Any] = {
    "on_completion": [tell_when_wrong],
    "on_failure": [tell_when_wrong],
    "on_crashed": [tell_when_wrong],
}
