"""Broken responses and refusals: each is an error of the package that says all there is to know, and nothing private."""

from __future__ import annotations

import copy
import json
import pickle

import aiohttp
import pytest

from stringee_async import OutcomeUnknownError, RetryPolicy, SdkError
from stringee_async.core.errors import BODY_CAP
from stringee_async.emulator import Fault

from ..kit import virtual
from .faults import BROKEN
from .rig import Rig

ONCE = RetryPolicy(max_attempts=1)
JSON = {"Content-Type": "application/json"}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("fault", BROKEN)
async def test_every_broken_response_raises_an_error_of_the_package(rig: Rig, fault: str) -> None:
    planned, kind = BROKEN[fault]
    async with rig.emulated({"retry": ONCE}) as site:
        await rig.read(site.client)
        site.emulator.clear_requests()
        site.script(rig.read_operation, planned)
        with pytest.raises(SdkError) as caught:
            await rig.read(site.client)
        assert type(caught.value) is kind
        if kind is OutcomeUnknownError:
            assert isinstance(caught.value.__cause__, (aiohttp.ClientError, OSError))
        await rig.read(site.client)
        assert site.emulator.count() == 2
        site.emulator.faults.assert_consumed()


@pytest.mark.parametrize("fault", [*BROKEN, "refused", "throttled", "rejected"])
async def test_errors_of_real_calls_survive_pickle_and_copies(rig: Rig, fault: str) -> None:
    refusals = {
        "refused": Fault.status(400, '{"message": "no"}', JSON),
        "throttled": Fault.retry_after(1000.0),
        "rejected": Fault.expired_token(),
    }
    planned = refusals[fault] if fault in refusals else BROKEN[fault][0]
    async with rig.emulated({"retry": ONCE}) as site:
        site.emulator.faults.always(f"{rig.vendor}:{rig.read_operation}", planned)
        with pytest.raises(SdkError) as caught:
            await rig.read(site.client)
    error = caught.value
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is type(error)
        assert vars(twin) == vars(error)
        assert str(twin) == str(error)


@virtual
async def test_every_error_of_a_call_exposes_its_facts(rig: Rig) -> None:
    """Vendor, operation, method, path, status, message, request id, attempts, time, outcome and body are on it."""
    operation = rig.operations[rig.write_operation]
    refusal = copy.copy(rig.missing)
    refusal.headers["X-Request-Id"] = "req-9"  # type: ignore[index]
    async with rig.over(rig.transport(refusal, latency=0.5)) as client:
        with pytest.raises(SdkError) as caught:
            await rig.write(client)
    error = caught.value
    assert (error.vendor, error.operation, error.method) == (rig.vendor, operation.name, operation.method)
    assert (error.path, error.status, error.request_id) == (operation.path, rig.missing.status, "req-9")
    assert (error.attempts, error.outcome, error.retryable) == (1, "refused", False)
    assert error.elapsed == pytest.approx(
        1.0 if rig.unlisted else 0.5
    )  # with the credentials, where they cost a request
    assert error.message
    assert error.body == rig.missing.body
    assert json.loads(error.body)


async def test_no_more_than_64_kib_of_a_refusal_are_kept(rig: Rig) -> None:
    async with rig.emulated({"retry": ONCE}) as site:
        site.script(rig.read_operation, Fault.status(400, '{"message": "' + "x" * 200_000 + '"}'))
        with pytest.raises(SdkError) as caught:
            await rig.read(site.client)
        assert len(caught.value.body or b"") == BODY_CAP == 65_536
        site.emulator.faults.assert_consumed()


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_the_text_of_an_error_holds_nothing_private(rig: Rig, status: int) -> None:
    words = "callee +65 9000 1000 of an.nguyen@example.com is wrong"
    private = {"called": "6590001000", "password": "agentPass1", "authentication": "Bearer abcdefgh"}
    codes = {"r": 7, "status": "-22", "message": words, "reason": words}
    async with rig.emulated({"retry": ONCE}) as site:
        body = json.dumps({**codes, "data": private})
        site.script(rig.read_operation, Fault.status(status, body, JSON))
        with pytest.raises(SdkError) as caught:
            await rig.read(site.client)
    text = f"{caught.value} {caught.value!r}"
    for word in ("9000", "nguyen", "agentPass1", "abcdefgh", "called"):
        assert word not in text
    assert status == 200 or "an.nguyen@example.com" in caught.value.message
