"""Break things at random moments and see that the next run repairs them: `python -m tests.faults --rounds 50 --seed 1`.

A round ingests a folder into a new home, does one thing to it (kills the flow's processes, a worker, the loader in its transaction, the
server; fills the disk; holds the catalog; takes a Parquet file away; sets the clock back; restarts the Postgres that holds the catalog), runs
once more, and compares every row with an undisturbed run.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

import warehouse.lake
from tests import cluster
from tests.cluster import free_port
from tests.dump import Rows, lake_rows
from warehouse.lake import CATALOG, Location, connect

_COMMAND = "from flows.cli import main; main()"
_YESTERDAY = (
    "import flows.clock as c; from datetime import datetime, timedelta, UTC; "
    "c.now = lambda: datetime.now(UTC) - timedelta(days=1); "
)
PATIENCE = 300
_TRACEBACK = re.compile(
    r'File "[^"]*/(flows|tasks|warehouse|prefect)/'
)  # Python's own for semaphores of a killed worker is not ours


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
    transactions: int = 10  # that it makes
    workers: int = 1
    settings: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what a round saw

    def place(self, home: Path) -> Location:
        """Where the lake of a home is."""
        return Location(home, self.settings.get("MARSAD_CATALOG", ""))

    def note_loaded(self, home: Path) -> None:
        """Note how far a run came before it was disturbed."""
        with suppress(Exception), connect(self.place(home), read_only=True) as con:
            (found,) = con.execute("SELECT count(*) FROM documents").fetchall()[0]
            self.notes.append(f"{found} loaded")

    def start(self, home: Path, *words: str, before: str = "") -> subprocess.Popen[str]:
        env = os.environ | {
            "PREFECT_API_URL": self.api,
            "MARSAD_TASK_RUNNER": "process",
            "MARSAD_WORKERS": str(self.workers),
        }
        env |= self.settings
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
        found = lake_rows(self.place(home))
        for table, rows in self.expected.items():
            if found[table] != rows:
                raise NotRepairedError(
                    f"{table} has {len(found[table])} rows, undisturbed {len(rows)}, or others: {said[-300:]}"
                )

    def moment(self, home: Path) -> None:
        """Wait for a random moment of a run's work: Python's and Prefect's start, half of so short a run, is no place for faults."""
        deadline = time.monotonic() + 3 * self.seconds
        while not any((home / name).exists() for name in ("data", "staging")) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(self.dice.uniform(0, 0.5) * self.seconds)


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
        bench.moment(home)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        bench.note_loaded(home)


def die_in_transaction(number: int, delay: float) -> None:
    """Make this process kill itself so many seconds after it began its transaction of that number."""
    turns, whole = count(1), warehouse.lake.transaction

    def transaction(*given: Any, **named: Any) -> AbstractContextManager[None]:
        if next(turns) == number:
            threading.Timer(delay, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return whole(*given, **named)

    warehouse.lake.transaction = transaction


def kill_loader(bench: Bench, home: Path) -> None:
    """kill -9 of the process that writes, in the middle of a transaction."""
    number, delay = bench.dice.randint(1, bench.transactions), bench.dice.uniform(0, 0.05)
    bench.notes.append(f"transaction {number}")
    bench.run(home, before=f"from tests.faults import die_in_transaction; die_in_transaction({number}, {delay}); ")
    bench.note_loaded(home)


def kill_worker(bench: Bench, home: Path) -> None:
    """kill -9 of one of the flow's workers: the run fails or goes on, but ends."""
    bench.workers = 2
    process = bench.start(home)
    bench.workers = 1
    deadline = time.monotonic() + bench.seconds
    while not (workers := children(process.pid)) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(bench.dice.uniform(0, bench.seconds / 3))
    workers = children(process.pid) or workers
    if workers and process.poll() is None:
        with suppress(ProcessLookupError):  # it was done
            os.kill(bench.dice.choice(workers), signal.SIGKILL)
    ended(bench, process)


def ended(bench: Bench, process: subprocess.Popen[str]) -> None:
    """Wait for a disturbed run: it goes well, or fails with one clear line.

    Raises:
        NotRepairedError: when it says nothing or throws a traceback at its user.
    """
    said = process.communicate(timeout=PATIENCE)[1]
    bench.notes.append(f"ended with {process.returncode}")
    if process.returncode not in (0, 1) and not said.strip():
        raise NotRepairedError(f"ended with {process.returncode} and said nothing")
    if _TRACEBACK.search(said):
        raise NotRepairedError(f"ended with {process.returncode} and a traceback: {said[-300:]}")


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
    size = bench.dice.randint(150, 600)
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
    """A Parquet file is gone: maintenance names it; put back, or forgotten and coded again, all is as before."""
    bench.run(home)
    with connect(Location(home), read_only=True) as con:
        listed = {
            t: con.execute(f"SELECT data_file FROM ducklake_list_files('{CATALOG}', '{t}')").fetchall()
            for t in bench.expected
        }
    table = bench.dice.choice(sorted(t for t, files in listed.items() if files))
    lost = Path(bench.dice.choice(listed[table])[0])
    kept = bench.scratch / lost.name
    shutil.move(lost, kept)
    code, said = bench.run(home, "maintain")
    if code == 0 or lost.name not in said:
        raise NotRepairedError(f"{lost.name} is gone and maintain ended with {code}: {said[-300:]}")
    bench.notes.append(lost.parent.name)
    if bench.dice.random() < 0.3:
        shutil.move(kept, lost)
        bench.notes.append("put back")
        return
    for words in (("maintain", "--repair"), ("reprocess", "--everything")):
        code, said = bench.run(home, *words)
        if code not in (0, 1):
            raise NotRepairedError(f"{lost} is gone and {' '.join(words)} ended with {code}: {said[-300:]}")


def clock_back(bench: Bench, home: Path) -> None:
    """A run is killed, and the next one's clock is a day behind."""
    process = bench.start(home)
    bench.moment(home)
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
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def fault(self, bench: Bench, home: Path) -> None:
        """kill -9 of the server while a run goes on."""
        process = bench.start(home)
        bench.moment(home)
        self.kill()
        try:
            ended(bench, process)
        finally:
            self.start()

    def restart(self, bench: Bench, home: Path) -> None:
        """kill -9 of the server while a run goes on, and a new one at once: the run goes on."""
        process = bench.start(home)
        bench.moment(home)
        self.kill()
        self.start()
        ended(bench, process)


class Catalog:
    """A Postgres that holds the catalogs, and is restarted."""

    def __init__(self, postgres: cluster.Postgres) -> None:
        self.postgres, self.names = postgres, count(1)

    def fault(self, bench: Bench, home: Path) -> None:
        """Stop Postgres at once, as a crash would, while a run goes on; start it again."""
        bench.settings = {"MARSAD_CATALOG": self.postgres.database(f"round{next(self.names)}")}
        process = bench.start(home)
        bench.moment(home)
        self.postgres.stop()
        time.sleep(bench.dice.uniform(0, 3))
        self.postgres.start()
        ended(bench, process)


Fault = Callable[[Bench, Path], None]
FAULTS: dict[str, Fault] = {
    "flow": kill_flow,
    "worker": kill_worker,
    "loader": kill_loader,
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
    with connect(Location(scratch / "undisturbed"), read_only=True) as con:
        (bench.transactions,) = con.execute(f"SELECT count(*) FROM ducklake_snapshots('{CATALOG}')").fetchall()[0]
    return bench


def one_round(bench: Bench, name: str, fault: Fault, number: int) -> None:
    """One fault and its repair.

    Raises:
        NotRepairedError: when it was not repaired.
    """
    home = bench.scratch / f"{number}-{name}"
    bench.notes, bench.settings = [], {}
    fault(bench, home)
    if name != "disk":  # repaired on its own small disk
        bench.repaired(home)
    shutil.rmtree(home, ignore_errors=True)


def all_faults(scratch: Path, server: Server, open_until: ExitStack) -> dict[str, Fault]:
    """Every fault that can be made here: a full disk needs root, a restarted Postgres needs Postgres."""
    faults = {**FAULTS, "server": server.fault, "restart": server.restart}
    if os.geteuid() != 0:
        faults.pop("disk")
    if postgres := open_until.enter_context(cluster.postgres()):
        faults["postgres"] = Catalog(postgres).fault
    return faults


def rounds(bench: Bench, faults: dict[str, Fault], wanted: int) -> Iterator[tuple[str, str]]:
    """Make rounds, a kind after the other; yields each one's kind and how it ended, and prints it."""
    names = list(faults)
    for n in range(wanted):
        name, began = names[n % len(names)], time.monotonic()
        try:
            one_round(bench, name, faults[name], n)
            result = "repaired"
        except (NotRepairedError, subprocess.SubprocessError) as error:
            result = f"NOT REPAIRED: {error}"
        noted = "; ".join(bench.notes)
        print(f"{n + 1:3} {name:8} {time.monotonic() - began:5.0f} s  {result}  ({noted})", flush=True)
        yield name, result


def main() -> int:
    """Command line; returns the number of rounds that were not repaired."""
    from tests.flows.test_killed import every_kind

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=3, help="of each of eleven kinds")
    parser.add_argument(
        "--only", nargs="*", default=[], help=f"of {', '.join([*FAULTS, 'server', 'restart', 'postgres'])}"
    )
    given = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="marsad-faults-"))
    server = Server(scratch / "prefect")
    made, repaired = Counter[str](), Counter[str]()
    try:
        with ExitStack() as open_until:
            server.start()
            bench = undisturbed(every_kind(scratch / "in", given.documents), scratch, server.api, given.seed)
            print(f"undisturbed: {len(bench.expected['documents'])} documents in {bench.seconds:.0f} s", flush=True)
            every = all_faults(scratch, server, open_until)
            chosen = {name: fault for name, fault in every.items() if not given.only or name in given.only}
            for name, result in rounds(bench, chosen, given.rounds):
                made[name] += 1
                repaired[name] += result == "repaired"
    finally:
        server.kill()
        shutil.rmtree(scratch, ignore_errors=True)
    for name, number in made.items():
        print(f"{name:8} {repaired[name]} of {number} repaired")
    return made.total() - repaired.total()


if __name__ == "__main__":
    sys.exit(min(main(), 1))
