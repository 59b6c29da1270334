"""Legs at one RingMe extension: each once, whatever stands around them in a response."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stringee_async import ConfigError, NotFoundError

from ..kit import answer, virtual
from .rig import ApiTransport, exchange_of, ringme_over

SEPTEMBER, OCTOBER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
LEG = {"call_uuid": "A1", "init_time_gmt": "2026-09-02 10:00:00", "extension_id": 117, "flow": "transfer"}


async def test_legs_of_several_months_are_listed_once_each() -> None:
    """Also those at the second where two months meet, thirty of them, and behind a token."""
    async with exchange_of() as x:
        phone = x.state.add_extension("101")
        moments = [SEPTEMBER + timedelta(days=day) for day in range(40)] + [OCTOBER] * 30
        for moment in moments:
            x.state.call_history.add(phone, started=moment.timestamp())
        listing = x.client.call_legs.list(phone, since=SEPTEMBER, until=NOVEMBER, page_size=7)
        found = await listing.collect()
        rows = aiter(listing)
        head = [(await anext(rows)).call_uuid for _ in range(45)]
        tail = [leg.call_uuid async for leg in listing.resume(rows.token())]
    assert len(found) == len({leg.call_uuid for leg in found}) == 70
    assert [leg.started for leg in found] == sorted(moments)
    assert head + tail == [leg.call_uuid for leg in found]


@pytest.mark.parametrize(
    "page", [[LEG], {"cdr": [LEG]}, {"legs": [LEG]}, {"result": [LEG]}, {"page": 1, "per_page": 50, "cdr": [LEG]}, LEG]
)  # fmt: skip
@virtual
async def test_legs_are_read_whatever_stands_around_them(page: Any) -> None:
    """By a host that ignores the number of the page, too."""
    async with ringme_over(ApiTransport(default=answer(page))) as client:
        (leg,) = await client.call_legs.list(117, since=SEPTEMBER, until=OCTOBER).collect()
    assert (leg.call_uuid, leg.direction, leg.recording_id) == ("A1", None, None)


@virtual
async def test_legs_that_differ_in_a_field_that_is_not_known_are_two() -> None:
    legs = [{**LEG, "id": 1}, {**LEG, "id": 2}, {**LEG, "id": 2}]
    async with ringme_over(ApiTransport(answer(legs), default=answer([]))) as client:
        found = await client.call_legs.list(117, since=SEPTEMBER, until=OCTOBER).collect()
    assert [leg.extra["id"] for leg in found] == [1, 2]


async def test_what_the_vendor_refuses() -> None:
    async with exchange_of() as x:
        with pytest.raises(NotFoundError):
            await x.client.call_legs.list(9, since=SEPTEMBER).collect()
        with pytest.raises(NotFoundError):
            await x.client.call_legs.stats(9, since=SEPTEMBER, until=OCTOBER)


@virtual
async def test_wrong_arguments_are_refused_before_anything_is_sent() -> None:
    transport = ApiTransport()
    async with ringme_over(transport) as client:
        given: Any
        for given in (
            {"since": "monday"},
            {"since": OCTOBER, "until": SEPTEMBER},
            {"since": OCTOBER, "strict": 1},
        ):
            with pytest.raises(ConfigError):
                client.call_legs.list(117, **given)
        for wrong in (0, "", "a/b", None):
            with pytest.raises(ConfigError, match="extension_id"):
                client.call_legs.list(wrong, since=OCTOBER)  # type: ignore[arg-type]
    assert transport.requests == []
