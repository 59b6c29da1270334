"""ITNIO TECH's text messages: one outcome for each number, never sent twice, and reports that come by themselves."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from stringee_async import (
    ConfigError,
    DecodeError,
    InvalidRequestError,
    LimitReachedError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    Response,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
    WebhookError,
    to_dict,
)
from stringee_async.itniotech import (
    ReceivedSms,
    SmsDelivery,
    SmsMessage,
    SmsReply,
    SmsReport,
    parse_sms_deliveries,
    parse_sms_replies,
    sms_delivery_handler,
    sms_reply_handler,
)

from ..kit import ScriptedTransport, answer, virtual
from .rig import body_of, centre_of, client_over

AN, BO, CY = "6590001000", "6590001001", "6590001002"
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
SPAN = {"since": NOW - HOUR, "until": NOW + HOUR}


def taken(*rows: Any, **fields: Any) -> Response:
    return answer({"status": "0", "reason": "success", "array": list(rows), **fields})


async def test_each_number_has_an_outcome_of_its_own() -> None:
    async with centre_of() as centre:
        centre.state.sms.refused.add(BO)
        outcomes = await centre.client.sms.send(
            app_id=centre.state.app_id, to=[f"+{AN}", BO, CY], text="Mã: 123", order_ids=["o1", "o2", "o3"]
        )
        messages = centre.state.sms.messages
        assert [(one.to, one.sent, one.order_id) for one in outcomes] == [
            (AN, True, "o1"), (BO, False, "o2"), (CY, True, "o3"),
        ]  # fmt: skip
        assert [one.msg_id for one in outcomes if one.sent] == list(messages)
        assert {row["content"] for row in messages.values()} == {"Mã: 123"}
        assert centre.emulator.count("sms.send") == 1
    assert AN not in repr(outcomes)
    assert to_dict(outcomes[1]) == {"to": BO, "sent": False, "msg_id": None, "order_id": "o2"}


async def test_several_texts_go_in_one_request() -> None:
    async with centre_of() as centre:
        messages = [SmsMessage(to=[AN, BO], text="hi"), SmsMessage(to=CY, text="ho", order_ids="o")]
        outcomes = await centre.client.sms.send_batch(messages, app_id=centre.state.app_id)
        assert [(one.to, one.sent, one.order_id) for one in outcomes] == [
            (AN, True, None), (BO, True, None), (CY, True, "o"),
        ]  # fmt: skip
        assert [row["content"] for row in centre.state.sms.messages.values()] == ["hi", "hi", "ho"]
    assert AN not in repr(messages)


@pytest.mark.parametrize(
    ("response", "sent"),
    [
        (
            taken({"msgId": "1", "number": BO}, {"msgId": "2", "number": AN}, success="2", fail="0"),
            [True, True],
        ),
        (taken({"msgId": "1", "number": f"+{AN}"}, success=1, fail=1), [True, False]),
        (taken({"msgId": "1", "orderId": "o2"}), [False, True]),
        (taken({"msgId": "1", "number": AN}, success="2"), [True, None]),
        (taken({"msgId": "1", "number": AN}, 7), [True, None]),
        (taken({"msgId": "1", "number": AN}, {"msgId": "2", "number": CY}), [True, None]),
        (taken({"msgId": "1", "number": AN}, {"msgId": "2"}), [True, None]),
        (taken(success="0", fail="2"), [False, False]),
        (taken(success=0), [False, False]),
        (taken({"msgId": "1", "number": AN}, status="-10"), [True, False]),
        (taken({"msgId": "1", "number": AN}, status="-18"), [True, None]),
    ],
)
@virtual
async def test_what_a_response_does_not_say_is_neither_sent_nor_refused(
    response: Response, sent: list[bool | None]
) -> None:
    """What it lists counts as sent, even beside a refusal."""
    async with client_over(ScriptedTransport(response)) as client:
        outcomes = await client.sms.send(app_id="a", to=[AN, BO], text="hi", order_ids=["o1", "o2"])
    assert [one.sent for one in outcomes] == sent


@virtual
async def test_a_number_that_is_given_twice_gets_two_messages_if_that_is_asked_for() -> None:
    response = taken({"msgId": "1", "number": AN}, {"msgId": "2", "number": AN}, success="2")
    async with client_over(ScriptedTransport(response)) as client:
        with pytest.raises(ConfigError, match="twice"):
            await client.sms.send(app_id="a", to=[AN, AN], text="hi")
        outcomes = await client.sms.send(app_id="a", to=[AN, AN], text="hi", duplicates=True)
    assert [one.msg_id for one in outcomes] == ["1", "2"]


@pytest.mark.parametrize(
    ("step", "kind", "outcome"),
    [
        (answer({"status": "-10", "reason": "no"}), PermissionDeniedError, "refused"),
        (answer({"status": "-9", "reason": "no"}), InvalidRequestError, "refused"),
        (answer({"status": "-28", "reason": "no"}), LimitReachedError, "refused"),
        (answer({"status": "-12", "reason": "no"}), ServerError, "unknown"),
        (answer({"status": "-18", "reason": "no"}), ServerError, "unknown"),
        (answer({"status": "0"}), DecodeError, "unknown"),
        (answer({"status": "0", "success": "1", "array": "sent"}), DecodeError, "unknown"),
        (answer(b"<html>"), DecodeError, "unknown"),
        (OutcomeUnknownError("lost"), OutcomeUnknownError, "unknown"),
    ],
)
@virtual
async def test_an_error_of_a_send_is_never_repeated_and_names_the_references(
    step: Any, kind: type[SdkError], outcome: str
) -> None:
    transport = ScriptedTransport(default=step)
    async with client_over(transport, retry=RetryPolicy(max_attempts=5)) as client:
        with pytest.raises(kind) as caught:
            await client.sms.send(app_id="a", to=[AN, BO], text="hi", order_ids=["o1", "o2"])
    assert len(transport.requests) == 1
    assert caught.value.outcome == outcome
    assert ("order_ids o1,o2" in str(caught.value.object)) == (outcome == "unknown")
    assert caught.value.ids == (("o1", "o2") if outcome == "unknown" else ())
    assert AN not in str(caught.value)


@virtual
async def test_a_response_that_tells_nothing_is_kept_with_the_error() -> None:
    async with client_over(ScriptedTransport(answer({"status": "0", "new": 1}))) as client:
        with pytest.raises(DecodeError, match="which numbers") as caught:
            await client.sms.send(app_id="a", to=AN, text="hi")
    assert (caught.value.status, caught.value.body) == (200, b'{"status": "0", "new": 1}')


@virtual
async def test_an_error_of_a_large_send_names_few_references_and_keeps_all() -> None:
    numbers, ids = [f"65900{n:05}" for n in range(1000)], [f"order-{n}" for n in range(1000)]
    async with client_over(ScriptedTransport(OutcomeUnknownError("lost"))) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.sms.send(app_id="a", to=numbers, text="hi", order_ids=ids)
    assert "order-0,order-1,order-2,order-3,order-4 and 995 more" in str(caught.value)
    assert len(str(caught.value)) < 500
    assert caught.value.ids == tuple(ids)


@virtual
async def test_without_references_an_unknown_outcome_says_how_to_look() -> None:
    async with client_over(ScriptedTransport(OutcomeUnknownError("lost"))) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.sms.send(app_id="a", to=AN, text="hi")
    assert "list_sent" in str(caught.value.next_step)


GOOD: dict[str, Any] = {"app_id": "a", "to": AN, "text": "hi"}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("app_id", {"app_id": ""}),
        ("to", {"to": []}),
        ("to", {"to": "0901234567"}),
        ("to", {"to": 6590001000}),
        ("to", {"to": AN.encode()}),
        ("to", {"to": [AN, None]}),
        ("to", {"to": [f"659{n:07}" for n in range(1001)]}),
        ("text", {"text": ""}),
        ("text", {"text": "x" * 1025}),
        ("sender", {"sender": "x" * 33}),
        ("order_ids", {"order_ids": ["o1", "o2"]}),
        ("order_ids", {"order_ids": "a,b"}),
        ("order_ids", {"to": [AN, BO], "order_ids": ["o", "o"]}),
        ("order_ids", {"order_ids": "x" * 65}),
        ("duplicates", {"duplicates": 1}),
        ("sendr", {"sendr": "x"}),
    ],
)
@virtual
async def test_wrong_arguments_of_a_send_are_named_and_nothing_is_sent(
    name: str, given: dict[str, Any]
) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            await client.sms.send(**{**GOOD, **given})
    assert transport.requests == []


@pytest.mark.parametrize("messages", [[], "hi", b"hi", None, [AN], [SmsMessage(to=AN, text="hi")] * 2])
@virtual
async def test_wrong_batches_are_refused_before_anything_is_sent(messages: Any) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=r"messages|to"):
            await client.sms.send_batch(messages, app_id="a")
    assert transport.requests == []


async def test_states_of_messages_are_asked_for_200_at_once() -> None:
    async with centre_of() as centre:
        keys = [centre.state.sms.add(AN) for _ in range(250)]
        centre.state.sms.finish(keys[0])
        centre.state.sms.finish(keys[1], 1)
        reports = await centre.client.sms.reports([*keys, "none"], app_id=centre.state.app_id)
        assert centre.emulator.count("sms.reports") == 2
    assert [one.msg_id for one in reports] == keys
    assert [one.delivered for one in reports[:3]] == [True, False, None]
    assert reports[0].received is not None
    assert AN not in repr(reports[0])


async def test_messages_that_were_sent_and_that_came_in_are_listed() -> None:
    async with centre_of() as centre:
        box, app_id = centre.state.sms, centre.state.app_id
        keys = [box.add(AN) for _ in range(3)]
        for key in keys[:2]:
            box.finish(key)
        box.receive(BO, "stop")
        box.receive(BO, "stop it")
        sent = await centre.client.sms.list_sent(app_id=app_id, **SPAN).collect()
        received = await centre.client.sms.list_received(app_id=app_id, page_size=1, **SPAN).collect()
    assert [one.msg_id for one in sent] == keys[:2]
    assert [(one.number, one.content, one.mcc) for one in received] == [
        (BO, "stop", 525),
        (BO, "stop it", 525),
    ]
    assert not {BO, "stop"} & set(repr(received).split("'"))


@virtual
async def test_the_list_of_sent_messages_goes_on_behind_50_000_rows() -> None:
    pages = [
        taken(*({"msgId": str(first + n), "number": AN, "status": "0"} for n in range(count)))
        for first, count in ((0, 50_000), (50_000, 3))
    ]
    transport = ScriptedTransport(*pages)
    async with client_over(transport, timeouts=Timeouts(total=None)) as client:
        listing = client.sms.list_sent(app_id="a", since=NOW - 31 * 24 * HOUR, until=NOW)
        count = len({one.msg_id async for one in listing})
    assert count == 50_003
    assert [request.url.rpartition("=")[2] for request in transport.requests] == ["0", "50000"]
    assert transport.times[1] - transport.times[0] >= 60.0


@pytest.mark.parametrize("micros", [0, 1, 999_999])
@virtual
async def test_a_list_of_31_days_that_begins_within_a_second_is_asked_for_no_longer(micros: int) -> None:
    begun = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    transport = ScriptedTransport(taken())
    async with client_over(transport) as client:
        await client.sms.list_sent(app_id="a", since=begun, until=begun + timedelta(days=31)).collect()
    query = parse_qs(urlsplit(transport.requests[0].url).query)
    first, last = (datetime.fromisoformat(query[name][0]) for name in ("startTime", "endTime"))
    assert last - first == timedelta(days=31)


@virtual
async def test_one_query_of_sent_messages_leaves_in_a_minute_and_no_other_call_waits_for_it() -> None:
    transport = ScriptedTransport(default=taken())
    async with client_over(transport, timeouts=Timeouts(total=None)) as client:
        listing = client.sms.list_sent(app_id="a", **SPAN)
        reading = asyncio.gather(*(listing.collect() for _ in range(3)))
        await asyncio.sleep(1.0)
        begun = asyncio.get_running_loop().time()
        await client.sms.reports("1", app_id="a")
        assert asyncio.get_running_loop().time() == begun
        await reading
    times = [
        time
        for time, request in zip(transport.times, transport.requests, strict=True)
        if request.operation == "sms.list_sent"
    ]
    assert [later - time >= 60.0 for time, later in pairwise(times)] == [True, True]


@virtual
async def test_a_list_of_sent_messages_may_be_empty_or_hold_odd_rows() -> None:
    transport = ScriptedTransport(
        taken(), answer({"status": "0"}), taken(7, {"number": AN}, {"number": BO, "status": "x"})
    )
    async with client_over(transport, timeouts=Timeouts(total=None)) as client:
        assert await client.sms.list_sent(app_id="a", **SPAN).collect() == []
        assert await client.sms.list_sent(app_id="a", **SPAN).collect() == []
        listing = client.sms.list_sent(app_id="a", **SPAN)
        assert [one.number for one in await listing.collect()] == [AN, BO]
        assert len(listing.malformed) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda sms: sms.list_sent(app_id="a", since=NOW - 32 * 24 * HOUR, until=NOW), "31 days"),
        (lambda sms: sms.list_sent(app_id="a", since="today"), "since"),
        (lambda sms: sms.list_sent(app_id="a", strict=1, **SPAN), "strict"),
        (lambda sms: sms.list_received(app_id="", **SPAN), "app_id"),
        (lambda sms: sms.list_received(app_id="a", page_size=101, **SPAN), "page_size"),
    ],
)
@virtual
async def test_wrong_listings_are_refused_before_anything_is_sent(call: Any, message: str) -> None:
    async with client_over(ScriptedTransport()) as client:
        with pytest.raises(ConfigError, match=message):
            call(client.sms)


async def test_a_code_that_was_entered_is_told() -> None:
    async with centre_of() as centre:
        await centre.client.sms.report_entered(AN, app_id=centre.state.app_id, entered=NOW)
        (told,) = centre.state.sms.entered
    assert (told["number"], told["time"]) == (AN, str(int(NOW.timestamp() * 1000)))


# -- pushes -----------------------------------------------------------------------------------------------------

REPORT: dict[str, Any] = {
    "appId": "a", "msgid": "1", "mobile": AN, "status": 0, "reason": "0", "timestamp": 1736294400000, "orderId ": "o1",
    "mcc": "525", "mnc": "-1", "pricedetail": {"pay": "0.03"},
}  # fmt: skip
REPLY: dict[str, Any] = {
    "msgid": "1", "mobile": BO, "reply_time": "2025-01-08 08:00:00", "content": "stop", "sendid": "6580", "mcc": 525,
    "mcn": 1, "operator": "S",
}  # fmt: skip


@pytest.mark.parametrize("form", [dict, lambda row: [row], lambda row: {"array": [row]}, json.dumps,
                                  lambda row: json.dumps([row]).encode()])  # fmt: skip
def test_pushes_are_read_in_every_form(form: Any) -> None:
    (report,) = parse_sms_deliveries(form(REPORT))
    assert (report.msg_id, report.number, report.order_id, report.delivered) == ("1", AN, "o1", True)
    assert report.reported == datetime(2025, 1, 8, tzinfo=UTC)
    (reply,) = parse_sms_replies(form(REPLY))
    assert (reply.number, reply.content, reply.send_id, reply.mnc) == (BO, "stop", "6580", 1)
    assert reply.reply_time == "2025-01-08 08:00:00"
    assert not {AN, BO, "stop"} & set(f"{report!r} {reply!r}".split("'"))


@pytest.mark.parametrize(("stated", "delivered"), [(None, None), (3, False), ("0", True)])
def test_a_report_may_lack_what_it_says(stated: Any, delivered: bool | None) -> None:
    (report,) = parse_sms_deliveries({"msgid": 7, "status": stated, "timestamp": 10**18})
    assert (report.msg_id, report.delivered, report.reported) == ("7", delivered, None)
    assert SmsReport().delivered is SmsReport().received is ReceivedSms().received is None


@pytest.mark.parametrize(
    "body", [b"", b"{", "x", b"null", b"7", b"[]", b"[7]", {"array": []}, {}, {"msgid": " "}, {"msgid": None}, {"msgid": {1}}]
)  # fmt: skip
def test_what_is_no_push_is_refused_without_its_words(body: Any) -> None:
    for parse in (parse_sms_deliveries, parse_sms_replies):
        with pytest.raises(WebhookError, match="cannot be read"):
            parse(body)


async def test_a_report_reaches_the_handler_and_comes_again_while_that_fails() -> None:
    seen: list[SmsDelivery] = []

    async def save(report: SmsDelivery) -> None:
        seen.append(report)
        if len(seen) == 1:
            raise OSError("the disk is full")

    app = web.Application()
    app.router.add_post("/sms", sms_delivery_handler(save))
    async with TestServer(app) as server, centre_of(push_interval=0.005) as centre:
        centre.state.sms.push_url = str(server.make_url("/sms"))
        (outcome,) = await centre.client.sms.send(
            app_id=centre.state.app_id, to=AN, text="hi", order_ids="o1"
        )
        push = centre.state.sms.finish(outcome.msg_id)
        await centre.emulator.settle()
    assert push.outcome == "delivered"
    assert [(one.msg_id, one.order_id, one.delivered) for one in seen] == [(outcome.msg_id, "o1", True)] * 2


async def test_messages_that_came_in_reach_their_handler() -> None:
    seen: list[SmsReply] = []

    async def save(reply: SmsReply) -> None:
        seen.append(reply)

    app = web.Application()
    app.router.add_post("/in", sms_reply_handler(save))
    async with TestClient(TestServer(app)) as client:
        for body, status in ((json.dumps([REPLY, REPLY]), 200), ("no", 400)):
            async with client.post("/in", data=body) as response:
                assert response.status == status
    assert [reply.content for reply in seen] == ["stop", "stop"]


def test_reports_go_to_this_machine_only() -> None:
    from stringee_async.emulator import Emulator

    with pytest.raises(ValueError, match="loopback"):
        Emulator(seed=1).state.itniotech.sms.push_url = "http://elsewhere.example/"


async def test_the_emulator_takes_one_query_of_sent_messages_in_a_minute() -> None:
    """Of all clients of the key together; the client that asks again waits as for every refusal for rate."""
    span, retry = (
        {"startTime": "2025-01-08T08:00:00+08:00", "endTime": "2025-01-09T08:00:00+08:00"},
        RetryPolicy(max_attempts=1),
    )
    async with centre_of({"retry": retry}, sent_interval=60.0) as centre:
        query = {"appId": centre.state.app_id, **span}
        await centre.client.request("GET", "/sms/getSentRcd", query=query)
        with pytest.raises(RateLimitedError) as caught:
            await centre.client.request("GET", "/sms/getSentRcd", query=query)
        centre.state.sms.asked -= 60.0
        await centre.client.request("GET", "/sms/getSentRcd", query=query)
        with pytest.raises(InvalidRequestError):
            centre.state.sms.asked -= 60.0
            await centre.client.request("GET", "/sms/getSentRcd", query={**query, "startIndex": "x"})
    assert caught.value.code == -15


@virtual
async def test_the_application_stands_beside_the_page() -> None:
    page = answer({"status": "0", "data": {"total": 0, "size": 50, "current": 1, "pages": 0, "records": []}})
    transport = ScriptedTransport(default=page)
    async with client_over(transport) as client:
        assert await client.sms.list_received(app_id="a", since=NOW - 70 * 24 * HOUR).collect() == []
    assert len(transport.requests) == 3
    assert set(body_of(transport)) == {"appId", "current", "size", "params"}
