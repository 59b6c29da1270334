"""The client against the emulator over real sockets: both were written from the same pages by different hands.

Every method of every resource, under each setting that the emulator has for what the pages leave open; results are
looked at on both sides.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from stringee_async import (
    AlreadyExistsError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    Timeouts,
    to_dict,
)
from stringee_async.emulator import Emulator
from stringee_async.ringme import (
    AGENT_LOGIN,
    AGENT_LOGOUT,
    ANSWER,
    AVAILABLE,
    BLOCKED,
    HANGUP,
    HOLD,
    LOGGED_OUT,
    PHONE,
    POST,
    QUEUE,
    RING_ALL,
    TRANSFER,
    AgentEvent,
    RingMeClient,
    agent_event_handler,
)

from ..kit.operations import operations
from ..kit.signatures import methods_of
from .rig import ApiTransport, Exchange, exchange_of, ringme_over

METHODS = [
    (name, method)
    for name, row in methods_of(ringme_over(ApiTransport())).items()
    for method in row
    if method != "ensure_many"  # the conformance tests go through it
]

Tour = Callable[[Exchange], Awaitable[None]]

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(20)
HOOK: dict[str, Any] = {
    "event_type": AGENT_LOGIN,
    "method": "GET",
    "url": "https://myshost.org/calls?key=a%2Fb",
}
OUT: dict[str, Any] = {**HOOK, "event_type": AGENT_LOGOUT}


async def tour_of_extensions(x: Exchange) -> None:
    """Create, find, adopt, change, block and delete extensions of two types."""
    extensions, table = x.client.extensions, x.state.extensions
    queue = await extensions.create(name="370", type=QUEUE, label="test queue", dial_rule_id=None)
    assert table[queue.id]["name"] == queue.name == "000*370"
    assert (queue.client_id, queue.status) == (12, "active")
    assert (queue.label, queue.domain) == ("test queue", "sip.ringme.ru")
    assert list(x.state.queues) == [queue.id]
    with pytest.raises(AlreadyExistsError):
        await extensions.create(name="370", type=QUEUE)
    first = await extensions.ensure(name="101", type=PHONE, label="An")
    again = await extensions.ensure(name="101", type=PHONE, label="Bình", client_id=12)
    assert (first.created, again.created, again.changed, again.id) == (True, False, True, first.id)
    assert table[int(first.id)]["label"] == "Bình"
    assert await extensions.find(name="000*370") == queue == await extensions.get("@370")
    assert await extensions.find(name="37") is None
    assert [one.id async for one in extensions.list(type=PHONE, strict=True)] == [int(first.id)]
    assert len(await extensions.list(client_id="12", strict=True, read_ahead=2).collect()) == 2
    changed = await extensions.update(first.id, status=BLOCKED, caller_id_name="B", label=None)
    assert (changed.status, changed.caller_id_name, changed.label) == (BLOCKED, "B", None)
    assert (table[changed.id]["status"], table[changed.id]["label"]) == (BLOCKED, None)
    await extensions.delete(queue.id)
    assert (list(table), list(x.state.queues)) == ([changed.id], [])
    with pytest.raises(NotFoundError):
        await extensions.delete(queue.id)
    await extensions.delete(queue.id, missing_ok=True)


SAMPLE: dict[str, Any] = {
    "announce_frequency": 15, "announce_sound": 35, "max_wait_time": 1800, "record_enabled": True, "sound": 36,
    "sound_type": "music", "strategy": RING_ALL, "timeout_transfer_dst": "333", "tier_rules_apply": True,
    "tier_rule_wait_second": 5,
}  # fmt: skip


async def tour_of_queues(x: Exchange) -> None:
    """Set a queue up, clear a setting, write it back whole, and see who waits in it."""
    queues, key = x.client.queues, x.state.add_extension("370", "queue")
    row = await queues.update(key, **SAMPLE, extra={"parameter_24": [1, {"a": None}]})
    assert {name: getattr(row, name) for name in SAMPLE} == SAMPLE
    assert SAMPLE.items() <= dict(x.state.queues[key]).items()
    assert row.extra["parameter_24"] == [1, {"a": None}]
    # 22 whose names are known and nine more; the id of the extension is the 32nd
    assert len(row.settings()) == 31
    assert (await queues.update("@370", timeout_transfer_dst=None)).timeout_transfer_dst is None
    before = await queues.get(key)
    assert await queues.update(key, extra=before.settings()) == before
    assert (await queues.update(key, sound_type="ring")).sound is None
    states = ("Waiting", "Trying", "Waiting", "Answered")
    calls = [x.state.add_caller(key, f"8921000000{n}", state) for n, state in enumerate(states)]
    status = await queues.status(key)
    assert (status.waiting_members, status.trying_members, status.answered_members) == (2, 1, 1)
    members = await queues.members(key, strict=True)
    assert [(one.call_api_id, one.state) for one in members] == list(zip(calls, states, strict=True))
    assert (members[0].number, members[0].serving_agent, members[0].wait_time) == ("89210000000", None, 0)
    for call in calls[1:]:
        x.state.remove_call(call)
    assert [one.call_api_id for one in await queues.members(key, strict=True)] == calls[:1]
    with pytest.raises(NotFoundError):
        await queues.get(x.state.add_extension("101"))


async def tour_of_local_agents(x: Exchange) -> None:
    """Make extensions agents in both ways, change, filter and delete them."""
    agents, table = x.client.agents.local, x.state.local_agents
    phones = [x.state.add_extension(name) for name in ("101", "102", "103")]
    an = await agents.create(extension_id=phones[0], call_timeout=30)
    assert to_dict(an).items() >= {"extension_id": phones[0], "call_timeout": 30, "name": None}.items()
    assert table[an.id]["call_timeout"] == 30
    ensured = await agents.ensure(extension_id=phones[1], name="Bình")
    assert (await agents.ensure(extension_id=phones[1], name="Bình")).changed is False
    assert (await agents.find(extension_id=phones[1])) == await agents.get(ensured.id)
    newer = await x.client.extension_agents.create(phones[2], name="Chi", wrap_up_time=7)
    assert (newer.extension_id, table[newer.id]["wrap_up_time"]) == (phones[2], 7)
    assert await x.client.extension_agents.list("@103", strict=True).collect() == [newer]
    found = [one.id async for one in agents.list(extension_id=phones[:2], strict=True)]
    assert found == [an.id, int(ensured.id)]
    assert len(await agents.list(client_id=12).collect()) == 3
    changed = await agents.update(an.id, status=LOGGED_OUT, name="An", extra_params=None)
    assert (changed.status, table[an.id]["name"], changed.call_timeout) == (LOGGED_OUT, "An", 30)
    with pytest.raises(InvalidRequestError):
        await agents.create(extension_id=x.state.add_extension("370", "queue"))
    await agents.delete(an.id)
    await agents.delete(an.id, missing_ok=True)
    assert sorted(table) == [int(ensured.id), newer.id]


async def tour_of_remote_agents(x: Exchange) -> None:
    """Make outside numbers agents, change, find and delete them."""
    agents, table = x.client.agents.remote, x.state.remote_agents
    an = await agents.create(number="+7 921 565-06-44", name="An")
    assert table[an.id]["number"] == an.number == "79215650644"
    ensured = await agents.ensure(number="89876543210", reject_delay_time=1)
    assert (await agents.find(number="8 987 654-32-10")) == await agents.get(int(ensured.id))
    changed = await agents.update(an.id, number="89215650644", name=None)
    assert (changed.number, table[an.id]["name"]) == ("89215650644", None)
    assert [one.id async for one in agents.list(strict=True)] == [an.id, int(ensured.id)]
    await agents.delete(an.id)
    with pytest.raises(NotFoundError):
        await agents.get(an.id)
    assert list(table) == [int(ensured.id)]


async def tour_of_agents_in_queues(x: Exchange) -> None:
    """Put an agent of each kind and of the same number into a queue; neither is taken for the other."""
    queue, phone = x.state.add_extension("370", "queue"), x.state.add_extension("101")
    made = {"local": {"extension_id": phone}, "remote": {"number": "89215650644"}}
    for kind, columns in made.items():
        x.state.add_agent(kind, id=9, **columns)
    for kind in made:
        places = getattr(x.client.queue_agents, kind)
        place = await places.add(queue, agent_id=9, level=2)
        assert (place.agent_id, place.level, place.position) == (9, 2, 0)
        with pytest.raises(AlreadyExistsError):
            await places.add(queue, agent_id="9")
        ensured = await places.ensure(queue, agent_id=9, position=4)
        assert (ensured.created, ensured.changed) == (False, True)
        assert await places.find("@370", agent_id=9) == await places.get(queue, 9)
        assert (await places.update(queue, 9, level=1)).position == 4
        assert [one.level async for one in places.list(queue, strict=True)] == [1]
    rows = [(row["kind"], row["agent_id"], row["level"]) for row in x.state.queue_agents.rows()]
    assert rows == [("local", 9, 1), ("remote", 9, 1)]
    for kind in made:
        agents, places = getattr(x.client.agents, kind), getattr(x.client.queue_agents, kind)
        with pytest.raises(ConflictError):
            await agents.delete(9, remove_from_queues=False)
        await places.remove(queue, 9)
        await places.remove(queue, 9, missing_ok=True)
        assert (await places.ensure(queue, agent_id=9)).created
        await agents.delete(9)
        assert await places.list(queue).collect() == []
    assert not x.state.queue_agents


async def tour_of_agent_events(x: Exchange) -> None:
    """Follow logins and logouts of an agent of each kind."""
    x.state.add_agent("local", id=136, extension_id=x.state.add_extension("094"))
    x.state.add_agent("remote", id=136, number="89215650644")
    for kind in ("local", "remote"):
        events = getattr(x.client.agent_events, kind)
        event = await events.create(136, **HOOK)
        assert {name: getattr(event, name) for name in HOOK} == HOOK
        ensured = [await events.ensure(136, **hook) for hook in (HOOK, OUT)]
        assert [(one.created, one.id == str(event.id)) for one in ensured] == [(False, True), (True, False)]
        assert await events.find(136, **OUT) == await events.get(136, ensured[1].id)
        changed = await events.update(136, event.id, method=POST)
        assert (changed.method, x.state.agent_events[event.id]["method"]) == (POST, POST)
        assert [one.id async for one in events.list(136, strict=True)] == [event.id, int(ensured[1].id)]
        await events.delete(136, event.id)
        with pytest.raises(NotFoundError):
            await events.get(136, event.id)
    assert [row["kind"] for row in x.state.agent_events.rows()] == ["local", "remote"]


async def tour_of_extension_events(x: Exchange) -> None:
    """Follow the calls of an extension, then of none."""
    events, key = x.client.extension_events, x.state.add_extension("370")
    answered, ended = ({**HOOK, "event_type": one} for one in (ANSWER, HANGUP))
    event = await events.create(key, **answered)
    assert not (await events.ensure("@370", **answered)).created
    assert (await events.ensure(key, **ended)).created
    assert await events.find(key, **answered) == event == await events.get(key, event.id)
    assert (await events.update(key, event.id, url="https://other.example/")).url == "https://other.example/"
    assert [one.event_type async for one in events.list(key, strict=True)] == [ANSWER, HANGUP]
    await events.delete(key, event.id)
    assert [row["event_type"] for row in x.state.extension_events.rows()] == [HANGUP]
    await events.delete_all(key)
    assert not x.state.extension_events
    async for outcome in events.ensure_all(str(HOOK["url"]), [HANGUP], dry_run=True):
        assert (outcome.item.id, outcome.result and outcome.result.created) == (key, (HANGUP,))
    other = x.state.add_extension_event(key, HANGUP, str(HOOK["url"]), "POST")
    async for outcome in events.remove_all(str(HOOK["url"])):
        assert outcome.result is not None
        assert outcome.result.removed == (HANGUP,)
    assert other not in x.state.extension_events


async def tour_of_sounds(x: Exchange) -> None:
    """Upload, replace, rename, filter and delete sounds; the bytes arrive as they were."""
    sounds, contents = x.client.sounds, x.state.sound_contents
    music = await sounds.upload(WAV, title="Nhạc chờ", filename='a "b".wav')
    assert (music.title, music.client_id, contents[music.id]) == ("Nhạc chờ", 12, WAV)
    other = x.state.add_sound("Theirs", "t.mp3", client_id=None)
    assert (await sounds.replace(music.id, b"ID3\r\n--x", filename="b.mp3")).filename == "b.mp3"
    assert contents[music.id] == b"ID3\r\n--x"
    assert (await sounds.rename(music.id, title="Hold & wait")).title == "Hold & wait"
    assert (await sounds.get(music.id)).title == x.state.sounds[music.id]["title"]
    filters: list[dict[str, Any]] = [{"id": music.id}, {"title": ["Hold & wait", "x"]}, {"own_only": True}]
    for given in filters:
        assert [one.id async for one in sounds.list(**given, strict=True)] == [music.id]
    assert [one.id async for one in sounds.list(id=[music.id, other])] == [music.id, other]
    with pytest.raises(InvalidRequestError, match="WAV or MP3"):
        await sounds.upload(b"text", title="x", filename="a.wav")
    await sounds.delete(music.id)
    await sounds.delete(music.id, missing_ok=True)
    assert list(x.state.sounds) == [other]


async def tour_of_calls(x: Exchange) -> None:
    """See a caller's call, hold it, transfer it out of the queue, end it."""
    calls, queue = x.client.current_calls, x.state.add_extension("370", "queue")
    key = x.state.add_caller(queue, "89215650644", call_api_id="a b?c@d*e%2F")
    (call,) = await calls.list(strict=True).collect()
    assert (call.call_api_id, call.extension_id, call.caller_id_number) == (key, queue, "89215650644")
    assert await calls.of_extension("@370", strict=True) == [call]
    await calls.act(queue, key, action=HOLD)
    with pytest.raises(InvalidRequestError):
        await calls.act(queue, key, action=TRANSFER)
    await calls.act(queue, key, action=TRANSFER, send_dst="333")
    assert x.state.call_actions == [(key, HOLD, None), (key, TRANSFER, "333")]
    assert await x.client.queues.members(queue) == []
    await calls.drop(queue, key)
    await calls.drop(queue, key, missing_ok=True)
    assert not x.state.current_calls


async def tour_of_calls_of_the_past(x: Exchange) -> None:
    """List calls, save what was recorded of one, count and delete recordings."""
    since, history = datetime(2026, 9, 30, tzinfo=UTC), x.state.call_history
    for day in range(3):
        history.add(117, started=(since + timedelta(days=day)).timestamp(), recording=WAV)
    records, recordings = x.client.call_records, x.client.recordings
    first, *others = await records.list(since=since, until=since + timedelta(days=9)).collect()
    assert len(others) == 2
    assert await records.get(first.id) == first
    span: Any = {"since": since, "until": since + timedelta(days=2)}
    assert [one.id async for one in recordings.list(**span)] == [first.recording_id, others[0].recording_id]
    key, held = str(first.recording_id), io.BytesIO()
    await recordings.wait(key)
    assert await recordings.state(key) == "ready"
    await recordings.save(key, held)
    assert held.getvalue() == WAV
    assert (await recordings.link(key)).reveal().endswith(history.recorded[key.upper()].link)
    assert await recordings.stats(**span) == {"count": 2, "size": 2 * len(WAV)}
    assert (await recordings.archive({"keep": 1}))["message"] == "Accepted"
    assert history.archived == [{"keep": 1}]
    await recordings.delete(key)
    await recordings.delete_all(**span)
    assert len(history.recordings) == 1


async def tour_of_legs(x: Exchange) -> None:
    """List the legs at a phone and count them."""
    since, legs = datetime(2026, 9, 30, tzinfo=UTC), x.client.call_legs
    phone, other = x.state.add_extension("101"), x.state.add_extension("102")
    for day, key in enumerate((phone, other, phone)):
        x.state.call_history.add(key, started=(since + timedelta(days=day)).timestamp(), flow="out")
    span: Any = {"since": since, "until": since + timedelta(days=9)}
    found = await legs.list("@101", **span, strict=True).collect()
    assert [leg.started for leg in found] == [since, since + timedelta(days=2)]
    assert await legs.stats(phone, **span) == {"in": {"total": 0}, "out": {"total": 2}}
    assert await x.client.call_records.stats(**span) == {"in": {"total": 0}, "out": {"total": 3}}
    calls = await x.client.call_records.list(**span, legs=False).collect()
    assert [(call.agent, call.cdr) for call in calls] == [(str(key), None) for key in (phone, other, phone)]


async def tour_of_numbers(x: Exchange) -> None:
    """Attach a number to a phone, show it, call back from the phone, and see the call."""
    phone, client = x.state.add_extension("101"), x.client
    key = x.state.add_did("74951234567")
    (did,) = await client.dids.list().collect()
    assert await client.dids.get(key) == did
    assert (await client.dids.attach(key, extension_id=phone)).extension_id == phone
    assert (await client.dids.attach(key, extension_id=None)).extension_id is None
    await client.shown_numbers.update(phone, ani_number=str(did.name))
    assert (await client.shown_numbers.get("@101")).default == did.name
    made = await client.callback.create(phone, src_num=["101"], dst_num="84900", wait_for_pickup=20)
    call = await client.current_calls.get(phone, str(made.call_api_id))
    assert (call.callback_id, call.called_number) == (made.call_id, "84900")
    await client.current_calls.drop(phone, call.call_api_id)
    with pytest.raises(NotFoundError):
        await client.current_calls.get(phone, call.call_api_id)


async def tour_of_the_account(x: Exchange) -> None:
    """Who am I, what are my limits, what is on my card."""
    user = await x.client.user()
    assert to_dict(user) == dict(x.state.user)
    assert (await x.client.limits.get(client_id=user.client_id or 0)).extra["event"] == 100
    assert (await x.client.client_card.update({"email": "an@host.example"})).extra[
        "email"
    ] == "an@host.example"
    assert (await x.client.client_card.get()).extra == dict(x.state.client_card)


TOURS: dict[str, Tour] = {
    name.removeprefix("tour_of_"): tour
    for name, tour in list(globals().items())
    if name.startswith("tour_of_")
}
HABITS: dict[str, dict[str, Any]] = {
    "as documented": {},
    "other statuses": {"ringme_created": "200", "ringme_deleted": "200", "ringme_duplicate": "422"},
    "kept with 403": {"ringme_in_queue": "403", "ringme_duplicate": "400"},
    "kept with 409": {"ringme_in_queue": "409"},
    "wrapped lists": {"ringme_lists": "result"},
    "lone members": {"ringme_members": "object"},
    "page ignored": {"ringme_paging": "page_ignored", "page_size_max": 100},
    "no pages": {"ringme_paging": "off"},
    "pages of one": {"page_size_max": 1},
    "last page again": {"beyond_end": "last"},
    "no page behind the last": {"beyond_end": "error"},
    "gzip and newer fields": {"ringme_gzip": True, "ringme_newer": True},
    "quota": {"ringme_quota": (1000, 3600.0), "ringme_quota_headers": "lower"},
    "tokens of text": {"ringme_expires_in": "text", "date_header": False},
}


BRIEF = {"timeouts": Timeouts(settle=1.0)}
"""What was removed and is wanted again is looked for no longer than that."""


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("tour", TOURS)
async def test_every_method_works_under_every_habit(tour: str, habit: str) -> None:
    async with exchange_of(BRIEF, **HABITS[habit]) as exchange:
        await TOURS[tour](exchange)
        assert exchange.client.stats().retries == 0
        assert exchange.client.stats().requests == exchange.emulator.count()
        assert exchange.emulator.count("oauth.token") == 1
        assert exchange.emulator.refused("unmatched") == 0


def listening(exchange: Exchange, called: set[tuple[str, str]]) -> None:
    """Note in `called` each method of a resource that is called, and go on."""
    for resource, method in METHODS:
        owner = attrgetter(resource)(exchange.client)
        call = getattr(owner, method)

        def noted(*args: Any, _noted: Any = (resource, method), _call: Any = call, **options: Any) -> Any:
            called.add(_noted)
            return _call(*args, **options)

        setattr(owner, method, noted)


async def test_the_tours_see_every_operation_and_every_method() -> None:
    seen: set[str] = set()
    called: set[tuple[str, str]] = set()
    for tour in TOURS.values():
        async with exchange_of(BRIEF) as exchange:
            listening(exchange, called)
            await tour(exchange)
            seen |= {record.operation for record in exchange.emulator.requests}
    names = {key.partition(":")[2] for key in operations() if key.startswith("ringme:")}
    assert seen == names
    assert len(names) == 82
    assert called == set(METHODS)


async def test_what_a_put_resets_is_reported_as_it_is() -> None:
    async with exchange_of(ringme_put="reset") as exchange:
        agent = exchange.state.add_agent("remote", number="89215650644", call_timeout=30)
        changed = await exchange.client.agents.remote.update(agent, name="An")
        assert (changed.name, changed.call_timeout) == ("An", 60)
        assert exchange.state.remote_agents[agent]["call_timeout"] == 60


async def test_values_of_a_newer_server_go_both_ways() -> None:
    async with exchange_of(ringme_open_values=True) as exchange:
        queue = exchange.state.add_extension("370", "queue")
        assert (await exchange.client.queues.update(queue, strategy="by-mood")).strategy == "by-mood"
        agent = await exchange.client.agents.remote.create(number="89215650644", status="on_break")
        event = await exchange.client.agent_events.remote.create(
            agent.id, event_type="agent-break", method="PUT", url="https://host.example/"
        )
        assert (agent.status, event.event_type, event.method) == ("on_break", "agent-break", "PUT")
        assert exchange.state.queues[queue]["strategy"] == "by-mood"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("kind", ["local", "remote"])
async def test_agent_events_reach_the_handler(kind: str, method: str) -> None:
    """A subscription made by the client is delivered by the emulator and read by `webhooks`, once for each change."""
    received: list[AgentEvent] = []

    async def note(event: AgentEvent) -> None:
        received.append(event)

    app = web.Application()
    app.router.add_route("*", "/agents", agent_event_handler(note))
    async with exchange_of() as x, TestServer(app) as server:
        column = {"extension_id": x.state.add_extension("094", domain="ringme.ru")}
        key = x.state.add_agent(kind, **(column if kind == "local" else {"number": "89215650644"}))
        events, agents = getattr(x.client.agent_events, kind), getattr(x.client.agents, kind)
        for event_type in (AGENT_LOGIN, AGENT_LOGOUT):
            url = f"{server.make_url('/agents')}?key=a%2Fb"
            await events.ensure(key, event_type=event_type, method=method, url=url)
        for status in (LOGGED_OUT, LOGGED_OUT, AVAILABLE):
            await agents.update(key, status=status)
        x.state.dial_status(kind, key, LOGGED_OUT)
        await x.emulator.settle()
        await asyncio.sleep(0)
    assert [(one.is_login, one.is_logout, one.event_source) for one in received] == [
        (False, True, "api"),
        (True, False, "api"),
        (False, True, "phone"),
    ]
    (first, *_) = received
    assert (first.agent_id, first.agent_type, first.extra["key"]) == (key, kind, "a/b")
    assert (first.extension_name, first.agent_number) == (
        ("000*094@ringme.ru", None) if kind == "local" else (None, "89215650644")
    )


async def test_accounts_see_their_own_rows() -> None:
    """Clients of five customers at one server, each with `@me`: no row strays, and another's id is not found."""
    async with Emulator(seed=1) as emulator:
        clients = [RingMeClient(**emulator.ringme(number)) for number in range(5)]
        for number, client in enumerate(clients):
            for place in range(number + 1):
                await client.agents.remote.create(number=f"8921000000{place}")
        found = [await client.agents.remote.list().collect() for client in clients]
        assert [len(agents) for agents in found] == [1, 2, 3, 4, 5]
        with pytest.raises(NotFoundError) as caught:
            await clients[0].agents.remote.list(client_id=13).collect()
        assert caught.value.code == "client_not_found"
        for client in clients:
            await client.aclose()
