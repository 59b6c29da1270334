"""A storm of `ensure` calls: every fault on, callers that give up, a listing that lags, a vendor without uniqueness.

One job: to run it for one seed and say what the vendor holds afterwards. The tests run a short form, the soak all of it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import attrs

from stringee_async import ConfigError, RetryPolicy, SdkError, StringeeClient, Timeouts, bulk
from stringee_async.emulator import Emulator, Fault

SETTLE = 0.6
LAG = 0.2
LATE = 0.2
ROUNDS = 60


def faults() -> dict[str, list[tuple[Fault, float]]]:
    """Return what goes wrong, by operation, as shares of its calls."""
    lost = [
        (Fault.lost_answer(), 0.04),
        (Fault.lost_answer(ending="reset"), 0.02),
        (Fault.late_commit(LATE), 0.03),
        (Fault.reset_before(), 0.03),
        (Fault.reset_mid_body(), 0.02),
        (Fault.status(503), 0.02),
        (Fault.status(500, commit=True), 0.02),
        (Fault.status(408, commit=True), 0.01),
        (Fault.retry_after(0.01), 0.02),
        (Fault.retry_after(0.01, status=503), 0.01),
        (Fault.close_after(), 0.02),
        (Fault.not_json(), 0.01),
        (Fault.truncated_json(), 0.01),
        (Fault.empty_body(), 0.01),
        (Fault.slow_answer(0.05), 0.02),
    ]
    reads = [
        (Fault.reset_before(), 0.02),
        (Fault.status(503), 0.02),
        (Fault.retry_after(0.01), 0.01),
        (Fault.truncated_json(), 0.01),
        (Fault.close_after(), 0.02),
    ]
    return {"agents.create": lost, "agents.update": lost, "agents.list": reads}


@attrs.frozen
class Storm:
    """What was left of a storm.

    Args:
        doubles: Users with more than one agent.
        lost: Users without one.
        wrong: Agents that do not have the wanted name.
        given_up: How often a caller gave up.
        adopted: Creates whose outcome was unknown and whose agent was found.
        faults: Faults that happened.
        requests: Requests that reached the vendor.
    """

    doubles: int
    lost: int
    wrong: int
    given_up: int
    adopted: int
    faults: int
    requests: int


async def storm(seed: int, ensures: int, *, concurrency: int = 64) -> Storm:
    """Ensure each user twice, with callers that give up and try again; return what the vendor holds.

    Args:
        seed: Of the faults and of the callers' patience.
        ensures: How many; half as many users.
        concurrency: Callers at once.
    """
    patience = random.Random(seed)
    given_up = 0
    async with Emulator(seed=seed, unique=False, read_lag=LAG, fault_rates=faults()) as emulator:
        limits = Timeouts(settle=SETTLE, attempt=2.0, total=30.0)
        policy = RetryPolicy(base=0.005, throttle_base=0.005, quota=100_000)
        async with StringeeClient(**emulator.stringee(), timeouts=limits, retry=policy) as client:

            async def ensure(user: str) -> str:
                nonlocal given_up
                for _ in range(ROUNDS):
                    wait = patience.random() * 0.3 if patience.random() < 0.25 else None
                    call: Any = client.agents.ensure(stringee_user_id=user, name=f"Agent {user}")
                    try:
                        return (await asyncio.wait_for(call, wait)).id
                    except TimeoutError:
                        given_up += 1
                    except ConfigError:
                        raise
                    except SdkError:
                        await asyncio.sleep(0.01)
                raise AssertionError(f"{user}: not done after {ROUNDS} tries")

            users = [f"u{number % (ensures // 2)}" for number in range(ensures)]
            patience.shuffle(users)
            async for outcome in bulk(ensure, users, concurrency=concurrency, patience=0.0):
                if outcome.error is not None:
                    raise outcome.error
            adopted = client.stats().adopted
        await emulator.settle()
        held = [
            (agent["stringee_user_id"], agent["name"]) for agent in emulator.state.stringee.agents.values()
        ]
        count = Counter(user for user, _ in held)
        return Storm(
            doubles=sum(number > 1 for number in count.values()),
            lost=len(set(users) - count.keys()),
            wrong=sum(name != f"Agent {user}" for user, name in held),
            given_up=given_up,
            adopted=adopted,
            faults=len(emulator.faults.consumed),
            requests=emulator.count(),
        )
