"""What the recipes find on the emulator, who visits their servers, and what must be true afterwards."""

from __future__ import annotations

import base64
import hmac
import json
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
    "ITNIOTECH_OTP_APP_ID": "",
    "ITNIOTECH_OTP_TEMPLATE_ID": "",
}
"""Variables that recipes read beside the credentials."""

Browser = TestClient[web.Request, web.Application]
Visit = Callable[[Browser, Emulator], Awaitable[None]]
Check = Callable[[Emulator, Path, str], None]


def fill(emulator: Emulator, now: float) -> None:
    """Let there be people, numbers, and one recorded call of an hour ago at each vendor."""
    began = now - 3600
    stringee, ringme, itniotech = emulator.state.stringee, emulator.state.ringme, emulator.state.itniotech
    stringee.add_membership(stringee.add_group("Sales"), stringee.add_agent("An", "u.an"))
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
    codes = itniotech.otp.add_app()
    ENVIRONMENT["ITNIOTECH_APP_ID"] = itniotech.app_id
    ENVIRONMENT["ITNIOTECH_OTP_APP_ID"] = codes
    ENVIRONMENT["ITNIOTECH_OTP_TEMPLATE_ID"] = str(itniotech.add_otp_template(codes))


def _call_log(emulator: Emulator, folder: Path, _: str) -> None:
    with closing(sqlite3.connect(next(folder.glob("*.db")))) as database:
        rows = database.execute("SELECT vendor, started FROM calls ORDER BY vendor").fetchall()
    assert [vendor for vendor, _ in rows] == ["itniotech", "ringme", "stringee"]
    assert all(started.endswith(("+00:00", "Z")) for _, started in rows)


def _recordings(emulator: Emulator, folder: Path, _: str) -> None:
    saved = [file for file in folder.rglob("*") if file.is_file()]
    assert saved
    assert all(file.read_bytes() == SOUND for file in saved)


def _matching(_: Emulator, __: Path, printed: str) -> None:
    assert "Nguyễn Văn An" in printed


def _subscribed(emulator: Emulator, _: Path, printed: str) -> None:
    assert "3 new" in printed
    rows = emulator.state.ringme.extension_events.rows()
    assert {row["url"].rpartition("/")[2] for row in rows} == {ENVIRONMENT["EVENTS_SECRET"]}


def _told(emulator: Emulator, _: Path, __: str) -> None:
    assert emulator.state.stringee.call_settings["event_url"] == ENVIRONMENT["EVENTS_URL"] + "/events"


def _coded(emulator: Emulator, _: Path, printed: str) -> None:
    assert "on its way" in printed
    assert emulator.count("sms.send") >= 1


def _checked(emulator: Emulator, _: Path, printed: str) -> None:
    assert printed == "wrong\n"
    assert emulator.count("otp.verify") == 1


def _rings(_: Emulator, __: Path, printed: str) -> None:
    assert "Your phone rings" in printed


def _gone(emulator: Emulator, _: Path, __: str) -> None:
    stringee = emulator.state.stringee
    (agent,) = stringee.agents.values()
    assert agent["stringee_user_id"] == "u.chi"
    assert [row["agent_id"] for row in stringee.group_agents.values()] == list(stringee.agents)


def _hundreds(emulator: Emulator, _: Path, printed: str) -> None:
    stringee = emulator.state.stringee
    assert printed == ""
    assert {row["stringee_user_id"] for row in stringee.agents.values()} == {f"u.{n}" for n in range(300)}
    assert len(stringee.group_agents) == 300


def _followed(emulator: Emulator, _: Path, printed: str) -> None:
    stringee = emulator.state.stringee
    assert {f"u.{number}" for number in range(301)} <= {
        row["stringee_user_id"] for row in stringee.agents.values()
    }
    assert len(stringee.group_agents) == 291  # of those in the file alone
    assert "differs" not in printed
    assert printed.count("nothing is left to do") == 2


def _phone_gone(emulator: Emulator, _: Path, __: str) -> None:
    ringme = emulator.state.ringme
    names = {str(row["name"]).rpartition("*")[2] for row in ringme.extensions.values()}
    assert {"102", "370"} <= names
    assert "101" not in names
    assert len(ringme.queue_agents) == 1


def _disabled(emulator: Emulator, _: Path, __: str) -> None:
    itniotech = emulator.state.itniotech
    assert {row["groupName"] for row in itniotech.agent_groups.values()} == {"Sales", "Night shift"}
    assert "Chi" in {row["name"] for row in itniotech.agents.values()}


def _asks_for_agents(emulator: Emulator, _: Path, __: str) -> None:
    (queue,) = emulator.state.stringee.queues.values()
    assert queue["get_list_agents_url"] == ENVIRONMENT["EVENTS_URL"] + "/agents"


def _signed(data: str) -> dict[str, str]:
    digest = hmac.digest(ENVIRONMENT["STRINGEE_SIGNING_KEY"].encode(), data.encode(), "sha1")
    return {"X-STRINGEE-SIGNATURE": base64.b64encode(digest).decode()}


async def _stringee_events(browser: Browser, _: Emulator) -> None:
    body = json.dumps({"call_id": "c-1", "call_status": "ended", "event_id": "EV1", "timestamp_ms": 1})
    assert (await browser.post("/events", data=body)).status == 403
    for _again in range(2):
        assert (await browser.post("/events", data=body, headers=_signed(body))).status == 200


async def _unsigned_events(browser: Browser, _: Emulator) -> None:
    secret, form = ENVIRONMENT["EVENTS_SECRET"], {"EventType": "hangup", "CallID": "c-1"}
    assert (await browser.post("/ringme/wrong-secret-of-16", data=form)).status == 404
    assert (await browser.post(f"/ringme/{secret}", data=form)).status == 200
    assert (await browser.post(f"/itniotech/{secret}", json={"callId": "c-1"})).status == 200


async def _script(browser: Browser, _: Emulator) -> None:
    waiting = {"queueId": "Q", "projectId": 1, "calls": [{"callId": "c", "from": "84901234567", "to": "1"}]}
    async with browser.post("/agents", json=waiting) as response:
        assert response.status == 200
        assert (await response.text()).index("u.an") < (await response.text()).index("u.bo")
    asked = "/script?from=84901234567&to=842873000001&fromInternal=false&uuid=c"
    assert (await browser.get(asked)).status == 403
    async with browser.get(asked, headers=_signed(asked)) as response:
        assert [step["action"] for step in await response.json()] == ["talk", "input"]
    body = json.dumps({"call_id": "c", "dtmf": "1"})
    async with browser.post("/script", data=body, headers=_signed(body)) as response:
        assert [step["action"] for step in await response.json()] == ["record", "connect"]
        assert "u.an" in await response.text()


def _handled(_: Emulator, __: Path, printed: str) -> None:
    assert printed.count("c-1 ended") == 1


def _both_handled(_: Emulator, __: Path, printed: str) -> None:
    assert "hangup c-1" in printed
    assert "c-1 None" in printed


async def _token(browser: Browser, _: Emulator) -> None:
    assert (await browser.get("/token")).status == 401
    async with browser.get("/token", headers={"Cookie": "session=cookie-of-an"}) as response:
        assert response.status == 200
        body: dict[str, Any] = await response.json()
        assert body["token"].count(".") == 2


def _mailed(emulator: Emulator, _: Path, printed: str) -> None:
    emails = emulator.state.itniotech.unconfirmed.emails
    assert [row["toAddress"] for row in emails.values()] == ["an@shop.example", "bo@shop.example"]
    assert all(f"'{key}': '0'" in printed for key in emails)


def _ai_calls(emulator: Emulator, _: Path, printed: str) -> None:
    (task,) = emulator.state.itniotech.unconfirmed.tasks.values()
    assert (task["name"], task["status"]) == ("Reminders", "IN_PROCESS")
    assert [person["phoneNumber"] for person in task["customers"]] == ["6590001000"]
    assert "refused: []" in printed


def _prints_an(_: Emulator, __: Path, printed: str) -> None:
    assert "An" in printed


def _one_call(_: Emulator, __: Path, printed: str) -> None:
    assert "│ in" in printed or "│ out" in printed


def _told_of(_: Emulator, __: Path, printed: str) -> None:
    assert "('agents.create', 'done'): 1" in printed


def _exported(_: Emulator, __: Path, printed: str) -> None:
    assert "1 agents" in printed  # the exporters write to what standard output was when they were imported


CHECKS: dict[str, Check] = {
    "data-frames:pandas": _prints_an,
    "data-frames:polars": _one_call,
    "data-frames:duckdb": _prints_an,
    "call-log:StringeeClient": _call_log,
    "recordings:StringeeClient": _recordings,
    "recordings:ItniotechClient": _recordings,
    "matching-callers:phone_key": _matching,
    "observing:Backoff": _told_of,
    "observing:OpenTelemetry": _exported,
    "click-to-call:client": _rings,
    "subscribing-extensions:ensure_all": _subscribed,
    "subscribing-extensions:StringeeClient": _told,
    "one-time-codes:sms.send": _coded,
    "one-time-codes:otp.verify": _checked,
    "itniotech-email:client": _mailed,
    "itniotech-ai-voice:client": _ai_calls,
    "receiving-events:stringee.EVENTS": _handled,
    "receiving-events:ringme.EXTENSION_EVENTS": _both_handled,
    "agent-choice-and-scripts:queues.update": _asks_for_agents,
    "on-and-off-boarding:u.chi": _gone,
    "on-and-off-boarding:ensure_many": _hundreds,
    "bring-hundreds-on-board:provision": _followed,
    "on-and-off-boarding:RingMeClient": _phone_gone,
    "on-and-off-boarding:ItniotechClient": _disabled,
}
"""By recipe and a word of the block: what must be true after it has run."""
VISITS: dict[str, Visit] = {
    "client-tokens:run_app": _token,
    "receiving-events:stringee.EVENTS": _stringee_events,
    "receiving-events:ringme.EXTENSION_EVENTS": _unsigned_events,
    "agent-choice-and-scripts:run_app": _script,
}
"""Likewise: who visits the server that it starts."""
