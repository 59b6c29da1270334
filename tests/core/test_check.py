"""`client.check()` on all three clients, against the emulator."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import (
    AuthError,
    Check,
    ClosedError,
    ItniotechClient,
    RetryPolicy,
    RingMeClient,
    StringeeClient,
    TransportError,
    to_dict,
)
from stringee_async.core.check import watched
from stringee_async.core.client import session_of, view_over
from stringee_async.emulator import Emulator, Fault

KINDS: dict[str, Any] = {"stringee": StringeeClient, "ringme": RingMeClient, "itniotech": ItniotechClient}
READS = {"stringee": "groups.list", "ringme": "user.get", "itniotech": "balance.get"}


def of(emulator: Emulator, vendor: str, **options: Any) -> Any:
    return KINDS[vendor](**getattr(emulator, vendor)(), **options)


@pytest.mark.parametrize("vendor", KINDS)
async def test_a_check_is_one_read_that_tells_time_clock_and_account(vendor: str) -> None:
    async with Emulator(clock_skew=120.0) as emulator, of(emulator, vendor) as client:
        if vendor == "stringee":
            await client.groups.create(name="Sales")
        if vendor == "ringme":
            await client.extensions.list().first()  # its token
        before = len(emulator.requests)
        found = await client.check()
        assert [each.operation for each in list(emulator.requests)[before:]] == [READS[vendor]]
        assert isinstance(found, Check)
        assert found.vendor == vendor
        assert 0.0 < found.seconds < 5.0
        assert found.clock_offset == pytest.approx(120.0, abs=1.5)
        assert (found.account is None) == (vendor == "itniotech")
        assert json.loads(json.dumps(to_dict(found))) == to_dict(found)


@pytest.mark.parametrize("vendor", KINDS)
async def test_a_check_fails_as_every_call_does(vendor: str) -> None:
    """Retries too: a read that lost its response is made again."""
    async with Emulator() as emulator:
        async with of(emulator, vendor, retry=RetryPolicy(base=0.001)) as client:
            emulator.faults.script(READS[vendor], Fault.lost_answer())
            assert (await client.check()).vendor == vendor
            emulator.faults.script(READS[vendor], Fault.reset_before())
            with pytest.raises(TransportError) as caught:
                await client.with_options(retry=RetryPolicy(max_attempts=1)).check()
            assert caught.value.operation == READS[vendor]
        arguments = getattr(emulator, vendor)()
        secret = next(name for name in arguments if "secret" in name)
        async with KINDS[vendor](**{**arguments, secret: "another-secret-that-is-wrong-0000"}) as client:
            with pytest.raises(AuthError):
                await client.check()


async def test_a_response_without_a_date_leaves_the_offset_unknown() -> None:
    async with Emulator(date_header=False) as emulator, of(emulator, "stringee") as client:
        assert (await client.check()).clock_offset is None
        assert (await client.check()).account is None


async def test_a_closed_client_stays_closed() -> None:
    async with Emulator() as emulator:
        client = of(emulator, "stringee")
        await client.aclose()
        with pytest.raises(ClosedError):
            await client.check()


async def test_a_refusal_tells_the_clock_too_where_it_is_watched() -> None:
    """What a caller watches is watched during a check too."""
    async with Emulator(clock_skew=120.0) as emulator:
        arguments = {**emulator.stringee(), "key_secret": "w" * 40}
        async with StringeeClient(**arguments) as client:
            session = watched(session_of(client))
            with pytest.raises(AuthError):
                await view_over(client, session).check()
            assert watched(session) is session
            assert session.offsets[0] == pytest.approx(120.0, abs=1.5)
