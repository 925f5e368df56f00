"""Server, UI and schedule on one machine: what `marsad up` does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

from flows.output import err
from flows.settings import Settings

_DRAIN = 5.0  # seconds
_PATIENCE = 120.0  # seconds a slow machine may take to start the server


class ServingError(RuntimeError):
    """The server cannot be started."""


def _state_file(settings: Settings) -> Path:
    return settings.root / "server.json"


def server_url(settings: Settings) -> str:
    """Address of API of the server these settings start."""
    return f"http://{settings.host}:{settings.port}/api"


def running_server(settings: Settings) -> str | None:
    """API address of the `marsad up` of this warehouse, when one answers."""
    try:
        url = str(json.loads(_state_file(settings).read_text())["api"])
        return url if httpx.get(f"{url}/health", timeout=2).is_success else None
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return None


@contextmanager
def one_server() -> Iterator[None]:
    """A temporary Prefect server for a command and all its workers, where none is set: else each worker starts its own."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_URL, temporary_settings

    if PREFECT_API_URL.value():
        yield
        return
    server = SubprocessASGIServer()
    server.start()
    try:
        with temporary_settings({PREFECT_API_URL: server.api_url}):
            yield
    finally:
        # What is still to be told is told now: without a server the workers would wait for one at exit.
        EventsWorker.drain_all(timeout=_DRAIN)
        APILogWorker.drain_all(timeout=_DRAIN)
        server.stop()


def serve_in_background(settings: Settings) -> None:
    """Start `marsad up` in a session of its own and return when it answers.

    Raises:
        ServingError: as `serve`, with the log's place when it does not come up.
    """
    if url := running_server(settings):
        raise ServingError(f"already up for {settings.home} at {url.removesuffix('/api')}")
    settings.root.mkdir(parents=True, exist_ok=True)
    log = settings.root / "up.log"
    with log.open("ab") as out:
        command = [sys.executable, "-c", "from flows.cli import main; main()", "up", "--home", str(settings.root)]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and child.poll() is None:
        if url := running_server(settings):
            err.print(f"Marsad is up: {url.removesuffix('/api')}  (marsad down stops it)", soft_wrap=True)
            return
        time.sleep(0.5)
    raise ServingError(f"it did not come up; see {log}")


def stop(settings: Settings) -> bool:
    """Stop the `marsad up` of this warehouse; False when none runs."""
    try:
        pid = int(json.loads(_state_file(settings).read_text())["pid"])
        os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError, KeyError):
        return False
    lock = FileLock(settings.root / "server.lock")
    try:
        with lock.acquire(timeout=30):
            return True
    except Timeout:
        raise ServingError(f"process {pid} did not stop within 30 s") from None


def serve(settings: Settings) -> None:
    """Run server and schedule until interrupted.

    Raises:
        ServingError: when this warehouse is served already, or the server does not come up.
    """
    settings.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.root / "server.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        url = running_server(settings)
        raise ServingError(
            f"already up for {settings.home}" + (f" at {url.removesuffix('/api')}" if url else "")
        ) from None
    try:
        _serve(settings)
    finally:
        _state_file(settings).unlink(missing_ok=True)
        lock.release()


def _serve(settings: Settings) -> None:
    url = server_url(settings)
    environment = os.environ | {
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_API_HOST": settings.host,
        "PREFECT_SERVER_API_PORT": str(settings.port),
        "PREFECT_UI_API_URL": "/api",
    }
    log = (settings.root / "server.log").open("ab")
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", settings.host, "--port", str(settings.port), "--ui"],
        env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        _wait_for(url, server, settings)
        _state_file(settings).write_text(json.dumps({"api": url, "pid": os.getpid()}))
        err.print(
            f"Marsad is up: {url.removesuffix('/api')}  (nightly at '{settings.schedule}' {settings.time_zone}; Ctrl-C stops it)"
        )
        os.environ.update(environment)
        _serve_schedule(settings)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def _wait_for(url: str, server: subprocess.Popen[bytes], settings: Settings) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServingError(
                f"the server stopped at once; is port {settings.port} taken? see {settings.root / 'server.log'}"
            )
        try:
            if httpx.get(f"{url}/health", timeout=2).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise ServingError(f"the server did not answer in time; see {settings.root / 'server.log'}")


def _serve_schedule(settings: Settings) -> None:
    from prefect.schedules import Cron

    from flows.ingest import ingest

    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        ingest.serve(
            name="nightly",
            schedule=Cron(settings.schedule, timezone=settings.time_zone),
            parameters={"home": str(settings.root)},
            tags=["marsad"],
            description="Reads every enabled source of sources.toml.",
            limit=1,
            print_starting_message=False,
        )
    except KeyboardInterrupt:
        err.print("stopped")
