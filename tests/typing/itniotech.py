"""A consumer that uses ITNIO TECH, checked by mypy and pyright in strict mode and never run."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import assert_type

from stringee_async import (
    Ensured,
    ItniotechAuth,
    ItniotechClient,
    Paged,
    RateLimit,
    RecordingState,
    SavedRecording,
    Secret,
    Timeouts,
    Windowed,
)
from stringee_async.itniotech import (
    CLEAR,
    ISO_TIME,
    SMS_DELIVERIES,
    SMS_REPLIES,
    Agent,
    AgentGroup,
    AgentGroupSettings,
    Balance,
    CallRecord,
    CallRecordPush,
    CreatedAgent,
    Credential,
    GroupCallOutcome,
    GroupCallRecord,
    OtpApp,
    OtpCheck,
    OtpFlow,
    OtpLimit,
    OtpRecord,
    OtpStep,
    OtpTemplate,
    OtpVerification,
    Phone,
    PhoneRecord,
    ReceivedSms,
    Remaining,
    RingSound,
    SipTrunk,
    SmsDelivery,
    SmsMessage,
    SmsOutcome,
    SmsReport,
    Task,
    TaskNumber,
    TeamLeader,
    TrunkGroup,
    UploadedNumbers,
    VoiceFile,
    call_record_handler,
    parse_call_record,
    parse_sms_deliveries,
)
from stringee_async.webhooks import Inbox


def construct() -> None:
    """Every way to make a client."""
    client = ItniotechClient(
        "key", "secret", url="https://api.laaffic.com", clock_offset=-3.5, rate_limit=RateLimit(10, 1.0)
    )
    assert_type(client, ItniotechClient)
    assert_type(ItniotechClient.from_env(clock_offset=1), ItniotechClient)
    assert_type(ItniotechClient.from_auth(ItniotechAuth("key", "secret")), ItniotechClient)
    assert_type(client.with_options(timeouts=Timeouts()), ItniotechClient)
    ItniotechClient("key")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def groups(client: ItniotechClient) -> None:
    """Agent groups: a setting is set, cleared or left out."""
    group = await client.agent_groups.create(app_id="a", group_name="Sales")
    assert_type(group, AgentGroup)
    assert_type(await client.agent_groups.ensure(app_id="a", group_name="Sales"), Ensured)
    assert_type(await client.agent_groups.find(group_name="Sales"), AgentGroup | None)
    settings = await client.agent_groups.settings(group.voice_group_id)
    assert_type(settings, AgentGroupSettings)
    assert_type(settings.show_recordings, bool | None)
    await client.agent_groups.update_settings(
        "5",
        show_recordings=True,
        encrypt_numbers=False,
        timeout_idle=CLEAR,
        wrap_up_time=5,
        label_names=["a"],
    )
    await client.agent_groups.update_settings(
        5,
        show_recordings=True,
        encrypt_numbers=True,
        wrap_up_time=None,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    )
    await client.agent_groups.update_settings(5, show_recordings=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.agent_groups.delete(5, missing_ok=True)
    await client.agents.delete(7, "8", missing_ok=True)
    assert_type(await client.agent_groups.upload_ring(b"", file_name="a.mp3"), RingSound)


async def others(client: ItniotechClient) -> None:
    """The other resources."""
    assert_type(client.agents.list(enabled=True), Paged[Agent])
    assert_type(await client.agents.create_many(5, size=2), list[CreatedAgent])
    assert_type(await client.agents.remaining(5), Remaining)
    await client.agents.update(7, voice_group_id=5, name="An", emp_no=1, password=Secret("pw"))
    await client.agents.update(7, voice_group_id=5, name="An", emp_no=1, petname="a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.agents.create_many(5, size=2, ccode=84)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.agents.list(status="idle")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.agents.set_priority(5, {7: 1})
    by_number, by_text = {7: 1}, {"7": 1}
    await client.agents.set_priority(5, by_number)
    await client.agents.set_priority(5, by_text)
    credential = await client.agents.credential("an", expires=60)
    assert_type(credential, Credential)
    assert_type(credential.authentication, Secret)
    assert_type(client.team_leaders.list(), Paged[TeamLeader])
    assert_type(await client.team_leaders.create(name="B", voice_group_ids=[5]), int)
    now = datetime.now()
    assert_type(
        client.call_records.list(start_time=now, end_time="later", time_format=ISO_TIME), Windowed[CallRecord]
    )
    records = client.call_records.list(since=now, voice_group_id=5)
    assert_type(records, Windowed[CallRecord])
    async for record in records:
        assert_type(record.started, datetime | None)
        assert_type(record.id, str)
        assert_type(await client.recordings.state(record), RecordingState)
    assert_type(await client.recordings.save("https://x.example/1.mp3", "1.mp3"), SavedRecording)
    assert_type(client.sip_trunks.list(), Paged[SipTrunk])
    trunk = await client.sip_trunks.create(
        type=1, sip_trunk_name="T", groups=[TrunkGroup(voice_group_id=5)], sip_trunk_state=True
    )
    assert_type(trunk, int)
    assert_type(await client.tasks.upload_numbers("numbers.csv"), UploadedNumbers)
    assert_type(client.tasks.list(), Paged[Task])
    assert_type(client.tasks.details(4), Paged[TaskNumber])
    assert_type(await client.calls.make(callee="6590001000", account="an", app_id="a"), str | None)
    balance = await client.balance()
    assert_type(balance, Balance)
    assert_type(balance.balance, Decimal | None)


async def voice(client: ItniotechClient) -> None:
    """The voice product."""
    await client.phones.create_many(
        app_id="a", group_name="Sales", phone_name="phone", quantity=2, display_num="7777777"
    )
    await client.phones.create_many(app_id="a", group_name="Sales", phone_name="phone")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert_type(client.phones.list(app_id="a"), Paged[Phone])
    assert_type(await client.phones.find(app_id="a", phone_name="phone-1"), Phone | None)
    assert_type(await client.phones.reset_password("sip1", app_id="a"), Secret)
    assert_type(await client.phone_calls.start(callee="6590001000", account="sip1", app_id="a"), str | None)
    assert_type(await client.voice_files.upload("hello.mp3"), str | None)
    assert_type(await client.voice_files.ensure(b"", file_name="hello.mp3"), Ensured)
    assert_type(client.voice_files.list(), Paged[VoiceFile])
    assert_type(await client.voice_files.find(file_name="hello.mp3"), VoiceFile | None)
    outcomes = await client.group_calls.send(callees=["6590001000"], file_id="f", app_id="a", loop_count=2)
    assert_type(outcomes, tuple[GroupCallOutcome, ...])
    assert_type(outcomes[0].accepted, bool | None)
    await client.group_calls.send(callees="6590001000", file_id="f", app_id="a", loops=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    now = datetime.now()
    assert_type(client.voice_records.phones.list(since=now, phone_name="phone-1"), Windowed[PhoneRecord])
    assert_type(client.voice_records.groups.list(since=now), Windowed[GroupCallRecord])
    record = await client.voice_records.groups.get("v1")
    assert_type(record, GroupCallRecord)
    assert_type(record.started, datetime | None)
    assert_type(record.cost, Decimal | None)
    assert_type(await client.voice_records.phones.get("v1"), PhoneRecord)


async def messages(client: ItniotechClient) -> None:
    """Text messages."""
    outcomes = await client.sms.send(app_id="a", to=["6590001000"], text="hi", sender="Shop")
    assert_type(outcomes, tuple[SmsOutcome, ...])
    assert_type(outcomes[0].sent, bool | None)
    await client.sms.send(app_id="a", to="6590001000", text="hi", sendr="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    batch = [SmsMessage(to="6590001000", text="hi")]
    assert_type(await client.sms.send_batch(batch, app_id="a"), tuple[SmsOutcome, ...])
    assert_type(await client.sms.reports("1", app_id="a"), list[SmsReport])
    assert_type(client.sms.list_sent(app_id="a", since=datetime.now()), Paged[SmsReport])
    assert_type(client.sms.list_received(app_id="a", since=datetime.now()), Windowed[ReceivedSms])
    assert_type(parse_sms_deliveries(b"{}"), tuple[SmsDelivery, ...])


async def one_time_passwords(client: ItniotechClient) -> None:
    """One-time passwords, their applications, templates and flows."""
    limit = OtpLimit(limit=3, period=1, unit=1)
    assert_type(await client.otp_apps.create(name="Shop", phone_limit=limit), OtpApp)
    await client.otp_apps.create(name="Shop", phone_limit=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(client.otp_templates.list(), Paged[OtpTemplate])
    template = await client.otp_templates.create(app_id="a", name="Login", text="##code##", code_length=6)
    assert_type(template, OtpTemplate)
    assert_type(await client.otp_templates.find(name="Login"), OtpTemplate | None)
    assert_type(await client.otp_templates.ensure(app_id="a", name="Login", text="##code##"), Ensured)
    await client.otp_templates.update(3, txt="##code##")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    steps = [OtpStep(waiting_time=30, status=1, channel="call")]
    assert_type(await client.otp_flows.create(name="Twice", steps=steps), OtpFlow)
    assert_type(await client.otp_flows.get(3), OtpFlow)
    sent = await client.otp.send(app_id="a", template_id=3, to="6590001000", order_id="o1")
    assert_type(sent, OtpVerification)
    assert_type(await client.otp.send_code(app_id="a", to="6590001000", code=Secret("1234")), OtpVerification)
    check = await client.otp.verify(sent.verification_id, "1234")
    assert_type(check, OtpCheck)
    assert_type(check.right, bool)
    assert_type(await client.otp.record(sent.verification_id), OtpRecord)
    assert_type(await client.otp.find("o1", app_id="a"), OtpRecord | None)


async def pushes(body: bytes) -> None:
    """Pushes."""
    assert_type(parse_call_record(body), CallRecordPush)

    async def save(record: CallRecordPush) -> None:
        assert_type(record.cost, Decimal | None)

    call_record_handler(save)

    async def told(reports: tuple[SmsDelivery, ...]) -> None:
        for report in reports:
            assert_type(report.delivered, bool | None)

    Inbox("reports.db", told, events=SMS_DELIVERIES)
    Inbox("reports.db", told, events=SMS_REPLIES)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
