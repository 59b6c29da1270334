"""Keys of rows that were seen: counted exactly, whatever their hashes and however many there are, in little memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Hashable
from typing import Any

import pytest

from stringee_async import Request, Response
from stringee_async.core.drift import SeenKeys

from ..kit import ScriptedTransport, answer, client_over, virtual

Keys = list[Hashable]


def seen(*pages: Keys) -> SeenKeys:
    made = SeenKeys()
    for page in pages:
        assert made.add_new(page)
    return made


def same_hash(key: object) -> int:
    del key
    return 7


@pytest.mark.parametrize(
    "keys",
    [
        ["a", "b"],
        [1, 2**61],
        [("a", 1), ("b", 2)],
        ["a", 1, None],
        ["a\nb", "c"],
        ["", "x"],
        ["Bán", "\ud800"],
        ["\n"],
        [""],
    ],
    ids=repr,
)
def test_keys_are_known_again_and_others_are_not(keys: Keys) -> None:
    found = seen(["before"], keys, ["behind"])
    assert len(found) == len(keys) + 2
    assert found.count(["a\n", *keys, "c\n", "elsewhere"]) == len(keys)
    assert found.unpacked() == {"before", *keys, "behind"}
    assert len(found) == len(keys) + 2
    assert found.count(keys) == len(keys)


@pytest.mark.parametrize(("one", "other"), [(-1, -2), (0, 2**61 - 1)])
def test_keys_of_one_hash_are_two_keys(one: int, other: int) -> None:
    assert hash(one) == hash(other)
    found = seen([one])
    assert found.count([other]) == 0
    assert found.add_new([other])
    assert (len(found), found.count([one]), found.count([other])) == (2, 1, 1)
    both = SeenKeys()
    assert both.add_new([one, other])
    assert len(both) == 2


def test_a_page_with_a_key_twice_is_not_added() -> None:
    found = seen(["a"])
    assert not found.add_new(["b", "b"])
    assert (len(found), found.count(["b"])) == (1, 0)
    assert found.add_new(["b", "c"])
    assert (len(found), found.count(["a", "b", "c", "d"])) == (3, 3)


def test_all_of_many_keys_are_known() -> None:
    found = SeenKeys()
    pages: list[Keys] = [
        [f"AG_{number:010}" for number in range(at, at + 1000)] for at in range(0, 100_000, 1000)
    ]
    tracemalloc.start()
    try:
        for page in pages:
            assert found.add_new(page)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == 100_000
    assert kept < 8 << 20
    assert peak < kept + (1 << 19)
    assert sum(map(found.count, pages)) == 100_000


@virtual
async def test_a_listing_yields_rows_whose_keys_have_one_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of texts cannot be chosen, so all are made equal."""
    monkeypatch.setattr("stringee_async.core.drift.hash", same_hash, raising=False)

    def vendor(request: Request) -> Response:
        page = int(request.url.split("page=")[1].split("&")[0])
        rows: list[dict[str, Any]] = [{"id": f"{page}-{number}", "name": "G"} for number in range(3)]
        counts = {"totalPages": 4, "currentPage": page, "limit": 3, "totalCount": 12}
        return answer({"r": 0, "data": {**counts, "groups": rows}})

    async with client_over(ScriptedTransport(default=vendor)) as client:
        listing = client.groups.list(page_size=3)
        assert [group.id for group in await listing.collect()] == [
            f"{a}-{b}" for a in range(1, 5) for b in range(3)
        ]
        assert listing.certain
