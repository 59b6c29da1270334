"""A misspelt name is answered by the names that are near it, wherever it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.near_names import near_names
from stringee_async.emulator import Emulator, Fault

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
    (lambda: StringeeClient("SK1", "s" * 32, timeout=5), "timeouts"),  # type: ignore[call-arg]
    (lambda: RingMeClient("a", "b", url="https://pbx.example", retrys=5), "retry"),  # type: ignore[call-arg]
    (lambda: ItniotechClient("a", "b", path="v3"), "paths"),  # type: ignore[call-arg]
]


@pytest.mark.parametrize(("typed", "meant"), TYPED, ids=range(len(TYPED)))
def test_a_typing_error_is_answered_by_what_was_meant(typed: Callable[[], Any], meant: str) -> None:
    with pytest.raises(Exception, match=f"did you mean '?{meant}'?") as caught:
        typed()
    assert len(str(caught.value)) < 250
