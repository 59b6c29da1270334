"""One thing done to many ids: a row for every id, whatever ends the work."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest

from stringee_async import ServerError, UnknownWrite
from stringee_async.cli.each import Each
from stringee_async.cli.output import Form, OutputFormat
from stringee_async.cli.streams import OutputError
from stringee_async.cli.vendor import Vendor


class Caller:
    """Stands in for a client: what it knows of unknown writes."""

    def __init__(self) -> None:
        self.left: list[UnknownWrite] = []

    def unknown_writes(self) -> tuple[UnknownWrite, ...]:
        return tuple(self.left)


def each(caller: Caller, call: Any, form: Form) -> Each:
    return Each(cast("Any", caller), Vendor.STRINGEE, form, "agent", "deleted", call)


@pytest.mark.parametrize("strange", [False, True])
async def test_a_stop_in_the_middle_reports_every_id(
    strange: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ids are deleted, failed, unknown if a write of theirs left, or not started; a write of no id may be any of them."""
    caller, reached = Caller(), asyncio.Event()

    async def call(item: str) -> str | None:
        if item == "bad":
            raise ServerError("out of order", outcome="refused")
        if item in {"a", "b"}:
            return None
        if item == "d":
            reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            if item == "c":
                caller.left.append(UnknownWrite("agents.delete", "zz" if strange else "c"))
        return None

    work = asyncio.create_task(
        each(caller, call, Form(OutputFormat.JSON)).run(["a", "bad", "b", "c", "d", *map(str, range(30))])
    )
    await reached.wait()
    for _ in range(10):
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    out, err = capsys.readouterr()
    rows = {row["id"]: row["result"] for row in json.loads(out)}
    assert len(rows) == 35
    assert [rows[name] for name in ("a", "bad", "b")] == ["deleted", "failed", "deleted"]
    assert [rows[name] for name in ("c", "29")] == ["unknown", "not_started"]
    assert rows["d"] == ("unknown" if strange else "not_started")
    assert "stopped in the middle of 35: 2 deleted, 1 failed" in err


async def test_output_that_fails_does_not_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    async def call(item: str) -> str | None:
        done.append(item)
        return None

    def full(*_: object, **__: object) -> None:
        raise OutputError("standard output cannot be written: full")

    monkeypatch.setattr("stringee_async.cli.output.write", full)
    with pytest.raises(OutputError):
        await each(Caller(), call, Form()).run(["a", "b", "c"])
    assert done == ["a", "b", "c"]
