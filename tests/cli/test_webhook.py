"""The noun `webhook`: verified events are printed and stored, others are refused with the reason; no secret is shown."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import json
import os
import re
import signal
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest
from typer.testing import CliRunner

from stringee_async import ConfigError
from stringee_async.cli.account import find_webhook_secret
from stringee_async.cli.app import app
from stringee_async.cli.vendor import Vendor
from stringee_async.emulator import Emulator, StringeeSettings
from stringee_async.webhooks import SqliteStore, StoredEvent

KEY = "the-signing-key-of-the-project"
DELIVERY = b'[{"msgid": "m1", "mobile": "84900000001", "status": 0}]'
SECRET = "a-secret-part-of-the-path"


@attrs.define
class Listener:
    """A `webhook listen` in a process of its own."""

    process: asyncio.subprocess.Process
    url: str

    async def post(self, body: bytes, path: str = "", **headers: str) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/{path}", data=body, headers=headers) as response,
        ):
            return response.status

    async def signed(self, body: bytes) -> int:
        digest = base64.b64encode(hmac.new(KEY.encode(), body, "sha1").digest()).decode()
        return await self.post(body, **{"X-STRINGEE-SIGNATURE": digest})

    async def line(self) -> str:
        assert self.process.stdout is not None
        return (await asyncio.wait_for(self.process.stdout.readline(), 30)).decode()

    async def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Return exit code and standard error."""
        self.process.send_signal(number)
        _, err = await asyncio.wait_for(self.process.communicate(), 30)
        assert self.process.returncode is not None
        return self.process.returncode, err.decode()


@contextlib.asynccontextmanager
async def listening(database: Path, *words: str, **environment: str) -> AsyncIterator[Listener]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stringee_async", "webhook", "listen"),
        *("--port", "0", "--db", str(database), *words),
        env={**os.environ, "XDG_CONFIG_HOME": str(database.parent), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        told = (await asyncio.wait_for(process.stderr.readline(), 30)).decode()
        found = re.search(r"http://127\.0\.0\.1:\d+", told)
        assert found is not None, told
        yield Listener(process, found[0])
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def event(number: int, **fields: Any) -> bytes:
    known = {
        "event_id": f"e-{number}",
        "call_id": "call-1",
        "call_status": "started",
        "type": "stringee_call",
    }
    return json.dumps({**known, "from": {"number": "84900000001"}, **fields}).encode()


def in_store(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return [state for (state,) in database.execute("SELECT state FROM events ORDER BY number")]


async def test_verified_events_are_printed_and_stored_and_others_refused_with_the_reason(
    tmp_path: Path,
) -> None:
    path = tmp_path / "inbox.db"
    async with listening(path, STRINGEE_SIGNING_KEY=KEY) as listener:
        assert await listener.signed(event(1)) == 200
        line = await listener.line()
        assert re.match(r"\d\d:\d\d:\d\d CallEvent ", line)
        assert "call_id=call-1" in line
        assert "from=84900000001" in line
        assert await listener.post(event(2)) == 403
        assert await listener.post(event(2), **{"X-STRINGEE-SIGNATURE": "AAAA"}) == 403
        assert await listener.signed(event(1)) == 200  # comes again, and is not printed again
        assert await listener.signed(event(3, call_status="ended")) == 200
        assert "call_status=ended" in await listener.line()
        code, told = await listener.end()
    assert code == 0
    assert "a webhook was refused: the request is not signed" in told
    assert "a webhook was refused: the signature is wrong" in told
    assert KEY not in told
    assert in_store(path) == ["handled", "handled"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_emulators_signed_events_of_a_whole_call_are_printed_in_order(tmp_path: Path) -> None:
    settings = StringeeSettings(ring_seconds=0.02, talk_seconds=0.02)
    async with Emulator(stringee_settings=settings) as emulator:
        state = emulator.state.stringee
        state.add_number("842871000000")
        async with listening(
            tmp_path / "inbox.db", "--json", STRINGEE_SIGNING_KEY=state.signing_key
        ) as listener:
            state.call_settings["event_url"] = f"{listener.url}/events"
            key = state.call_in("84901234567", "842871000000")
            seen: list[str] = []
            while "ended" not in seen:
                found = json.loads(await listener.line())
                assert found["call_id"] == key
                seen.append(found["call_status"])
            assert len(seen) == len(set(seen)) >= 2
            await listener.end()


async def test_json_is_a_line_for_each_event(tmp_path: Path) -> None:
    async with listening(tmp_path / "inbox.db", "--json", STRINGEE_SIGNING_KEY=KEY) as listener:
        await listener.signed(event(1, unheard_of="\x1b[2J"))
        found = json.loads(await listener.line())
        assert (found["event"], found["call_id"], found["unheard_of"]) == ("CallEvent", "call-1", "\x1b[2J")
        assert (await listener.end(signal.SIGTERM))[0] == 0


async def test_what_was_not_printed_is_printed_by_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    store = SqliteStore(path)
    await store.open()
    await store.add(StoredEvent(event_id="e-1", received=1.0, body=event(1)), same_since=0.0)
    await store.aclose()
    async with listening(path, STRINGEE_SIGNING_KEY=KEY) as listener:
        assert "call_id=call-1" in await listener.line()
        await listener.end()


async def test_a_reader_that_leaves_ends_the_listening(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    async with listening(path, STRINGEE_SIGNING_KEY=KEY) as listener:
        transport: Any = listener.process.stdout._transport  # type: ignore[union-attr]
        transport.close()
        await listener.signed(event(1))
        assert await asyncio.wait_for(listener.process.wait(), 30) == 0
    assert in_store(path) == ["waiting"]


@pytest.mark.parametrize(
    ("vendor", "words", "body", "shown"),
    [
        (Vendor.RINGME, (), b"EventType=Call&CallID=c1&CallFlow=in", "ExtensionEvent"),
        (Vendor.RINGME, ("--events", "agents"), b"", "AgentEvent"),
        (Vendor.ITNIOTECH, (), b'{"callId": "c1", "voiceUrl": "https://host.example/x"}', "CallRecordPush"),
        (Vendor.ITNIOTECH, ("--events", "sms-deliveries"), DELIVERY, "SmsDelivery"),
    ],
)
async def test_vendors_that_sign_nothing_are_known_by_a_secret_in_the_path(
    tmp_path: Path, vendor: Vendor, words: tuple[str, ...], body: bytes, shown: str
) -> None:
    secret = {f"{vendor.name}_PATH_SECRET": SECRET}
    query = "?agent_id=1&agent_type=local&agent_status=logged_in&status=logged_in" if not body else ""
    async with listening(tmp_path / "inbox.db", "--vendor", vendor, *words, **secret) as listener:
        form = {} if vendor is Vendor.ITNIOTECH else {"Content-Type": "application/x-www-form-urlencoded"}
        assert await listener.post(body or b" ", "wrong" + query, **form) == 404
        assert await listener.post(body or b"", SECRET + query, **form) == 200
        line = await listener.line()
        assert shown in line
        assert "host.example" not in line
        code, told = await listener.end()
    assert code == 0
    assert "the secret at the end of its path is wrong or missing" in told
    assert SECRET not in told


async def dead_letter(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    for number in (1, 2):
        await store.add(
            StoredEvent(event_id=f"e-{number}", call_id="c", received=1e9, body=event(number)), same_since=0.0
        )
    first, second = await store.load("waiting")
    await store.save(attrs.evolve(first, state="dead", attempts=10, error="ValueError: no"))
    await store.save(attrs.evolve(second, state="handled", attempts=1))
    await store.aclose()


def test_dead_letters_are_listed_replayed_and_purged(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    asyncio.run(dead_letter(path))

    def run(*words: str) -> str:
        shown = CliRunner().invoke(app, ["webhook", *words, "--db", str(path)])
        assert shown.exit_code == 0, shown.output
        return shown.stdout

    (row,) = json.loads(run("dead-letters", "-o", "json"))
    assert (row["call_id"], row["attempts"], row["error"]) == ("c", 10, "ValueError: no")
    assert json.loads(row["body"])["event_id"] == "e-1"
    assert "1 event will be handled again" in run("replay")
    assert in_store(path) == ["handled", "waiting"]
    assert "deleted 1 event" in run("purge", "--older-than", "30d")
    assert in_store(path) == ["waiting"]


@pytest.mark.parametrize("verb", ["dead-letters", "replay", "purge"])
def test_an_inbox_that_is_not_there_is_not_made(tmp_path: Path, verb: str) -> None:
    words = ["webhook", verb, "--db", str(tmp_path / "no.db")]
    words += ["--older-than", "1d"] if verb == "purge" else []
    shown = CliRunner().invoke(app, words)
    assert (shown.exit_code, list(tmp_path.iterdir())) == (64, [])
    assert "there is no file" in shown.output


def test_a_port_that_is_taken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setenv("STRINGEE_SIGNING_KEY", KEY)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = ["webhook", "listen", "--port", str(taken.getsockname()[1]), "--db", str(tmp_path / "i.db")]
        shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 1
    assert "choose another port with --port" in shown.stderr


def test_without_a_secret_nothing_is_listened_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("STRINGEE_SIGNING_KEY", raising=False)
    shown = CliRunner().invoke(app, ["webhook", "listen", "--db", str(tmp_path / "inbox.db")])
    assert shown.exit_code == 1
    assert "set STRINGEE_SIGNING_KEY, or signing_key in [profiles.default]" in " ".join(shown.stderr.split())
    assert not (tmp_path / "inbox.db").exists()
    monkeypatch.setenv("RINGME_PATH_SECRET", SECRET)
    words = ["webhook", "listen", "--vendor", "ringme", "--events", "all", "--db", str(tmp_path / "inbox.db")]
    shown = CliRunner().invoke(app, words)
    assert (shown.exit_code, "must be one of extensions, agents" in shown.output) == (64, True)


def test_the_secret_is_that_of_the_profile_or_of_the_environment(
    tmp_path: Path, write_profiles: Callable[[str], Path]
) -> None:
    path = write_profiles(
        '[profiles.default]\nkey_sid = "a"\nkey_secret = "b"\nsigning_key = "of the file"\n'
        '[profiles.bare]\nkey_sid = "a"\nkey_secret = "b"\n[profiles.exchange]\nvendor = "ringme"\n'
    )
    base = {"XDG_CONFIG_HOME": str(tmp_path)}
    set_ = {**base, "STRINGEE_SIGNING_KEY": "of the environment"}
    assert find_webhook_secret(Vendor.STRINGEE, None, None, base).reveal() == "of the file"
    assert find_webhook_secret(Vendor.STRINGEE, None, None, set_).reveal() == "of the environment"
    assert find_webhook_secret(Vendor.STRINGEE, "default", None, set_).reveal() == "of the file"
    with pytest.raises(ConfigError, match=r"set signing_key in \[profiles\.bare\]"):
        find_webhook_secret(Vendor.STRINGEE, "bare", None, set_)
    with pytest.raises(ConfigError, match="is for ringme"):
        find_webhook_secret(Vendor.STRINGEE, "exchange", path, set_)
    with pytest.raises(ConfigError, match="RINGME_PATH_SECRET"):
        find_webhook_secret(Vendor.RINGME, None, None, {**base, "RINGME_PATH_SECRET": " "})


def test_a_profile_with_a_secret_of_webhooks_serves_every_command(
    write_profiles: Callable[[str], Path],
) -> None:
    from stringee_async.cli.account import find_account

    path = write_profiles('[profiles.default]\nkey_sid = "a"\nkey_secret = "b"\nsigning_key = "c"\n')
    assert find_account(Vendor.STRINGEE, "default", path, {}).key == "a"


def test_events_are_old_by_the_time_they_came(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    asyncio.run(dead_letter(path))
    age = datetime.now(UTC) - datetime.fromtimestamp(1e9, UTC) + timedelta(days=1)
    words = ["webhook", "purge", "--older-than", f"{age.days}d", "--db", str(path), "-o", "json"]
    assert json.loads(CliRunner().invoke(app, words).stdout)["count"] == 0
