"""Builds the contact centre that a roster describes, through any client.

One job: groups, queues, agents, memberships and routings, in this order, each kind with `ensure_many`. Whatever exists already is adopted and brought up to date, nothing is removed, so a run may be
repeated at any time, after a failure too. Reports through a callback and returns what happened; says nothing
itself. Reading the file is `roster_file`'s business, comparing afterwards is `inspection`'s.

```python
from pathlib import Path
from stringee_async import RateLimit, StringeeClient
from stringee_async.provision.contact_centre import provision_contact_centre
from stringee_async.provision.roster_file import read_roster

async with StringeeClient.from_env(rate_limit=RateLimit(300, 10.0)) as client:
    report = await provision_contact_centre(client, read_roster(Path("people.csv")))
```
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import attrs

from ..core.bulk import Bulk, ItemOutcome
from ..core.errors import AuthError, ClosedError
from .roster import Roster, RosterAgent, RosterQueue

if TYPE_CHECKING:
    from ..core.ensure import Ensured
    from ..stringee.client import StringeeClient

T = TypeVar("T")

Stage = Literal["groups", "queues", "agents", "members", "routings", "check"]
STAGES: Final[tuple[Stage, ...]] = ("groups", "queues", "agents", "members", "routings", "check")
"""All stages in the order in which they run; the last one is the inspection's."""

EnsureMany = Callable[..., "Bulk[Mapping[str, Any], Ensured]"]
"""`ensure_many` of a resource."""

ROUTING_TYPES: Final = {"app": 1, "phone": 2}
"""The vendor's `routing_type` for the words of a roster."""


@attrs.frozen
class Progress:
    """How far a stage is.

    Args:
        stage: The stage.
        done: Items that are finished, well or badly.
        total: Items in all.
        failed: Those that ended badly.
    """

    stage: Stage
    done: int
    total: int
    failed: int = 0


ProgressCallback = Callable[[Progress], None]
"""Called in the event loop after every item; must return at once."""


@attrs.frozen(kw_only=True)
class StageReport:
    """What became of one stage.

    Args:
        stage: The stage.
        total: Items in all.
        created: Made by this run, adopted ones included.
        adopted: Made by this run, though the response was lost; found again and not made twice.
        changed: Existed with other values and were changed.
        found: Existed as they should be.
        failed: Not as they should be; see `Report.failures`.
        seconds: How long the stage took.
    """

    stage: Stage
    total: int
    created: int
    adopted: int
    changed: int
    found: int
    failed: int
    seconds: float


@attrs.frozen(kw_only=True)
class Failure:
    """One item that is not as it should be.

    Args:
        stage: The stage it belongs to.
        what: The item, by name.
        state: `failed`; `unknown`, the vendor may have acted; or `not_started`.
        reason: Why.
    """

    stage: Stage
    what: str
    state: str
    reason: str


@attrs.frozen(kw_only=True)
class Report:
    """What a whole run did.

    Args:
        stages: One report for each stage.
        failures: Everything that is not as it should be; running again tries just these.
        seconds: How long it took.
    """

    stages: tuple[StageReport, ...]
    failures: tuple[Failure, ...]
    seconds: float


async def provision_contact_centre(
    client: StringeeClient,
    roster: Roster,
    *,
    concurrency: int = 64,
    progress: ProgressCallback | None = None,
) -> Report:
    """Make sure that everything in the roster exists as it stands there.

    Args:
        client: Any client; it is used in its bulk lane, so that calls of others go first, and stays open.
        roster: What to build.
        concurrency: How many items are worked on at once.
        progress: Told after every item.

    Returns:
        What was created, adopted, changed and found, and every failure. A failed item stops no other; what
        depends on it is reported as not started.

    Raises:
        AuthError: The credentials were refused, which concerns everything.
        ClosedError: The client was closed meanwhile.
        ConfigError: `concurrency` is not a whole number of at least 1.

    Safe to repeat.
    """
    client = client.with_options(lane="bulk")
    build = _Build(concurrency, progress or (lambda _: None))
    started = time.monotonic()
    await build.everything(client, roster)
    seconds = time.monotonic() - started
    return Report(stages=tuple(build.reports), failures=tuple(build.failures), seconds=seconds)


def agent_fields(agent: RosterAgent) -> dict[str, Any]:
    """Return what a roster says of an agent, by the names of the fields."""
    fields: dict[str, Any] = {"name": agent.name, "routing_type": ROUTING_TYPES[agent.routing]}
    return fields if agent.phone is None else {**fields, "phone_number": agent.phone}


def queue_fields(queue: RosterQueue) -> dict[str, Any]:
    """Return what a roster says of a queue, likewise."""
    return {} if queue.phone is None else {"from_number_callout_to_agent": queue.phone}


class _Build:
    """One run: what it works with, and what it has to report so far."""

    def __init__(self, concurrency: int, progress: ProgressCallback) -> None:
        self.concurrency = concurrency
        self.progress = progress
        self.reports: list[StageReport] = []
        self.failures: list[Failure] = []

    async def everything(self, client: StringeeClient, roster: Roster) -> None:
        """Make sure of one kind of object after the other, those that others depend on first."""
        groups = await self.stage(
            "groups", roster.groups, client.groups.ensure_many, lambda name: {"name": name}, str
        )
        queues = await self.stage(
            "queues",
            roster.queues,
            client.queues.ensure_many,
            lambda queue: {"name": queue.name, **queue_fields(queue)},
            lambda queue: queue.name,
        )
        agents = await self.stage(
            "agents",
            roster.agents,
            client.agents.ensure_many,
            lambda agent: {"stringee_user_id": agent.user_id, **agent_fields(agent)},
            lambda agent: agent.user_id,
        )
        await self.stage(
            "members",
            roster.memberships,
            client.group_agents.ensure_many,
            lambda pair: {"group_id": groups[pair[0]], "agent_id": agents[pair[1]]},
            lambda pair: f"{pair[1]} in {pair[0]}",
            ready=lambda pair: pair[0] in groups and pair[1] in agents,
        )
        await self.stage(
            "routings",
            roster.routings,
            client.group_routings.ensure_many,
            lambda row: {"queue_id": queues[row[0]], "group_id": groups[row[1]], "primary_group": row[2]},
            lambda row: f"{row[0]} to {row[1]}",
            ready=lambda row: row[0] in queues and row[1] in groups,
        )

    async def stage(
        self,
        stage: Stage,
        items: Sequence[T],
        ensure_many: EnsureMany,
        row: Callable[[T], Mapping[str, Any]],
        name: Callable[[T], str],
        *,
        ready: Callable[[T], bool] = lambda _: True,
    ) -> dict[str, str]:
        """Ensure all items of one stage; return the ids of those that are there now, by name."""
        started, ids, counts = time.monotonic(), dict[str, str](), Counter[str]()
        for item in items:
            if not ready(item):
                self._fail(stage, name(item), "not_started", "what it belongs to is not there", counts)
        self.progress(Progress(stage, counts["failed"], len(items), counts["failed"]))
        waiting = [item for item in items if ready(item)]
        async with ensure_many(map(row, waiting), concurrency=self.concurrency) as outcomes:
            async for outcome in outcomes:
                named = name(waiting[outcome.index])
                if outcome.result is None:
                    self._note(stage, named, outcome, counts)
                else:
                    ids[named] = outcome.result.id
                    counts.update(_words(outcome.result))
                self.progress(Progress(stage, len(ids) + counts["failed"], len(items), counts["failed"]))
        self.reports.append(
            StageReport(
                stage=stage,
                total=len(items),
                created=counts["created"],
                adopted=counts["adopted"],
                changed=counts["changed"],
                found=counts["found"],
                failed=counts["failed"],
                seconds=time.monotonic() - started,
            )
        )
        return ids

    def _note(
        self, stage: Stage, what: str, outcome: ItemOutcome[Any, Ensured], counts: Counter[str]
    ) -> None:
        """Write down a bad outcome; raise it if it concerns everybody."""
        error = outcome.error
        if isinstance(error, AuthError | ClosedError):
            raise error
        self._fail(stage, what, outcome.state, str(error), counts)

    def _fail(self, stage: Stage, what: str, state: str, reason: str, counts: Counter[str]) -> None:
        counts["failed"] += 1
        self.failures.append(Failure(stage=stage, what=what, state=state, reason=reason))


def _words(ensured: Ensured) -> list[str]:
    """Under which headings of the report an ensured item counts."""
    if ensured.created:
        return ["created", "adopted"] if ensured.adopted else ["created"]
    return ["changed"] if ensured.changed else ["found"]
