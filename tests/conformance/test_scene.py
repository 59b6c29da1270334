"""A whole call of each vendor over real sockets: placed, told to a web app that fails and is killed, listed, and saved.

The web app runs in a process of its own. Its handler fails twice, and the process is killed when that is stored, while the event
waits for its next attempt or hangs in it: outside of the window between the return of a handler and the mark in the
store, in which an inbox may hand an event on again.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.emulator import Emulator, ItniotechSettings, RingMeSettings, StringeeSettings
from stringee_async.stringee.scco import record, talk

from ..kit import until, web_app
from ..kit.emulated import HastyClock

SECRET = "s3cret-of-16-chars"
PHONE, OURS = "84901234567", "842871000000"
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")


class WebApp:
    """The customer's web app, which can be killed and started again on the same port."""

    def __init__(self, framework: str, vendor: str, folder: Path, secret: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}/hook/{SECRET}"
        self._folder = folder
        self._command = [
            sys.executable,
            web_app.__file__,
            framework,
            vendor,
            str(folder),
            f"{self._port}",
            secret,
        ]
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start the process, and wait until it listens."""
        with (self._folder / "stderr.txt").open("ab") as errors:
            self._process = subprocess.Popen(self._command, stderr=errors)
        await until(self._listens, "the web app listens")

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "stderr.txt").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def kill(self) -> None:
        """Kill the process, which cannot do anything about it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)

    def lines(self) -> list[str]:
        """What the handler has written: its failures and what it has handled."""
        log = self._folder / web_app.LOG
        return log.read_text().splitlines() if log.exists() else []

    def handled(self) -> list[str]:
        return [line for line in self.lines() if line != "failed"]

    def stored(self) -> list[tuple[str, int]]:
        """State and attempts of each event, in order of arrival."""
        with contextlib.closing(sqlite3.connect(self._folder / web_app.DATABASE)) as database:
            return database.execute("SELECT state, attempts FROM events ORDER BY number").fetchall()

    async def die(self, events: int) -> None:
        """Kill the process when its handler has failed twice, that is stored, and so many events wait."""
        wanted = [("waiting", 2)] + [("waiting", 0)] * (events - 1)
        await until(lambda: self.stored() == wanted, "the second failure is stored")
        self.kill()
        assert self.lines() == ["failed", "failed"]
        assert self.stored() == wanted
        (self._folder / web_app.RECOVERED).touch()


@contextlib.asynccontextmanager
async def customer(framework: str, vendor: str, folder: Path, secret: str = SECRET) -> AsyncIterator[WebApp]:
    """Run a customer's web app."""
    app = WebApp(framework, vendor, folder, secret)
    try:
        await app.start()
        yield app
    finally:
        app.kill()


async def saved(client: Any, recording: Any, folder: Path) -> bytes:
    """Wait for a recording and save it."""
    await client.recordings.wait(recording, timeout=600.0)
    path = folder / "call.mp3"
    await client.recordings.save(recording, path)
    return path.read_bytes()


async def test_a_call_at_stringee(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn")
    pytest.importorskip("starlette")
    settings = StringeeSettings(recording_delay=0.3)
    async with Emulator(stringee_settings=settings) as emulator:
        state = emulator.state.stringee
        async with (
            customer("starlette", "stringee", tmp_path, state.signing_key) as app,
            StringeeClient(**emulator.stringee(), clock=HastyClock()) as client,
        ):
            state.event_url = app.url
            placed = await client.calls.make(caller=OURS, to=PHONE, actions=[record(), talk("hi")])
            await emulator.settle()
            await app.die(4)
            await app.start()
            told = ["created", "started", "ringing", "answered"]
            await until(lambda: app.handled() == told, "what was stored is handled")
            await client.calls.stop(placed.call_id or "")
            told += ["ended", "recording"]
            await until(lambda: app.handled() == told, "the end and the recording are handled")
            await until(lambda: app.stored()[-1][0] == "handled", "it is marked")
            (found,) = await client.call_records.list(since=datetime.now(UTC) - HOUR).collect()
            assert (found.id, found.from_number, found.to_number) == (placed.call_id, OURS, PHONE)
            assert await saved(client, found.recording_id, tmp_path) == state.recording(found.id)
            assert [delivery.status for delivery in state.deliveries] == [200] * 6
            assert {event for event, _ in app.stored()} == {"handled"}
            assert app.lines() == ["failed"] * 2 + told


async def test_a_callback_at_ringme(tmp_path: Path) -> None:
    """Its hooks are of both methods: some events come in a query, some as a form."""
    settings = RingMeSettings(recorded=True, recording_delay=0.3)
    async with Emulator(ringme_settings=settings) as emulator:
        state = emulator.state.ringme
        async with (
            customer("aiohttp", "ringme", tmp_path) as app,
            RingMeClient(**emulator.ringme(), clock=HastyClock()) as client,
        ):
            phone = (await client.extensions.create(name="101", type="phone")).id
            for event, method in (("dial-out", "GET"), ("answer", "POST"), ("hangup", "GET")):
                await client.extension_events.create(phone, event_type=event, url=app.url, method=method)
            placed = await client.callback.create(phone, src_num=["101"], dst_num=PHONE)
            await emulator.settle()
            await app.die(2)
            await app.start()
            await until(lambda: app.handled() == ["dial-out", "answer"], "what was stored is handled")
            await client.current_calls.drop(phone, placed.call_api_id or "")
            told = ["dial-out", "answer", "hangup"]
            await until(lambda: app.handled() == told, "the end is handled")
            await until(lambda: app.stored()[-1][0] == "handled", "it is marked")
            begun = int(time.time())
            await until(
                lambda: time.time() >= begun + 1, "the second of the call is over, so that it is listed"
            )
            (found,) = await client.call_records.list(since=datetime.now(UTC) - HOUR).collect()
            assert (found.id.lower(), found.direction, found.to_number) == (placed.call_id, "out", PHONE)
            assert found.recording_id is not None
            held = state.call_history.recorded[found.recording_id.upper()].content
            assert await saved(client, found.recording_id, tmp_path) == held
            assert [delivery.status for delivery in state.deliveries] == [200] * 3
            assert app.lines() == ["failed"] * 2 + told


async def test_calls_at_itnio_tech(tmp_path: Path) -> None:
    """The second call ends while the web app is away: its record is pushed again until the app is back."""
    settings = ItniotechSettings(
        call_seconds=0.05, recorded=True, recording_delay=0.3, push_interval=0.05, push_repeats=400
    )
    async with Emulator(itniotech_settings=settings) as emulator:
        state = emulator.state.itniotech
        async with (
            customer("aiohttp", "itniotech", tmp_path) as app,
            ItniotechClient(**emulator.itniotech(), clock=HastyClock()) as client,
        ):
            state.push_url = app.url
            state.add_agents(state.add_group("Sales"), account="an01")
            call: dict[str, Any] = {"account": "an01", "app_id": state.app_id}
            first = await client.calls.make(callee=PHONE, **call)
            await app.die(1)
            await client.calls.make(callee=OURS, **call)
            await until(lambda: state.pushes[-1].attempts and len(state.pushes) == 2, "the second push fails")
            await app.start()
            await emulator.settle()
            await until(lambda: sorted(app.handled()) == sorted([PHONE, OURS]), "both records are handled")
            assert [push.outcome for push in state.pushes] == ["delivered"] * 2
            assert [push.attempts[0].good for push in state.pushes] == [True, False]
            listing = client.call_records.list(since=datetime.now(UTC) - HOUR, until=datetime.now(UTC) + HOUR)
            found = {row.called: row for row in await listing.collect()}
            assert (len(found), found[PHONE].call_id) == (2, first)
            (path,) = [row["voiceUrl"] for row in state.call_records.values() if row["called"] == PHONE]
            assert await saved(client, found[PHONE], tmp_path) == state.recordings[path].content
            assert len(app.lines()) == 4
