"""Break things at random moments and see that the next run repairs them: `python -m tests.faults --rounds 50 --seed 1`.

A round ingests a folder into a new home, does one thing to it (kills the flow's processes, a worker, the server; fills the disk; holds
the catalog; takes a Parquet file away; sets the clock back), runs once more, and compares every row with an undisturbed run.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.cluster import free_port
from tests.dump import Rows, lake_rows
from warehouse.lake import CATALOG, Location, connect

_COMMAND = "from flows.cli import main; main()"
_YESTERDAY = (
    "import flows.clock as c; from datetime import datetime, timedelta, UTC; "
    "c.now = lambda: datetime.now(UTC) - timedelta(days=1); "
)
PATIENCE = 300


class NotRepairedError(AssertionError):
    """A fault was not repaired, or what happened was not said."""


@dataclass
class Bench:
    """A folder to ingest, what an undisturbed run makes of it, and how to start one."""

    folder: Path
    scratch: Path
    api: str
    dice: random.Random
    expected: Rows
    seconds: float = 10.0  # that an undisturbed run takes

    def start(self, home: Path, *words: str, before: str = "") -> subprocess.Popen[str]:
        env = os.environ | {"PREFECT_API_URL": self.api, "MARSAD_TASK_RUNNER": "process", "MARSAD_WORKERS": "2"}
        env |= {"MARSAD_BATCH_SIZE": "10", "MARSAD_SOURCES": str(self.scratch / "none.toml")}
        command = [
            sys.executable,
            "-c",
            before + _COMMAND,
            *(words or ("ingest", str(self.folder))),
            "--home",
            str(home),
        ]
        return subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def run(self, home: Path, *words: str, before: str = "") -> tuple[int, str]:
        """Exit code and what was said."""
        process = self.start(home, *words, before=before)
        said = process.communicate(timeout=PATIENCE)[1]
        return process.returncode, said

    def repaired(self, home: Path) -> None:
        """Run once more; every row must be as in an undisturbed run.

        Raises:
            NotRepairedError: when it is not.
        """
        code, said = self.run(home)
        if code not in (0, 1):
            raise NotRepairedError(f"the run after it ended with {code}: {said[-600:]}")
        found = lake_rows(Location(home))
        for table, rows in self.expected.items():
            if found[table] != rows:
                raise NotRepairedError(
                    f"{table} has {len(found[table])} rows, undisturbed {len(rows)}, or others: {said[-300:]}"
                )

    def moment(self) -> None:
        """Wait for a random moment of a run."""
        time.sleep(self.dice.uniform(0.1, 1.0) * self.seconds)


def children(pid: int) -> list[int]:
    """Processes below one, from /proc."""
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            below.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
        except (OSError, IndexError):
            continue  # it has ended
    found, todo = [], [pid]
    while todo:
        more = below.get(todo.pop(), [])
        found += more
        todo += more
    return found


def kill_flow(bench: Bench, home: Path) -> None:
    """kill -9 of the whole process group, twice."""
    for _ in range(2):
        process = bench.start(home)
        bench.moment()
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def kill_worker(bench: Bench, home: Path) -> None:
    """kill -9 of one of the flow's workers: the run fails or goes on, but ends."""
    process = bench.start(home)
    deadline = time.monotonic() + bench.seconds
    while not (workers := children(process.pid)) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(bench.dice.uniform(0, bench.seconds / 3))
    workers = children(process.pid) or workers
    if workers and process.poll() is None:
        with suppress(ProcessLookupError):  # it was done
            os.kill(bench.dice.choice(workers), signal.SIGKILL)
    said = process.communicate(timeout=PATIENCE)[1]
    if process.returncode not in (0, 1) and not said.strip():
        raise NotRepairedError(f"ended with {process.returncode} and said nothing")


def hold_catalog(bench: Bench, home: Path) -> None:
    """Another process holds the catalog for longer than a writer waits."""
    process = bench.start(home)
    deadline = time.monotonic() + PATIENCE
    while not (home / "catalog.sqlite").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    with sqlite3.connect(home / "catalog.sqlite", timeout=60, isolation_level=None) as held:
        held.execute("BEGIN IMMEDIATE")
        time.sleep(bench.dice.uniform(1, 8))
        held.execute("ROLLBACK")
    held.close()
    said = process.communicate(timeout=PATIENCE)[1]
    if process.returncode not in (0, 1) and "lock" not in said:
        raise NotRepairedError(
            f"ended with {process.returncode} and did not say that the catalog is locked: {said[-300:]}"
        )


def full_disk(bench: Bench, home: Path) -> None:
    """Home on a tmpfs that is too small; then it grows."""
    home.mkdir()
    size = bench.dice.randint(200, 900)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(home)], check=True, capture_output=True)
    try:
        code, said = bench.run(home)
        if code in (0, 1):
            raise NotRepairedError(f"{size} kB were enough: make the disk smaller")
        if not said.strip() or "Traceback" in said:
            raise NotRepairedError(f"a full disk is not one clear line: {said[-300:]}")
        subprocess.run(["mount", "-o", "remount,size=400m", str(home)], check=True, capture_output=True)
        bench.repaired(home)
    finally:
        subprocess.run(["umount", "-l", str(home)], check=False, capture_output=True)


def lose_file(bench: Bench, home: Path) -> None:
    """A Parquet file is gone: maintenance names it; put back, all is as before."""
    bench.run(home)
    with connect(Location(home), read_only=True) as con:
        files = [
            f
            for t in bench.expected
            for (f,) in con.execute(f"SELECT data_file FROM ducklake_list_files('{CATALOG}', '{t}')").fetchall()
        ]
    lost = Path(bench.dice.choice(files))
    kept = bench.scratch / lost.name
    shutil.move(lost, kept)
    code, said = bench.run(home, "maintain")
    if code == 0 or lost.name not in said:
        raise NotRepairedError(f"{lost.name} is gone and maintain ended with {code}: {said[-300:]}")
    shutil.move(kept, lost)


def clock_back(bench: Bench, home: Path) -> None:
    """A run is killed, and the next one's clock is a day behind."""
    process = bench.start(home)
    bench.moment()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    code, said = bench.run(home, before=_YESTERDAY)
    if code not in (0, 1):
        raise NotRepairedError(f"with the clock set back it ended with {code}: {said[-300:]}")


class Server:
    """A Prefect server that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        env = os.environ | {
            "PREFECT_HOME": str(self.folder),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        command = [
            sys.executable,
            "-m",
            "prefect",
            "server",
            "start",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--no-ui",
        ]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet, start_new_session=True)
        for _ in range(240):
            try:
                if httpx.get(f"{self.api}/health", timeout=2).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.5)
        raise RuntimeError("the Prefect server did not come up")

    def kill(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def fault(self, bench: Bench, home: Path) -> None:
        """kill -9 of the server while a run goes on."""
        process = bench.start(home)
        bench.moment()
        self.kill()
        try:
            said = process.communicate(timeout=PATIENCE)[1]
            if process.returncode not in (0, 1) and not said.strip():
                raise NotRepairedError(f"ended with {process.returncode} and said nothing")
        finally:
            self.start()


Fault = Callable[[Bench, Path], None]
FAULTS: dict[str, Fault] = {
    "flow": kill_flow,
    "worker": kill_worker,
    "catalog": hold_catalog,
    "disk": full_disk,
    "file": lose_file,
    "clock": clock_back,
}


def undisturbed(folder: Path, scratch: Path, api: str, seed: int) -> Bench:
    """A bench, with the rows and the time of a run that nothing happens to."""
    bench = Bench(folder, scratch, api, random.Random(seed), {})
    began = time.monotonic()
    code, said = bench.run(scratch / "undisturbed")
    if code not in (0, 1):
        raise NotRepairedError(f"the undisturbed run ended with {code}: {said}")
    bench.seconds = time.monotonic() - began
    bench.expected = lake_rows(Location(scratch / "undisturbed"))
    return bench


def one_round(bench: Bench, name: str, fault: Fault, number: int) -> None:
    """One fault and its repair.

    Raises:
        NotRepairedError: when it was not repaired.
    """
    home = bench.scratch / f"{number}-{name}"
    fault(bench, home)
    if name != "disk":  # repaired on its own small disk
        bench.repaired(home)
    shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Command line; returns the number of rounds that were not repaired."""
    from tests.flows.test_killed import every_kind

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=8, help="of each of eleven kinds")
    parser.add_argument("--only", nargs="*", default=[], help=f"of {', '.join([*FAULTS, 'server'])}")
    given = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="marsad-faults-"))
    server = Server(scratch / "prefect")
    bad = 0
    try:
        server.start()
        bench = undisturbed(every_kind(scratch / "in", given.documents), scratch, server.api, given.seed)
        faults = {**FAULTS, "server": server.fault}
        if os.geteuid() != 0:
            faults.pop("disk")
        names = [n for n in faults if not given.only or n in given.only]
        print(f"undisturbed: {len(bench.expected['documents'])} documents in {bench.seconds:.0f} s", flush=True)
        for n in range(given.rounds):
            name = names[n % len(names)]
            began = time.monotonic()
            try:
                one_round(bench, name, faults[name], n)
                result = "repaired"
            except (NotRepairedError, subprocess.SubprocessError) as error:
                bad, result = bad + 1, f"NOT REPAIRED: {error}"
            print(f"{n + 1:3} {name:8} {time.monotonic() - began:5.0f} s  {result}", flush=True)
    finally:
        server.kill()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{given.rounds - bad} of {given.rounds} repaired")
    return bad


if __name__ == "__main__":
    sys.exit(min(main(), 1))
