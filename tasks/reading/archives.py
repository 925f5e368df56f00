"""Zip and tar archives, read through: nothing is ever written, so no name in them can lead anywhere."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from tasks.reading.documents import ReadError
from tasks.reading.formats import Item, failure
from tasks.reading.types import Source

MAX_MEMBERS = 200_000
MAX_RATIO = 300  # unpacked to packed bytes; text packs to a tenth or so
UNSUSPECTED = 20_000_000  # bytes that a member may unpack to before its ratio is looked at
UNSUSPECTED_TAR = 1_000_000_000  # and that a whole tar may
READ_AHEAD = 65_536  # bytes that an unpacker may have taken of its file beyond what it gave
MAX_ALL = 50_000_000_000  # bytes unpacked of one archive
Inside = Callable[[Source, Any, str], Iterator[Item]]


class _Metered:
    """A member's stream that stops when it unfolds into far more than was packed."""

    def __init__(
        self, stream: IO[bytes], packed: Callable[[], int], budget: list[int], unsuspected: int = UNSUSPECTED
    ) -> None:
        self.stream, self.packed, self.budget, self.unsuspected = stream, packed, budget, unsuspected
        self.count = 0

    def _counted(self, data: bytes) -> bytes:
        self.count += len(data)
        self.budget[0] -= len(data)
        if self.budget[0] < 0 or (self.count > self.unsuspected and self.count > MAX_RATIO * max(self.packed(), 1)):
            raise ReadError("read", "unpacks to far more than a text would (a bomb?)", "look at the archive by hand")
        return data

    def read(self, size: int = -1) -> bytes:
        """Bytes, counted."""
        return self._counted(self.stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        """A line, counted."""
        return self._counted(self.stream.readline(size))


def _unsafe(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0] if path.parts else True


def _named(name: str) -> ReadError | None:
    return ReadError("read", f"unsafe name in the archive: {name[:100]!r}", "pack it again") if _unsafe(name) else None


def read_zip(source: Source, handle: Any, locator: str, inside: Inside) -> Iterator[Item]:
    """Every file of a zip archive.

    Raises:
        ReadError: when it is none.
    """
    try:
        archive = zipfile.ZipFile(handle)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ReadError("read", f"damaged zip archive: {error}", "fetch it again") from error
    budget = [MAX_ALL]
    for info in _limited(archive.infolist()):
        place = f"{locator}!{info.filename}"
        if info.is_dir():
            continue
        try:
            if (unsafe := _named(info.filename)) is not None:
                raise unsafe
            with archive.open(info) as member:
                yield from inside(source, _Metered(member, lambda info=info: info.compress_size, budget), place)  # type: ignore[misc]
        except ReadError as error:
            yield failure(source, place, error)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
            yield failure(
                source, place, ReadError("read", f"damaged or encrypted: {error}", "pack it again, without password")
            )


def read_tar(source: Source, handle: Any, locator: str, inside: Inside) -> Iterator[Item]:
    """Every file of a tar archive in one pass, packed in any way.

    Raises:
        ReadError: when it is none, breaks off, or unpacks without end.
    """
    budget = [MAX_ALL]
    try:
        plain = _Metered(_unpacked(handle), handle.tell, budget, UNSUSPECTED_TAR)
        with tarfile.open(fileobj=plain, mode="r|") as archive:  # type: ignore[call-overload]
            for info in _limited(archive):
                yield from _tar_member(source, archive, info, f"{locator}!{info.name}", inside, handle)
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError) as error:
        raise ReadError("read", f"damaged tar archive: {error}", "fetch it again; what stands before is in") from error


def _tar_member(
    source: Source, archive: tarfile.TarFile, info: tarfile.TarInfo, place: str, inside: Inside, handle: Any
) -> Iterator[Item]:
    if info.isdir():
        return
    if (refused := _named(info.name) or _special(info)) is not None:
        yield failure(source, place, refused)
    elif (member := archive.extractfile(info)) is not None:
        start = handle.tell() - READ_AHEAD
        yield from inside(source, _Metered(member, lambda: handle.tell() - start, [MAX_ALL]), place)


def _unpacked(handle: Any) -> Any:
    """The tar's own bytes. The unpackers of the library, not tarfile's stream modes: these unfold a bomb in memory."""
    magic = handle.read(6)
    handle.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=handle)
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(handle)
    return lzma.LZMAFile(handle) if magic == b"\xfd7zXZ\x00" else handle


def _special(info: tarfile.TarInfo) -> ReadError | None:
    return None if info.isfile() else ReadError("read", "a link or device, not a file", "pack the file itself")


def _limited(members: Any) -> Iterator[Any]:
    for number, member in enumerate(members):
        if number >= MAX_MEMBERS:
            raise ReadError("read", f"more than {MAX_MEMBERS:,} files in one archive", "split it")
        yield member
