"""Responses that are broken, refusals, and odd rows, from the emulator over real sockets; named after the statements."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import aiohttp
import pytest

from stringee_async import (
    UNSET,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    OutcomeUnknownError,
    RetryPolicy,
    SdkError,
    to_dict,
)
from stringee_async.emulator import Fault
from stringee_async.ringme import LocalAgent, RingMeClient

from ..kit import answer, virtual
from .rig import ApiTransport, exchange_of, ringme_over

ONCE = RetryPolicy(max_attempts=1)
JSON = {"Content-Type": "application/json"}

BROKEN: dict[str, tuple[Fault, type[SdkError]]] = {
    "reset before": (Fault.reset_before(), OutcomeUnknownError),
    "closed before": (Fault.lost_answer(), OutcomeUnknownError),
    "reset in the body": (Fault.reset_mid_body(), OutcomeUnknownError),
    "short body": (Fault.reset_mid_body(ending="close"), OutcomeUnknownError),
    "bad chunk": (Fault.bad_chunk(), OutcomeUnknownError),
    "bad gzip": (Fault.bad_gzip(), OutcomeUnknownError),
    "over-long header": (Fault.long_header(), OutcomeUnknownError),
    "redirect": (Fault.redirect(), InvalidRequestError),
    "huge body": (Fault.huge_body(), DecodeError),
    "gzip bomb": (Fault.huge_body(gzip=True), DecodeError),
    "not JSON": (Fault.not_json(), DecodeError),
    "truncated": (Fault.truncated_json(), DecodeError),
    "empty": (Fault.empty_body(), DecodeError),
    "another object": (Fault.wrong_envelope(), DecodeError),
    "a message": (Fault.wrong_envelope('{"message": "Not found", "status": "404"}'), DecodeError),
    "a list": (Fault.wrong_envelope("[]"), DecodeError),
    "null": (Fault.wrong_envelope("null"), DecodeError),
    "a wrong type": (Fault.status(200, "<p>9</p>", {"Content-Type": "text/html"}), DecodeError),
}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("fault", BROKEN)
async def test_every_broken_response_raises_an_error_of_the_package(fault: str) -> None:
    """Each fault is its own error with the engine's as cause; none returns a model, and the next call works."""
    planned, kind = BROKEN[fault]
    async with exchange_of({"retry": ONCE}) as x:
        agent = x.state.add_agent("remote", number="89215650644")
        await x.client.user()
        x.emulator.faults.script("agents.remote.get", planned)
        with pytest.raises(SdkError) as caught:
            await x.client.agents.remote.get(agent)
        assert type(caught.value) is kind
        if kind is OutcomeUnknownError:
            assert isinstance(caught.value.__cause__, (aiohttp.ClientError, OSError))
        assert (await x.client.agents.remote.get(agent)).id == agent
        assert x.emulator.count("agents.remote.get") == 2
        x.emulator.faults.assert_consumed()


@pytest.mark.parametrize("fault", BROKEN)
async def test_no_broken_response_is_a_listing(fault: str) -> None:
    """The same for a paged list: none but the empty array, which is a list, passes for one."""
    planned, kind = BROKEN[fault]
    async with exchange_of({"retry": ONCE}) as x:
        x.state.add_extension("101")
        x.emulator.faults.script("extensions.list", planned)
        if fault == "a list":
            assert await x.client.extensions.list().collect() == []
            return
        with pytest.raises(kind):
            await x.client.extensions.list().collect()
        assert x.emulator.count("extensions.list") == 1
        x.emulator.faults.assert_consumed()


async def test_an_error_says_all_there_is_to_know() -> None:
    """Vendor, operation, method, path, status, code, message, attempts, time, outcome and body of a real refusal."""
    async with exchange_of() as x:
        with pytest.raises(NotFoundError) as caught:
            await x.client.agents.remote.get(7, client_id=13)
    error = caught.value
    assert (error.vendor, error.operation, error.method) == ("ringme", "agents.remote.get", "GET")
    assert (error.path, error.status) == ("/client/{client_id}/agent/remote/{agent_id}", 404)
    assert (error.code, error.message) == ("client_not_found", "Client not found")
    assert (error.attempts, error.outcome, error.retryable) == (1, "refused", False)
    assert 0 < error.elapsed < 5
    assert json.loads(error.body or b"") == {"message": "Client not found", "status": "client_not_found"}


async def test_the_body_is_capped() -> None:
    """No more than 64 KiB of a refusal are kept."""
    async with exchange_of({"retry": ONCE}) as x:
        x.emulator.faults.script("user.get", Fault.status(400, '{"message": "' + "x" * 200_000 + '"}'))
        with pytest.raises(InvalidRequestError) as caught:
            await x.client.user()
        assert len(caught.value.body or b"") == 65_536
        x.emulator.faults.assert_consumed()


async def test_errors_of_real_calls_survive_pickle_and_copy() -> None:
    """What each fault and refusal raised is the same after pickle, copy and deepcopy."""
    async with exchange_of({"retry": ONCE}) as x:
        agent = x.state.add_agent("remote", number="89215650644")
        for planned in [
            *(fault for fault, _ in BROKEN.values()),
            Fault.retry_after(1000.0),
            Fault.expired_token(),
        ]:
            x.emulator.faults.always("agents.remote.get", planned)
            with pytest.raises(SdkError) as caught:
                await x.client.with_options(retry=ONCE).agents.remote.get(agent)
            error = caught.value
            for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
                assert type(twin) is type(error)
                assert str(twin) == str(error)
                for name in (
                    "vendor",
                    "operation",
                    "path",
                    "status",
                    "code",
                    "outcome",
                    "retry_after",
                    "body",
                ):
                    assert getattr(twin, name) == getattr(error, name), name
            if error.retry_after is not None:
                break
        x.emulator.faults.assert_consumed()


@virtual
async def test_the_text_of_an_error_holds_nothing_private() -> None:
    """A refusal that repeats token, number and address of what was sent: its text has none of them."""
    private = ("89215650644", "an@host.example")
    token = "t0ken-t0ken-t0ken"
    text = f"bad number {private[0]} of {private[1]}, token {token}"
    grant = answer({"access_token": token, "expires_in": 60})
    transport = ApiTransport(answer({"message": text, "status": "odd"}, 400), grant=grant)
    async with ringme_over(transport) as client:
        with pytest.raises(InvalidRequestError) as caught:
            await client.agents.remote.create(number=private[0])
    shown = f"{caught.value} {caught.value!r}"
    assert not [word for word in (*private, token) if word in shown]
    assert token not in caught.value.message
    assert token.encode() not in (caught.value.body or b"")
    assert caught.value.code == "odd"


# -- models -------------------------------------------------------------------------------------------------

ROW: dict[str, Any] = {
    "id": 1, "extension_id": 117, "name": None, "status": "available", "call_timeout": 30, "busy_delay_time": 10,
    "no_answer_delay_time": 10, "reject_delay_time": 10, "wrap_up_time": 0, "extra_params": None,
}  # fmt: skip
ODD: tuple[Any, ...] = (None, True, "700", "x", 1.5, -1, [], [1], {}, {"a": None}, 10**30, "")


@virtual
async def test_what_the_model_does_not_know_is_written_back_unchanged() -> None:
    """An unknown status and unknown fields load, are kept raw, and go back into JSON as they came."""
    row = {**ROW, "status": "on_break", "skills": [{"level": 3, "tags": None}]}
    async with ringme_over(ApiTransport(answer([row]))) as client:
        (agent,) = await client.agents.local.list(strict=True).collect()
    assert (agent.status, agent.extra["skills"]) == ("on_break", [{"level": 3, "tags": None}])
    assert to_dict(agent) == {**row, "agent_sound_id": None}
    assert "on_break" in repr(agent)


async def _page(client: RingMeClient, odd: dict[str, Any]) -> list[LocalAgent]:
    listing = client.agents.local.list()
    found = await listing.collect()
    assert len(found) + len(listing.malformed) == 50
    if listing.malformed:
        (row,) = listing.malformed
        assert row.path.startswith("$[25]")
        assert row.value == odd
    return found


@pytest.mark.parametrize("field", ROW)
@virtual
async def test_one_odd_value_costs_nobody_else_anything(field: str) -> None:
    """Whatever JSON stands in any one field of a row: the other 49 rows are the same, and strict mode raises or is right."""
    rows = [{**ROW, "id": number} for number in range(101, 151)]
    for value in ODD:
        odd = {**rows[25], field: value}
        page = answer([*rows[:25], odd, *rows[26:]])
        async with ringme_over(ApiTransport(default=page)) as client:
            found = await _page(client, odd)
            assert [agent.id for agent in found if agent.id != odd["id"]][:25] == list(range(101, 126))
            assert sum(agent.id in range(127, 151) for agent in found) == 24
            strict = client.agents.local.list(strict=True)
            try:
                assert len(await strict.collect()) == 50
            except DecodeError as error:
                assert error.paths[0].startswith("$[25]")  # noqa: PT017 - both ways out are right


FIELDS: dict[str, tuple[str, Any]] = {
    # resource: a field that it can clear, and a value of it
    "agents.local": ("name", "An"),
    "agents.remote": ("extra_params", "x"),
    "extensions": ("caller_id_name", "An"),
    "queues": ("timeout_transfer_dst", "333"),
}


@pytest.mark.parametrize("resource", FIELDS)
async def test_unset_is_left_out_none_is_null_and_a_value_is_set(resource: str) -> None:
    """Checked on the wire and in what the server holds, for each resource whose fields can be cleared."""
    field, value = FIELDS[resource]
    async with exchange_of() as x:
        phone, queue = x.state.add_extension("101"), x.state.add_extension("370", "queue")
        local = x.state.add_agent("local", extension_id=phone)
        remote = x.state.add_agent("remote", number="89215650644")
        owner, key, table = {
            "agents.local": (x.client.agents.local, local, x.state.local_agents),
            "agents.remote": (x.client.agents.remote, remote, x.state.remote_agents),
            "extensions": (x.client.extensions, phone, x.state.extensions),
            "queues": (x.client.queues, queue, x.state.queues),
        }[resource]
        update: Any = owner.update
        assert getattr(await update(key, **{field: value}), field) == table[key][field] == value
        other = {"max_wait_time": 5} if resource == "queues" else {"status": table[key].get("status")}
        assert getattr(await update(key, **other, **{field: UNSET}), field) == table[key][field] == value
        assert getattr(await update(key, **{field: None}), field) is table[key][field] is None
        bodies = [json.loads(record.body) for record in x.emulator.calls(f"{resource}.update")]
        assert bodies == [{field: value}, other, {field: None}]
