"""The rules of a field hold in every vendor's client, before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from stringee_async import ConfigError, ItniotechClient, RingMeClient, StringeeClient
from stringee_async.itniotech import TrunkGroup

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer
from ..ringme.rig import ApiTransport, ringme_over

CREATED = answer({"r": 0, "agentID": "AG_1", "queueID": "QU_1"})


def stringee(transport: ScriptedTransport, **options: Any) -> StringeeClient:
    return StringeeClient(KEY_SID, KEY_SECRET, transport=transport, **options)


def body_of(transport: ScriptedTransport) -> dict[str, Any]:
    (request,) = transport.requests
    found: dict[str, Any] = json.loads(request.body or b"")
    return found


async def test_stringee_turns_national_numbers_into_those_of_the_country() -> None:
    """With `phone_country` a leading 0 becomes the calling code, in agents and in queues."""
    for call, name in (
        (
            lambda c: c.agents.create(name="A", stringee_user_id="a", phone_number="090 1234567"),
            "phone_number",
        ),
        (lambda c: c.agents.update("AG_1", phone_number="0901234567"), "phone_number"),
        (
            lambda c: c.queues.create(name="Q", from_number_callout_to_agent="0901234567"),
            "from_number_callout_to_agent",
        ),
    ):
        transport = ScriptedTransport(CREATED)
        async with stringee(transport, phone_country="VN") as client:
            await call(client.with_options(lane="bulk"))
        assert body_of(transport)[name] == "84901234567"


async def test_the_other_vendors_turn_national_numbers_too() -> None:
    """One option of all clients."""
    agent = {"id": 1, "number": "84901234567"}
    transport = ApiTransport(answer(agent, 201))
    async with ringme_over(transport, phone_country="VN") as ringme:
        await ringme.agents.remote.create(number="0901234567")
    assert body_of(transport)["number"] == "84901234567"
    calls = ScriptedTransport(answer({"status": "0", "data": {"id": 1}}))
    async with ItniotechClient("key", "secret", transport=calls, phone_country="84") as itniotech:
        await itniotech.calls.make(callee="0901234567", account="a", app_id="x")
    assert "84901234567" in json.dumps(body_of(calls))


SPOILED = (
    "84901234567.0",
    "84 901 234 567.0",
    "12-02-2026",
    "12.11.2026",
    "12 02 2026",
    "(12)-02-2026",
    "+12-02-2026",
    "8.49E+10",
    "#N/A",
    "#WERT!",
)

KEPT_AS_WRITTEN: dict[str, Callable[[ItniotechClient, RingMeClient, str], Awaitable[Any]]] = {
    "caller id of agents": lambda i, _, n: i.agents.create_many(1, size=1, display_num=n),
    "caller id of a call": lambda i, _, n: i.calls.make(
        callee="84901234567", account="a", app_id="x", display_num=n
    ),
    "caller id of a task": lambda i, _, n: i.tasks.submit(
        file_path="path", file_name="list.txt", type=0, display_num=n
    ),
    "number of a trunk": lambda i, _, n: i.sip_trunks.update(
        1,
        type=2,
        sip_trunk_name="trunk",
        sip_trunk_state=True,
        groups=[TrunkGroup(voice_group_id=1, number=n)],
    ),
    "number that a task is searched for": lambda i, _, n: i.tasks.details(1, called=n).first(),
    "number of an agent": lambda _, r, n: r.agents.remote.create(number=n),
    "public caller id": lambda _, r, n: r.extensions.update(1, public_caller_id_number=n),
    "where a queue transfers to": lambda _, r, n: r.queues.update(1, timeout_transfer_dst=n),
}


@pytest.mark.parametrize("number", SPOILED)
@pytest.mark.parametrize("call", KEPT_AS_WRITTEN.values(), ids=KEPT_AS_WRITTEN)
async def test_a_number_that_is_kept_as_written_is_refused_where_a_spreadsheet_spoiled_it(
    call: Callable[[ItniotechClient, RingMeClient, str], Awaitable[Any]], number: str
) -> None:
    """A caller id, a destination or a number to search for need not be international, but no digit is gained."""
    calls, pbx = ScriptedTransport(), ApiTransport()
    async with ItniotechClient("key", "secret", transport=calls) as itniotech, ringme_over(pbx) as ringme:
        with pytest.raises(ConfigError):
            await call(itniotech, ringme, number)
    assert not calls.requests
    assert not pbx.requests


AN: dict[str, Any] = {"name": "An", "stringee_user_id": "u"}
REFUSED: dict[str, tuple[Callable[[StringeeClient], Awaitable[Any]], str]] = {
    "number with decimals": (lambda c: c.agents.create(**AN, phone_number="84901234567.0"), "decimal part"),
    "date for a number": (lambda c: c.agents.update("A1", phone_number="12-02-2026"), "date"),
    "rounded number": (lambda c: c.agents.ensure(**AN, phone_number="8.49E+10"), "rounded by a spreadsheet"),
    "national number": (lambda c: c.queues.create(name="Q", from_number_callout_to_agent="0901234567"), "phone_country"),
    "login with blanks": (lambda c: c.agents.create(name="An", stringee_user_id=" u"), "blanks around it"),
    "login in lines": (lambda c: c.agents.create(name="An", stringee_user_id="u\n1"), "line break"),
    "login, invisible": (lambda c: c.agents.ensure(name="An", stringee_user_id="u\u200b"), "invisible character"),
    "login to find": (lambda c: c.agents.find(stringee_user_id="u "), "blanks around it"),
    "name with a null": (lambda c: c.groups.create(name="A\x00B"), "control character"),
    "name with a bell": (lambda c: c.queues.ensure(name="Sales\x07"), "control character"),
    "name in lines": (lambda c: c.queues.update("QU_1", name="A\nB"), "a line break"),
    "long name": (lambda c: c.queues.create(name="A" * 100_000), "at most"),
    "id with a line separator": (lambda c: c.group_agents.add(group_id="G\u2028", agent_id="A"), "group_id"),
    "id with a next line": (lambda c: c.agents.delete("A\x85"), "agent_id"),
    "id with blanks": (lambda c: c.agents.delete("A1 "), "agent_id"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), REFUSED.values(), ids=REFUSED)
async def test_wrong_values_are_refused_before_anything_is_sent(
    call: Callable[[StringeeClient], Awaitable[Any]], expected: str
) -> None:
    """Each field has one rule, and its message says what to do."""
    transport = ScriptedTransport()
    async with stringee(transport) as client:
        with pytest.raises(ConfigError, match=expected):
            await call(client)
    assert not transport.requests
