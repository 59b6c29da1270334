"""What holds for the emulated service of every vendor: accounts, pages, list faults and the rate limit."""

import json
from typing import Any

import pytest

from stringee_async.emulator import Fault

from .conftest import RingMeWire, SignedWire, Start, Wire

VENDORS: dict[str, tuple[Any, str, str]] = {
    # the wire, and an operation that lists objects by pages, with their table
    "stringee": (Wire, "groups.list", "groups"),
    "ringme": (RingMeWire, "extensions.list", "extensions"),
    "itniotech": (SignedWire, "agent_groups.list", "agent_groups"),
}
EVERY = pytest.mark.parametrize("vendor", VENDORS)


async def begin(start: Start, vendor: str, count: int = 0, **settings: Any) -> Any:
    """Start an emulator with objects `name 0`, `name 1`, ... of a vendor; return the vendor's wire."""
    first = await start(**settings)
    wire = VENDORS[vendor][0](first.emulator, first.session)
    for number in range(count):
        await make(wire, f"name {number}")
    return wire


def other_account(wire: Any) -> Any:
    return type(wire)(wire.emulator, wire.session, 1)


def stored(wire: Any) -> int:
    """Return how many objects the server holds of this account."""
    vendor = next(name for name, (kind, *_) in VENDORS.items() if isinstance(wire, kind))
    return len(getattr(wire.state, VENDORS[vendor][2]))


async def make(wire: Any, name: str) -> tuple[int, str | None]:
    """Make an object; return the status and the header `Retry-After`."""
    if isinstance(wire, Wire):
        response = await wire.raw("POST", "/v1/group", json={"name": name})
    elif isinstance(wire, RingMeWire):
        response = await wire.raw("POST", "/client/@me/extension/", json={"name": name, "type": "phone"})
    else:
        body = {"appId": wire.state.app_id, "groupName": name}
        response = await wire.raw("POST", "seatGroup/addGroup", json=body)
    return response[0], response[1].get("Retry-After")


async def page(wire: Any, number: int = 1, size: int = 50) -> list[str] | None:
    """Return the names on a page; None where the server refuses it."""
    if isinstance(wire, Wire):
        answer = await wire("GET", f"/v1/group?page={number}&limit={size}")
        return [row["name"] for row in answer["data"]["groups"]] if answer["r"] == 0 else None
    if isinstance(wire, RingMeWire):
        status, _, raw = await wire.raw("GET", f"/client/@me/extension/?page={number}&per_page={size}")
        return [row["name"].removeprefix("000*") for row in json.loads(raw)] if status == 200 else None
    answer = await wire.post("seatGroup/query", {"current": number, "size": size, "params": {}})
    return [row["groupName"] for row in answer["data"]["records"]] if answer["status"] == "0" else None


def named(*numbers: int) -> list[str]:
    return [f"name {number}" for number in numbers]


@EVERY
async def test_accounts_are_apart(start: Start, vendor: str) -> None:
    """Another account has its own credentials and tables, in which the same name is free."""
    mine = await begin(start, vendor, 1)
    other = other_account(mine)
    assert await page(other) == []
    await make(other, "name 0")
    assert (stored(mine), stored(other)) == (1, 1)
    credentials = getattr(mine.emulator, vendor)
    assert set(credentials(0).values()) & set(credentials(1).values()) == {mine.emulator.url}
    with pytest.raises(ValueError, match=r"account|project"):
        credentials(-1)


@EVERY
async def test_credentials_follow_the_seed(start: Start, vendor: str) -> None:
    emulators = [(await begin(start, vendor, seed=seed)).emulator for seed in (5, 5, 6)]
    one, two, other = ({*getattr(one, vendor)().values()} - {one.url} for one in emulators)
    assert one == two
    assert not one & other


@EVERY
async def test_over_the_rate_limit_nothing_is_done_and_accounts_count_apart(
    start: Start, vendor: str
) -> None:
    wire = await begin(start, vendor, 1)
    other = other_account(wire)
    await page(other)  # which has its credentials now
    wire.emulator.rate_limit = (1, 60.0)
    await make(wire, "name 1")
    status, wait = await make(wire, "name 2")
    assert (status, int(wait or 0) > 0, stored(wire)) == (429, True, 2)
    assert wire.emulator.requests[-1].refusal == "rate_limit"
    await make(other, "name 0")
    assert stored(other) == 1


@EVERY
async def test_pages_are_cut_by_size_and_empty_behind_the_last(start: Start, vendor: str) -> None:
    wire = await begin(start, vendor, 7)
    pages = [await page(wire, number, 3) for number in (1, 2, 3, 4)]
    assert pages == [named(0, 1, 2), named(3, 4, 5), named(6), []]
    wire.emulator.order = "newest"
    assert await page(wire, 1, 3) == named(6, 5, 4)


@pytest.mark.parametrize(("end", "found"), [("empty", []), ("last", ["name 2"]), ("error", None)])
@EVERY
async def test_a_page_behind_the_last_is_as_set(start: Start, vendor: str, end: str, found: Any) -> None:
    assert await page(await begin(start, vendor, 3, beyond_end=end), 9, 2) == found


@pytest.mark.parametrize(
    ("over", "found"), [("clamp", named(0, 1, 2)), ("honour", named(0, 1, 2, 3)), ("refuse", None)]
)
@EVERY
async def test_a_size_above_the_maximum_is_as_set(start: Start, vendor: str, over: str, found: Any) -> None:
    assert await page(await begin(start, vendor, 5, over_limit=over, page_size_max=3), 1, 4) == found


@EVERY
async def test_list_faults_serve_the_page_before_or_the_first(start: Start, vendor: str) -> None:
    """Page 1 is left alone, and the faults wait for one behind it."""
    wire = await begin(start, vendor, 6)
    wire.emulator.faults.script(f"{vendor}:{VENDORS[vendor][1]}", Fault.page_repeats(), Fault.page_ignored())
    pages = [await page(wire, number, 2) for number in (1, 3, 3, 3)]
    assert pages == [named(0, 1), named(2, 3), named(0, 1), named(4, 5)]
    wire.emulator.faults.assert_consumed()
