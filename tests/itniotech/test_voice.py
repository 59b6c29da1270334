"""ITNIO TECH's voice product: phones, sound files, group calls with one outcome for each number, and their records."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stringee_async import (
    AlreadyExistsError,
    AmbiguousError,
    ConfigError,
    ConflictError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    OutcomeUnknownError,
    PagingError,
    PermissionDeniedError,
    Request,
    Response,
    SdkError,
    Secret,
    Timeouts,
    to_dict,
)
from stringee_async.emulator import Fault
from stringee_async.itniotech import GroupCallOutcome, GroupCallRecord, PhoneRecord
from stringee_async.itniotech.datetimes import VENDOR_ZONE

from ..kit import ScriptedTransport, virtual
from .rig import Centre, centre_of, client_over, ok, refused, rows

AN, BO = "6590001000", "6590001001"
SOUND = b"ID3\x04sound"
SINCE = datetime(2025, 1, 1, tzinfo=VENDOR_ZONE)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
PHONES: dict[str, Any] = {"group_name": "Sales", "phone_name": "phone", "quantity": 1}


def numbers(count: int) -> list[str]:
    return [f"65{number:08}" for number in range(count)]


def taken(*callees: str, code: Any = "0") -> Any:
    return ok(
        [
            {"voiceId": f"v-{n}", "callee": n, "terminationCode": code, "terminationReason": "r"}
            for n in callees
        ]
    )


# -- phones -------------------------------------------------------------------------------------------------


async def test_a_second_set_of_phones_needs_other_names() -> None:
    async with centre_of(max_phones=2) as centre:
        app, create = {"app_id": centre.state.app_id}, centre.client.phones.create_many
        await create(**app, **PHONES)
        with pytest.raises(AlreadyExistsError, match=r"phones\.list") as caught:
            await create(**app, **PHONES)
        assert caught.value.code == -20
        with pytest.raises(LimitReachedError):
            await create(**app, **{**PHONES, "group_name": "Night", "phone_name": "night", "quantity": 2})
        assert await centre.client.phones.find(**app, phone_name="phone-2") is None


async def test_phones_whose_response_was_lost_are_looked_for_and_not_created_again() -> None:
    async with centre_of() as centre:
        centre.emulator.faults.script("phones.create_many", Fault.lost_answer())
        with pytest.raises(OutcomeUnknownError, match=r"phones\.list") as caught:
            await centre.client.phones.create_many(app_id=centre.state.app_id, **PHONES)
        assert caught.value.outcome == "unknown"
        assert centre.emulator.count("phones.create_many") == 1
        assert len(centre.state.voice.phones) == 1


async def test_a_password_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with centre_of() as centre:
        (account,) = centre.state.voice.add_phones(centre.state.app_id, "Sales", "phone")
        former = centre.state.voice.phones[account]["password"]
        listed = await centre.client.phones.list(app_id=centre.state.app_id).collect()
        password = await centre.client.phones.reset_password(account, app_id=centre.state.app_id)
        assert isinstance(password, Secret)
        shown = f"{listed!r}{password!r}{password}{centre.state.voice.phones.keys()!r}{caplog.text}"
        assert former not in shown
        assert password.reveal() not in shown
        with pytest.raises(NotFoundError, match="-24"):
            await centre.client.phones.reset_password("sip-none", app_id=centre.state.app_id)


@virtual
async def test_a_reset_whose_response_was_lost_says_where_the_password_is() -> None:
    transport = ScriptedTransport(OutcomeUnknownError("lost"))
    async with client_over(transport) as client:
        with pytest.raises(OutcomeUnknownError, match=r"phones\.list"):
            await client.phones.reset_password("sip-1", app_id="a")
    assert len(transport.requests) == 1


@virtual
async def test_a_call_whose_response_was_lost_says_where_its_record_will_be() -> None:
    transport = ScriptedTransport(OutcomeUnknownError("lost"), OutcomeUnknownError("lost"))
    given = {"callee": AN, "app_id": "a"}
    async with client_over(transport) as client:
        with pytest.raises(OutcomeUnknownError, match=r"voice_records\.phones\.list"):
            await client.phone_calls.start(**given, account="sip-1")
        with pytest.raises(OutcomeUnknownError, match=r"voice_records\.groups\.list"):
            await client.voice_codes.send(**given, language="EN", text="1, 2")
    assert len(transport.requests) == 2


# -- sound files --------------------------------------------------------------------------------------------


async def test_a_file_is_uploaded_once_by_any_number_of_callers(tmp_path: Path) -> None:
    path = tmp_path / "hello.mp3"
    path.write_bytes(SOUND)
    async with centre_of() as centre:
        ensured = await asyncio.gather(*(centre.client.voice_files.ensure(path) for _ in range(20)))
        ((key, row),) = centre.state.voice.files.items()
        assert {one.id for one in ensured} == {key}
        assert sum(one.created for one in ensured) == 1
        assert (row["fileName"], row["size"]) == ("hello.mp3", len(SOUND))
        with pytest.raises(AlreadyExistsError, match=r"voice_files\.find"):
            await centre.client.voice_files.upload(path)
        other = await centre.client.voice_files.upload(path, file_name="other.mp3")
        assert centre.state.voice.files[str(other)]["fileName"] == "other.mp3"


async def test_an_upload_whose_response_was_lost_is_found_again() -> None:
    async with centre_of() as centre:
        centre.emulator.faults.script("voice_files.upload", Fault.lost_answer())
        ensured = await centre.client.voice_files.ensure(SOUND, file_name="hello.mp3")
        assert (ensured.created, ensured.adopted) == (True, True)
        assert list(centre.state.voice.files) == [ensured.id]


@virtual
async def test_a_file_whose_id_does_not_come_back_is_looked_for() -> None:
    row = {"fileId": "f.mp3", "fileName": "hello.mp3"}
    transport = ScriptedTransport(rows(), ok(None), rows(), rows(row))
    async with client_over(transport) as client:
        ensured = await client.voice_files.ensure(SOUND, file_name="hello.mp3")
    assert (ensured.id, ensured.created, len(transport.requests)) == ("f.mp3", True, 4)
    transport = ScriptedTransport(rows(), ok(None), default=rows())
    async with client_over(transport, timeouts=Timeouts(settle=1.0)) as client:
        with pytest.raises(PagingError, match=r"hello\.mp3"):
            await client.voice_files.ensure(SOUND, file_name="hello.mp3")
    assert sum("fileUpload" in request.url for request in transport.requests) == 1


@pytest.mark.parametrize("count", [2, 8], ids=["few", "many"])
@virtual
async def test_the_ids_of_many_files_that_do_not_come_back_are_in_the_next_reading(count: int) -> None:
    files: list[dict[str, Any]] = []

    def vendor(request: Request) -> Response:
        if "fileUpload" not in request.url:
            return rows(*files)
        name = json.loads(request.content or b"{}")["fileName"]
        files.append({"fileId": f"id of {name}", "fileName": name})
        return ok(None)

    transport = ScriptedTransport(default=vendor)
    given = [{"source": SOUND, "file_name": f"hello{index}.mp3"} for index in range(count)]
    async with client_over(transport) as client:
        done = [outcome async for outcome in client.voice_files.ensure_many(given)]
    results = [outcome.result for outcome in done if outcome.result is not None]
    assert sorted(result.id for result in results) == [f"id of hello{index}.mp3" for index in range(count)]
    assert all(result.created and not result.adopted for result in results)
    assert (len(files), len(transport.requests)) == (count, count + 2)


@pytest.mark.parametrize(
    ("source", "name", "words"),
    [
        (SOUND, "hello.txt", "mp3"), (SOUND, "a.mp", "file_name"), (b"", "hello.mp3", "empty"),
        (SOUND, None, "file_name"), ("/nowhere/hello.mp3", None, "source"), (7, "hello.mp3", "source"),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_uploaded_is_refused_before_anything_is_sent(
    source: Any, name: str | None, words: str
) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        given = {} if name is None else {"file_name": name}
        for method in (client.voice_files.upload, client.voice_files.ensure):
            with pytest.raises(ConfigError, match=words):
                await method(source, **given)
    assert not transport.requests


async def test_what_the_vendor_finds_no_sound_is_an_invalid_request() -> None:
    async with centre_of() as centre:
        with pytest.raises(InvalidRequestError) as caught:
            await centre.client.voice_files.upload(b"text", file_name="hello.mp3")
        assert caught.value.code == -21
        assert "M4A" in str(caught.value)
        for name in ("one.mp3", "two.mp3"):
            centre.state.voice.add_file(name)
        files = centre.state.voice.files
        files[next(iter(files))]["fileName"] = "two.mp3"
        with pytest.raises(AmbiguousError):
            await centre.client.voice_files.find(file_name="two.mp3")


# -- group calls --------------------------------------------------------------------------------------------


async def call(centre: Centre, callees: Any, **more: Any) -> tuple[GroupCallOutcome, ...]:
    file = centre.state.voice.add_file(f"f{len(centre.state.voice.files):04}.mp3")
    return await centre.client.group_calls.send(
        callees=callees, file_id=file, app_id=centre.state.app_id, **more
    )


async def test_each_number_of_a_group_call_has_an_outcome() -> None:
    async with centre_of() as centre:
        centre.state.voice.refused.add(BO)
        outcomes = await call(centre, [f"+{AN}", BO])
        assert [(one.callee, one.accepted, one.termination_code) for one in outcomes] == [
            (AN, True, 0), (BO, False, 404),
        ]  # fmt: skip
        assert [one.voice_id for one in outcomes] == [*centre.state.voice.calls, None]
    assert AN not in repr(outcomes)
    assert to_dict(outcomes[1]) == {
        "callee": BO, "accepted": False, "voice_id": None, "termination_code": 404,
        "termination_reason": "not taken", "error": None,
    }  # fmt: skip


@pytest.mark.parametrize("lost", [0, 1, 2])
async def test_more_than_200_numbers_are_split_and_a_lost_lot_is_unknown(lost: int) -> None:
    """No lot is sent twice, and what became of one says nothing of the others."""
    async with centre_of() as centre:
        good = [Fault.slow_body(0)] * lost
        centre.emulator.faults.script("group_calls.send", *good, Fault.lost_answer())
        given = numbers(450)
        outcomes = await call(centre, given, called_info="ref")
        assert [one.callee for one in outcomes] == given
        unknown = [index for index, one in enumerate(outcomes) if one.accepted is None]
        assert unknown == list(range(200 * lost, min(200 * lost + 200, 450)))
        assert all(isinstance(outcomes[index].error, OutcomeUnknownError) for index in unknown)
        assert sum(bool(one.accepted) for one in outcomes) == 450 - len(unknown)
        assert centre.emulator.count("group_calls.send") == 3
        assert [call.columns["callee"] for call in centre.state.voice.calls.values()] == given
        assert "ref" not in repr(outcomes)


@pytest.mark.parametrize(
    ("steps", "accepted"),
    [
        ([taken(*numbers(200)), refused(-10)], {True: 200, False: 1}),
        ([refused(-10), OutcomeUnknownError("lost")], None),
        ([refused(-10), refused(-26)], None),
    ],
)
@virtual
async def test_an_error_is_raised_only_where_every_lot_failed(steps: Any, accepted: Any) -> None:
    transport = ScriptedTransport(*steps)
    async with client_over(transport) as client:
        given: dict[str, Any] = {"callees": numbers(201), "file_id": "f", "app_id": "a"}
        if accepted is None:
            with pytest.raises(SdkError) as caught:
                await client.group_calls.send(**given)
            assert caught.value.outcome == (
                "unknown" if len(steps) and not _all_refused(steps) else "refused"
            )
        else:
            outcomes = await client.group_calls.send(**given)
            assert {key: sum(one.accepted is key for one in outcomes) for key in accepted} == accepted
            assert isinstance(outcomes[-1].error, PermissionDeniedError)
            assert "-10" in to_dict(outcomes[-1])["error"]
    assert len(transport.requests) == 2


def _all_refused(steps: list[Any]) -> bool:
    return not any(isinstance(step, Exception) for step in steps)


@pytest.mark.parametrize(
    ("response", "accepted"),
    [
        (taken(BO, AN), [True, True]),
        (taken(f"+{AN}", BO, code=0), [True, True]),
        (taken(AN), [True, None]),
        (ok(None), [None, None]),
        (ok(""), [None, None]),
        (ok([7, {"callee": AN, "voiceId": "v"}]), [None, None]),
        (ok([{"callee": AN, "terminationCode": "x"}, {"callee": BO, "terminationCode": 486}]), [None, False]),
    ],
)
@virtual
async def test_what_a_response_does_not_say_of_a_number_is_unknown(response: Any, accepted: Any) -> None:
    async with client_over(ScriptedTransport(response)) as client:
        outcomes = await client.group_calls.send(callees=[AN, BO], file_id="f", app_id="a")
    assert [one.accepted for one in outcomes] == accepted


@virtual
async def test_a_number_that_is_given_twice_is_called_twice_if_that_is_asked_for() -> None:
    response = ok([{"voiceId": key, "callee": AN, "terminationCode": "0"} for key in ("v1", "v2")])
    transport = ScriptedTransport(response)
    async with client_over(transport) as client:
        for wrong in ([AN, AN], [], "12", [AN, "x"], 7):
            with pytest.raises(ConfigError, match="callees"):
                await client.group_calls.send(callees=wrong, file_id="f", app_id="a")  # type: ignore[arg-type]
        outcomes = await client.group_calls.send(callees=[AN, AN], file_id="f", app_id="a", duplicates=True)
    assert [one.voice_id for one in outcomes] == ["v1", "v2"]
    assert len(transport.requests) == 1


@virtual
async def test_a_cancelled_group_call_says_how_far_it_came() -> None:
    waiting = asyncio.Event()

    async def wait(_: Any) -> Any:
        waiting.set()
        await asyncio.sleep(60)

    async with client_over(ScriptedTransport(taken(*numbers(200)), wait)) as client:
        task = asyncio.ensure_future(client.group_calls.send(callees=numbers(201), file_id="f", app_id="a"))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    assert "the first 200 of 201 numbers were sent before" in caught.value.__notes__


async def test_a_lost_group_call_says_how_to_look() -> None:
    async with centre_of() as centre:
        centre.emulator.faults.script("group_calls.send", Fault.lost_answer())
        with pytest.raises(OutcomeUnknownError, match=r"voice_records\.groups\.list"):
            await call(centre, AN)
        assert len(centre.state.voice.calls) == 1


# -- calls of phones ----------------------------------------------------------------------------------------


async def test_a_phone_that_is_in_a_call_is_not_idle() -> None:
    async with centre_of(voice_step=60.0) as centre:
        (account,) = centre.state.voice.add_phones(centre.state.app_id, "Sales", "phone")
        given = {"callee": AN, "account": account, "app_id": centre.state.app_id}
        key = str(await centre.client.phone_calls.start(**given))
        assert centre.state.voice.state_of(key) == "submitted"
        with pytest.raises(ConflictError, match="not in the idle state") as caught:
            await centre.client.phone_calls.start(**given)
        assert (caught.value.code, "phone is free" in str(caught.value)) == (-68, True)
        centre.state.voice.hang_up(key)
        assert await centre.client.phone_calls.start(**given) != key


async def test_an_agent_that_is_on_a_call_is_not_idle() -> None:
    async with centre_of() as centre:
        (agent,) = centre.state.add_agents(centre.state.add_group("Sales"))
        centre.state.agents.change(str(agent), status=3)
        account = centre.state.agents[str(agent)]["account"]
        with pytest.raises(ConflictError, match="agent's phone is free") as caught:
            await centre.client.calls.make(callee=AN, account=account, app_id=centre.state.app_id)
        assert caught.value.code == -68


# -- records ------------------------------------------------------------------------------------------------


async def test_a_call_becomes_a_record_when_it_has_ended() -> None:
    async with centre_of(voice_step=60.0) as centre:
        (outcome,) = await call(centre, AN)
        key, span = str(outcome.voice_id), {"since": datetime.now(UTC) - DAY}
        assert await centre.client.voice_records.groups.list(**span).collect() == []
        with pytest.raises(NotFoundError):
            await centre.client.voice_records.groups.get(key)
        centre.state.voice.hang_up(key)
        (record,) = await centre.client.voice_records.groups.list(**span).collect()
        assert (record.id, record.answered, record.connected, record.seconds) == (key, None, False, 0)


async def test_a_record_tells_what_was_pressed_and_what_it_cost() -> None:
    async with centre_of() as centre:
        centre.state.voice.pressed[AN] = 5
        centre.state.voice.unanswered.add(BO)
        outcomes = await call(centre, [AN, BO])
        get = centre.client.voice_records.groups.get
        record, missed = [await get(str(one.voice_id)) for one in outcomes]
        assert (record.feedback_value, record.cost, record.currency) == (5, Decimal("0.05"), "USD")
        assert (missed.feedback_value, missed.connected, missed.answered) == (-1, False, None)
        centre.state.voice.price = None
        blank = await get(str(outcomes[0].voice_id))
        assert (blank.cost, blank.rate, blank.settle_pay, blank.malformed) == (None, None, None, ())
        (listed, _) = await centre.client.voice_records.groups.list(
            since=datetime.now(UTC) - DAY, strict=True
        ).collect()
        assert listed == blank


async def test_white_labels_state_the_cost_in_euros() -> None:
    async with centre_of({"paths": "v3"}, paths="v3") as centre:
        (outcome,) = await call(centre, AN, loop_count=3)
        record = await centre.client.voice_records.groups.get(str(outcome.voice_id))
        assert (record.cost_eur, record.cost, record.currency) == (Decimal("0.05"), None, None)
        with pytest.raises(InvalidRequestError):
            await call(centre, AN, loop_count=4)


@pytest.mark.parametrize(("data", "kind"), [(None, NotFoundError), ({}, NotFoundError), ("", NotFoundError)])
@virtual
async def test_a_response_without_a_record_says_that_there_is_none(data: Any, kind: type[SdkError]) -> None:
    async with client_over(ScriptedTransport(default=ok(data))) as client:
        for records in (client.voice_records.phones, client.voice_records.groups):
            with pytest.raises(kind):
                await records.get("v-1")


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({}, "direction", "out"), ({"display_num": "7777777"}, "from_number", "7777777"), ({}, "agent", None),
        ({"callee": AN}, "to_number", AN), ({}, "connected", None), ({"termination_code": 0}, "connected", True),
        ({"termination_code": 486}, "connected", False), ({"call_duration": 7}, "seconds", 7),
        ({"call_time": "2025-01-08 08:00:00"}, "started", datetime(2025, 1, 8, tzinfo=UTC)),
        ({"submit_time": "x", "call_time": "y"}, "started", None), ({}, "recording_id", None),
        ({"hangup_time": "2025-01-08T08:00:00+08:00"}, "ended", datetime(2025, 1, 8, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_records_say_alike_what_happened(given: dict[str, Any], name: str, value: Any) -> None:
    for kind in (PhoneRecord, GroupCallRecord):
        assert getattr(kind(voice_id="v", **given), name) == value
    phone = PhoneRecord(voice_id="v", phone_name="phone-1", recording_file_id="r-1")
    assert (phone.id, phone.agent, phone.recording_id) == ("v", "phone-1", "r-1")


@virtual
async def test_a_long_span_is_asked_in_queries_of_at_most_31_days_and_a_call_comes_once() -> None:
    calls = [
        {"voiceId": str(day), "submitTime": (SINCE + day * DAY + 30 * MINUTE).isoformat()}
        for day in range(90)
    ]

    def serve(request: Any) -> Any:
        params = json.loads(request.body)["params"]
        first, last = (datetime.fromisoformat(params[name]) for name in ("strTime", "endTime"))
        assert last - first <= 31 * DAY
        found = [one for one in calls if first <= datetime.fromisoformat(one["submitTime"]) <= last]
        return rows(*found)

    transport = ScriptedTransport(default=serve)
    async with client_over(transport) as client:
        found = await client.voice_records.phones.list(
            since=SINCE, until=SINCE + 90 * DAY, page_size=100
        ).collect()
    assert [record.id for record in found] == [str(day) for day in range(90)]
    assert len(transport.requests) == 3


@pytest.mark.parametrize("micros", [0, 1, 500_000, 999_999])
@virtual
async def test_spans_that_begin_within_a_second_are_no_longer_than_31_days(micros: int) -> None:
    """Whole seconds are sent, so a span grows at both ends."""
    transport, begun = ScriptedTransport(default=rows()), SINCE + timedelta(microseconds=micros)
    async with client_over(transport) as client:
        for days in (31, 62, 93):
            end = begun + days * DAY
            await client.voice_records.groups.list(since=begun, until=end).collect()
            await client.call_records.list(since=begun, until=end).collect()
            await client.sms.list_received(app_id="a", since=begun, until=end).collect()
    for request in transport.requests:
        params = json.loads(request.body or b"")["params"]
        first, last = (datetime.fromisoformat(params[name]) for name in sorted(params, reverse=True))
        assert timedelta(0) < last - first <= 31 * DAY


@virtual
async def test_a_call_that_began_later_than_asked_for_is_left_out() -> None:
    """The query asks for a minute more, as the vendor may go by another of a call's times."""
    calls = [
        {"voiceId": "1", "submitTime": SINCE.isoformat()},
        {"voiceId": "2", "submitTime": (SINCE + DAY).isoformat()},
        {"voiceId": "3", "submitTime": "soon"},
    ]
    async with client_over(ScriptedTransport(rows(*calls))) as client:
        found = await client.voice_records.groups.list(since=SINCE, until=SINCE + DAY).collect()
    assert [record.id for record in found] == ["1", "3"]


def test_records_of_both_kinds_are_shown_in_the_repr() -> None:
    client = client_over(ScriptedTransport())
    assert repr(client.voice_records).startswith("<VoiceRecords: <PhoneRecords of account")
