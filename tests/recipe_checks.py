"""What the recipes find on the emulator, who visits their servers, and what must be true afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from stringee_async.emulator import Emulator

SOUND = b"ID3" + bytes(range(256)) * 100
ENVIRONMENT = {
    "STRINGEE_SIGNING_KEY": "the-signing-key-of-the-project",
    "EVENTS_SECRET": "a-secret-of-at-least-16-characters",
    "EVENTS_URL": "https://host.example/events",
    "ITNIOTECH_APP_ID": "",
}
"""Variables that recipes read beside the credentials."""

Browser = TestClient[web.Request, web.Application]
Visit = Callable[[Browser, Emulator], Awaitable[None]]
Check = Callable[[Emulator, Path, str], None]


def fill(emulator: Emulator, now: float) -> None:
    """Let there be people, numbers, and one recorded call of an hour ago at each vendor."""
    began = now - 3600
    stringee, ringme, itniotech = emulator.state.stringee, emulator.state.ringme, emulator.state.itniotech
    stringee.add_agent("An", "u.an")
    stringee.add_group("Sales")
    stringee.add_queue("Hotline")
    stringee.add_number("842873000001")
    stringee.add_call(
        int(began * 1000), recording=SOUND, from_number="84901234567", to_number="u.an", to_internal=1,
        answer_duration=30,
    )  # fmt: skip
    phone = ringme.add_extension("101")
    ringme.call_history.add(phone, started=began, recording=SOUND)
    itniotech.add_agents(itniotech.add_group("Sales"))
    itniotech.add_recording(itniotech.add_record(), SOUND)
    ENVIRONMENT["ITNIOTECH_APP_ID"] = itniotech.app_id


def _call_log(emulator: Emulator, folder: Path, _: str) -> None:
    with closing(sqlite3.connect(folder / "calls.db")) as database:
        rows = database.execute("SELECT vendor, started FROM calls ORDER BY vendor").fetchall()
    assert [vendor for vendor, _ in rows] == ["itniotech", "ringme", "stringee"]
    assert all(started.endswith("+00:00") for _, started in rows)


def _recordings(emulator: Emulator, folder: Path, _: str) -> None:
    saved = [file for file in folder.rglob("*") if file.is_file()]
    assert saved
    assert all(file.read_bytes() == SOUND for file in saved)


def _matching(_: Emulator, __: Path, printed: str) -> None:
    assert "Nguyễn Văn An" in printed


async def _token(browser: Browser, _: Emulator) -> None:
    assert (await browser.get("/token")).status == 401
    async with browser.get("/token", headers={"Cookie": "session=cookie-of-an"}) as response:
        assert response.status == 200
        body: dict[str, Any] = await response.json()
        assert body["token"].count(".") == 2


CHECKS: dict[str, Check] = {
    "call-log:StringeeClient": _call_log,
    "recordings:StringeeClient": _recordings,
    "recordings:ItniotechClient": _recordings,
    "matching-callers:phone_key": _matching,
}
"""By recipe and a word of the block: what must be true after it has run."""
VISITS: dict[str, Visit] = {
    "client-tokens:run_app": _token,
}
"""Likewise: who visits the server that it starts."""
