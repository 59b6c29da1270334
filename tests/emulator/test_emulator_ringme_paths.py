"""Every endpoint of the RingMe table: its operation's name, its exact slash, and who may be named in its path."""

import json
from typing import Any

import pytest
from aiohttp import FormData

from stringee_async.emulator import Emulator, Fault

from .conftest import RingMeWire

C, X = "/client/@me", "/extension/208"
EVENT = {"event_type": "agent-login", "method": "GET", "url": "https://myshost.org/calls"}
CALL_EVENT = {**EVENT, "event_type": "dial-in"}
PLACE = {"agent_id": 2, "level": 1, "position": 1}
SPAN = "start_datetime=2026-10-01+00:00:00&end_datetime=2026-10-31+00:00:00"
OCTOBER = 1_791_072_000.0
UPLOAD = object()
"""Stands for a multipart body, which cannot be made before a loop runs."""

AGENT_CALLS: list[tuple[str, str, str, Any]] = [
    row
    for kind, body, event in (("local", {"extension_id": 117}, 150), ("remote", {"number": "1"}, 151))
    for row in (
        (f"queue_agents.{kind}.add", "POST", f"{X}/queue/agents/{kind}/", PLACE),
        (f"queue_agents.{kind}.list", "GET", f"{X}/queue/agents/{kind}/", None),
        (f"queue_agents.{kind}.update", "PUT", f"{X}/queue/agents/{kind}/1", {"level": 3}),
        (f"queue_agents.{kind}.get", "GET", f"{X}/queue/agents/{kind}/1", None),
        (f"queue_agents.{kind}.remove", "DELETE", f"{X}/queue/agents/{kind}/1", None),
        (f"agents.{kind}.create", "POST", f"{C}/agent/{kind}/", body),
        (f"agents.{kind}.list", "GET", f"{C}/agent/{kind}/", None),
        (f"agents.{kind}.update", "PUT", f"{C}/agent/{kind}/1", {"call_timeout": 30}),
        (f"agents.{kind}.get", "GET", f"{C}/agent/{kind}/1", None),
        (f"agents.{kind}.delete", "DELETE", f"{C}/agent/{kind}/1", None),
        (f"agent_events.{kind}.create", "POST", f"{C}/agent/{kind}/1/event/", EVENT),
        (f"agent_events.{kind}.list", "GET", f"{C}/agent/{kind}/1/event/", None),
        (f"agent_events.{kind}.update", "PUT", f"{C}/agent/{kind}/1/event/{event}", {"method": "POST"}),
        (f"agent_events.{kind}.get", "GET", f"{C}/agent/{kind}/1/event/{event}", None),
        (f"agent_events.{kind}.delete", "DELETE", f"{C}/agent/{kind}/1/event/{event}", None),
    )
]
CALLS: list[tuple[str, str, str, Any]] = [
    *AGENT_CALLS,
    ("queues.update", "PUT", f"{X}/queue/", {"max_wait_time": 5}),
    ("queues.get", "GET", f"{X}/queue/", None),
    ("queues.status", "GET", f"{X}/queue/status/", None),
    ("queues.members", "GET", f"{X}/queue/status/members/", None),
    ("extensions.create", "POST", f"{C}/extension/", {"name": "9", "type": "ivr"}),
    ("extensions.list", "GET", f"{C}/extension/", None),
    ("extensions.get", "GET", f"{C}/extension/208", None),
    ("extensions.update", "PUT", f"{C}/extension/208", {"label": "x"}),
    ("extensions.delete", "DELETE", f"{C}/extension/208", None),
    ("user.get", "GET", "/user/", None),
    ("sounds.upload", "POST", f"{C}/sound/", UPLOAD),
    ("sounds.list", "GET", f"{C}/sound/", None),
    ("sounds.replace", "POST", f"{C}/sound/35", UPLOAD),
    ("sounds.get", "GET", f"{C}/sound/35", None),
    ("sounds.rename", "PUT", f"{C}/sound/35", {"title": "x"}),
    ("sounds.delete", "DELETE", f"{C}/sound/35", None),
    ("current_calls.list", "GET", f"{C}/current_calls/", None),
    ("current_calls.of_extension", "GET", f"{X}/current_calls/", None),
    ("current_calls.act", "PUT", f"{X}/current_calls/c1", {"action": "park"}),
    ("current_calls.drop", "DELETE", f"{X}/current_calls/c1", None),
    ("extension_events.list", "GET", f"{X}/event/", None),
    ("extension_events.create", "POST", "/extension/117/event/", CALL_EVENT),
    ("extension_events.delete_all", "DELETE", f"{X}/event/", None),
    ("extension_events.get", "GET", f"{X}/event/1", None),
    ("extension_events.update", "PUT", f"{X}/event/1", {"event_type": "hangup"}),
    ("extension_events.delete", "DELETE", f"{X}/event/1", None),
    ("call_records.list", "GET", f"{C}/call_history/?{SPAN}", None),
    ("call_records.get", "GET", f"{C}/call_history/A1", None),
    ("call_records.list_without_legs", "GET", f"{C}/calls/?{SPAN}", None),
    ("call_records.stats", "GET", f"{C}/calls/stats/?{SPAN}", None),
    ("call_legs.list", "GET", f"{X}/cdr/?{SPAN}", None),
    ("call_legs.stats", "GET", f"{X}/cdr/stats/?{SPAN}", None),
    ("recordings.archive", "POST", f"{C}/record/archive/", {"a": 1}),
    ("recordings.list", "GET", f"{C}/record/?{SPAN}", None),
    ("recordings.save", "GET", f"{C}/record/1-A1", None),
    ("recordings.link", "GET", f"{C}/record/1-A1/storage_url/", None),
    ("recordings.delete", "DELETE", f"{C}/record/1-A1", None),
    ("recordings.delete_all", "DELETE", f"{C}/record/?{SPAN}", None),
    ("recordings.stats", "GET", f"{C}/record/stats/?{SPAN}", None),
    ("callback.create", "POST", "/extension/117/callback/", {"src_num": ["101"], "dst_num": "84900"}),
    ("dids.list", "GET", f"{C}/did/", None),
    ("dids.get", "GET", f"{C}/did/501", None),
    ("dids.attach", "PUT", f"{C}/did/501", {"extension_id": 117}),
    ("shown_numbers.get", "GET", f"{X}/ani/", None),
    ("shown_numbers.update", "PUT", f"{X}/ani/", {"ani_number": "74951234567"}),
    ("current_calls.get", "GET", f"{X}/current_calls/c1", None),
    ("limits.get", "GET", f"{C}/limit/", None),
    ("client_card.get", "GET", "/client/client_info/@me/", None),
    ("client_card.update", "PUT", "/client/client_info/@me/", {"name": "x"}),
    ("extension_agents.create", "POST", "/extension/117/agent/", {"name": "x"}),
    ("extension_agents.list", "GET", "/extension/117/agent/", None),
]


@pytest.fixture
async def ringme(ringme: RingMeWire) -> RingMeWire:
    """A client of an emulator that holds one or two of everything that the paths above name."""
    state = ringme.state
    state.add_extension("117", id=117)
    state.add_extension("370", "queue", id=208)
    for kind, column in (("local", {"extension_id": 117}), ("remote", {"number": "84900"})):
        for _ in range(2):
            state.add_agent(kind, **column)
        state.add_queue_agent(208, kind, 1)
        state.add_agent_event(kind, 1, "agent-login", "https://myshost.org/calls")
    state.add_extension_event(208, "dial-in", "https://myshost.org/calls")
    state.add_sound("Music", "music.mp3")
    state.add_caller(208, "84911", call_api_id="c1")
    state.add_did("74951234567")
    state.call_history.add(1, call_uuid="A1", started=OCTOBER, recording=b"mp3")
    return ringme


async def send(ringme: RingMeWire, method: str, path: str, body: Any) -> Any:
    if body is UPLOAD:
        form = FormData({"title": "New"})
        form.add_field("file", b"ID3music", filename="new.mp3", content_type="audio/mpeg")
        return await ringme.raw(method, path, data=form)
    return await ringme.raw(method, path, json=body)


@pytest.mark.parametrize(("operation", "method", "path", "body"), CALLS)
async def test_every_endpoint(ringme: RingMeWire, operation: str, method: Any, path: Any, body: Any) -> None:
    """Each endpoint works under its operation's name; with the other slash at the end it is 404 and does nothing."""
    bare, _, query = path.partition("?")
    other = (bare[:-1] if bare.endswith("/") else f"{bare}/") + (f"?{query}" if query else "")
    if operation not in (
        "user.get",
        "recordings.stats",
    ):  # seen both ways; the path of a recording called "stats"
        assert (await send(ringme, method, other, body))[0] == 404
        assert ringme.emulator.requests[-1].operation == "unmatched"
    status, _, raw = await send(ringme, method, path, body)
    made = operation.endswith((".create", ".add", ".upload"))
    assert status == (201 if made else 204 if method == "DELETE" else 200), raw
    record = ringme.emulator.requests[-1]
    assert (record.operation, record.vendor, record.acted) == (operation, "ringme", True)


def test_every_operation_is_in_the_table() -> None:
    emulator = Emulator(seed=1)
    names = [operation for operation, *_ in CALLS]
    assert len(set(names)) == len(names)
    for name in [*names, "oauth.token", "recordings.stored"]:
        emulator.faults.script(f"ringme:{name}", Fault.status(500))
    operations = emulator.faults._operations
    assert {name for name in operations if name.startswith("ringme:")} == emulator.faults.pending.keys()


async def test_the_user_has_two_paths(ringme: RingMeWire) -> None:
    """The current user is found with and without the slash at the end, and knows what @me stands for."""
    user = await ringme("GET", "/user/")
    assert await ringme("GET", "/user") == user
    assert (user["client_id"], user["timezone"], user["access"]) == (12, "Europe/Moscow", "full")
    assert user.keys() == {
        "id",
        "login",
        "client_id",
        "dealer_id",
        "extension_id",
        "extension_group_id",
        "admin",
        "access",
        "timezone",
        "extra_params",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/api/ver1.0",
        "/api/ver1.0user/",
        "/api/ver1.1/user/",
        "/api/ver1.0/client//agent/local/",
        "/api/ver1.0/extension_group/1/",
        "/api/ver1.0/client/@me/agent/both/",
        "/ver1.0/user/",
    ],
)
async def test_a_path_that_is_in_no_table_is_404(ringme: RingMeWire, path: str) -> None:
    async with ringme.session.get(ringme.emulator.url + path) as response:
        assert response.status == 404
    assert ringme.emulator.requests[-1].operation == "unmatched"


async def test_wrong_methods(ringme: RingMeWire) -> None:
    """A method that a path does not have is 404: a queue can be neither made nor deleted."""
    for method, path in (
        ("POST", f"{X}/queue/"),
        ("DELETE", f"{X}/queue/"),
        ("DELETE", f"{C}/agent/local/1/event/"),
    ):
        assert (await ringme.raw(method, path))[0] == 404
    assert ringme.emulator.refused("unmatched") == 3


@pytest.mark.parametrize("client", ["@me", "%40me", "12"])
async def test_me_and_the_own_number_name_the_callers_client(ringme: RingMeWire, client: str) -> None:
    assert (await ringme("GET", f"/client/{client}/limit/"))["client_id"] == 12


@pytest.mark.parametrize("client", ["13", "me", "@12", "012", "%2F", "-12"])
async def test_any_other_client_is_client_not_found(ringme: RingMeWire, client: str) -> None:
    for path in (f"/client/{client}/limit/", f"/client/client_info/{client}/"):
        assert (await ringme("GET", path, status=404)) == {
            "message": "Client not found",
            "status": "client_not_found",
        }


@pytest.mark.parametrize(
    "name",
    ["208", "@000*370", "@370", "%40000%2A370", "%40370", "@000*370@sip.ringme.ru", "@370%40sip.ringme.ru"],
)
async def test_an_extension_is_named_by_number_or_name(ringme: RingMeWire, name: str) -> None:
    assert (await ringme("GET", f"/extension/{name}/queue/"))["extension_id"] == 208
    assert (await ringme("GET", f"/client/@me/extension/{name}"))["name"] == "000*370"


@pytest.mark.parametrize(
    "name", ["209", "370", "@371", "@001*370", "@370@other.ru", "@", "%C2%B2", "9" * 19, "-208"]
)
async def test_any_other_extension_is_404_with_a_message(ringme: RingMeWire, name: str) -> None:
    assert await ringme("GET", f"/client/@me/extension/{name}", status=404) == {"message": "Record not found"}


async def test_me_as_an_extension_is_forbidden(ringme: RingMeWire) -> None:
    assert (await ringme("GET", "/extension/@me/queue/", status=403))["status"] == "access_denied"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{C}/agent/local/9", None),
        ("PUT", f"{C}/agent/local/x", {}),
        ("DELETE", f"{C}/agent/remote/0", None),
        ("GET", f"{C}/agent/local/9/event/", None),
        ("POST", f"{C}/agent/remote/9/event/", EVENT),
        ("GET", f"{C}/agent/local/1/event/151", None),
        ("DELETE", f"{C}/agent/local/1/event/x", None),
        ("GET", f"{C}/agent/local/2/event/150", None),
        ("GET", f"{X}/queue/agents/local/2", None),
        ("PUT", f"{X}/queue/agents/remote/9", {"level": 1}),
        ("DELETE", f"{X}/queue/agents/local/2", None),
        ("POST", f"{X}/queue/agents/local/", {"agent_id": 9}),
        ("POST", f"{X}/queue/agents/local/", {"agent_id": 0}),
        ("POST", f"{C}/agent/local/", {"extension_id": 9}),
        ("PUT", f"{C}/agent/local/1", {"extension_id": 9}),
        ("GET", "/extension/117/queue/", None),
        ("PUT", "/extension/117/queue/", {}),
        ("GET", "/extension/117/queue/status/", None),
        ("GET", "/extension/117/queue/status/members/", None),
        ("GET", "/extension/117/queue/agents/local/", None),
        ("GET", f"{X}/event/9", None),
        ("GET", "/extension/117/event/1", None),
        ("PUT", f"{X}/current_calls/c9", {"action": "park"}),
        ("DELETE", "/extension/117/current_calls/c1", None),
        ("GET", f"{C}/sound/9", None),
        ("POST", f"{C}/sound/9", UPLOAD),
        ("DELETE", f"{C}/extension/9", None),
    ],
)
async def test_an_id_that_names_nothing_or_belongs_to_another_is_404_with_a_message(
    ringme: RingMeWire, method: str, path: Any, body: Any
) -> None:
    status, _, raw = await send(ringme, method, path, body)
    assert (status, json.loads(raw)) == (404, {"message": "Record not found"})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{C}/agent/local/", {}),
        ("POST", f"{C}/agent/local/", {"extension_id": "117"}),
        ("POST", f"{C}/agent/local/", {"extension_id": 208}),
        ("PUT", f"{C}/agent/local/1", {"extension_id": None}),
        ("POST", f"{C}/agent/remote/", {"name": "x"}),
        ("POST", f"{C}/agent/remote/", {"number": ""}),
        ("POST", f"{C}/agent/remote/", {"number": 84900}),
        ("PUT", f"{C}/agent/remote/1", {"status": "asleep"}),
        ("PUT", f"{C}/agent/remote/1", {"call_timeout": True}),
        ("PUT", f"{C}/agent/remote/1", {"call_timeout": "30"}),
        ("POST", f"{X}/queue/agents/local/", {"level": 1}),
        ("PUT", f"{X}/queue/agents/local/1", {"level": None}),
        ("PUT", f"{X}/queue/", {"strategy": "loudest-first"}),
        ("PUT", f"{X}/queue/", {"sound_type": None}),
        ("PUT", f"{X}/queue/", {"timeout_transfer_dst": 333}),
        ("PUT", f"{X}/queue/", {"record_enabled": 1}),
        ("PUT", f"{X}/queue/", {"exit_key": "12"}),
        ("POST", f"{C}/agent/local/1/event/", {**EVENT, "url": None}),
        ("POST", f"{C}/agent/local/1/event/", {**EVENT, "url": "/calls"}),
        ("POST", f"{C}/agent/local/1/event/", {**EVENT, "url": "http://[x"}),
        ("POST", f"{C}/agent/local/1/event/", {**EVENT, "url": "ftp://myshost.org/"}),
        ("POST", f"{C}/agent/local/1/event/", {**EVENT, "method": "PUT"}),
        ("POST", f"{C}/agent/local/1/event/", {**EVENT, "event_type": "dial-in"}),
        ("POST", f"{C}/agent/local/1/event/", {"method": "GET", "url": EVENT["url"]}),
        ("POST", f"{X}/event/", EVENT),
        ("POST", f"{C}/extension/", {"name": "9"}),
        ("POST", f"{C}/extension/", {"name": "9", "type": "fridge"}),
        ("PUT", f"{C}/extension/208", {"name": "371"}),
        ("PUT", f"{X}/current_calls/c1", {"action": "transfer"}),
        ("PUT", f"{X}/current_calls/c1", {"action": "shout"}),
        ("PUT", f"{C}/sound/35", {"title": ""}),
        ("POST", f"{X}/agent/", {"name": "x"}),
        ("POST", "/extension/117/agent/", {}),
        ("GET", f"{C}/agent/local/?extension_id=117&extension_id=x", None),
        ("DELETE", f"{C}/agent/local/1?remove_from_queues=True", None),
        ("GET", f"{C}/extension/?page=0", None),
        ("GET", f"{C}/extension/?per_page=x", None),
    ],
)
async def test_what_is_missing_of_a_wrong_type_or_not_listed_is_400_with_a_message(
    ringme: RingMeWire, method: str, path: Any, body: Any
) -> None:
    assert (await ringme(method, path, body, status=400)).keys() == {"message"}


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"x"', b"[" * 5000, b"\xff"])
async def test_a_body_that_is_no_json_object(ringme: RingMeWire, raw: Any) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    status, _, answer = await ringme.raw("POST", f"{C}/agent/remote/", data=raw, headers=headers)
    assert (status, json.loads(answer)) == (400, {"message": "Body must be a JSON object"})


async def test_a_body_must_be_announced_as_json(ringme: RingMeWire) -> None:
    headers = {"Content-Type": "text/plain"}
    assert (await ringme.raw("POST", f"{C}/agent/remote/", data=b'{"number": "1"}', headers=headers))[
        0
    ] == 400
    assert len(ringme.state.remote_agents) == 2
