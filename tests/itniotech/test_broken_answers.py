"""Responses that are broken, refusals, and odd rows, from the emulator over real sockets; named after the statements."""

from __future__ import annotations

import copy
import pickle

import aiohttp
import pytest

from stringee_async import (
    DecodeError,
    InvalidRequestError,
    OutcomeUnknownError,
    RetryPolicy,
    SdkError,
)
from stringee_async.emulator import Fault
from stringee_async.itniotech.codes import BY_CODE

from ..kit import ScriptedTransport, virtual
from .rig import centre_of, client_over, refused

ONCE = RetryPolicy(max_attempts=1)

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
    "no envelope": (Fault.wrong_envelope(), DecodeError),
    "a list": (Fault.wrong_envelope("[]"), DecodeError),
    "null": (Fault.wrong_envelope("null"), DecodeError),
    "a status that is none": (Fault.wrong_envelope('{"status": "x"}'), DecodeError),
    "a wrong type": (Fault.status(200, "<p>0</p>", {"Content-Type": "text/html"}), DecodeError),
}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("fault", BROKEN)
async def test_every_broken_response_raises_an_error_of_the_package(fault: str) -> None:
    """Each fault is its own error with the engine's as cause; none returns a model, and the next call works."""
    planned, kind = BROKEN[fault]
    async with centre_of({"retry": ONCE}) as centre:
        centre.emulator.faults.script("agent_groups.settings", planned)
        group = centre.state.add_group("Sales")
        with pytest.raises(SdkError) as caught:
            await centre.client.agent_groups.settings(group)
        assert type(caught.value) is kind
        if kind is OutcomeUnknownError:
            assert isinstance(caught.value.__cause__, (aiohttp.ClientError, OSError))
        assert (await centre.client.agent_groups.settings(group)).voice_group_id == group
        assert centre.emulator.count() == 2
        centre.emulator.faults.assert_consumed()


async def test_an_error_says_all_there_is_to_know() -> None:
    """Vendor, operation, method, path, status, code, message, attempts, time, outcome and body of a real refusal."""
    async with centre_of() as centre:
        with pytest.raises(SdkError) as caught:
            await centre.client.agents.remaining(7)
    error = caught.value
    assert (error.vendor, error.operation, error.method) == ("itniotech", "agents.remaining", "GET")
    assert (error.path, error.status, error.code) == ("/v3/cc/seat/querySipTotal", 200, -24)
    assert (error.attempts, error.outcome, error.retryable) == (1, "refused", False)
    assert error.message == "data does not exist"
    assert 0 < error.elapsed < 5
    assert b'"-24"' in (error.body or b"")


@pytest.mark.parametrize("code", sorted(BY_CODE))
@virtual
async def test_errors_survive_pickle_and_copies(code: int) -> None:
    """The error of each code comes back equal from pickle, copy and deepcopy."""
    async with client_over(ScriptedTransport(default=refused(code, "why")), retry=ONCE) as client:
        with pytest.raises(SdkError) as caught:
            await client.agents.delete(7)
    error = caught.value
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is type(error)
        assert vars(twin) == vars(error)
        assert str(twin) == str(error)


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_the_text_of_an_error_names_nobody(status: int) -> None:
    """Numbers, addresses and bodies that the vendor repeats are not in `str`; they are on the error for who asks."""
    body = (
        '{"status": "-22", "reason": "callee +65 9000 1000 of an.nguyen@example.com is wrong",'
        ' "data": {"called": "6590001000", "password": "agentPass1", "authentication": "Bearer abcdef"}}'
    )
    async with centre_of({"retry": ONCE}) as centre:
        fault = Fault.status(status, body, {"Content-Type": "application/json"})
        centre.emulator.faults.script("agents.list", fault)
        with pytest.raises(SdkError) as caught:
            await centre.client.agents.list().collect()
    text = f"{caught.value} {caught.value!r}"
    for word in ("9000", "nguyen", "agentPass1", "abcdef", "called"):
        assert word not in text
    assert "an.nguyen@example.com" in caught.value.message
    assert b"agentPass1" not in (caught.value.body or b"")
    assert b"abcdef" not in (caught.value.body or b"")


# -- models -------------------------------------------------------------------------------------------------


async def test_new_values_and_fields_of_rows_are_kept() -> None:
    """Unknown states and new fields in a real listing lose nothing, and one odd row does not lose the page."""
    async with centre_of() as centre:
        keys = centre.state.add_agents(centre.state.add_group("Sales"), 50)
        centre.state.agents.change(str(keys[3]), status=77, deleteFlag=5, skills=[{"language": "vi"}])
        centre.state.agents.change(str(keys[4]), priority=["x"])
        agents = await centre.client.agents.list().collect()
        assert [agent.key_id for agent in agents] == keys
        assert (agents[3].status, agents[3].delete_flag) == (77, 5)
        assert agents[3].extra["skills"] == [{"language": "vi"}]
        assert agents[4].priority is None
        assert [fault.value for fault in agents[4].malformed] == [["x"]]
        with pytest.raises(DecodeError, match="priority"):
            await centre.client.agents.list(strict=True).collect()


async def test_a_row_without_its_id_stands_apart() -> None:
    """Of a page of 50 the other 49 are yielded, and the page says what could not be read."""
    async with centre_of() as centre:
        keys = centre.state.add_agents(centre.state.add_group("Sales"), 50)
        centre.state.agents.change(str(keys[7]), keyId=None)
        listing = centre.client.agents.list()
        pages = [page async for page in listing.pages()]
        assert [len(page.items) for page in pages] == [49]
        assert [fault.path for fault in pages[0].malformed] == ["$.data.records[7].keyId"]
