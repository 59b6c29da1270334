"""Where a recording is saved: a file that stands in its place when it is whole, or a writer of the caller's."""

from __future__ import annotations

import asyncio
import io
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stringee_async import ConfigError
from stringee_async.core.saving import Target, sink_of

from ..kit import until

PIECE = bytes(range(256)) * 1000


class Slowly:
    """A writer whose `write` is a coroutine."""

    def __init__(self) -> None:
        self.got = b""

    async def write(self, data: bytes) -> None:
        await asyncio.sleep(0)
        self.got += data


async def save(target: Target) -> None:
    async with sink_of(target) as sink:
        for _ in range(9):
            await sink.write(PIECE)
        assert sink.size == 9 * len(PIECE)


async def test_a_file_or_a_writer_gets_each_byte_once(tmp_path: Path) -> None:
    """A file that is there is replaced, by its path as text too, and nothing stands beside it."""
    path, held, slowly = tmp_path / "call.mp3", io.BytesIO(), Slowly()
    path.write_bytes(b"an older one")
    for target in (path, held, slowly):
        await save(target)
    assert path.read_bytes() == held.getvalue() == slowly.got == PIECE * 9
    await save(str(path))
    assert [file.name for file in tmp_path.iterdir()] == ["call.mp3"]


async def test_a_file_is_begun_again_and_a_writer_only_before_its_first_byte(tmp_path: Path) -> None:
    path, held = tmp_path / "call.mp3", io.BytesIO()
    async with sink_of(path) as file, sink_of(held) as writer:
        assert await writer.restart()
        for sink in (file, writer):
            await sink.write(PIECE * 9)
        assert not await writer.restart()
        assert await file.restart()
        assert (file.size, writer.size) == (0, len(PIECE) * 9)
        await file.write(b"again")
    assert path.read_bytes() == b"again"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (lambda folder: folder, "is a folder"),
        (lambda folder: folder / "none" / "a.mp3", "cannot be written"),
        (lambda folder: folder / "a\0b", "cannot be written"),
        (lambda folder: folder / "a\ud800b", "cannot be written"),
        (lambda _: io.StringIO(), 'open it with mode "wb"'),
        (lambda _: 5, "path of a file or an object"),
        (lambda _: None, "path of a file or an object"),
    ],
)
async def test_what_is_no_target_is_refused_at_once(
    tmp_path: Path, target: Callable[[Path], Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        async with sink_of(target(tmp_path)):
            pytest.fail("it was taken")


async def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    await save(path)
    assert path.read_bytes() == PIECE * 9


class Unbuffered(io.RawIOBase):
    """A file that takes at most so many bytes at once, and so many in all."""

    def __init__(self, room: int) -> None:
        self.got = b""
        self._room = room

    def write(self, data: Any) -> int | None:
        taken = min(len(data), 1000, self._room - len(self.got))
        self.got += bytes(data[:taken])
        return taken or None


async def test_what_a_file_without_a_buffer_has_not_taken_is_written_again(tmp_path: Path) -> None:
    file = Unbuffered(len(PIECE) * 9)
    await save(file)
    assert file.got == PIECE * 9
    with (tmp_path / "a.mp3").open("wb", buffering=0) as plain:
        await save(plain)
    assert (tmp_path / "a.mp3").read_bytes() == PIECE * 9


async def test_a_file_without_a_buffer_that_takes_nothing_is_an_error() -> None:
    with pytest.raises(ConfigError, match="takes no more bytes"):
        await save(Unbuffered(1500))


async def test_a_full_disk_is_said_so_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.mp3"
    path.write_bytes(b"before")
    for owner, name in (("tempfile._TemporaryFileWrapper", "flush"), ("pathlib.Path", "replace")):
        with monkeypatch.context() as patched:
            patched.setattr(f"{owner}.{name}", full, raising=False)
            with pytest.raises(ConfigError, match=r"a\.mp3 cannot be written: No space left"):
                await save(path)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("opens", [True, False])
async def test_a_caller_who_is_cancelled_while_the_file_is_opened_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opens: bool
) -> None:
    """The thread that opens it goes on: what it opens then is removed again."""
    began, goes_on, over = threading.Event(), threading.Event(), threading.Event()
    real = tempfile.NamedTemporaryFile

    def slowly(*given: Any, **named: Any) -> Any:
        began.set()
        goes_on.wait(5.0)
        try:
            if not opens:
                raise PermissionError(13, "Permission denied")
            return real(*given, **named)
        finally:
            over.set()

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", slowly)
    saving = asyncio.create_task(save(tmp_path / "a.mp3"))
    await until(began.is_set, "the file is being opened")
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    goes_on.set()
    await until(over.is_set, "it was opened")
    await until(lambda: list(tmp_path.iterdir()) == [], "nothing stands in the folder")
