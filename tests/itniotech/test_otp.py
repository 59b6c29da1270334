"""ITNIO TECH's one-time passwords: sent and checked once, limits kept, codes never shown, templates and flows by name."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from stringee_async import (
    AlreadyExistsError,
    AuthError,
    ConfigError,
    DecodeError,
    InvalidRequestError,
    ItniotechClient,
    LimitReachedError,
    NotFoundError,
    OutcomeUnknownError,
    PagingError,
    PermissionDeniedError,
    Response,
    RetryPolicy,
    SdkError,
    Secret,
    ServerError,
)
from stringee_async.itniotech import OtpLimit, OtpRecord, OtpStep

from ..kit import RawServer, ScriptedTransport, answer, canned, split, virtual
from .rig import API_KEY, API_SECRET, Centre, body_of, centre_of, client_over, ok, refused
from .test_samples import OTP_TEMPLATE as ROW

AN, BO = "6590001000", "6590001001"
STEPS = [OtpStep(waiting_time=30, status=1, channel="call")]
NOW = datetime(2025, 1, 8, tzinfo=UTC)


async def sent(centre: Centre, **given: Any) -> Any:
    """Send a code to An by a template that is made if need be."""
    state = centre.state
    app_id = next(iter(state.otp.apps), None) or state.otp.add_app()
    template = next(iter(state.otp_templates), None) or state.add_otp_template(app_id)
    whole = {"app_id": app_id, "template_id": template, "to": AN, **given}
    return await centre.client.otp.send(**whole)


# -- sent and checked -------------------------------------------------------------------------------------------


async def test_a_code_is_sent_and_checked() -> None:
    async with centre_of() as centre:
        otp, box = centre.client.otp, centre.state.otp
        made = await sent(centre, order_id="o1")
        code = box.code(made.verification_id)
        wrong = await otp.verify(made.verification_id, "abcd")
        right = await otp.verify(made.verification_id, code)
        again = await otp.verify(made.verification_id, code)
        record = await otp.record(made.verification_id)
        found = await otp.find("o1", app_id=next(iter(box.apps)))
    assert (made.to, made.channel, made.sna_url) == (AN, "sms", None)
    assert [(one.to, one.matched, one.right) for one in (wrong, right, again)] == [
        (AN, 2, False),
        (AN, 0, True),
        (AN, 2, False),
    ]
    assert len(code) == 4
    assert code.isdigit()
    assert record.right
    assert [check["matched"] for check in record.verifications or ()] == [2, 0, 2]
    assert found is not None
    assert found.verifications == record.verifications
    assert (found.sms or [{}])[0]["status"] == 0
    assert not {AN, code} & set(f"{made!r} {right!r} {record!r}".replace("'", " ").split())


async def test_a_code_of_your_own_is_sent_and_sent_again() -> None:
    async with centre_of() as centre:
        box = centre.state.otp
        first = await centre.client.otp.send_code(app_id=box.add_app(), to=f"+{AN}", code=Secret("Z9-x"))
        assert box.code(first.verification_id) == "Z9-x"
        second = await centre.client.otp.resend(first.verification_id, channel="call")
        assert second.verification_id != first.verification_id
        assert (second.to, second.channel) == (AN, "call")
        record = await centre.client.otp.record(second.verification_id)
    assert (record.sms, len(record.calls or ())) == (None, 1)
    assert not record.right


async def test_what_is_not_there_is_none_or_unknown() -> None:
    async with centre_of() as centre:
        app_id = centre.state.otp.add_app()
        assert await centre.client.otp.find("never", app_id=app_id) is None
        assert (await centre.client.otp.verify("none", "1234")).matched == 3
        with pytest.raises(NotFoundError):
            await centre.client.otp.record("none")


@virtual
async def test_a_code_expires_by_the_servers_clock_and_tries_are_counted() -> None:
    async with centre_of() as centre:
        box = centre.state.otp
        app_id = box.add_app(codeExpiry=1)
        late, tried = box.add(app_id, AN, "1111", at=0.0), box.add(app_id, AN, "2222")
        assert (await centre.client.otp.verify(late, "1111")).matched == 2
        for _ in range(box.most_tries):
            await centre.client.otp.verify(tried, "0000")
        assert (await centre.client.otp.verify(tried, "2222")).matched == 2
        box.sent[tried]["sending"] = True
        assert (await centre.client.otp.verify(tried, "2222")).matched == 1


async def test_limits_of_an_application_are_kept_and_typed() -> None:
    async with centre_of() as centre:
        client, box = centre.client, centre.state.otp
        app = await client.otp_apps.create(
            name="Shop", phone_limit=OtpLimit(limit=1, period=1, unit=2), total_limit=OtpLimit(limit=2, period=1, unit=1)
        )  # fmt: skip
        send = client.otp.send_code
        first = await send(app_id=app.app_id, to=AN, code="1234")
        with pytest.raises(LimitReachedError) as of_the_phone:
            await send(app_id=app.app_id, to=AN, code="1234")
        await send(app_id=app.app_id, to=BO, code="1234")
        with pytest.raises(LimitReachedError) as of_all:
            await send(app_id=app.app_id, to="6590001002", code="1234")
        box.sent[first.verification_id]["at"] -= 86_400.0
        await send(app_id=app.app_id, to=AN, code="1234")
        await client.otp_apps.update(
            app.app_id, total_limit=OtpLimit(limit=0, period=1, unit=1, enabled=False)
        )
        await send(app_id=app.app_id, to="6590001002", code="1234")
    assert (of_the_phone.value.code, of_all.value.code) == (-28, -27)


async def test_a_reference_counts_once() -> None:
    async with centre_of() as centre:
        await sent(centre, order_id="o1")
        with pytest.raises(AlreadyExistsError):
            await sent(centre, order_id="o1")


async def test_an_account_without_money_sends_no_code() -> None:
    async with centre_of() as centre:
        centre.state.balance = Decimal(0)
        with pytest.raises(PermissionDeniedError):
            await sent(centre)
        assert not centre.state.otp.sent


@pytest.mark.parametrize(
    ("data", "right"),
    [
        ({"to": AN, "matched": 0}, True),
        ({"to": AN, "matched": "0"}, True),
        ({"to": AN, "matched": 2}, False),
        ({"to": AN, "matched": -1}, False),
        ({"to": AN, "matched": 9, "new": 1}, False),
        ({"to": AN, "matched": None}, False),
        ({"to": AN, "matched": False}, False),
        ({"to": AN, "matched": True}, False),
        ({"to": AN}, False),
    ],
)
@virtual
async def test_only_a_stated_match_is_a_right_code(data: Any, right: bool) -> None:
    """Status 0 is no proof, and false is not read as the number 0."""
    async with client_over(ScriptedTransport(ok(data))) as client:
        assert (await client.otp.verify("v1", "1234")).right is right


@pytest.mark.parametrize("data", [None, "", {}, []])
@virtual
async def test_no_record_is_none_in_every_form(data: Any) -> None:
    async with client_over(ScriptedTransport(default=ok(data))) as client:
        assert await client.otp.find("o1", app_id="a") is None


def test_a_right_code_is_a_number_in_a_record_too() -> None:
    assert OtpRecord(verifications=[{"matched": 2}, {"matched": "0"}]).right
    assert not OtpRecord(verifications=[{"matched": False}, {"matched": "x"}, {}]).right


# -- lost and refused -------------------------------------------------------------------------------------------

Send = Callable[[ItniotechClient], Any]
SENDS: dict[str, Send] = {
    "send": lambda c: c.otp.send(app_id="a", template_id=1, to=AN, order_id="o1"),
    "send_code": lambda c: c.otp.send_code(app_id="a", to=AN, code="canary77", order_id="o1"),
    "resend": lambda c: c.otp.resend("v1"),
    "verify": lambda c: c.otp.verify("v1", "canary77"),
}
STEPS_OF: dict[str, tuple[Any, type[SdkError], str]] = {
    "lost": (OutcomeUnknownError("lost"), OutcomeUnknownError, "unknown"),
    "-18": (refused(-18), ServerError, "unknown"),
    "-12": (refused(-12), ServerError, "unknown"),
    "no id": (ok({"to": AN, "code": "canary77"}), DecodeError, "unknown"),
    "no JSON": (answer(b'<html>"code": "canary77"'), DecodeError, "unknown"),
    "sensitive": (refused(-29), InvalidRequestError, "refused"),
    "limit": (refused(-28), LimitReachedError, "refused"),
    "key": (refused(-1), AuthError, "refused"),
}


@pytest.mark.parametrize("name", SENDS)
@pytest.mark.parametrize("case", STEPS_OF)
@virtual
async def test_nothing_is_sent_or_checked_twice_and_no_code_is_shown(
    name: str, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    step, kind, outcome = STEPS_OF[case]
    if (name, case) == ("verify", "no id"):
        step = ok("canary77")
    transport = ScriptedTransport(default=step)
    caplog.set_level(logging.DEBUG)
    async with client_over(transport, retry=RetryPolicy(max_attempts=5)) as client:
        with pytest.raises(kind) as caught:
            await SENDS[name](client)
    assert len(transport.requests) == 1
    assert caught.value.outcome == outcome
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert "canary77" not in told
    assert AN not in str(caught.value)
    if outcome == "unknown" and name.startswith("send"):
        assert caught.value.object == "order_id o1"
        assert "otp.find" in str(caught.value.next_step)
    if outcome == "unknown" and name == "resend":
        assert caught.value.object is None
        assert "otp.send" in str(caught.value.next_step)
    if outcome == "unknown" and name == "verify":
        assert caught.value.object == "verification_id v1"


@virtual
async def test_an_error_keeps_no_code_that_the_vendor_sends_back() -> None:
    echo = answer({"status": "-22", "reason": "no", "data": {"code": "canary77", "to": 1}})
    async with client_over(ScriptedTransport(echo)) as client:
        with pytest.raises(InvalidRequestError) as caught:
            await client.otp.verify("v1", "canary77")
    assert b"canary77" not in (getattr(caught.value, "body", b"") or b"")


@virtual
async def test_a_lost_code_without_a_reference_says_what_to_do() -> None:
    async with client_over(ScriptedTransport(OutcomeUnknownError("lost"))) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.otp.send(app_id="a", template_id=1, to=AN)
    assert "order_id" in str(caught.value.next_step)


async def test_a_lost_send_is_found_by_its_reference() -> None:
    from stringee_async.emulator import Fault

    async with centre_of({"retry": RetryPolicy(base=0.0)}) as centre:
        centre.script("otp.send", Fault.lost_answer())
        with pytest.raises(SdkError) as caught:
            await sent(centre, order_id="o1")
        assert caught.value.outcome == "unknown"
        found = await centre.client.otp.find("o1", app_id=next(iter(centre.state.otp.apps)))
        assert found is not None
        assert len(centre.state.otp.sent) == 1


GOOD: dict[str, Any] = {"app_id": "a", "template_id": 1, "to": AN}
WRONG: list[tuple[str, Send]] = [
    ("app_id", lambda c: c.otp.send(**{**GOOD, "app_id": ""})),
    ("template_id", lambda c: c.otp.send(**{**GOOD, "template_id": "x"})),
    ("to", lambda c: c.otp.send(**{**GOOD, "to": "123456789"})),
    ("to", lambda c: c.otp.send(**{**GOOD, "to": "8" * 15})),
    ("order_id", lambda c: c.otp.send(**GOOD, order_id="x" * 65)),
    ("channel", lambda c: c.otp.send(**GOOD, channel="")),
    ("flow_id", lambda c: c.otp.send(**GOOD, flow_id=0)),
    ("code", lambda c: c.otp.send_code(app_id="a", to=AN, code="")),
    ("code", lambda c: c.otp.send_code(app_id="a", to=AN, code="canary77canary")),
    ("code", lambda c: c.otp.send_code(app_id="a", to=AN, code=1234)),  # type: ignore[arg-type]
    ("code", lambda c: c.otp.verify("v1", "123")),
    ("code", lambda c: c.otp.verify("v1", "12 34")),
    ("verification_id", lambda c: c.otp.verify("", "1234")),
    ("verification_id", lambda c: c.otp.record("a/b")),
    ("verification_id", lambda c: c.otp.resend("x" * 65)),
    ("order_id", lambda c: c.otp.find("", app_id="a")),
    ("name", lambda c: c.otp_apps.create(name="abc")),
    ("code_expiry", lambda c: c.otp_apps.create(name="Shop", code_expiry=61)),
    ("total_limit", lambda c: c.otp_apps.create(name="Shop", total_limit=5)),  # type: ignore[arg-type]
    ("total_limit.period", lambda c: c.otp_apps.create(name="Shop", total_limit=OtpLimit(limit=1, period=91, unit=1))),
    ("phone_limit.enabled", lambda c: c.otp_apps.create(
        name="Shop", phone_limit=OtpLimit(limit=1, period=9, unit=1, enabled=1))),  # type: ignore[arg-type]
    ("nothing to change", lambda c: c.otp_apps.update("a")),
    ("app_id", lambda c: c.otp_apps.get("a/b")),
    ("text must hold ##code##", lambda c: c.otp_templates.create(app_id="a", name="Login", text="hi")),
    ("text", lambda c: c.otp_templates.create(app_id="a", name="Login", text="##code##" + "x" * 250)),
    ("code_length", lambda c: c.otp_templates.update(1, code_length=11)),
    ("nothing to change", lambda c: c.otp_templates.update(1)),
    ("template_id", lambda c: c.otp_templates.get("x")),
    ("app_id", lambda c: c.otp_templates.find(name="Login", app_id="")),
    ("steps", lambda c: c.otp_flows.create(name="Twice", steps=[])),
    ("steps must hold OtpStep", lambda c: c.otp_flows.create(name="Twice", steps=[{}])),  # type: ignore[list-item]
    ("steps.waiting_time", lambda c: c.otp_flows.create(
        name="Twice", steps=[OtpStep(waiting_time=29, status=1, channel="sms")])),
    ("steps.switch_channel", lambda c: c.otp_flows.create(
        name="Twice", steps=[OtpStep(waiting_time=30, status=1, channel="sms", switch_channel=1)])),  # type: ignore[arg-type]
    ("mcc", lambda c: c.otp.report_rate(app_id="a", mcc="SG", entered=1, sent=1, rate=1, reported=NOW)),
    ("entered", lambda c: c.otp.report_rate(app_id="a", mcc=525, entered=-1, sent=1, rate=1, reported=NOW)),
    ("rate", lambda c: c.otp.report_rate(app_id="a", mcc=525, entered=1, sent=1, rate=100.1, reported=NOW)),
    ("rate", lambda c: c.otp.report_rate(app_id="a", mcc=525, entered=1, sent=1, rate=float("nan"), reported=NOW)),
    ("rate", lambda c: c.otp.report_rate(app_id="a", mcc=525, entered=1, sent=1, rate=Decimal("NaN"), reported=NOW)),
    ("rate", lambda c: c.otp.report_rate(app_id="a", mcc=525, entered=1, sent=1, rate=Decimal("sNaN"), reported=NOW)),
    ("rate", lambda c: c.otp.report_rate(app_id="a", mcc=525, entered=1, sent=1, rate="50", reported=NOW)),
    ("reported", lambda c: c.otp.report_rate(
        app_id="a", mcc=525, entered=1, sent=1, rate=1, reported=NOW.replace(tzinfo=None))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "call"), WRONG)
@virtual
async def test_wrong_arguments_are_named_and_nothing_is_sent(name: str, call: Send) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name) as caught:
            await call(client)
    assert transport.requests == []
    assert "canary77" not in "".join(traceback.format_exception(caught.value))


# -- applications, templates, flows -----------------------------------------------------------------------------


async def test_applications_are_made_changed_and_shown() -> None:
    async with centre_of() as centre:
        apps = centre.client.otp_apps
        made = await apps.create(name="Shop", phone_limit=OtpLimit(limit=3, period=1, unit=1))
        await apps.update(made.app_id, name="Shop 2", code_expiry=10)
        now = await apps.get(made.app_id)
        with pytest.raises(AlreadyExistsError):
            await apps.create(name="Shop 2")
        with pytest.raises(NotFoundError):
            await apps.get("none")
    assert (made.code_expiry, made.phone_limit) == (
        5,
        {"enabled": True, "unit": 1, "period": 1, "limit": 3},
    )
    assert (now.name, now.code_expiry, now.phone_limit, now.total_limit) == (
        "Shop 2",
        10,
        made.phone_limit,
        None,
    )


@pytest.mark.parametrize("omitted", ["keeps", "resets"])
async def test_templates_are_ensured_by_name_in_their_application(omitted: str) -> None:
    """What an update leaves out may be reset, so `ensure` writes all that is wanted."""
    async with centre_of(omitted=omitted) as centre:
        templates, box = centre.client.otp_templates, centre.state.otp
        app_id, other = box.add_app("Shop"), box.add_app("Other")
        centre.state.add_otp_template(other, "Login")
        wanted = {
            "app_id": app_id,
            "name": "Login",
            "text": "Code ##code##",
            "code_length": 6,
            "sender": "Shop",
        }
        made = await templates.ensure(**wanted)
        same = await templates.ensure(**wanted)
        changed = await templates.ensure(**{**wanted, "text": "Mã ##code##"})
        found = await templates.find(name=" Login ", app_id=app_id)
        assert found is not None
        assert found == await templates.get(int(made.id))
        assert [one.app_id for one in await templates.list().collect()] == [other, app_id]
        await templates.update(made.id, name="Sign in", text="##code##", code_length=6, sender="Shop")
        assert await templates.find(name="Login", app_id=app_id) is None
        with pytest.raises(AlreadyExistsError):
            await templates.create(app_id=other, name="Login", text="##code##")
        with pytest.raises(NotFoundError):
            await templates.get(999)
    assert (made.created, same.created, same.changed, changed.changed) == (True, False, False, True)
    assert (found.text, found.code_length, found.sender, found.code_type) == ("Mã ##code##", 6, "Shop", 1)


async def test_flows_are_ensured_by_name() -> None:
    async with centre_of() as centre:
        flows = centre.client.otp_flows
        made = await flows.ensure(name="Twice", steps=STEPS)
        same = await flows.ensure(name="Twice", steps=STEPS)
        longer = [*STEPS, OtpStep(waiting_time=60, status=2, channel="sms", switch_channel=False)]
        changed = await flows.ensure(name="Twice", steps=longer)
        await flows.update(made.id, name="Thrice")
        (flow,) = await flows.list().collect()
        assert flow == await flows.get(made.id)
        assert await flows.find(name="Twice") is None
    assert (made.created, same.changed, changed.changed) == (True, False, True)
    assert (flow.name, [step["channelCut"] for step in flow.steps or ()]) == ("Thrice", [0, 1])


@virtual
async def test_what_the_vendor_shows_in_another_form_is_not_written_again() -> None:
    row = {"flowId": 1, "name": "Twice", "flow": [
        {"waitingTime": "30", "status": "1", "channel": "call", "channelCut": 0, "id": 5}]}  # fmt: skip
    for data, changed in ((row, False), ({**row, "flow": None}, True)):
        transport = ScriptedTransport(ok([data]), default=ok())
        async with client_over(transport) as client:
            assert (await client.otp_flows.ensure(name="Twice", steps=STEPS)).changed is changed
    assert body_of(transport) == {
        "name": "Twice",
        "flow": [{"waitingTime": 30, "status": 1, "channel": "call", "channelCut": 0}],
    }


@virtual
async def test_a_field_that_the_client_does_not_know_is_compared_with_what_is_shown() -> None:
    row = {"templateId": 1, "appId": None, "name": "Login", "text": "##code##", "new": 1}
    transport = ScriptedTransport(default=ok([row]))
    async with client_over(transport) as client:
        given = {"app_id": "a", "name": "Login", "text": "##code##"}
        assert not (await client.otp_templates.ensure(**given, extra={"new": 1})).changed
        assert (await client.otp_templates.ensure(**given, extra={"new": 2})).changed
    assert body_of(transport) == {"new": 2, "name": "Login", "text": "##code##"}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"list": [ROW]}, DecodeError),
        ({}, DecodeError),
        ({"records": [ROW], "total": 2}, PagingError),
        ("rows", DecodeError),
        (7, DecodeError),
    ],
)
@virtual
async def test_a_list_in_a_form_that_is_not_promised_is_no_empty_list(
    data: Any, kind: type[SdkError]
) -> None:
    async with client_over(ScriptedTransport(default=ok(data))) as client:
        with pytest.raises(kind):
            await client.otp_templates.list().collect()


@virtual
async def test_a_list_without_data_proves_no_absence() -> None:
    async with client_over(ScriptedTransport(default=answer({"status": "0"}))) as client:
        listing = client.otp_templates.list()
        assert await listing.collect() == []
    assert not listing.certain


@virtual
async def test_a_malformed_row_is_set_aside() -> None:
    async with client_over(ScriptedTransport(default=ok([ROW, 7, {"name": "x"}]))) as client:
        listing = client.otp_templates.list()
        assert [one.template_id for one in await listing.collect()] == [3]
        assert len(listing.malformed) == 2
        with pytest.raises(DecodeError):
            await client.otp_templates.list(strict=True).collect()


@pytest.mark.parametrize("paths", ["itniotech", "v3"])
async def test_an_id_that_is_part_of_the_url_stands_in_it_again(paths: str) -> None:
    """The vendor's own client leaves out an id that occurs in the URL: 3 stands in /v3/."""
    prefix = "/v3" if paths == "v3" else ""
    response: Response | Any = canned(json.dumps({"status": "0", "data": {**ROW, "flowId": 3}}).encode())
    async with RawServer(default=response) as server:
        async with ItniotechClient(API_KEY, API_SECRET, url=server.url, paths=paths) as client:
            await client.otp_templates.get(3)
            await client.otp_flows.get(3)
            await client.otp_apps.get("otp")
            await client.otp_templates.update(3, name="Login")
        seen = [split(raw)[:2] for raw in server.requests]
    assert seen == [
        ("GET", f"{prefix}/otp/template/details/3"),
        ("GET", f"{prefix}/otp/flow/details/3"),
        ("GET", f"{prefix}/otp/app/details/otp"),
        ("PUT", f"{prefix}/otp/template/update/3"),
    ]


async def test_the_share_of_entered_codes_is_told() -> None:
    async with centre_of() as centre:
        app_id = centre.state.otp.add_app()
        await centre.client.otp.report_rate(
            app_id=app_id, mcc=525, entered=1, sent=3, rate=Decimal("33.333"), reported=NOW
        )
        (told,) = centre.state.otp.rates
    assert (told["backfillNow"], told["mcc"], told["callbackTime"]) == (
        "33.33",
        "525",
        "2025-01-08T08:00:00+08:00",
    )


@pytest.mark.parametrize("blank", ["", " ", None])
@virtual
async def test_a_code_that_was_sent_under_no_id_is_unknown(blank: object) -> None:
    """Nothing could check it; the order id tells what became of it."""
    async with client_over(ScriptedTransport(default=ok({"verificationId": blank, "to": AN}))) as client:
        with pytest.raises(DecodeError, match=r"otp\.find") as caught:
            await client.otp.send(app_id="app", template_id=1, to=AN, order_id="o-1")
    assert caught.value.outcome == "unknown"


@pytest.mark.parametrize("data", [None, {"code": 481516, "to": AN}, {"code": "481516"}, "481516"])
@pytest.mark.parametrize("given", ["481516", Secret("481516")])
@virtual
async def test_a_code_that_the_vendor_repeats_is_on_no_error(
    given: Any, data: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    response = answer({"status": "-22", "reason": "code 481516 is wrong", "data": data})
    async with client_over(ScriptedTransport(default=response)) as client:
        for call in (
            client.otp.verify("v-1", given),
            client.otp.send_code(app_id="app", to=AN, code=given, order_id="o-1"),
        ):
            with pytest.raises(InvalidRequestError, match=r"code \*\*\* is wrong") as caught:
                await call
            shown = "".join(traceback.format_exception(caught.value))
            assert "481516" not in f"{shown} {vars(caught.value)} {caught.value!r} {caplog.text}"
            assert b"481516" not in pickle.dumps(caught.value)


@virtual
async def test_a_code_of_one_character_leaves_the_vendors_words_as_they_are() -> None:
    async with client_over(ScriptedTransport(default=refused(-22, "a code is wrong"))) as client:
        with pytest.raises(InvalidRequestError, match="a code is wrong"):
            await client.otp.send_code(app_id="app", to=AN, code="e")
