"""How extensions are found by name: what hosts make of `name=`, when an empty response is believed, and what it costs."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stringee_async import AmbiguousError
from stringee_async.emulator import Fault
from stringee_async.ringme import PHONE

from ..kit import answer
from .rig import ApiTransport, exchange_of, ringme_over

ROWS = 300
PAGES = ROWS // 30 + 1
"""Requests of the whole list: a page that is full is no end."""
HOSTS = ("whole", "short", "ignored")


def rows(*names: str) -> Any:
    return answer([{"id": 200 + place, "name": name, "type": "phone"} for place, name in enumerate(names)])


@pytest.mark.parametrize(
    ("host", "requests"),
    [
        # each search is one request
        ("short", 20),
        # the first is empty, the list is read, the whole name is tried, then one each
        ("whole", 1 + PAGES + 1 + 19),
        # noticed once, then the list each time, as without a filter
        ("ignored", 1 + 20 * PAGES),
    ],
)
async def test_twenty_ensures_among_300_extensions(host: str, requests: int) -> None:
    """What is there is found by one request on hosts that find names; a host that ignores the question costs one more."""
    async with exchange_of(ringme_name_filter=host) as x:
        keys = [x.state.add_extension(f"{1000 + number}", label="L") for number in range(ROWS)]
        for number in range(0, 40, 2):
            ensured = await x.client.extensions.ensure(name=f"{1000 + number}", type=PHONE, label="L")
            assert (ensured.id, ensured.created, ensured.changed) == (str(keys[number]), False, False)
        assert x.emulator.count("extensions.list") == requests
        assert x.emulator.count("extensions.create") == x.emulator.count("extensions.update") == 0


@pytest.mark.parametrize(
    ("host", "requests"),
    [
        # empty, the whole list, one name of it tried; then "not found" is believed
        ("short", 1 + PAGES + 1 + 19),
        # both forms are tried
        ("whole", 1 + PAGES + 2 + 19),
    ],
)
@pytest.mark.parametrize("at_once", [False, True])
async def test_twenty_new_extensions_beside_300(host: str, requests: int, at_once: bool) -> None:
    """An empty response is believed once the host has found a name of that form, also by searches that run at once."""
    async with exchange_of(ringme_name_filter=host) as x:
        for number in range(ROWS):
            x.state.add_extension(f"{1000 + number}")
        calls = [x.client.extensions.ensure(name=f"{5000 + number}", type=PHONE) for number in range(20)]
        made = await asyncio.gather(*calls) if at_once else [await call for call in calls]
        assert all(ensured.created for ensured in made)
        assert len(x.state.extensions) == ROWS + 20
        assert x.emulator.count("extensions.list") == requests


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", ["370", "000*370", "000*370@sip.ringme.ru"])
async def test_each_spelling_of_a_name_is_found_at_every_host(host: str, name: str) -> None:
    async with exchange_of(ringme_name_filter=host) as x:
        x.state.add_extension("1370")
        key = x.state.add_extension("370")
        for _ in range(2):
            found = await x.client.extensions.find(name=name)
            assert found is not None
            assert found.id == key
        assert await x.client.extensions.find(name="70") is None
        assert await x.client.extensions.find(name="001*370") is None


@pytest.mark.parametrize("host", HOSTS)
async def test_two_of_one_name_are_ambiguous_at_every_host(host: str) -> None:
    async with exchange_of(ringme_name_filter=host, unique=False) as x:
        keys = [str(x.state.add_extension("370")) for _ in range(2)]
        with pytest.raises(AmbiguousError) as caught:
            await x.client.extensions.find(name="370")
        assert sorted(caught.value.ids) == sorted(keys)


async def test_a_host_that_ignores_the_name_is_noticed_once_for_each_client() -> None:
    transport = ApiTransport(default=rows("000*101", "000*102"))
    async with ringme_over(transport) as client:
        assert await client.extensions.find(name="103") is None
        assert await client.with_options(lane="bulk").extensions.find(name="104") is None
    asked = ["name=" in request.url for request in transport.requests]
    assert asked == [True, False, False, False, False]  # a page that brings nothing new ends each list


async def test_nothing_is_believed_of_a_host_that_finds_no_name_at_all() -> None:
    """A filter that is always empty proves nothing, in either form: the list is read each time, and it is not asked again."""

    def host(request: Any) -> Any:
        return (
            answer([]) if "name=" in request.url or "&page=2" in request.url else rows("000*101", "000*370")
        )

    transport = ApiTransport(default=lambda request: host(request))
    async with ringme_over(transport) as client:
        for _ in range(2):
            found = await client.extensions.find(name="370")
            assert found is not None
            assert found.id == 201
    asked = [request.url.partition("name=")[2].partition("&")[0] for request in transport.requests]
    assert [name for name in asked if name] == ["370", "000%2A370"]


async def test_an_empty_exchange_teaches_nothing() -> None:
    """Without a row there is no name to try; the next search asks and reads again."""
    async with exchange_of() as x:
        assert await x.client.extensions.find(name="1") is None
        assert await x.client.extensions.find(name="1") is None
        assert x.emulator.count("extensions.list") == 4


async def test_a_damaged_row_makes_a_search_uncertain() -> None:
    async with exchange_of(ringme_name_filter="short") as x:
        key = x.state.add_extension("370")
        x.emulator.faults.script("extensions.list", Fault.odd_bytes())
        found = await x.client.extensions.find(name="370")
        assert found is not None
        assert (found.id, x.emulator.count("extensions.list")) == (key, 3)


async def test_many_similar_names_are_read_to_their_end() -> None:
    first = rows(*[f"000*37{number}" for number in range(10, 40)])
    second = rows(*[f"000*37{number}" for number in range(40, 43)])
    pages = {"page=1": first, "page=2": second, "page=3": answer([])}

    def host(request: Any) -> Any:
        return next(page for name, page in pages.items() if name + "&" in request.url + "&")

    transport = ApiTransport(default=lambda request: host(request))
    async with ringme_over(transport) as client:
        assert await client.extensions.find(name="37") is None
    assert sum("name=37&" in request.url for request in transport.requests) == 2


@pytest.mark.parametrize("total", [None, 40])
async def test_pages_that_do_not_advance_prove_nothing(total: int | None) -> None:
    listed = [{"id": 200 + number, "name": f"000*37{number}"} for number in range(10, 15)]
    same = answer(listed if total is None else {"total_count": total, "result": listed})

    def host(request: Any) -> Any:
        return same if "name=" in request.url else rows("000*37") if "page=1&" in request.url else answer([])

    transport = ApiTransport(default=lambda request: host(request))
    async with ringme_over(transport) as client:
        found = await client.extensions.find(name="37")
        assert found is not None
        assert found.id == 200
