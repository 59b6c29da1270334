"""The part of an emulator that saves its state, loads it and resets it."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import attrs

from .credentials import Credentials
from .dialect import Dialect
from .plan import Faults
from .saving import snapshot
from .saving.forms import StateError, is_a
from .saving.state_file import decode, encode, write_file


@attrs.define(kw_only=True, eq=False, repr=False)
class Keeping(Credentials):
    """What an emulator does with its state as a whole."""

    state_file: Path | None = None
    faults: Faults = attrs.field(init=False)
    _dialects: Sequence[Dialect[Any, Any]] = attrs.field(init=False)
    _server: asyncio.Server | None = attrs.field(init=False, default=None)
    _loaded: bool = attrs.field(init=False, default=False)
    _saving: asyncio.Lock = attrs.field(init=False, factory=asyncio.Lock)
    _first_skew: float = attrs.field(init=False, default=0.0)

    def dump(self) -> dict[str, Any]:
        """Return the whole state of all vendors as JSON data, with ids, counters and credentials.

        It holds no settings, no planned faults and no log of requests.
        """
        return snapshot.take(self._dialects)

    def restore(self, data: Any) -> None:
        """Put a state into place that ``dump`` returned; calls that were under way in it go on.

        What the data leaves out is as in an emulator that has just started, but for the credentials, which stay.

        Raises:
            StateError: it cannot be read; nothing was changed.
        """
        running = self._server is not None
        snapshot.put(data, self._dialects, self.webhook_hosts, resume=running)
        self._loaded = not running

    @property
    def dialects(self) -> Sequence[Dialect[Any, Any]]:
        """The dialects of all vendors; for the control API."""
        return self._dialects

    def _go_on(self) -> None:
        """Go on with what was under way in a state that was loaded before the start."""
        if self._loaded:
            self._loaded = False
            for dialect in self._dialects:
                for state in dialect.accounts.values():
                    dialect.resume(state)

    def reset(self) -> None:
        """Make all accounts empty, with ids from the start; credentials and addresses of webhooks stay.

        Planned faults are those of ``fault_rates``, the clock is as at the start, and the log of requests is empty.
        """
        snapshot.reset(self._dialects)
        self.faults.restart()
        self.clock_skew = self._first_skew
        self.clear_requests()

    def clear_requests(self) -> None:
        """Delete the recorded requests."""
        raise NotImplementedError

    async def save(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write the whole state to a file that only its owner may read, and return its path.

        The file is written beside its place and then swapped, so that the old one stays whole if this process is killed.
        Safe to call again at any time.

        Args:
            path: the file; by default ``state_file``.

        Raises:
            ValueError: there is neither.
            OSError: it cannot be written; the old file is as it was.
        """
        named = self.state_file if path is None else path
        if named is None:
            raise ValueError("give a path, or set state_file")
        target = Path(named)
        async with self._saving:
            await asyncio.to_thread(write_file, target, encode(self.dump()))
        return target

    @classmethod
    def load(cls, path: str | os.PathLike[str], **options: Any) -> Self:
        """Make an emulator that holds what ``save`` wrote, with the same credentials and the same next ids.

        Args:
            path: the file, which becomes the ``state_file`` too.
            options: keywords of the class. Without ``seed`` the one of the file counts.

        Raises:
            OSError: the file cannot be opened.
            StateError: it holds no state, or one that cannot be read.
        """
        file = Path(path)
        data = _read(file)
        given: dict[str, Any] = {"state_file": file, **options}
        if is_a(data, dict) and isinstance(data.get("seed"), str):
            given.setdefault("seed", data["seed"])
        emulator = cls(**given)
        try:
            emulator.restore(data)
        except StateError as error:
            raise StateError(f"{file}: {error}") from None
        return emulator


def _read(file: Path) -> Any:
    """Read a file as JSON."""
    try:
        return decode(file.read_bytes())
    except StateError as error:
        raise StateError(f"{file}: {error}") from None
