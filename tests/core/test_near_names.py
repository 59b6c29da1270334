"""A misspelt name is answered by the names that are near it, wherever it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stringee_async
from stringee_async import ConfigError, ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.near_names import near_names, nearest
from stringee_async.emulator import Emulator, Fault, ItniotechSettings, RingMeSettings, StringeeSettings

MANY = [f"name-{number}" for number in range(140)]


@pytest.mark.parametrize(
    ("name", "known", "text"),
    [
        ("creat", ["create", "delete"], "did you mean create?"),
        ("CREATE", ["create"], "did you mean create?"),
        ("colour", ["create", "delete"], "there are create, delete"),
        ("colour", [], "there are none"),
        (7, ["create"], "there are create"),
        ("x" * 10_000, ["create"], "there are create"),
    ],
)
def test_near_names_go_before_a_list(name: object, known: list[str], text: str) -> None:
    assert near_names(name, known, "there are") == text


def test_a_list_is_never_long() -> None:
    assert near_names("colour", MANY, "there are").endswith("name-11 and 128 more")
    assert near_names("name-7x", MANY, "there are").count(" or ") == 2
    assert near_names("colour", MANY) == ""


EMULATOR = Emulator()
TYPED: list[tuple[Callable[[], Any], str]] = [
    (lambda: EMULATOR.faults.script("agents.creat"), "agents.create"),
    (lambda: EMULATOR.faults.script("agents.creat", Fault.lost_answer()), "agents.create"),
    (lambda: EMULATOR.faults.script("agents.create", "lost_anser"), "lost_answer"),  # type: ignore[arg-type]
    (lambda: EMULATOR.faults.rate("agnts.list", Fault.lost_answer(), 0.5), "agents.list"),
    (lambda: Emulator(fault_rates={"agents.create": {"lost_anser": 0.5}}), "lost_answer"),
    (lambda: Emulator(latncy=1), "latency"),  # type: ignore[call-arg]
    (lambda: StringeeSettings(ring_second=1), "ring_seconds"),  # type: ignore[call-arg]
    (lambda: RingMeSettings(quotas=1), "quota"),  # type: ignore[call-arg]
    (lambda: ItniotechSettings(pathes="v3"), "paths"),  # type: ignore[call-arg]
    (lambda: Fault.statu(503), "status"),  # type: ignore[attr-defined]
    (lambda: StringeeClient("SK1", "s" * 32, timeout=5), "timeouts"),  # type: ignore[call-arg]
    (lambda: RingMeClient("a", "b", url="https://pbx.example", retrys=5), "retry"),  # type: ignore[call-arg]
    (lambda: ItniotechClient("a", "b", path="v3"), "paths"),  # type: ignore[call-arg]
]


@pytest.mark.parametrize(("typed", "meant"), TYPED, ids=range(len(TYPED)))
def test_a_typing_error_is_answered_by_what_was_meant(typed: Callable[[], Any], meant: str) -> None:
    with pytest.raises(Exception, match=f"did you mean '?{meant}'?") as caught:
        typed()
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [({"host": "apii"}, "api"), ({"host": "ic"}, "icc"), ({"retry_class": "reed"}, "read")],
)
async def test_arguments_of_a_raw_call_are_answered_by_what_was_meant(
    wrong: dict[str, str], meant: str
) -> None:
    """Nothing is sent; an address gets no such hint."""
    client = StringeeClient("SK1", "s" * 32)
    with pytest.raises(ConfigError, match=f"did you mean '{meant}'"):
        await client.request("GET", "/v1/agent", **wrong)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"no URL; got 'https://icc-api\.stringee\.com'$"):
        await client.request("GET", "/v1/agent", host="https://icc-api.stringee.com")
    assert client.stats().requests == 0


def test_what_is_nearest_is_spelt_as_it_exists() -> None:
    assert nearest("AUTHERRO", ["AuthError", "ApiError"]) == ["AuthError"]
    assert nearest("colour", ["create"]) == []
    assert nearest("statu", ["agents", "status", "state"], most=2)[:1] == ["status"]


def test_private_names_of_a_fault_are_no_misspelt_ones() -> None:
    """What looks for protocols by attribute gets the plain error; a fault of a far name is told where the names are."""
    with pytest.raises(AttributeError, match="has no attribute"):
        Fault.__fspath__  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError, match="no fault 'zzz'; its class methods are the faults"):
        Fault.zzz()  # type: ignore[attr-defined]


def test_an_emulator_does_not_propose_keywords_that_are_deprecated() -> None:
    with pytest.raises(TypeError) as caught:
        Emulator(ringme_expires=1)  # type: ignore[call-arg]
    assert "ringme_expires_in" not in str(caught.value)


def test_one_file_compares_names_by_their_likeness_and_the_emulator_has_its_own() -> None:
    package = Path(stringee_async.__file__).parent
    found = {
        str(file.relative_to(package).as_posix())
        for file in package.rglob("*.py")
        if re.search(r"^\s*(?:import|from) difflib", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert found == {"core/near_names.py", "emulator/near_names.py"}
