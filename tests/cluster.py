"""A Postgres and an S3 server of the test's own, on 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

KEY, SECRET, BUCKET = "test-key", "a-secret-that-must-stay-one", "marsad-test"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def postgres_bin() -> Path | None:
    """Folder of initdb and pg_ctl, when Postgres is installed."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    if on_path := shutil.which("initdb"):
        found.insert(0, Path(on_path).resolve().parent)
    return next((p for p in found if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


class Postgres:
    """A cluster in a temporary folder."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder, self.port = binaries, folder, free_port()
        # Postgres will not run as root.
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.user = "postgres"

    def _run(self, *command: str) -> None:
        done = subprocess.run([*self.prefix, *command], cwd=self.folder, capture_output=True, text=True, timeout=90)
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")

    def create(self) -> None:
        if self.prefix:
            shutil.chown(self.folder, "postgres")
        binary, data = str(self.binaries / "initdb"), str(self.folder / "pg")
        self._run(binary, "-D", data, "-U", self.user, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        self.start()

    def _ctl(self, *more: str) -> None:
        data, log = str(self.folder / "pg"), str(self.folder / "log")
        self._run(str(self.binaries / "pg_ctl"), "-D", data, "-l", log, "-w", *more)

    def start(self) -> None:
        self._ctl("-o", f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off", "start")

    def stop(self) -> None:
        self._ctl("-m", "immediate", "stop")

    def database(self, name: str) -> str:
        """Make a database; returns the setting MARSAD_CATALOG for it."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", self.user]
        self._run(str(self.binaries / "createdb"), *where, name)
        return f"postgres:host=127.0.0.1 port={self.port} user={self.user} dbname={name}"


@contextmanager
def postgres() -> Iterator[Postgres | None]:
    """A running cluster, or None where Postgres is not installed."""
    binaries = postgres_bin()
    if binaries is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="marsad-pg-"))
    cluster = Postgres(binaries, folder)
    try:
        cluster.create()
        yield cluster
    finally:
        with suppress(RuntimeError):  # it did not start, or a test stopped it
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def s3() -> Iterator[dict[str, str]]:
    """A moto server with a bucket; yields the settings that reach it."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                if httpx.put(f"{url}/{BUCKET}", timeout=5).is_success:
                    break
            except httpx.HTTPError:
                time.sleep(0.25)
        yield {
            "MARSAD_S3_ENDPOINT": f"127.0.0.1:{port}",
            "MARSAD_S3_REGION": "us-east-1",
            "MARSAD_S3_KEY": KEY,
            "MARSAD_S3_SECRET": SECRET,
            "MARSAD_S3_PATH_STYLE": "true",
            "MARSAD_S3_SSL": "false",
        }
    finally:
        server.kill()
        server.wait()
