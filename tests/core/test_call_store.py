"""Calls in an SQLite file: each once, also after runs that were killed; readable by everybody's tools."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sqlite3
import stat
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stringee_async import (
    ConfigError,
    ItniotechClient,
    RetryPolicy,
    RingMeClient,
    ServerError,
    StringeeClient,
)
from stringee_async.call_store import CallStore
from stringee_async.core.call_export import Progress, Source
from stringee_async.core.windows import Span
from stringee_async.emulator import Emulator, Fault
from stringee_async.stringee import CallRecord

DAY = timedelta(days=1)
BEGAN = datetime.now(UTC).replace(microsecond=0) - 2 * DAY


def rows(path: Path, sql: str = "SELECT * FROM calls ORDER BY started, id") -> list[dict[str, Any]]:
    """Read the file as any SQLite client does."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql)]


def add_calls(emulator: Emulator, count: int, *, since: datetime = BEGAN) -> list[str]:
    """Add calls, a second apart."""
    first = int(since.timestamp() * 1000)
    add = emulator.state.stringee.add_call
    return [add(first + 1000 * n, from_number=f"8490{n:07}", answer_duration=n) for n in range(count)]


@pytest.fixture
async def stringee() -> AsyncIterator[tuple[Emulator, StringeeClient]]:
    async with (
        Emulator() as emulator,
        StringeeClient(**emulator.stringee(), retry=RetryPolicy(max_attempts=1)) as client,
    ):
        yield emulator, client


async def test_calls_are_rows_that_a_person_can_select(
    stringee: tuple[Emulator, StringeeClient], tmp_path: Path
) -> None:
    emulator, client = stringee
    keys = add_calls(emulator, 3)
    path = tmp_path / "calls.db"
    async with CallStore(path) as store:
        result = await store.update(client.call_records, since=BEGAN - DAY)
        assert (result.read, result.new, result.malformed) == (3, 3, ())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        found = rows(path)
    assert [row["id"] for row in found] == keys
    assert found[1]["from_number"] == "84900000001"
    assert (found[1]["vendor"], found[1]["seconds"]) == ("stringee", 1)
    assert found[0]["started"] == BEGAN.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert json.loads(found[0]["fields"])["object_type"] == "call_log"
    days = rows(path, "SELECT date(started) AS day, sum(seconds) AS seconds FROM calls GROUP BY day")
    assert sum(day["seconds"] for day in days) == 3


async def test_a_run_goes_on_where_the_one_before_ended(
    stringee: tuple[Emulator, StringeeClient], tmp_path: Path
) -> None:
    emulator, client = stringee
    add_calls(emulator, 3)
    async with CallStore(tmp_path / "calls.db") as store:
        assert await store.covered(client.call_records) is None
        first = await store.update(client.call_records, since=BEGAN - 5 * DAY)
        late = add_calls(emulator, 1, since=datetime.now(UTC) - timedelta(hours=3))
        again = await store.update(client.call_records)
        assert (again.read, again.new) == (1, 1)
        assert again.since == first.since
        assert await store.covered(client.call_records) == Span(again.since, again.until)
    assert rows(tmp_path / "calls.db")[-1]["id"] == late[0]
    asked = emulator.calls("call_records.list")[-1]
    assert int(asked.query["from_start_time"]) >= int((first.until - DAY).timestamp() * 1000) - 60_000


async def test_a_record_that_is_read_again_is_replaced_by_its_latest_form(
    stringee: tuple[Emulator, StringeeClient], tmp_path: Path
) -> None:
    emulator, client = stringee
    (key,) = add_calls(emulator, 1, since=datetime.now(UTC) - timedelta(hours=3))
    async with CallStore(tmp_path / "calls.db") as store:
        await store.update(client.call_records, since=BEGAN)
        emulator.state.stringee.call_log[key]["answer_duration"] = 77
        result = await store.update(client.call_records)
        assert (result.read, result.new) == (1, 0)
    assert [row["seconds"] for row in rows(tmp_path / "calls.db")] == [77]


async def test_a_run_that_an_error_ended_goes_on_behind_what_was_stored(
    stringee: tuple[Emulator, StringeeClient], tmp_path: Path
) -> None:
    emulator, client = stringee
    keys = add_calls(emulator, 1_200)
    script = emulator.faults.script
    async with CallStore(tmp_path / "calls.db") as store:
        done = asyncio.create_task(store.update(client.call_records, since=BEGAN - timedelta(hours=1)))
        while len(rows(tmp_path / "calls.db")) < 500:
            await asyncio.sleep(0.005)
        script("call_records.list", Fault.status(503))
        with contextlib.suppress(ServerError):
            await done
        result = await store.update(client.call_records)
        assert result.read <= 700
        assert not result.certain
    assert [row["id"] for row in rows(tmp_path / "calls.db")] == keys


KILLED = """
import asyncio, datetime, sys
from stringee_async import StringeeClient
from stringee_async.call_store import CallStore

async def main():
    async with StringeeClient.from_env() as client, CallStore(sys.argv[1]) as store:
        await store.update(client.call_records, since=datetime.datetime.fromisoformat(sys.argv[2]))

asyncio.run(main())
"""


async def test_a_process_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    path, since = tmp_path / "calls.db", BEGAN - timedelta(hours=1)
    async with Emulator(latency=0.02) as emulator, StringeeClient(**emulator.stringee()) as client:
        keys = add_calls(emulator, 2_500)
        for stored in (500, 1_500):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", KILLED, str(path), since.isoformat(),
                env={**os.environ, **emulator.environment()},
            )  # fmt: skip
            end = time.monotonic() + 60
            while time.monotonic() < end and (not path.exists() or not held(path, stored)):
                await asyncio.sleep(0.01)
            process.kill()
            assert await process.wait() == -9
        async with CallStore(path) as store:
            result = await store.update(client.call_records)
        assert result.read <= 1_000
    assert [row["id"] for row in rows(path)] == keys


def held(path: Path, count: int) -> bool:
    """Return whether a file has so many calls."""
    try:
        return len(rows(path)) >= count
    except sqlite3.OperationalError:  # its tables are being made
        return False


async def test_calls_of_several_vendors_stand_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    async with (
        Emulator() as emulator,
        StringeeClient(**emulator.stringee()) as stringee,
        RingMeClient(**emulator.ringme()) as ringme,
        ItniotechClient(**emulator.itniotech()) as itniotech,
        CallStore(path) as store,
    ):
        add_calls(emulator, 1, since=datetime.now(UTC) - timedelta(hours=1))
        exchange = emulator.state.ringme
        exchange.call_history.add(exchange.add_extension("101"), recording=b"sound", flow="out")
        emulator.state.itniotech.add_record(callType=2, callDuration=5)
        for client in (stringee, ringme, itniotech):
            result = await store.update(client.call_records, since=datetime.now(UTC) - DAY)
            assert (result.read, result.new) == (1, 1), client
    found = {row["vendor"]: row for row in rows(path)}
    assert found.keys() == {"stringee", "ringme", "itniotech"}
    assert found["ringme"]["recording_id"]
    assert (found["itniotech"]["direction"], found["itniotech"]["seconds"]) == ("in", 5)
    assert all(row["started"].endswith("Z") for row in found.values())


async def test_an_old_call_is_purged_overwritten_and_not_brought_back(
    stringee: tuple[Emulator, StringeeClient], tmp_path: Path
) -> None:
    emulator, client = stringee
    path = tmp_path / "calls.db"
    emulator.state.stringee.add_call(int(BEGAN.timestamp() * 1000), from_number="84911223344")
    new = add_calls(emulator, 1, since=datetime.now(UTC) - timedelta(hours=1))
    async with CallStore(path) as store:
        await store.update(client.call_records, since=BEGAN - DAY)
        assert await store.purge(older_than=timedelta(days=90)) == 0
        assert await store.purge(older_than=timedelta(hours=36)) == 1
        await store.update(client.call_records)
        assert [row["id"] for row in rows(path)] == new
    assert not [file.name for file in tmp_path.iterdir() if b"84911223344" in file.read_bytes()]


async def test_a_reader_that_holds_the_log_of_writes_is_told(
    stringee: tuple[Emulator, StringeeClient],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    emulator, client = stringee
    monkeypatch.setattr("stringee_async.core.sqlite_file._BUSY", 0.01)
    add_calls(emulator, 1)
    async with CallStore(tmp_path / "calls.db") as store:
        await store.update(client.call_records, since=BEGAN - DAY)
        with contextlib.closing(sqlite3.connect(tmp_path / "calls.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM calls").fetchall()
            with caplog.at_level(logging.WARNING, logger="stringee_async.call_store"):
                assert await store.purge(older_than=timedelta(hours=36)) == 1
    assert "purge again" in caplog.text


@pytest.mark.parametrize("age", [90, timedelta(days=-1)])
async def test_an_age_that_is_none_is_refused(tmp_path: Path, age: Any) -> None:
    async with CallStore(tmp_path / "calls.db") as store:
        with pytest.raises(ConfigError, match="older_than must be a timedelta of at least 0"):
            await store.purge(older_than=age)


async def test_odd_values_of_the_vendor_are_stored_all_the_same(tmp_path: Path) -> None:
    source = Source(vendor="stringee", account="stringee:1", key="stringee:1")
    odd = CallRecord(id="c", caller="a\ud800b", answer_duration=2**70)
    async with CallStore(tmp_path / "calls.db") as store:
        assert repr(store).startswith("CallStore(")
        assert await store.put(source, [odd, odd], Progress()) == 1
    (row,) = rows(tmp_path / "calls.db")
    assert (row["from_number"], row["seconds"], row["started"]) == ("a?b", None, None)
    assert json.loads(row["fields"])["answer_duration"] == 2**70
