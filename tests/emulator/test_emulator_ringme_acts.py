"""What RingMe calls do to the tables: defaults, changes, cascades, lists, live calls, and the oddities."""

import gzip
import json
from typing import Any

import pytest

from .conftest import RingMeStart, RingMeWire

C = "/client/@me"
HOOK = "https://myshost.org/calls"


@pytest.fixture
def state(ringme: RingMeWire) -> Any:
    """A phone 117, a queue 208 and an agent of each kind in it."""
    return fill(ringme.emulator)


def fill(emulator: Any) -> Any:
    state = emulator.state.ringme
    state.add_extension("117", id=117)
    state.add_extension("370", "queue", id=208)
    state.add_agent("local", extension_id=117)
    state.add_agent("remote", number="84900")
    for kind in ("local", "remote"):
        state.add_queue_agent(208, kind, 1, level=1, position=2)
        state.add_agent_event(kind, 1, "agent-login", HOOK)
    return state


# -- agents ------------------------------------------------------------------------------------------------


async def test_defaults_of_agents(ringme: RingMeWire, state: Any) -> None:
    """What a new agent does not say has the documented default; each kind has its own column."""
    common = {
        "name": None,
        "status": "available",
        "call_timeout": 60,
        "busy_delay_time": 10,
        "no_answer_delay_time": 10,
        "reject_delay_time": 10,
        "wrap_up_time": 0,
        "extra_params": None,
    }
    made = await ringme("POST", f"{C}/agent/local/", {"extension_id": 117})
    assert made == {"id": 2, "extension_id": 117, **common}
    made = await ringme("POST", f"{C}/agent/remote/", {"number": "1"})
    assert made == {"id": 2, "number": "1", **common}


async def test_update_of_an_agent(ringme: RingMeWire, state: Any) -> None:
    """An update changes what is sent, clears what is null, leaves the rest, and returns the whole agent."""
    state.local_agents.change(1, name="An", extra_params="x")
    other = state.add_extension("118")
    body = {"extension_id": other, "extra_params": None, "call_timeout": 5, "no_such_field": 1}
    answer = await ringme("PUT", f"{C}/agent/local/1", body)
    assert answer == await ringme("GET", f"{C}/agent/local/1")
    expected = {"extension_id": other, "extra_params": None, "call_timeout": 5, "name": "An"}
    assert answer.items() >= expected.items()
    assert "no_such_field" not in answer


@pytest.mark.parametrize(("put", "timeout", "name"), [("keep", 30, "An"), ("reset", 60, None)])
async def test_put_keeps_or_resets(
    ringme_start: RingMeStart, put: str, timeout: int, name: str | None
) -> None:
    """What a PUT leaves out stays, or falls back to its default; what has none stays either way."""
    ringme = await ringme_start(ringme_put=put)
    state = fill(ringme.emulator)
    state.remote_agents.change(1, call_timeout=30, name="An")
    answer = await ringme("PUT", f"{C}/agent/remote/1", {"status": "logged_out"})
    assert (answer["call_timeout"], answer["name"], answer["number"]) == (timeout, name, "84900")
    place = await ringme("PUT", "/extension/208/queue/agents/remote/1", {"level": 7})
    assert place == {"agent_id": 1, "level": 7, "position": 2 if put == "keep" else 0}
    event = await ringme("PUT", f"{C}/agent/remote/1/event/151", {"method": "POST"})
    assert event == {"id": 151, "url": HOOK, "event_type": "agent-login", "method": "POST"}
    await ringme("PUT", "/extension/208/queue/", {"strategy": "random", "parameter_24": [1]})
    answer = await ringme("PUT", "/extension/208/queue/", {"max_wait_time": 1})
    kept = ("random", [1]) if put == "keep" else ("round-robin", None)
    assert (answer["strategy"], answer["parameter_24"]) == kept


@pytest.mark.parametrize("kind", ["local", "remote"])
@pytest.mark.parametrize("query", ["", "?remove_from_queues=true"])
async def test_deleting_an_agent_takes_it_out_of_its_queues(
    ringme: RingMeWire, state: Any, kind: str, query: str
) -> None:
    await ringme("DELETE", f"{C}/agent/{kind}/1{query}")
    assert 1 not in state.agents(kind)
    other = {"local": "remote", "remote": "local"}[kind]
    assert [row["kind"] for row in state.queue_agents.values()] == [other]
    assert [row["kind"] for row in state.agent_events.values()] == [other]


@pytest.mark.parametrize("status", ["400", "403", "409"])
async def test_an_agent_in_a_queue_may_be_kept(ringme_start: RingMeStart, status: str) -> None:
    ringme = await ringme_start(ringme_in_queue=status)
    state = fill(ringme.emulator)
    path = f"{C}/agent/remote/1?remove_from_queues=false"
    assert (await ringme("DELETE", path, status=int(status))).keys() == {"message"}
    assert 1 in state.remote_agents
    await ringme("DELETE", "/extension/208/queue/agents/remote/1")
    await ringme("DELETE", path)
    assert 1 not in state.remote_agents


async def test_agents_of_an_extension(ringme: RingMeWire, state: Any) -> None:
    """The newer way makes a local agent of the extension in the path, and lists those of it."""
    made = await ringme("POST", "/extension/@117/agent/", {"name": "An", "wrap_up_time": 5})
    assert (made["id"], made["extension_id"], made["name"], made["wrap_up_time"]) == (2, 117, "An", 5)
    state.add_agent("local", extension_id=state.add_extension("118"))
    assert [row["id"] for row in await ringme("GET", "/extension/117/agent/")] == [1, 2]


async def test_newer_fields(ringme_start: RingMeStart) -> None:
    """A newer host shows fields more, which are written on either."""
    ringme = await ringme_start(ringme_newer=True)
    fill(ringme.emulator)
    made = await ringme("POST", "/extension/117/agent/", {"name": "An", "agent_sound_id": 35})
    assert made["agent_sound_id"] == 35
    row = await ringme("GET", f"{C}/extension/117")
    assert row["from_public_caller_id_number"] is row["rfc_public_caller_id_number"] is False
    assert row["public_caller_id_number"] is None
    ringme.emulator.ringme_settings.newer = False
    assert "agent_sound_id" not in await ringme("GET", f"{C}/agent/local/{made['id']}")


# -- queues ------------------------------------------------------------------------------------------------


async def test_ringing_forgets_the_music(ringme: RingMeWire, state: Any) -> None:
    """With sound_type ring a sound is accepted and null afterwards, whichever of the two comes last."""
    path = "/extension/208/queue/"
    assert (await ringme("PUT", path, {"sound": 36}))["sound"] is None
    assert (await ringme("PUT", path, {"sound": 36, "sound_type": "music"}))["sound"] == 36
    assert (await ringme("PUT", path, {"sound_type": "ring", "sound": 36}))["sound"] is None


async def test_a_queue_may_be_sent_back_as_it_was_read(ringme: RingMeWire, state: Any) -> None:
    state.queues.change(208, brand_new=1)
    row = await ringme("GET", "/extension/208/queue/")
    answer = await ringme(
        "PUT", "/extension/208/queue/", {**row, "max_wait_time": 9, "brand_new": 2, "extension_id": 5}
    )
    assert answer == {**row, "max_wait_time": 9, "brand_new": 2}


async def test_new_values_are_accepted_if_enumerations_are_open(ringme_start: RingMeStart) -> None:
    ringme = await ringme_start(ringme_open_values=True)
    fill(ringme.emulator)
    answer = await ringme("PUT", "/extension/208/queue/", {"strategy": "loudest-first"})
    assert answer["strategy"] == "loudest-first"
    await ringme("PUT", "/extension/208/queue/", {"strategy": 1}, status=400)


async def test_callers(ringme: RingMeWire, state: Any) -> None:
    """Counters go by the callers' states, and members tells each of them."""
    for number, word in (
        ("1", "Waiting"),
        ("2", "Waiting"),
        ("3", "Trying"),
        ("4", "Answered"),
        ("5", "Parked"),
    ):
        state.add_caller(208, number, word, call_api_id=f"c{number}", wait_time=7)
    assert await ringme("GET", "/extension/208/queue/status/") == {
        "answered_members": 1,
        "trying_members": 1,
        "waiting_members": 2,
    }
    members = await ringme("GET", "/extension/208/queue/status/members/")
    assert [row["call_api_id"] for row in members] == ["c1", "c2", "c3", "c4", "c5"]
    assert members[0] == {
        "call_api_id": "c1",
        "joined_datetime": state.callers["c1"]["joined_datetime"],
        "number": "1",
        "serving_agent": None,
        "state": "Waiting",
        "wait_time": 7,
    }


async def test_a_lone_caller_may_be_a_bare_object(ringme_start: RingMeStart) -> None:
    ringme = await ringme_start(ringme_members="object")
    state = fill(ringme.emulator)
    path = "/extension/208/queue/status/members/"
    assert await ringme("GET", path) == []
    state.add_caller(208, "1")
    assert (await ringme("GET", path))["number"] == "1"
    state.add_caller(208, "2")
    assert [row["number"] for row in await ringme("GET", path)] == ["1", "2"]


@pytest.mark.parametrize("status", ["400", "409", "422"])
async def test_an_agent_is_in_a_queue_once(ringme_start: RingMeStart, status: str) -> None:
    ringme = await ringme_start(ringme_duplicate=status)
    state = fill(ringme.emulator)
    again = {"agent_id": 1, "level": 9}
    await ringme("POST", "/extension/208/queue/agents/local/", again, status=int(status))
    assert [row["level"] for row in state.queue_agents.values()] == [1, 1]
    ringme.emulator.unique = False
    await ringme("POST", "/extension/208/queue/agents/local/", again)
    assert [(row["level"], row["position"]) for row in state.queue_agents.values()] == [(9, 0), (1, 2)]


# -- extensions --------------------------------------------------------------------------------------------


async def test_names_of_extensions(ringme: RingMeWire) -> None:
    """The server puts the client's prefix before a name, once, and a name is taken once."""
    for sent in ("370", "000*371"):
        await ringme("POST", f"{C}/extension/", {"name": sent, "type": "phone"})
    names = [row["name"] for row in await ringme("GET", f"{C}/extension/")]
    assert names == ["000*370", "000*371"]
    await ringme("POST", f"{C}/extension/", {"name": "000*370", "type": "phone"}, status=409)
    ringme.emulator.unique = False
    await ringme("POST", f"{C}/extension/", {"name": "370", "type": "phone"})
    assert len(ringme.state.extensions) == 3


async def test_an_extension_cannot_be_renamed(ringme: RingMeWire, state: Any) -> None:
    """Its own name may be sent back in either form; other fields change, and null clears."""
    for name in ("000*117", "117"):
        body = {"name": name, "label": None, "status": "blocked", "did_as_transfer_caller_id": "from"}
        answer = await ringme("PUT", f"{C}/extension/117", body)
        assert (answer["name"], answer["label"], answer["status"]) == ("000*117", None, "blocked")
    await ringme("PUT", f"{C}/extension/117", {"name": "118", "label": "x"}, status=400)
    assert state.extensions[117]["label"] is None


async def test_deleting_a_queue_extension(ringme: RingMeWire, state: Any) -> None:
    """The queue goes with its extension, and so do places, callers, calls and events; the agents stay."""
    state.add_caller(208, "1")
    state.add_extension_event(208, "dial-in", HOOK)
    await ringme("DELETE", f"{C}/extension/208")
    for table in (
        state.queues,
        state.queue_agents,
        state.callers,
        state.current_calls,
        state.extension_events,
    ):
        assert len(table) == 0
    assert (len(state.local_agents), len(state.remote_agents), len(state.agent_events)) == (1, 1, 2)


async def test_deleting_a_phone_extension(ringme: RingMeWire, state: Any) -> None:
    """The local agents behind a phone go with it, their places and events too; those of other phones stay."""
    other = state.add_agent("local", extension_id=state.add_extension("118"))
    state.add_queue_agent(208, "local", other)
    await ringme("DELETE", f"{C}/extension/117")
    assert list(state.local_agents) == [other]
    places = [(row["kind"], row["agent_id"]) for row in state.queue_agents.values()]
    assert places == [("remote", 1), ("local", 2)]
    assert [row["kind"] for row in state.agent_events.values()] == ["remote"]


async def test_a_queue_exists_while_the_type_is_queue(ringme: RingMeWire, state: Any) -> None:
    await ringme("PUT", "/extension/208/queue/", {"strategy": "random"})
    await ringme("PUT", f"{C}/extension/208", {"type": "ivr"})
    await ringme("GET", "/extension/208/queue/", status=404)
    assert len(state.queue_agents) == 0
    await ringme("PUT", f"{C}/extension/208", {"type": "queue"})
    assert (await ringme("GET", "/extension/208/queue/"))["strategy"] == "round-robin"
    await ringme("PUT", f"{C}/extension/117", {"type": "queue"})
    assert len(state.local_agents) == 0


# -- lists -------------------------------------------------------------------------------------------------


async def names(ringme: RingMeWire, query: Any) -> Any:
    return [row["name"][4:] for row in await ringme("GET", f"{C}/extension/{query}")]


async def test_a_list_is_filtered_by_type_before_it_is_cut_into_pages(ringme: RingMeWire) -> None:
    state = ringme.state
    for number in range(7):
        state.add_extension(f"{number}", "fax" if number % 2 else "phone")
    assert await names(ringme, "") == list("0123456")
    assert await names(ringme, "?type=phone&page=2&per_page=3") == list("6")
    assert await names(ringme, "?type=ivr") == []


async def test_a_size_that_is_not_asked_for_is_the_servers(ringme_start: RingMeStart) -> None:
    ringme = await ringme_start(page_size_default=2)
    for number in range(5):
        ringme.state.add_extension(f"{number}")
    assert await names(ringme, "") == list("01")


@pytest.mark.parametrize(("paging", "rows"), [("page_ignored", "01"), ("off", "01234")])
async def test_pages_may_be_ignored(ringme_start: RingMeStart, paging: str, rows: str) -> None:
    ringme = await ringme_start(ringme_paging=paging)
    for number in range(5):
        ringme.state.add_extension(f"{number}")
    for page in (1, 2, 9):
        assert await names(ringme, f"?page={page}&per_page=2") == list(rows)


async def test_lists_may_be_wrapped_with_a_total(ringme_start: RingMeStart) -> None:
    ringme = await ringme_start(ringme_lists="result")
    state = fill(ringme.emulator)
    answer = await ringme("GET", f"{C}/extension/?per_page=1")
    assert (answer["total_count"], [row["id"] for row in answer["result"]]) == (2, [117])
    answer = await ringme("GET", "/extension/208/queue/agents/local/")
    assert answer == {"total_count": 1, "result": [{"agent_id": 1, "level": 1, "position": 2}]}
    assert len(state.queue_agents) == 2


# -- events and limits -------------------------------------------------------------------------------------


async def test_limit_of_events(ringme: RingMeWire, state: Any) -> None:
    """Events of each agent and of each extension count apart, and one above the limit is refused."""
    state.limits["event"] = 2
    event = {"event_type": "agent-login", "method": "POST", "url": HOOK}
    call_event = {**event, "event_type": "dial-in"}
    await ringme("POST", f"{C}/agent/local/1/event/", event)
    for _ in range(2):
        await ringme("POST", "/extension/117/event/", call_event)
    assert (await ringme("GET", f"{C}/limit/")) == {"client_id": 12, "event": 2}
    for path, body in (("/extension/117/event/", call_event), (f"{C}/agent/local/1/event/", event)):
        assert (await ringme("POST", path, body, status=403))["status"] == "limit_exceeded"
    await ringme("POST", f"{C}/agent/remote/1/event/", event)
    assert (len(state.agent_events), len(state.extension_events)) == (4, 2)
    state.limits["event"] = None
    await ringme("POST", "/extension/117/event/", call_event)


@pytest.mark.parametrize("kind", ["queue", "ivr"])
async def test_a_queue_and_a_menu_report_the_end_of_a_call_only(
    ringme: RingMeWire, state: Any, kind: str
) -> None:
    key = state.add_extension("380", kind)
    event = {"event_type": "answer", "method": "POST", "url": HOOK}
    refused = await ringme("POST", f"/extension/{key}/event/", event, status=400)
    assert f"{kind}-type" in refused["message"]
    made = await ringme("POST", f"/extension/{key}/event/", {**event, "event_type": "hangup"})
    await ringme("PUT", f"/extension/{key}/event/{made['id']}", {"event_type": "answer"}, status=400)
    await ringme("PUT", f"/extension/{key}/event/{made['id']}", {"method": "GET"})


async def test_events_of_extensions(ringme: RingMeWire, state: Any) -> None:
    """Call events belong to their extension; one of them goes, or all of that extension."""
    first, second = (state.add_extension_event(208, word, HOOK) for word in ("dial-in", "hangup"))
    other = state.add_extension_event(117, "answer", HOOK, "POST")
    listed = await ringme("GET", "/extension/208/event/")
    assert listed[0] == {"id": first, "url": HOOK, "event_type": "dial-in", "method": "GET"}
    assert [row["id"] for row in listed] == [first, second]
    await ringme("DELETE", f"/extension/208/event/{first}")
    await ringme("DELETE", f"/extension/208/event/{other}", status=404)
    await ringme("DELETE", "/extension/208/event/")
    assert list(state.extension_events) == [other]


# -- live calls --------------------------------------------------------------------------------------------


async def test_live_calls(ringme: RingMeWire, state: Any) -> None:
    """Calls are listed by client and by extension; dropping one ends it and takes its caller out of the queue."""
    state.add_call(117, call_api_id="c1", call_flow="out", called_number="84900")
    state.add_caller(208, "84911", call_api_id="c2")
    assert [row["call_api_id"] for row in await ringme("GET", f"{C}/current_calls/")] == ["c1", "c2"]
    (row,) = await ringme("GET", "/extension/117/current_calls/")
    assert (row["call_flow"], row["called_number"], row["extension_id"]) == ("out", "84900", 117)
    assert row.keys() == {
        *("call_api_id", "record_uuid", "callback_id", "called_did", "called_number", "caller_id_name"),
        *("caller_id_number", "called_extension", "caller_extension", "call_flow", "extension_id"),
        *("real_call", "init_time_gmt", "answer_time_gmt"),
    }
    await ringme("DELETE", "/extension/208/current_calls/c2")
    assert (list(state.current_calls), len(state.callers)) == (["c1"], 0)


# -- the customer ------------------------------------------------------------------------------------------


async def test_the_card_takes_any_field_and_its_owner_stays(ringme: RingMeWire) -> None:
    await ringme("PUT", "/client/client_info/12/", {"email": "a@b.c", "client_id": 5, "new": [1]})
    card = await ringme("GET", "/client/client_info/@me/")
    assert card == {"client_id": 12, "name": "Client 0", "email": "a@b.c", "new": [1]}


# -- oddities ----------------------------------------------------------------------------------------------


async def test_other_success_codes(ringme_start: RingMeStart) -> None:
    """A reseller may respond with 200 to what it made, and with 200 and a body to what it deleted."""
    ringme = await ringme_start(ringme_created="200", ringme_deleted="200")
    await ringme("POST", f"{C}/agent/remote/", {"number": "1"}, status=200)
    assert await ringme("DELETE", f"{C}/agent/remote/1", status=200) == {"message": "Deleted"}


@pytest.mark.parametrize(
    ("accept", "pressed"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("deflate", False),
        ("gzip;q=0", False),
        ("identity, gzip; q=0.0", False),
    ],
)
async def test_gzip(ringme_start: RingMeStart, accept: str, pressed: bool) -> None:
    """Responses and refusals are compressed for who asks for it; empty ones are not."""
    ringme = await ringme_start(ringme_gzip=True)
    fill(ringme.emulator)
    ringme.session._auto_decompress = False
    ringme.token = await plain_token(ringme)
    for method, path in (("GET", "/user/"), ("GET", f"{C}/agent/local/9"), ("DELETE", f"{C}/agent/local/1")):
        status, headers, raw = await ringme.raw(method, path, headers={"Accept-Encoding": accept})
        assert (headers.get("Content-Encoding") == "gzip") == (pressed and status != 204)
        assert status == 204 or headers["Content-Type"].startswith("application/json")
        assert status == 204 or json.loads(gzip.decompress(raw) if pressed else raw)


async def plain_token(ringme: RingMeWire) -> Any:
    """Ask for a token, whose response is never compressed."""
    form = {"grant_type": "client_credentials", **ringme.account}
    async with ringme.session.post(f"{ringme.emulator.url}/oauth/token", data=form) as response:
        return json.loads(await response.read())["access_token"]


async def test_nothing_is_compressed_by_default(ringme: RingMeWire) -> None:
    assert "Content-Encoding" not in (await ringme.raw("GET", "/user/"))[1]
