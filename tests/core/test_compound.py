"""Calls of several requests: their error says what their writes did, and writes of a call that succeeds are known."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stringee_async import (
    AuthError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    Request,
    SdkError,
)
from stringee_async.core.compound import Compound
from stringee_async.core.messages import Response

from ..kit import ScriptedTransport, agents, answer, client_over, virtual
from .rig import ONCE, lost, warned


@virtual
async def test_an_ensure_that_finds_its_object_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    """A create whose response was lost and whose object was found is known."""
    transport = ScriptedTransport(agents(), lost, default=agents("u"))
    async with client_over(transport) as client:
        ensured = await client.agents.ensure(stringee_user_id="u", name="An")
        assert (ensured.adopted, client.stats().unknown, client.unknown_writes()) == (True, 0, ())
    assert warned(caplog) == []


@virtual
async def test_an_ensure_whose_listing_fails_has_sent_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async with client_over(ScriptedTransport(default=lost)) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.agents.ensure(stringee_user_id="u", name="An")
        assert client.stats().unknown == 0
    assert caught.value.outcome == "not_sent"
    assert "may have" not in str(caught.value)
    assert warned(caplog) == []


@virtual
async def test_an_ensure_whose_create_is_lost_for_good_is_unknown(caplog: pytest.LogCaptureFixture) -> None:
    """Where the create left and looking for its object fails, the error is that of the create, and one line is logged."""
    transport = ScriptedTransport(agents(), lost, default=NotSentError("refused"))
    async with client_over(transport) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.agents.ensure(stringee_user_id="an.nguyen", name="An")
        assert client.stats().unknown == 1
    assert (caught.value.outcome, caught.value.operation) == ("unknown", "agents.create")
    assert len(warned(caplog)) == 1


@virtual
async def test_an_ensure_that_is_cut_off_after_its_create_left_leaves_a_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def vendor(request: Request) -> Response:
        if request.method == "POST":
            lost()
        if len(transport.requests) > 1:
            await asyncio.sleep(1000.0)
        return agents()

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await client.agents.ensure(stringee_user_id="u", name="An")
        assert client.stats().unknown == 1
    assert len(warned(caplog)) == 1


@virtual
async def test_a_lost_create_that_is_proven_undone_is_forgotten() -> None:
    refused = answer({"r": 1, "message": "bad name"}, 400)
    creates: list[Any] = [lost, refused]

    def vendor(request: Request) -> Response:
        if request.method == "GET":
            return agents()
        step = creates.pop(0)
        return step if isinstance(step, Response) else step()

    async with client_over(ScriptedTransport(default=vendor)) as client:
        with pytest.raises(InvalidRequestError) as caught:
            await client.agents.ensure(stringee_user_id="u", name="An")
        assert client.stats().unknown == 0
    assert caught.value.outcome == "refused"


@virtual
async def test_the_outcome_of_a_compound_call_is_that_of_its_writes() -> None:
    """A write that succeeded is not hidden by a later step that never left; a refusal stays one; other errors too."""
    transport = ScriptedTransport(answer(), NotSentError("refused"), default=answer({"r": 5}, 401))
    async with client_over(transport, retry=ONCE) as client:
        with pytest.raises(NotSentError) as caught, Compound("agents.ensure", repeatable=False):
            await client.agents.update("AG_1", name="An")
            await client.agents.update("AG_2", name="An")
        assert caught.value.outcome == "unknown"
        with pytest.raises(AuthError) as denied, Compound("agents.ensure", repeatable=False):
            await client.agents.find(stringee_user_id="u")
        assert denied.value.outcome == "refused"
        with pytest.raises(LookupError), Compound("agents.ensure", repeatable=False):
            raise LookupError


@virtual
async def test_an_ensure_of_unknown_outcome_may_be_called_again() -> None:
    nothing = agents()
    transport = ScriptedTransport(nothing, OutcomeUnknownError("lost"), default=answer(status=500))
    async with client_over(transport, retry=ONCE) as client:
        with pytest.raises(SdkError) as caught:
            await client.agents.ensure(name="An", stringee_user_id="u1")
    assert "; call agents.ensure again: it looks before it creates" in str(caught.value)


@virtual
async def test_an_ensure_never_advises_itself() -> None:
    """An object that exists and is not listed: look for it elsewhere, as `ensure` has done what it can."""
    nothing = agents()
    transport = ScriptedTransport(nothing, answer({"r": 2, "message": "Agent existed"}), default=nothing)
    async with client_over(transport, retry=ONCE) as client:
        with pytest.raises(SdkError) as caught:
            await client.agents.ensure(name="An", stringee_user_id="u1")
    assert str(caught.value).startswith(
        "agents.ensure: Agent existed; it exists and is not listed: look for it in another project"
    )
    assert "[in agents.create, " in str(caught.value)
