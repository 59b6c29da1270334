"""What RingMe tells a customer's own server, how, when, and to whom never."""

import asyncio
import socket
from typing import Any
from urllib.parse import parse_qsl

import pytest

from stringee_async.emulator import Emulator

from ..kit import until
from .conftest import Listener, RingMeStart, RingMeWire

C = "/client/@me"
LOCAL = {
    "agent_id": "136",
    "agent_status": "logged_out",
    "agent_type": "local",
    "extension_name": "000*094@ringme.ru",
    "event_source": "api",
}
REMOTE = {
    "agent_id": "9",
    "agent_status": "logged_out",
    "agent_type": "remote",
    "agent_number": "84900",
    "event_source": "api",
}


def fill(emulator: Any) -> Any:
    """Let there be the sample's local agent, and a remote one."""
    state = emulator.state.ringme
    state.add_agent("local", id=136, extension_id=state.add_extension("094", domain="ringme.ru"))
    state.add_agent("remote", id=9, number="84900")
    return state


@pytest.fixture
def state(ringme: RingMeWire) -> Any:
    return fill(ringme.emulator)


async def set_status(ringme: RingMeWire, kind: str, agent: int, status: Any) -> None:
    await ringme("PUT", f"{C}/agent/{kind}/{agent}", {"status": status})
    await ringme.emulator.settle()


@pytest.mark.parametrize(("kind", "agent", "data"), [("local", 136, LOCAL), ("remote", 9, REMOTE)])
async def test_by_get(
    ringme: RingMeWire, state: Any, listener: Listener, kind: str, agent: int, data: Any
) -> None:
    """By GET the data are in the query, with * and @ percent-encoded, beside what the url has already."""
    state.add_agent_event(kind, agent, "agent-logout", listener.url("/hook?key=a%2Fb#end"))
    await set_status(ringme, kind, agent, "logged_out")
    ((method, path, _, body),) = listener.heard
    assert (method, body) == ("GET", "")
    assert dict(parse_qsl(path.partition("?")[2])) == {"key": "a/b", **data}
    assert path.startswith("/hook?key=a%2Fb&agent_id=")
    assert kind == "remote" or "extension_name=000%2A094%40ringme.ru" in path


async def test_by_post(ringme: RingMeWire, state: Any, listener: Listener) -> None:
    """By POST the data are a form in the body, and the query of the url stays."""
    state.add_agent_event("remote", 9, "agent-logout", listener.url("/hook?key=1"), "POST")
    await set_status(ringme, "remote", 9, "logged_out")
    ((*head, body),) = listener.heard
    assert head == ["POST", "/hook?key=1", "application/x-www-form-urlencoded"]
    assert dict(parse_qsl(body)) == REMOTE
    (delivery,) = state.deliveries
    assert (delivery.ended, delivery.status, delivery.data) == ("answered", 200, REMOTE)


async def test_one_message_for_each_change(ringme: RingMeWire, state: Any, listener: Listener) -> None:
    """Repeated statuses tell nothing; login and logout are told to those who wished the one or the other."""
    state.add_agent_event("remote", 9, "agent-login", listener.url("/in"))
    state.add_agent_event("remote", 9, "agent-logout", listener.url("/out"))
    state.add_agent_event("local", 136, "agent-logout", listener.url("/other"))
    for status in ("available", "logged_out", "logged_out", "available"):
        await set_status(ringme, "remote", 9, status)
    await ringme("PUT", f"{C}/agent/remote/9", {"call_timeout": 5})
    await ringme("POST", f"{C}/agent/remote/", {"number": "1", "status": "logged_out"})
    await ringme.emulator.settle()
    assert [path.partition("?")[0] for _, path, *_ in listener.heard] == ["/out", "/in"]


async def test_each_matching_event_is_a_message(ringme: RingMeWire, state: Any, listener: Listener) -> None:
    first, second = (state.add_agent_event("remote", 9, "agent-logout", listener.url(f"/{n}")) for n in "ab")
    await set_status(ringme, "remote", 9, "logged_out")
    assert {path[:2] for _, path, *_ in listener.heard} == {"/a", "/b"}
    assert [delivery.subscription for delivery in state.deliveries] == [first, second]


async def test_a_newer_status_is_told_to_nobody(ringme_start: RingMeStart, listener: Listener) -> None:
    ringme = await ringme_start(ringme_open_values=True)
    state = fill(ringme.emulator)
    for word in ("agent-login", "agent-logout"):
        state.add_agent_event("remote", 9, word, listener.url())
    await set_status(ringme, "remote", 9, "on_break")
    assert (state.deliveries, listener.heard) == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        "https://myshost.org/calls",
        "http://127.0.0.1@example.org/",
        "http://localhost.example.org/",
        "http://10.0.0.1/",
        "http://[2001:db8::1]/",
        "http://127.0.0.1:99999/",
        "ftp://127.0.0.1/",
        "/calls",
        "",
    ],
)
async def test_other_machines_are_told_nothing(ringme: RingMeWire, state: Any, url: str) -> None:
    """What is not on a loopback address is written down as skipped, and no name is looked up for it."""
    state.add_agent_event("remote", 9, "agent-logout", url)
    await set_status(ringme, "remote", 9, "logged_out")
    (delivery,) = state.deliveries
    assert (delivery.ended, delivery.status, delivery.url) == ("skipped", None, url)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1"])
async def test_localhost_is_this_machine(
    ringme: RingMeWire, state: Any, listener: Listener, host: str
) -> None:
    url = listener.url().replace("127.0.0.1", host)
    state.add_agent_event("remote", 9, "agent-logout", url)
    await set_status(ringme, "remote", 9, "logged_out")
    assert [delivery.ended for delivery in state.deliveries] == ["answered"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "127.255.255.254", "[::1]"])
async def test_every_loopback_address_is_tried_and_a_refused_connection_is_a_failed_message(
    ringme: RingMeWire, state: Any, host: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        state.add_agent_event("remote", 9, "agent-logout", f"http://{host}:{free.getsockname()[1]}/")
        await set_status(ringme, "remote", 9, "logged_out")
    assert [(delivery.ended, delivery.status) for delivery in state.deliveries] == [("failed", None)]
    await ringme("GET", "/user/")


async def test_an_answer_is_an_answer(ringme: RingMeWire, state: Any, listener: Listener) -> Any:
    """Whatever the customer's server responses ends it: nothing is repeated, no redirect followed."""
    state.add_agent_event("remote", 9, "agent-logout", listener.url())
    state.add_agent_event("remote", 9, "agent-login", listener.url())
    listener.statuses = [500, 302]
    for status in ("logged_out", "available"):
        await set_status(ringme, "remote", 9, status)
    ends = [(delivery.ended, delivery.status) for delivery in state.deliveries]
    assert ends == [("answered", 500), ("answered", 302)]
    assert len(listener.heard) == 2


async def test_a_server_that_does_not_answer(ringme_start: RingMeStart, listener: Listener) -> Any:
    ringme = await ringme_start(delivery_timeout=0.03)
    state = fill(ringme.emulator)
    state.add_agent_event("remote", 9, "agent-logout", listener.url())
    listener.hang()
    await ringme("PUT", f"{C}/agent/remote/9", {"status": "logged_out"})
    assert [delivery.ended for delivery in state.deliveries] == ["pending"]
    await ringme.emulator.settle()
    assert [delivery.ended for delivery in state.deliveries] == ["failed"]


async def test_close_cancels_what_is_under_way(ringme: RingMeWire, state: Any, listener: Listener) -> Any:
    state.add_agent_event("remote", 9, "agent-logout", listener.url())
    listener.hang()
    tasks = asyncio.all_tasks()
    await ringme("PUT", f"{C}/agent/remote/9", {"status": "logged_out"})
    await until(lambda: listener.heard, "the message arrives")
    await ringme.emulator.close()
    await ringme.emulator.settle()
    assert [delivery.ended for delivery in state.deliveries] == ["pending"]
    listener.speak.set()
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - tasks
    assert not [task for task in left if "WebhookSender" in repr(task.get_coro())]
    state.dial_status("remote", 9, "available")
    state.dial_status("remote", 9, "logged_out")
    assert [delivery.ended for delivery in state.deliveries] == ["pending", "skipped"]


def test_an_emulator_that_does_not_run_tells_nobody() -> None:
    state = fill(Emulator(seed=1))
    state.add_agent_event("remote", 9, "agent-logout", "http://127.0.0.1:9/")
    state.dial_status("remote", 9, "logged_out")
    assert [delivery.ended for delivery in state.deliveries] == ["skipped"]


def test_messages_keep_the_address_out_of_sight() -> None:
    """The only protection of a customer's server is its unguessable address, so a repr does not show it."""
    state = fill(Emulator(seed=1))
    state.add_agent_event("remote", 9, "agent-logout", "http://127.0.0.1:9/canary")
    state.dial_status("remote", 9, "logged_out")
    assert "canary" not in repr(state.deliveries)
    assert "84900" not in repr(state.deliveries)
