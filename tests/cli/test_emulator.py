"""`stringee-async emulator` with an address: what happens at the service is told to a customer's own server."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import Request, urlopen

import pytest

from stringee_async import StringeeClient
from stringee_async.emulator import Emulator
from stringee_async.stringee.scco import record, talk
from stringee_async.stringee.webhooks import verify

from .conftest import Shell
from .test_main import started


class Hooks(BaseHTTPRequestHandler):
    """A customer's server that remembers what is posted to it."""

    heard: ClassVar[list[tuple[str, str | None, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.path, self.headers["X-STRINGEE-SIGNATURE"], body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_the_emulator_posts_events_to_the_address_that_it_is_given() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hooks) as hooks:
        threading.Thread(target=hooks.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{hooks.server_port}/events"
        timing = ("--ring", "0.01", "--talk", "0.01", "--recording-delay", "0.01")
        with started("emulator", "--port", "0", "--event-url", url, *timing) as (process, environment):
            asyncio.run(_call(environment))
            end = time.monotonic() + 20.0
            while len(Hooks.heard) < 6 and time.monotonic() < end:
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        hooks.shutdown()
    key = errors.partition("STRINGEE_SIGNING_KEY=")[2].split()[0]
    for path, signature, body in Hooks.heard:
        assert path == "/events"
        verify(key, signature, body)
    statuses = [json.loads(body).get("call_status") for *_, body in Hooks.heard]
    assert statuses == ["created", "started", "ringing", "answered", "ended", None]


async def _call(environment: dict[str, str]) -> None:
    names = ("key_sid", "key_secret", "icc_url", "api_url")
    given: Any = {name: environment[f"STRINGEE_{name.upper()}"] for name in names}
    async with StringeeClient(**given) as client:
        await client.calls.make(caller="842871000000", to="84901234567", actions=[record(), talk("hi")])


@pytest.mark.parametrize("option", ["--event-url", "--push-url", "--sms-push-url"])
def test_the_emulator_posts_to_no_other_machine(shell: Shell, option: str) -> None:
    result = shell("emulator", "--port", "0", option, "https://me.example/events", code=64)
    assert "loopback" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_the_state_is_there_again_after_a_stop_and_a_start(tmp_path: Path) -> None:
    """Read at the start, written at a clean stop and by the control API; the next ids are those that would have come."""
    file, ids = tmp_path / "state.json", []
    for turn in range(2):
        with started("emulator", "--port", "0", "--state", str(file)) as (process, environment):
            request = Request(
                f"{environment['STRINGEE_ICC_URL']}/_emulator/api/save",
                method="POST",
                headers={"X-Emulator": "1"},
            )
            asyncio.run(_create(environment, f"u.{turn}"))
            with urlopen(request) as response:
                saved = json.load(response)
            state = Emulator.load(file).state.stringee
            ids.append([state.agents.where(stringee_user_id=f"u.{number}")[0] for number in range(turn + 1)])
            asyncio.run(_create(environment, f"u.later.{turn}"))
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        assert saved == {"saved": str(file)}
        assert "The state is in " in errors
        assert f"Page: {environment['STRINGEE_ICC_URL']}/_emulator/" in errors
    unbroken = Emulator(seed=1).state.stringee
    expected = [unbroken.add_agent("An", user) for user in ("u.0", "u.later.0", "u.1", "u.later.1")]
    assert ids == [[expected[0]], [expected[0], expected[2]]]
    assert list(Emulator.load(file).state.stringee.agents) == expected


async def _create(environment: dict[str, str], user: str) -> None:
    names = ("key_sid", "key_secret", "icc_url", "api_url")
    given: Any = {name: environment[f"STRINGEE_{name.upper()}"] for name in names}
    async with StringeeClient(**given) as client:
        await client.agents.create(name="An", stringee_user_id=user)


@pytest.mark.parametrize("content", [b'{"format": 1', b"{}", b'{"format": 1, "ringme": {"sound": {}}}'])
def test_a_state_that_cannot_be_read_ends_the_command_and_is_not_touched(
    shell: Shell, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content)
    result = shell("emulator", "--port", "0", "--state", str(file), code=1)
    assert "state.json" in result.stderr
    assert "left as it is" in result.stderr
    assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_noticed_before_anything_else(shell: Shell, tmp_path: Path) -> None:
    result = shell("emulator", "--port", "0", "--state", str(tmp_path / "none" / "state.json"), code=64)
    assert "there is no folder" in result.stderr
    result = shell("emulator", "--no-page", "--open", code=64)
    assert "no page" in result.stderr
