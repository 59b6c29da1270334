"""What is said of the emulator's faults is what a client meets."""

from __future__ import annotations

import pytest

from stringee_async import RetryPolicy, SdkError, StringeeClient, Timeouts
from stringee_async.emulator import Emulator, Fault
from stringee_async.emulator.faults import NAMES
from stringee_async.explanations import find
from stringee_async.explanations.fault_texts import FAULTS

SHORTER = {
    "slow_answer": Fault.slow_answer(0.01),
    "slow_body": Fault.slow_body(0.01),
    "absurd_wait": Fault.absurd_wait("digits"),
}
ON_LISTS = {"odd_bytes"}


def test_every_fault_of_the_emulator_is_explained() -> None:
    assert FAULTS.keys() == set(NAMES)
    assert [page.code for page in find("fault")] == list(FAULTS)


async def met_by(emulator: Emulator, name: str) -> str | None:
    """Return the class of the error that a client of its own raises for a fault, or None where the call succeeds."""
    fault = SHORTER.get(name) or Fault.named(name)
    lists = fault.listing or name in ON_LISTS
    emulator.faults.always("groups.list" if lists else "groups.create", fault)
    times = Timeouts(attempt=0.05 if name == "hang" else 10.0)
    async with StringeeClient(
        **emulator.stringee(), retry=RetryPolicy(max_attempts=1), timeouts=times
    ) as client:
        try:
            if lists:
                await client.groups.list(page_size=2).collect()
            else:
                await client.groups.create(name=name)
        except SdkError as error:
            return type(error).__name__
        finally:
            emulator.faults.clear()
    return None


async def test_a_client_raises_what_the_explanation_of_the_fault_names() -> None:
    """A create, or a listing for faults of lists, that meets the fault on every attempt."""
    async with Emulator(seed=1) as emulator:
        async with StringeeClient(**emulator.stringee()) as client:
            for number in range(4):
                await client.groups.create(name=f"group {number}")
        met = {name: await met_by(emulator, name) for name in FAULTS}
    assert met == {name: text.error for name, text in FAULTS.items()}


@pytest.mark.parametrize("name", ["lost_answer", "reset_before"])
def test_the_explanation_says_whether_the_emulator_carries_the_call_out(name: str) -> None:
    (page,) = find(f"fault {name}")
    assert ("does not carry" in page.outcome) is not Fault.named(name).commit
