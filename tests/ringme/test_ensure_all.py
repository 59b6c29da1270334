"""Every extension subscribed to one URL, and back: lists first, nothing twice, other URLs left alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from stringee_async import (
    AmbiguousError,
    ConfigError,
    DecodeError,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
    Request,
    RetryPolicy,
    Timeouts,
    to_dict,
)
from stringee_async.core.unset import UNSET
from stringee_async.emulator import Fault
from stringee_async.ringme import ANSWER, DIAL_IN, DIAL_OUT, GET, HANGUP, POST, Extension, SubscriptionChanges
from stringee_async.ringme.subscriptions import same_url

from ..kit import answer, virtual
from .rig import ApiTransport, Exchange, exchange_of, ringme_over

URL = "https://myshost.org/calls?key=canary-key"
OTHER = "https://crm.example/calls"
TYPES = [DIAL_IN, DIAL_OUT, ANSWER, HANGUP]
QUICK: dict[str, Any] = {
    "retry": RetryPolicy(base=0.0, throttle_base=0.001),
    "timeouts": Timeouts(settle=0.2),
}
BRIEF: dict[str, Any] = {"retry": RetryPolicy(base=0.0), "timeouts": Timeouts(settle=0.01)}
"""What was removed and is wanted again is looked for no longer than that."""


async def run(outcomes: Any) -> dict[int, Any]:
    """Return what came of each extension: its changes, or its error."""
    found = {}
    async for outcome in outcomes:
        assert isinstance(outcome.item, Extension)
        assert outcome.state == ("done" if outcome.error is None else "failed")
        found[outcome.item.id] = outcome.error or outcome.result
    return found


def subscribed(x: Exchange, url: str = URL) -> Counter[tuple[int, str, str]]:
    return Counter(
        (row["extension_id"], row["event_type"], row["method"])
        for row in x.state.extension_events.rows()
        if row["url"] == url
    )


async def test_every_extension_is_subscribed_once_with_one_list_and_one_request_for_each_that_is_missing() -> (
    None
):
    """Eleven phones, a queue and a menu; run again, it lists only; then all is taken back."""
    async with exchange_of() as x:
        phones = [x.state.add_extension(f"10{n}") for n in range(10)]
        fax = x.state.add_extension("200", "fax")
        others = [x.state.add_extension("370", "queue"), x.state.add_extension("380", "ivr")]
        theirs = x.state.add_extension_event(phones[0], HANGUP, OTHER)
        await x.client.user()
        events, count = x.client.extension_events, x.emulator.count
        found = await run(events.ensure_all(URL, [*TYPES, HANGUP]))
        assert [found[key].created for key in (*phones, fax)] == [tuple(TYPES)] * 11
        assert all(found[key].created == (HANGUP,) for key in others)
        assert list(found[others[0]].skipped) == [DIAL_IN, DIAL_OUT, ANSWER]
        assert found[others[1]].skipped[ANSWER] == "an extension of type ivr reports hangup only"
        assert subscribed(x) == Counter(
            [(key, kind, POST) for key in (*phones, fax) for kind in TYPES]
            + [(key, HANGUP, POST) for key in others]
        )
        assert (count("extension_events.list"), count("extension_events.create")) == (13, 46)
        assert count("extensions.list") == 2
        x.emulator.clear_requests()
        again = await run(events.ensure_all(URL, TYPES))
        assert all(again[key] == SubscriptionChanges(kept=tuple(TYPES)) for key in phones)
        assert count() == 2 + 13
        x.emulator.clear_requests()
        gone = await run(events.remove_all(URL))
        assert gone[phones[0]] == SubscriptionChanges(removed=tuple(TYPES))
        assert (count("extension_events.list"), count("extension_events.delete")) == (13, 46)
        assert list(x.state.extension_events) == [theirs]


SPELT = "https://Hook.example/r\u00e9ports~1?key=a%2fb&x=1"


@pytest.mark.parametrize(
    ("url", "kind", "method"),
    [
        ("HTTPS://hook.example:443/r%C3%A9ports%7E1?key=a%2Fb&x=1", ANSWER, POST),
        ("https://hook.example/r%c3%a9ports~1?key=a%2Fb&x=1", "ANSWER", "post"),
    ],
)
async def test_a_subscription_in_another_spelling_is_not_doubled(url: str, kind: str, method: str) -> None:
    """A host may write addresses and words in a form of its own; each run would add one more."""
    async with exchange_of(BRIEF) as x:
        phone = x.state.add_extension("101")
        x.state.add_extension_event(phone, kind, url, method)
        others = [url.replace("a%2Fb", "a/b"), url.replace("hook", "hooks"), url + "&y=2"]
        theirs = [x.state.add_extension_event(phone, kind, other, method) for other in others]
        events = x.client.extension_events
        found = await run(events.ensure_all(SPELT, [ANSWER]))
        assert found[phone] == SubscriptionChanges(kept=(ANSWER,))
        ensured = await events.ensure(phone, event_type=ANSWER, method=POST, url=SPELT)
        assert not ensured.created
        await run(events.remove_all(SPELT, event_types=[ANSWER]))
        assert list(x.state.extension_events) == theirs


@pytest.mark.parametrize("name", ["event_type", "method", "url"])
async def test_what_is_looked_for_needs_all_of_its_key(name: str) -> None:
    given: Any = {"event_type": ANSWER, "method": POST, "url": URL, name: UNSET}
    async with exchange_of(BRIEF) as x:
        with pytest.raises(ConfigError, match=name):
            await x.client.extension_events.find(5, **given)


def test_an_address_that_is_none_is_compared_as_it_is() -> None:
    assert same_url("https://[a", "https://[a")
    assert not same_url("https://[a", "https://a")
    assert not same_url(None, "https://a")
    assert same_url("https://a", "https://a/")


async def test_a_dry_run_says_what_would_be_done_and_lists_only() -> None:
    async with exchange_of(BRIEF) as x:
        phone, queue = x.state.add_extension("101"), x.state.add_extension("370", "queue")
        x.state.add_extension_event(phone, ANSWER, URL, GET)
        x.state.add_extension_event(phone, HANGUP, URL, POST)
        before, events = subscribed(x), x.client.extension_events
        found = await run(events.ensure_all(URL, TYPES, dry_run=True))
        assert found[phone] == SubscriptionChanges(
            created=(DIAL_IN, DIAL_OUT), changed=(ANSWER,), kept=(HANGUP,), dry_run=True
        )
        assert (found[queue].created, len(found[queue].skipped)) == ((HANGUP,), 3)
        gone = await run(events.remove_all(URL, dry_run=True))
        assert gone[phone] == SubscriptionChanges(removed=(ANSWER, HANGUP), dry_run=True)
        assert {r.operation for r in x.emulator.requests[1:]} == {"extensions.list", "extension_events.list"}
        assert subscribed(x) == before
        done = await run(events.ensure_all(URL, TYPES))
        assert to_dict(done[phone]) == {**to_dict(found[phone]), "dry_run": False}


async def test_only_subscriptions_with_this_url_are_touched() -> None:
    """One with the other method is changed, not doubled; one that stands twice stays, and goes twice."""
    async with exchange_of(BRIEF) as x:
        phone = x.state.add_extension("101")
        add = x.state.add_extension_event
        add(phone, ANSWER, OTHER), add(phone, ANSWER, URL + "&x=1")
        add(phone, ANSWER, URL, GET), add(phone, "voicemail", URL)
        add(phone, HANGUP, URL, POST), add(phone, HANGUP, URL, POST)
        events = x.client.extension_events
        found = await run(events.ensure_all(URL, [ANSWER, HANGUP], method=POST))
        assert found[phone] == SubscriptionChanges(changed=(ANSWER,), kept=(HANGUP,))
        assert subscribed(x) == {
            (phone, ANSWER, POST): 1,
            (phone, HANGUP, POST): 2,
            (phone, "voicemail", GET): 1,
        }
        gone = await run(events.remove_all(URL, event_types=[HANGUP]))
        assert gone[phone].removed == (HANGUP, HANGUP)
        assert subscribed(x) == {(phone, ANSWER, POST): 1, (phone, "voicemail", GET): 1}
        await run(events.remove_all(URL))
        assert (subscribed(x), subscribed(x, OTHER)) == ({}, {(phone, ANSWER, GET): 1})


@pytest.mark.parametrize("fault", [Fault.lost_answer(), Fault.status(503), Fault.reset_before()])
async def test_a_lost_response_doubles_nothing(fault: Any) -> None:
    """The list is read again before anything is sent again."""
    async with exchange_of(QUICK) as x:
        phone = x.state.add_extension("101")
        x.script("extension_events.create", fault)
        found = await run(x.client.extension_events.ensure_all(URL, TYPES))
        assert found[phone] == SubscriptionChanges(created=tuple(TYPES))
        assert set(subscribed(x).values()) == {1}
        await run(x.client.extension_events.ensure_all(URL, TYPES))
        x.script("extension_events.delete", Fault.lost_answer())
        gone = await run(x.client.extension_events.remove_all(URL))
        assert gone[phone].removed == tuple(TYPES)
        assert not x.state.extension_events


async def test_two_runs_at_once_double_nothing() -> None:
    async with exchange_of(QUICK) as x:
        for n in range(5):
            x.state.add_extension(f"10{n}")
        events = x.client.extension_events
        await asyncio.gather(*(run(events.ensure_all(URL, TYPES)) for _ in range(3)))
        assert len(subscribed(x)) == 20
        assert set(subscribed(x).values()) == {1}


async def test_a_run_whose_list_is_older_than_what_creates_are_remembered_for_looks_again() -> None:
    async with exchange_of({"timeouts": Timeouts(settle=0.001)}, latency=0.003) as x:
        x.state.add_extension("101")
        await run(x.client.extension_events.ensure_all(URL, TYPES))
        assert (x.emulator.count("extension_events.list"), len(x.state.extension_events)) == (5, 4)


async def test_an_extension_without_room_is_the_failure_of_that_extension() -> None:
    async with exchange_of(BRIEF) as x:
        full, free = x.state.add_extension("101"), x.state.add_extension("102")
        x.state.limits["event"] = 5
        for n in range(4):
            x.state.add_extension_event(full, ANSWER, f"{OTHER}/{n}")
        found = await run(x.client.extension_events.ensure_all(URL, TYPES))
        assert isinstance(found[full], LimitReachedError)
        assert found[free].created == tuple(TYPES)
        assert subscribed(x)[full, DIAL_IN, POST] == 1


def exchange(**responses: Any) -> ApiTransport:
    """Return an exchange that responds to each operation with this, and lists its extensions on one page."""
    extensions = responses.pop("extensions")

    def respond(request: Request) -> Any:
        if request.operation == "extensions.list":
            return answer(extensions if "page=1&" in request.url else [])
        return responses[request.operation.rpartition(".")[2]]

    return ApiTransport(default=respond)


@virtual
async def test_what_the_vendor_says_a_kind_of_extension_does_not_have_is_skipped() -> None:
    """Of a kind that is not known to report nothing else; another refusal is the failure of that extension."""
    menu, refused = [{"id": 7, "type": "menu"}], answer({"message": "Not for IVR-type extensions"}, 400)
    async with ringme_over(exchange(extensions=menu, list=answer([]), create=refused)) as client:
        found = await run(client.extension_events.ensure_all(URL, [ANSWER], type="menu"))
    assert found[7].skipped == {ANSWER: "the vendor refuses it for an extension of type menu"}
    denied = answer({"message": "no", "status": "access_denied"}, 403)
    async with ringme_over(exchange(extensions=menu, list=answer([]), create=denied)) as client:
        found = await run(client.extension_events.ensure_all(URL, [ANSWER]))
    assert isinstance(found[7], PermissionDeniedError)


async def test_an_extension_that_was_deleted_meanwhile_fails_alone_and_has_nothing_to_remove() -> None:
    async with exchange_of(BRIEF) as x:
        first, second = x.state.add_extension("101"), x.state.add_extension("102")
        for act in (
            x.client.extension_events.remove_all(URL),
            x.client.extension_events.ensure_all(URL, TYPES),
        ):
            x.script("extension_events.list", Fault.status(404, b'{"message":"Not found"}'))
            found = await run(act)
            kinds = sorted(type(one).__name__ for one in found.values())
            assert set(found) == {first, second}
        assert kinds == ["NotFoundError", "SubscriptionChanges"]
        assert any(isinstance(one, NotFoundError) for one in found.values())


@pytest.mark.parametrize(
    "row", [{"id": 1, "event_type": [], "method": POST, "url": OTHER}, {"id": None, "url": URL}, 7]
)
@virtual
async def test_an_extension_whose_subscriptions_cannot_be_read_is_left_alone(row: Any) -> None:
    transport = exchange(extensions=[{"id": 7, "type": "phone"}], list=answer([row]))
    async with ringme_over(transport) as client:
        events = client.extension_events
        for outcomes in (events.ensure_all(URL, [HANGUP]), events.remove_all(URL)):
            assert isinstance((await run(outcomes))[7], AmbiguousError)
    assert {request.method for request in transport.requests} == {"GET"}


@virtual
async def test_extensions_that_cannot_be_read_are_told_behind_the_last_outcome() -> None:
    transport = exchange(extensions=[{"id": 7, "type": "phone"}, {"type": "phone"}], list=answer([]))
    async with ringme_over(transport) as client:
        seen = []
        with pytest.raises(DecodeError, match="1 extensions could not be read"):
            async for outcome in client.extension_events.remove_all(URL):
                seen.append(outcome.item.id)
    assert seen == [7]


async def test_a_run_may_be_left_and_memory_does_not_grow_with_the_extensions() -> None:
    """No more extensions are taken than are worked on and a few more; no page of them is read before it is needed."""
    async with exchange_of(BRIEF, page_size_max=10) as x:
        for n in range(200):
            x.state.add_extension(f"{1000 + n}")
        async with x.client.extension_events.ensure_all(URL, [HANGUP], concurrency=2) as outcomes:
            async for outcome in outcomes:
                if outcome.index > 5:
                    break
        assert x.emulator.count("extensions.list") <= 3
        assert len(x.state.extension_events) < 20


@virtual
async def test_the_extensions_cannot_be_listed() -> None:
    transport = ApiTransport(default=answer({"message": "no", "status": "access_denied"}, 403))
    async with ringme_over(transport) as client:
        with pytest.raises(PermissionDeniedError):
            await run(client.extension_events.ensure_all(URL, [HANGUP]))


@virtual
async def test_the_url_is_in_no_repr() -> None:
    """It is all that protects the receiver."""
    async with ringme_over(ApiTransport(default=answer([]))) as client:
        bulk = client.extension_events.ensure_all(URL, [HANGUP])
        work = bulk._run.func.__self__  # type: ignore[attr-defined]
        assert "canary" not in f"{bulk!r} {work!r}"


@pytest.mark.parametrize(
    ("given", "name"),
    [({"url": "/calls"}, "url"), ({"url": None}, "url"), ({"event_types": []}, "event_types"), ({"event_types": HANGUP}, "event_types"),
     ({"event_types": [""]}, "event_types"), ({"event_types": None}, "event_types"), ({"method": ""}, "method"), ({"dry_run": 1}, "dry_run"),
     ({"type": ""}, "type"), ({"client_id": ""}, "client_id"), ({"concurrency": 0}, "concurrency"), ({"patience": -1}, "patience")],
)  # fmt: skip
@virtual
async def test_wrong_arguments_are_refused_before_anything_is_sent(given: Any, name: str) -> None:
    transport = ApiTransport()
    async with ringme_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            client.extension_events.ensure_all(**{"url": URL, "event_types": TYPES, **given})
        if name != "method" and given != {"event_types": None}:
            with pytest.raises(ConfigError, match=name):
                client.extension_events.remove_all(**{"url": URL, **given})
    assert transport.requests == []
