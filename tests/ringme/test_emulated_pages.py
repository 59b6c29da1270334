"""The pages of extensions, over real sockets against an emulator that serves them in every way the pages leave open."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import PagingError
from stringee_async.emulator import Fault
from stringee_async.ringme import PHONE

from .rig import exchange_of

ROWS = 100
SERVED: dict[str, tuple[dict[str, Any], int]] = {
    # how the host is, and how many requests the 100 rows cost where 50 a page are asked for
    "as asked for": ({}, 2 + 1),
    "fewer than asked for": ({"page_size_max": 30}, 4 + 1),
    "fewer, evenly": ({"page_size_max": 25}, 4 + 1),
    "one at a time": ({"page_size_max": 1}, 100 + 1),
    "fewer, newest first": ({"page_size_max": 7, "order": "newest"}, 15 + 1),
    "fewer, the last page again": ({"page_size_max": 7, "beyond_end": "last"}, 15 + 1),
    "fewer, no page behind the last": ({"page_size_max": 7, "beyond_end": "error"}, 15 + 1),
    "fewer, wrapped with a total": ({"page_size_max": 7, "ringme_lists": "result"}, 15),
    "all, whatever is asked for": ({"ringme_paging": "off"}, 1 + 1),
    "all, wrapped": ({"ringme_paging": "off", "ringme_lists": "result"}, 1),
    "all, the page ignored": (
        {"ringme_paging": "page_ignored", "over_limit": "honour", "page_size_default": ROWS}, 1 + 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("read_ahead", [0, 4])
@pytest.mark.parametrize("case", SERVED)
async def test_no_row_is_lost_however_many_are_served(case: str, read_ahead: int) -> None:
    settings, requests = SERVED[case]
    async with exchange_of(**settings) as x:
        keys = [x.state.add_extension(f"{number}") for number in range(ROWS)]
        size = ROWS if "page ignored" in case else 50
        listing = x.client.extensions.list(page_size=size, read_ahead=read_ahead)
        found = [extension.id async for extension in listing]
        assert found == (keys[::-1] if "order" in settings else keys)
        assert (listing.drift, x.emulator.count("extensions.list")) == (None, requests)
        pages = [page async for page in listing.pages()]
        assert [row.id for page in pages for row in page.items] == found
        assert x.emulator.count("extensions.list") == 2 * requests
        assert x.client.stats().retries == 0


async def test_an_object_is_found_behind_a_page_that_is_shorter_than_asked_for() -> None:
    async with exchange_of(page_size_max=5, unique=False) as x:
        keys = [x.state.add_extension(f"{number}") for number in range(12)]
        found = await x.client.extensions.find(name="11")
        assert found is not None
        assert found.id == keys[11]
        ensured = await x.client.extensions.ensure(name="10", type=PHONE)
        assert (ensured.id, ensured.created) == (str(keys[10]), False)
        assert x.emulator.count("extensions.create") == 0


@pytest.mark.parametrize("fault", [Fault.page_ignored(), Fault.page_repeats()])
async def test_a_host_that_repeats_pages_and_states_more_rows_is_not_trusted(fault: Fault) -> None:
    async with exchange_of(page_size_max=5, ringme_lists="result") as x:
        for number in range(12):
            x.state.add_extension(f"{number}")
        x.emulator.faults.script("extensions.list", fault)
        assert len(await x.client.extensions.list().collect()) == 12  # once is forgiven
        x.emulator.faults.always("extensions.list", fault)
        with pytest.raises(PagingError, match="5 of 12 rows"):
            await x.client.extensions.list().collect()
        x.emulator.faults.assert_consumed()


async def test_rows_that_come_and_go_are_noticed_where_a_total_is_stated() -> None:
    async with exchange_of(page_size_max=5, ringme_lists="result") as x:
        keys = [x.state.add_extension(f"{number}") for number in range(20)]
        listing, found = x.client.extensions.list(), []
        async for extension in listing:
            found.append(extension.id)
            if extension.id == keys[4]:
                for key in keys[:3]:
                    x.state.remove_extension(key)
        assert sorted(found) == keys
        assert listing.drift is not None
        assert listing.drift.certain
