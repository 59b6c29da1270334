"""One thing done to many objects: Ctrl-C or an error in the middle leaves a row for every id, reached or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import typer

from .exit_codes import code_of, code_of_rows
from .many_ids import write_failed
from .output import Form, RowWriter, note, show_record
from .streams import OutputError, ReaderGoneError
from .trouble import SHOWN, show_error
from .vendor import Vendor
from .wording import counted

if TYPE_CHECKING:
    from ..core.client import Client
    from ..core.errors import SdkError

_CONCURRENCY: Final = 16


@attrs.define
class Each:
    """One such piece of work; `call` returns another word for what it did, or None for `verb`."""

    _client: Client
    _vendor: Vendor
    _form: Form
    _what: str
    _verb: str
    _call: Callable[[str], Awaitable[str | None]]
    _file: Path | None = None
    _begun: set[str] = attrs.field(init=False, factory=set[str])
    _ended: dict[str, str] = attrs.field(init=False, factory=dict[str, str])
    _errors: dict[str, str] = attrs.field(init=False, factory=dict[str, str])
    _failed: list[SdkError] = attrs.field(init=False, factory=list[Any])
    _reported: set[str] = attrs.field(init=False, factory=set[str])
    _writer: RowWriter = attrs.field(init=False)
    _failure: OutputError | ReaderGoneError | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self._writer = RowWriter((), self._form)

    async def run(self, ids: Sequence[str]) -> None:
        """Do it to all ids, each of which is there once.

        Raises:
            typer.Exit: With the code of `exit_codes` after at least one failure.
            OutputError: The results could not be written; the work was done nevertheless.
            ReaderGoneError: The reader closed the output; the work was done nevertheless.
        """
        from ..core.dry_run import WouldSendError

        before = len(self._client.unknown_writes())
        try:
            await self._work(ids)
        except WouldSendError:
            raise
        except BaseException:
            self._stopped(ids, before)
            self._keep_failed(ids)
            raise
        self._keep_failed(ids)
        if not self._form.for_people:
            self._write(self._writer.close)
        failed = len(self._errors) - SHOWN
        if failed > 0:
            note(f"and {counted(failed, 'more error')}; --output json shows all", "red")
        if self._failure is not None:
            raise self._failure
        if self._failed:
            raise typer.Exit(code_of(self._failed[0]) if len(ids) == 1 else code_of_rows(self._failed))

    def _keep_failed(self, ids: Sequence[str]) -> None:
        """Write the ids that failed or were not reached to the file that the user named."""
        if self._file is not None:
            write_failed(self._file, [one for one in ids if self._ended.get(one, "failed") == "failed"])

    async def _work(self, ids: Sequence[str]) -> None:
        from ..core.bulk import bulk
        from ..core.dry_run import WouldSendError
        from ..core.errors import SdkError

        ended: WouldSendError | None = None
        async with bulk(self._one, ids, concurrency=_CONCURRENCY, ordered=True) as outcomes:
            async for outcome in outcomes:
                error = outcome.error
                if error is None:
                    self._report(outcome.item, outcome.result or self._verb)
                    continue
                if isinstance(error, WouldSendError):
                    ended = error
                    continue
                if not isinstance(error, SdkError):
                    raise error
                self._errors[outcome.item] = str(error)
                self._failed.append(error)
                self._report(outcome.item, "failed", str(error))
                if len(self._errors) <= SHOWN:
                    show_error(error, self._vendor, f"{self._what} {outcome.item}: ")
        if ended is not None:
            raise ended

    async def _one(self, item: str) -> str | None:
        self._begun.add(item)
        try:
            word = await self._call(item)
        except Exception as error:
            self._ended[item] = "failed"
            self._errors[item] = str(error)
            raise
        self._ended[item] = word or self._verb
        return word

    def _report(self, item: str, result: str, error: str = "") -> None:
        self._reported.add(item)
        row = {"result": result, "id": item, "error": error}
        if not self._form.for_people:
            self._write(lambda: self._writer.add(row))
        elif result not in {"failed", "unknown", "not_started"}:
            sentence = (
                f"{self._what} {item} was not there"
                if result == "absent"
                else f"{result} {self._what} {item}"
            )
            self._write(lambda: show_record(row, sentence, self._form))

    def _write(self, write: Callable[[], Any]) -> None:
        """Write something; where that is not possible, the work goes on, and the reason is told at its end."""
        if self._failure is None:
            try:
                write()
            except (OutputError, ReaderGoneError) as failure:
                self._failure = failure

    def _stopped(self, ids: Sequence[str], before: int) -> None:
        """Report the ids whose outcome was not written yet; no call is under way any more."""
        left = [set(write.key.split("/")) for write in self._client.unknown_writes()[before:]]
        strange = any(not parts & self._begun for parts in left)
        counts: Counter[str] = Counter()
        for item in ids:
            result = self._ended.get(item)
            if result is None:
                seen = item in self._begun and (strange or any(item in parts for parts in left))
                result = "unknown" if seen else "not_started"
            counts[result] += 1
            if item not in self._reported:
                self._report(item, result, self._errors.get(item, ""))
        if not self._form.for_people:
            self._write(self._writer.close)
        words = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in counts.items())
        note(f"stopped in the middle of {len(ids)}: {words}", "yellow")
