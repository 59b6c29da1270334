"""The recordings of calls into a folder, each named by its call; what is there is not fetched again."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import typer

from .command_context import CommandContext
from .exit_codes import code_of, code_of_rows
from .output import RowWriter, note, show_record
from .trouble import SHOWN, show_error
from .wording import counted

if TYPE_CHECKING:
    from ..core.errors import SdkError
    from ..core.paging import Paged

_CONCURRENCY: Final = 4
_UNFINISHED: Final = ".unnamed"
"""How the name of a recording ends that was fetched whole, and not named yet."""
_KINDS: Final = {
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/wave": ".wav",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "video/mp4": ".mp4",
}
_OTHERWISE: Final = ".audio"
_NO_NAME: Final = re.compile(r"[^\w.-]|^\.+")
_WORDS: Final = {
    "saved": "saved",
    "there": "was there already",
    "not yet": "is not there yet",
    "none": "was not recorded",
    "gone": "was deleted",
}


@attrs.frozen
class _Wanted:
    """One recording: its name without an ending, its call's id, and what tells it."""

    stem: str
    call: str
    recording: Any


class SavedRecordings:
    """Saves the recordings of a listing of calls, and writes what became of each."""

    def __init__(self, context: CommandContext[Any], folder: Path) -> None:
        self._context = context
        self._folder = folder
        self._counts: Counter[str] = Counter()
        self._there: set[str] = set()
        self._writer = RowWriter(("result", "id", "file", "size", "error"), context.form)
        self._code = 0
        self._errors: list[SdkError | None] = []

    async def run(self, listing: Paged[Any]) -> None:
        """Save them all.

        Raises:
            typer.Exit: With the code of `exit_codes` where one could not be saved, or the calls could not be listed.
        """
        from ..core.errors import AuthError, TransportError

        self._make_folder()
        try:
            await self._work(listing)
        except (AuthError, TransportError) as error:
            show_error(error, self._context.vendor)
            self._code = code_of(error)
        finally:
            if not self._context.form.for_people:
                self._writer.close()
        self._context.set_aside(listing)
        self._end()

    async def _work(self, listing: Paged[Any]) -> None:
        from ..core.bulk import bulk
        from ..core.errors import SdkError

        async with bulk(self._save, self._wanted(listing), concurrency=_CONCURRENCY) as outcomes:
            async for outcome in outcomes:
                error = outcome.error
                if error is not None and not isinstance(error, SdkError):
                    raise error
                if outcome.state == "done" and outcome.result is not None:
                    self._report(outcome.item, *outcome.result)
                else:
                    self._failed(outcome.item, outcome.state, error)

    def _make_folder(self) -> None:
        from ..core.errors import ConfigError

        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._there = {
                path.stem for path in self._folder.iterdir() if path.suffix != _UNFINISHED and path.is_file()
            }
        except OSError as error:
            raise ConfigError(
                f"the folder {self._folder.name} cannot be used: {error.strerror or error}"
            ) from None

    async def _wanted(self, listing: Paged[Any]) -> AsyncIterator[_Wanted]:
        async for record in listing:
            for one in _recordings_of(record):
                yield one

    async def _save(self, wanted: _Wanted) -> tuple[str, str, int]:
        """Fetch a recording; return what became of it, its file's name and its size."""
        from ..core.errors import NotFoundError
        from ..core.recordings import told_state

        if wanted.stem in self._there:
            return "there", "", 0
        recordings = self._context.client.recordings
        unnamed = self._folder / f"{wanted.stem}{_UNFINISHED}"
        try:
            saved = await recordings.save(wanted.recording, unnamed)
        except NotFoundError as error:
            state = told_state(error)
            if state is None:
                raise
            return str(state), "", 0
        path = unnamed.with_suffix(_ending(saved.content_type))
        unnamed.replace(path)
        return "saved", path.name, saved.size

    def _report(self, wanted: _Wanted, result: str, file: str, size: int) -> None:
        self._counts[result] += 1
        row = {"result": result.replace(" ", "_"), "id": wanted.call, "file": file, "size": size, "error": ""}
        if self._context.form.for_people:
            more = f" as {file}, {size:,} bytes" if file else ""
            show_record(row, f"recording of {wanted.call} {_WORDS[result]}{more}", self._context.form)
        else:
            self._writer.add(row)

    def _failed(self, wanted: _Wanted, state: str, error: SdkError | None) -> None:
        self._errors.append(error)
        self._counts[state] += 1
        if not self._context.form.for_people:
            row = {"result": state, "id": wanted.call, "file": "", "size": 0, "error": str(error or "")}
            self._writer.add(row)
        if error is not None and self._counts[state] <= SHOWN:
            show_error(error, self._context.vendor, f"recording of {wanted.call}: ")

    def _end(self) -> None:
        counts = self._counts
        if self._context.form.for_people:
            words = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
            note(f"{counted(sum(counts.values()), 'recording')}{': ' if words else ''}{words}")
        rows = code_of_rows(self._errors) if self._errors else 0
        if self._code or rows:
            raise typer.Exit(max(self._code, rows))


def _recordings_of(record: Any) -> Iterator[_Wanted]:
    """Return the recordings of a call: one, or one for each of its legs that was recorded."""
    legs = [leg.recording_id for leg in getattr(record, "legs", ())]
    found = list(dict.fromkeys(one for one in (record.recording_id, *legs) if one))
    stem = _NO_NAME.sub("_", record.id)[:150]
    if stem != record.id:
        stem += f"-{hashlib.sha256(record.id.encode('utf-8', 'replace')).hexdigest()[:8]}"
    for number, recording in enumerate(found, start=1):
        yield _Wanted(stem if number == 1 else f"{stem}-{number}", record.id, recording)


def _ending(kind: str | None) -> str:
    """Return how the name of a file of this kind ends."""
    return _KINDS.get((kind or "").partition(";")[0].strip().lower(), _OTHERWISE)
