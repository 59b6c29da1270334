"""A new row of the emulated RingMe stays unseen for ``read_lag`` seconds, by lists and by its id, in every table."""

import json
from typing import Any

import pytest

from .conftest import RingMeStart, RingMeWire

C = "/client/@me"
EVENT = {"event_type": "agent-login", "method": "GET", "url": "https://a.example"}
MADE = {
    # what is made: where it is created and listed, its body, and its own path
    "extensions": (f"{C}/extension/", {"name": "370", "type": "phone"}, f"{C}/extension/{{id}}"),
    "local": (f"{C}/agent/local/", {"extension_id": 117}, f"{C}/agent/local/{{id}}"),
    "remote": (f"{C}/agent/remote/", {"number": "84901"}, f"{C}/agent/remote/{{id}}"),
    "queue_agents": (
        "/extension/208/queue/agents/remote/",
        {"agent_id": 9},
        "/extension/208/queue/agents/remote/{agent_id}",
    ),
    "agent_events": (f"{C}/agent/remote/9/event/", EVENT, f"{C}/agent/remote/9/event/{{id}}"),
    "extension_events": (
        "/extension/117/event/",
        {**EVENT, "event_type": "dial-in"},
        "/extension/117/event/{id}",
    ),
    "agents at an extension": ("/extension/117/agent/", {"name": "An"}, f"{C}/agent/local/{{id}}"),
}


@pytest.fixture
async def exchange(ringme_start: RingMeStart) -> Any:
    """An exchange with a queue, a phone and a remote agent, whose new rows lag."""
    ringme = await ringme_start(read_lag=60.0)
    state = ringme.state
    state.add_extension("200", "queue", id=208)
    state.add_extension("101", "phone", id=117)
    state.add_agent("remote", id=9, number="84900")
    return ringme


@pytest.mark.parametrize("name", MADE)
async def test_a_new_row_is_seen_when_its_time_has_come(exchange: RingMeWire, name: str) -> None:
    path, body, item = MADE[name]
    before = len(await exchange("GET", path))
    row = await exchange("POST", path, body)
    assert len(await exchange("GET", path)) == before
    own = item.format_map(row)
    assert (await exchange.raw("GET", own))[0] == 404
    exchange.state.hidden.hide(next(iter(exchange.state.hidden.waiting)), 0.0)
    assert len(await exchange("GET", path)) == before + 1
    assert (await exchange("GET", own)) == row


async def test_a_name_is_taken_at_once_and_other_calls_do_not_find_the_row(exchange: RingMeWire) -> None:
    made = await exchange("POST", f"{C}/extension/", {"name": "300", "type": "queue"})
    assert (await exchange.raw("POST", f"{C}/extension/", json={"name": "300", "type": "queue"}))[0] == 409
    phone = await exchange("POST", f"{C}/extension/", {"name": "301", "type": "phone"})
    agent = await exchange("POST", f"{C}/agent/remote/", {"number": "84901"})
    for method, path, body in (
        ("GET", f"/extension/{made['id']}/queue/", None),
        ("GET", "/extension/@300/queue/", None),
        ("POST", f"{C}/agent/local/", {"extension_id": phone["id"]}),
        ("POST", "/extension/208/queue/agents/remote/", {"agent_id": agent["id"]}),
        ("POST", f"{C}/agent/remote/{agent['id']}/event/", EVENT),
    ):
        assert (await exchange.raw(method, path, json=body))[0] == 404, path
    listed = await exchange("GET", f"{C}/extension/?type=queue")
    assert [row["name"] for row in listed] == ["000*200"]


async def test_sounds_lag_too(exchange: RingMeWire) -> None:
    """An upload is listed later."""
    head = "Content-Disposition: form-data; name="
    body = (
        f'--b\r\n{head}"title"\r\n\r\nWait\r\n--b\r\n{head}"file"; filename="a.mp3"\r\n\r\nID3x\r\n--b--\r\n'
    ).encode()
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    status, _, answer = await exchange.raw("POST", f"{C}/sound/", data=body, headers=form)
    assert status == 201
    assert await exchange("GET", f"{C}/sound/") == []
    assert (await exchange.raw("GET", f"{C}/sound/{json.loads(answer)['id']}"))[0] == 404
