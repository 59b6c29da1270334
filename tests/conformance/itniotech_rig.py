"""ITNIO TECH under the rules that hold for every vendor."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from stringee_async import ItniotechAuth, ItniotechClient, Response
from stringee_async.emulator import Fault
from stringee_async.itniotech import OtpStep, SmsMessage, TrunkGroup

from ..itniotech.calls import ANSWER, CALLS
from ..itniotech.rig import API_KEY, API_SECRET, envelope, ok, refused
from .rig import Acts, Call, Calls, Count, Ensures, Losses, Rig, Site

STEPS = [OtpStep(waiting_time=30, status=1, channel="call")]
JSON = {"Content-Type": "application/json"}


def _calls() -> dict[str, Call]:
    found: dict[str, Call] = {
        "agent_groups.create": lambda c: c.agent_groups.create(app_id="a", group_name="Sales")
    }
    for case, row in CALLS.items():
        found.setdefault(case.split(" ")[0], row[0])
    found.pop("agent_groups.find", None)
    return found


def an_agent(site: Site) -> dict[str, Any]:
    """Add an agent and return its row."""
    (key,) = site.state.add_agents(site.state.add_group("Sales"))
    return dict(site.state.agents[str(key)])


def a_phone(site: Site) -> str:
    """Add a phone with a password that is not random, and return its account."""
    (account,) = site.state.voice.add_phones(site.state.app_id, "Sales", "phone")
    site.state.voice.phones[account]["password"] = "first"
    return str(account)


def a_file(site: Site) -> str:
    """Add a file of numbers and return its path."""
    site.state.number_files["p"] = {"numbers": ("6590001000",), "header_repeated": False}
    return "p"


def an_app(site: Site) -> str:
    """Return the id of the application of one-time passwords, added if need be."""
    apps = site.state.otp.apps
    return str(next(iter(apps)) if apps else site.state.otp.add_app())


def a_finished_task(site: Site) -> int:
    """Add a task whose one call failed."""
    task: int = site.state.add_task([], ["6590001000"])
    site.state.finish_task(task, failed=1)
    return task


class ItniotechRig(Rig):
    """ITNIO TECH: codes inside HTTP 200, signed requests, deletions by GET."""

    vendor = "itniotech"
    client_class = ItniotechClient
    credentials = (API_KEY, API_SECRET)
    auth_class = ItniotechAuth
    credential_header = "Api-Key"
    variables = ("ITNIOTECH_API_KEY", "ITNIOTECH_API_SECRET")
    urls: ClassVar[dict[str, tuple[str, str]]] = {"url": ("ITNIOTECH_URL", "https://api.itniotech.com")}
    read_operation = "agents.list"
    write_operation = "agent_groups.rename"

    ok = ok({"keyId": 1, "records": [], "total": 0, "pages": 0, "size": 50, "current": 1})
    invalid = refused(-22)
    missing = refused(-24)
    failed = refused(-18)
    rejected = refused(-1)

    operation_count = 71
    requests = CALLS
    content_type = "application/json;charset=UTF-8"
    calls = _calls()
    finders = frozenset({"otp.find"})
    creates: ClassVar[Acts] = {
        "agent_groups.create": (
            lambda s: s.client.agent_groups.create(app_id=s.state.app_id, group_name="Sales"),
            lambda s: len(s.state.agent_groups),
        ),
        "agent_groups.delete": (
            lambda s: s.client.agent_groups.delete(s.state.add_group("Sales")),
            lambda s: 1 - len(s.state.agent_groups),
        ),
        "agent_groups.upload_ring": (
            lambda s: s.client.agent_groups.upload_ring(b"ID3 sound", file_name="ring.mp3"),
            lambda s: len(s.state.rings),
        ),
        "team_leaders.create": (
            lambda s: s.client.team_leaders.create(name="Bình", voice_group_ids=[s.state.add_group("Sales")]),
            lambda s: len(s.state.team_leaders),
        ),
        "agents.create_many": (
            lambda s: s.client.agents.create_many(s.state.add_group("Sales"), size=1),
            lambda s: len(s.state.agents),
        ),
        "sip_trunks.create": (
            lambda s: s.client.sip_trunks.create(
                type=1, sip_trunk_name="Out", sip_gateway_ip="192.0.2.7", sip_trunk_state=False,
                groups=[TrunkGroup(voice_group_id=s.state.add_group("Sales"))],
            ),
            lambda s: len(s.state.sip_trunks),
        ),
        "tasks.upload_numbers": (
            lambda s: s.client.tasks.upload_numbers(b"6590001000\n", file_name="numbers.csv"),
            lambda s: len(s.state.number_files),
        ),
        "tasks.submit": (
            lambda s: s.client.tasks.submit(file_path=a_file(s), file_name="numbers.csv", type=0),
            lambda s: len(s.state.tasks),
        ),
        "tasks.resend": (
            lambda s: s.client.tasks.resend(a_finished_task(s), resend_type=1),
            lambda s: sum(not task["finishFlag"] for task in s.state.tasks.values()),
        ),
        "calls.make": (
            lambda s: s.client.calls.make(
                callee="6590001000", account=an_agent(s)["account"], app_id=s.state.app_id
            ),
            lambda s: len(s.state.call_records),
        ),
        "voice_codes.send": (
            lambda s: s.client.voice_codes.send(
                callee="6590001000", language="EN", text="1, 2", app_id=s.state.app_id
            ),
            lambda s: len(s.state.voice_codes),
        ),
        "phones.create_many": (
            lambda s: s.client.phones.create_many(
                app_id=s.state.app_id, group_name="Sales", phone_name="phone", quantity=1
            ),
            lambda s: len(s.state.voice.phones),
        ),
        "phones.reset_password": (
            lambda s: s.client.phones.reset_password(a_phone(s), app_id=s.state.app_id),
            lambda s: sum(phone["password"] != "first" for phone in s.state.voice.phones.values()),
        ),
        "voice_files.upload": (
            lambda s: s.client.voice_files.upload(b"ID3 sound", file_name="hello.mp3"),
            lambda s: len(s.state.voice.files),
        ),
        "group_calls.send": (
            lambda s: s.client.group_calls.send(
                callees="6590001000", file_id=s.state.voice.add_file("a.mp3"), app_id=s.state.app_id
            ),
            lambda s: len(s.state.voice.calls),
        ),
        "phone_calls.start": (
            lambda s: s.client.phone_calls.start(
                callee="6590001000", account=a_phone(s), app_id=s.state.app_id
            ),
            lambda s: len(s.state.voice.calls),
        ),
        "sms.send": (
            lambda s: s.client.sms.send(app_id=s.state.app_id, to="6590001000", text="hi"),
            lambda s: len(s.state.sms.messages),
        ),
        "sms.send_batch": (
            lambda s: s.client.sms.send_batch([SmsMessage(to="6590001000", text="hi")], app_id=s.state.app_id),
            lambda s: len(s.state.sms.messages),
        ),
        "otp_apps.create": (
            lambda s: s.client.otp_apps.create(name="Codes"), lambda s: len(s.state.otp.apps),
        ),
        "otp_templates.create": (
            lambda s: s.client.otp_templates.create(app_id=an_app(s), name="Login", text="##code##"),
            lambda s: len(s.state.otp_templates),
        ),
        "otp_flows.create": (
            lambda s: s.client.otp_flows.create(name="Twice", steps=STEPS), lambda s: len(s.state.otp_flows),
        ),
        "otp.send": (
            lambda s: s.client.otp.send(
                app_id=an_app(s), template_id=s.state.add_otp_template(an_app(s)), to="6590001000"
            ),
            lambda s: len(s.state.otp.sent),
        ),
        "otp.send_code": (
            lambda s: s.client.otp.send_code(app_id=an_app(s), to="6590001000", code="1234"),
            lambda s: len(s.state.otp.sent),
        ),
        "otp.resend": (
            lambda s: s.client.otp.resend(s.state.otp.add(an_app(s), "6590001000")),
            lambda s: len(s.state.otp.sent) - 1,
        ),
        "otp.verify": (
            lambda s: s.client.otp.verify(s.state.otp.add(an_app(s), "6590001000", "1234"), "1234"),
            lambda s: sum(len(row["checks"]) for row in s.state.otp.sent.values()),
        ),
    }  # fmt: skip
    ensures: ClassVar[Ensures] = {
        "agent_groups.create": lambda s: s.client.agent_groups.ensure(
            app_id=s.state.app_id, group_name="Sales"
        ),
        "voice_files.upload": lambda s: s.client.voice_files.ensure(b"ID3 sound", file_name="hello.mp3"),
        "otp_templates.create": lambda s: s.client.otp_templates.ensure(
            app_id=an_app(s), name="Login", text="##code##"
        ),
        "otp_flows.create": lambda s: s.client.otp_flows.ensure(name="Twice", steps=STEPS),
    }
    deletes: ClassVar[Calls] = {
        "agents": lambda c, **k: c.agents.delete(7, **k),
        "team_leaders": lambda c, **k: c.team_leaders.delete(7, **k),
    }
    throttle_settings = ({"throttle": "429"}, {"throttle": "-15"})
    losses: ClassVar[Losses] = {"-18 after acting": (Fault.status(200, '{"status": "-18"}', JSON, True), 1)}

    def throttled(self, **headers: str) -> Response:
        return refused(-15, status=200, **headers)

    async def read(self, client: Any) -> Any:
        return await client.agents.list().collect()

    async def write(self, client: Any) -> Any:
        return await client.agent_groups.rename(5, group_name="Support")

    async def create(self, client: Any) -> Any:
        return await client.team_leaders.create(name="Bình", voice_group_ids=[5])

    def removable(self, site: Site) -> tuple[str, Call, Count]:
        (agent,) = site.state.add_agents(site.state.add_group("Sales"))
        return "agents.delete", lambda c: c.agents.delete(agent), lambda s: len(s.state.agents)

    def many(self, site: Site) -> tuple[Callable[[int], Awaitable[Any]], Count]:
        group, create = site.state.add_group("Sales"), site.client.team_leaders.create
        return (
            lambda n: create(name=f"Leader {n:02}", voice_group_ids=[group]),
            lambda s: len(s.state.team_leaders),
        )

    def everything(self, case: str) -> Any:
        if case.startswith(("sms.send", "sms.reports", "sms.list_sent")):
            return {
                "status": "0",
                "success": "1",
                "fail": "0",
                "array": [{"msgId": "1", "number": "6590001000"}],
            }
        if case.endswith(("templates.list", "flows.list")):
            return envelope([])
        return envelope([ANSWER] if case.startswith(("agents.create_many", "group_calls.send")) else ANSWER)

    def check_credentials(self, headers: Mapping[str, str]) -> None:
        timestamp = headers["timestamp"]
        assert headers["api-key"] == API_KEY
        assert len(timestamp) == 10
        assert abs(int(timestamp) - time.time()) < 30
        assert headers["sign"] == hashlib.md5(f"{API_KEY}{API_SECRET}{timestamp}".encode()).hexdigest()

    def account_of(self, request: Any) -> str:
        return str(request.headers["Api-Key"])

    def derived_secrets(self, raw_requests: list[bytes]) -> list[str]:
        return [sign for raw in raw_requests for sign in re.findall(r"Sign: (\w{32})", raw.decode())]
