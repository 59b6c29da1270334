"""Ensures of every vendor by chance: cancellations, lost and late creates, lagging listings, faults, no uniqueness.

One job: one seeded run and its figures, for a short form in the tests and the full size in `soak`. The run ends by
comparing what the callers were told with what the emulator holds: no object twice, none missing.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Literal

import attrs

from stringee_async import (
    Ensured,
    ItniotechClient,
    RetryPolicy,
    RingMeClient,
    SdkError,
    StringeeClient,
    Timeouts,
)
from stringee_async.emulator import Emulator, Fault, RingMeSettings

LAG = 0.2
"""Seconds until a new row of any of the three vendors is listed."""
LATE = 0.3
"""Seconds until a late commit takes effect."""
SETTLE = 1.2
"""Above lag and late commit together, with room for a loaded machine."""
TRIES = 60
"""How often one caller tries: the faults may hit it several times in a row."""

FAULTS: tuple[tuple[Fault, float], ...] = (
    (Fault.lost_answer(), 0.02),
    (Fault.lost_answer(ending="reset"), 0.01),
    (Fault.late_commit(LATE), 0.02),
    (Fault.late_commit(LATE / 2, ending="reset"), 0.01),
    (Fault.reset_before(), 0.01),
    (Fault.reset_mid_body(), 0.01),
    (Fault.hang(), 0.003),
    (Fault.hang(commit=True), 0.003),
    (Fault.slow_answer(0.1), 0.01),
    (Fault.slow_body(0.05), 0.01),
    (Fault.close_after(), 0.01),
    (Fault.status(500, commit=True), 0.01),
    (Fault.status(503), 0.005),
    (Fault.status(503, commit=True), 0.01),
    (Fault.retry_after(0.05, status=503), 0.005),
    (Fault.status(502, commit=True), 0.005),
    (Fault.status(408), 0.005),
    (Fault.status(408, commit=True), 0.005),
    (Fault.status(421), 0.005),
    (Fault.status(425), 0.005),
    (Fault.retry_after(0.05), 0.01),
    (Fault.redirect(), 0.003),
    (Fault.expired_token(), 0.005),
    (Fault.not_json(), 0.005),
    (Fault.truncated_json(), 0.005),
    (Fault.wrong_envelope(), 0.005),
    (Fault.empty_body(), 0.005),
    (Fault.bad_gzip(), 0.005),
    (Fault.bad_chunk(), 0.005),
    (Fault.long_header(1 << 17), 0.002),
    (Fault.header_flood(2000), 0.002),
    (Fault.huge_body(1 << 20), 0.002),
    (Fault.stray_response(), 0.01),
    (Fault.early_response(), 0.003),
    (Fault.absurd_wait(), 0.001),
    (Fault.absurd_wait("digits"), 0.001),
    (Fault.request_timeout(), 0.003),
    (Fault.request_timeout(commit=True), 0.003),
    (Fault.misdirected(), 0.003),
    (Fault.too_early(), 0.003),
    (Fault.foreign_page(), 0.003),
    (Fault.foreign_page(200), 0.003),
    (Fault.odd_bytes(), 0.002),
    (Fault.odd_bytes("half_emoji"), 0.002),
    (Fault.odd_bytes("raw_tab"), 0.002),
    (Fault.odd_bytes("nan"), 0.002),
)
"""Every kind of fault, for reads and writes alike; the bodies are smaller than by default, to spare the machine."""
LISTING_FAULTS: tuple[tuple[Fault, float], ...] = (
    (Fault.page_repeats(), 0.02),
    (Fault.page_ignored(), 0.02),
    (Fault.page_capped(7), 0.02),
)
LISTINGS = ("stringee:agents.list", "stringee:groups.list", "itniotech:agent_groups.list")
"""Listings whose pages come again or out of turn now and then. With an even seed so does RingMe's list of extensions: then
it states its total. Without a total, a page that comes again is how some hosts end a listing."""


NAME_FILTERS: tuple[Literal["whole", "short", "ignored"], ...] = ("whole", "short", "ignored")
"""What RingMe's host makes of a name that it is asked for, by seed."""


@attrs.frozen(kw_only=True)
class Figures:
    """What one run did, and what is wrong with its result.

    Args:
        ensures: Ensures that were asked for, each until it succeeded.
        calls: How often `ensure` was called for them.
        cancelled: Calls that were given up while under way.
        failed: Calls that ended in an error of the package.
        creates: Plain creates that went before an ensure of their key, half of them given up.
        adopted: Creates whose outcome is unknown and whose object was found.
        faults: Faults that happened.
        doubles: Objects beyond the first of their key.
        losses: Keys without an object, and ids that a caller was told and that nothing has.
        unwritten: Objects without a field that was asked for.
        unfinished: Ensures that never succeeded.
        seconds: How long it took.
    """

    ensures: int
    calls: int
    cancelled: int
    failed: int
    creates: int
    adopted: int
    faults: int
    doubles: int
    losses: int
    unwritten: int
    unfinished: int
    seconds: float


@attrs.frozen(kw_only=True)
class Kind:
    """One resource with `ensure`.

    Args:
        ensure: Ensures the object of this number.
        create: Creates it.
        rows: The rows that the emulator holds, by id, each with its number and whether it has the wanted fields.
    """

    ensure: Callable[[int], Awaitable[Ensured]]
    create: Callable[[int], Awaitable[object]]
    rows: Callable[[], Iterator[tuple[str, int, bool]]]


def _stringee(emulator: Emulator, client: StringeeClient, count: int) -> list[Kind]:
    held = emulator.state.stringee
    members = [held.add_agent(f"Member {number}", f"m.{number}") for number in range(count)]
    group = held.add_group("Everybody")
    targets = [held.add_group(f"Target {number}") for number in range(count)]
    queue = held.add_queue("Hotline")
    own = {*members, group, queue, *targets}

    def rows(table: Mapping[str, Mapping[str, Any]], column: str, **wanted: object) -> Any:
        def read() -> Iterator[tuple[str, int, bool]]:
            for key, row in table.items():
                if key not in own:
                    fits = all(row[name] == value for name, value in wanted.items())
                    yield key, int(str(row[column]).rpartition(".")[2]), fits

        return read

    def links(table: Mapping[str, Mapping[str, Any]], column: str, places: list[str], shown: bool) -> Any:
        def read() -> Iterator[tuple[str, int, bool]]:
            for key, row in table.items():
                yield (key if shown else row[column]), places.index(row[column]), True

        return read

    return [
        Kind(
            ensure=lambda n: client.agents.ensure(stringee_user_id=f"u.{n}", name="Wanted", routing_type=1),
            create=lambda n: client.agents.create(stringee_user_id=f"u.{n}", name="First", routing_type=1),
            rows=rows(held.agents, "stringee_user_id", name="Wanted"),
        ),
        Kind(
            ensure=lambda n: client.groups.ensure(name=f"Group .{n}"),
            create=lambda n: client.groups.create(name=f"Group .{n}"),
            rows=rows(held.groups, "name"),
        ),
        Kind(
            ensure=lambda n: client.queues.ensure(name=f"Queue .{n}", wrap_up_time_limit=40),
            create=lambda n: client.queues.create(name=f"Queue .{n}"),
            rows=rows(held.queues, "name"),
        ),
        Kind(
            ensure=lambda n: client.group_agents.ensure(group_id=group, agent_id=members[n]),
            create=lambda n: client.group_agents.add(group_id=group, agent_id=members[n]),
            rows=links(held.group_agents, "agent_id", members, shown=False),
        ),
        Kind(
            ensure=lambda n: client.group_routings.ensure(
                queue_id=queue, group_id=targets[n], primary_group=1
            ),
            create=lambda n: client.group_routings.create(
                queue_id=queue, group_id=targets[n], primary_group=1
            ),
            rows=links(held.group_routings, "group_id", targets, shown=True),
        ),
    ]


def _ringme(emulator: Emulator, client: RingMeClient, count: int) -> list[Kind]:
    held = emulator.state.ringme
    phones = [held.add_extension(f"{5000 + number}") for number in range(count)]
    queue = held.add_extension("4999", "queue")
    sitting = [held.add_agent("remote", number=f"8490{number:04}") for number in range(count)]
    own, there = {queue, *phones}, set(sitting)
    url = "https://host.example/login?n={}"

    def extensions() -> Iterator[tuple[str, int, bool]]:
        for key, row in held.extensions.items():
            if key not in own:
                yield str(key), int(row["name"].rpartition("*")[2]) - 7000, row["label"] == "Wanted"

    def local() -> Iterator[tuple[str, int, bool]]:
        for key, row in held.local_agents.items():
            yield str(key), phones.index(row["extension_id"]), row["name"] == "Wanted"

    def remote() -> Iterator[tuple[str, int, bool]]:
        for key, row in held.remote_agents.items():
            if key not in there:
                yield str(key), int(row["number"]) - 84_910_000, row["wrap_up_time"] == 7

    def queued() -> Iterator[tuple[str, int, bool]]:
        for row in held.queue_agents.values():
            yield str(row["agent_id"]), sitting.index(row["agent_id"]), row["level"] == 2

    def events() -> Iterator[tuple[str, int, bool]]:
        for key, row in held.agent_events.items():
            yield str(key), int(row["url"].rpartition("=")[2]), True

    def calls() -> Iterator[tuple[str, int, bool]]:
        for key, row in held.extension_events.items():
            yield str(key), int(row["url"].rpartition("=")[2]), True

    def wish(n: int, event_type: str) -> dict[str, str]:
        return {"event_type": event_type, "method": "POST", "url": url.format(n)}

    return [
        Kind(
            ensure=lambda n: client.extensions.ensure(name=f"{7000 + n}", type="phone", label="Wanted"),
            create=lambda n: client.extensions.create(name=f"{7000 + n}", type="phone"),
            rows=extensions,
        ),
        Kind(
            ensure=lambda n: client.agents.local.ensure(extension_id=phones[n], name="Wanted"),
            create=lambda n: client.extension_agents.create(phones[n], name="First"),
            rows=local,
        ),
        Kind(
            ensure=lambda n: client.agents.remote.ensure(number=f"{84_910_000 + n}", wrap_up_time=7),
            create=lambda n: client.agents.remote.create(number=f"{84_910_000 + n}"),
            rows=remote,
        ),
        Kind(
            ensure=lambda n: client.queue_agents.remote.ensure(queue, agent_id=sitting[n], level=2),
            create=lambda n: client.queue_agents.remote.add(queue, agent_id=sitting[n]),
            rows=queued,
        ),
        Kind(
            ensure=lambda n: client.agent_events.remote.ensure(sitting[n], **wish(n, "agent-login")),
            create=lambda n: client.agent_events.remote.create(sitting[n], **wish(n, "agent-login")),
            rows=events,
        ),
        Kind(
            ensure=lambda n: client.extension_events.ensure(phones[n], **wish(n, "dial-in")),
            create=lambda n: client.extension_events.create(phones[n], **wish(n, "dial-in")),
            rows=calls,
        ),
    ]


def _itniotech(emulator: Emulator, client: ItniotechClient) -> list[Kind]:
    held = emulator.state.itniotech

    def rows() -> Iterator[tuple[str, int, bool]]:
        for key, row in held.agent_groups.items():
            yield key, int(row["groupName"].rpartition(" ")[2]), True

    return [
        Kind(
            ensure=lambda n: client.agent_groups.ensure(app_id=held.app_id, group_name=f"Group {n}"),
            create=lambda n: client.agent_groups.create(app_id=held.app_id, group_name=f"Group {n}"),
            rows=rows,
        )
    ]


@attrs.define
class _Key:
    """One object, and what is asked for it: by chance a plain create first, then one or two callers at once."""

    kind: Kind
    number: int
    callers: int
    chance: random.Random
    counts: Counter[str]

    async def run(self) -> list[str | None]:
        """Return the id that each caller was told, None for one that never succeeded."""
        if self.chance.random() < 0.2:
            self.counts["creates"] += 1
            await self._try(self.kind.create(self.number), 0.5)
        return await asyncio.gather(*(self._ensure() for _ in range(self.callers)))

    async def _ensure(self) -> str | None:
        for _ in range(TRIES):
            self.counts["calls"] += 1
            ended = await self._try(self.kind.ensure(self.number), 0.3)
            if isinstance(ended, Ensured):
                return ended.id
            await asyncio.sleep(self.chance.random() * 0.02)
        return None

    async def _try(self, call: Awaitable[object], given_up: float) -> object:
        """Make a call; give it up with a chance of `given_up`, most often while a request is under way."""
        limit = self.chance.random() ** 3 * 0.5 if self.chance.random() < given_up else None
        try:
            async with asyncio.timeout(limit):
                return await call
        except TimeoutError:
            self.counts["cancelled"] += 1
        except SdkError as error:
            self.counts["failed"] += 1
            self.counts[f"{type(error).__name__}: {error.operation}"] += 1
        return None


async def _weather(emulator: Emulator, chance: random.Random) -> None:
    """Drop the connections now and then, idle ones most of the time."""
    while True:
        await asyncio.sleep(0.2 + chance.random())
        emulator.drop_connections(idle_only=chance.random() < 0.7)


async def run(seed: int, ensures: int) -> Figures:
    """Make one run.

    Args:
        seed: Of the faults, the cancellations and the order of the callers.
        ensures: How many are asked for; some keys have several callers at once.
    """
    chance = random.Random(f"ensures:{seed}")
    counts: Counter[str] = Counter()
    began = time.monotonic()
    options: dict[str, Any] = {
        "timeouts": Timeouts(attempt=0.6, settle=SETTLE),
        "retry": RetryPolicy(base=0.01, throttle_base=0.02, cap=0.1, max_pause=0.2),
    }
    totals = seed % 2 == 0
    async with Emulator(
        seed=seed, unique=False, read_lag=LAG, latency=0.005, page_size_max=40, request_log_limit=1,
        ringme_settings=RingMeSettings(lists="result" if totals else "array", name_filter=NAME_FILTERS[seed % 3]),
    ) as emulator:  # fmt: skip
        async with (
            StringeeClient(**emulator.stringee(), **options) as stringee,
            RingMeClient(**emulator.ringme(), **options) as ringme,
            ItniotechClient(**emulator.itniotech(), **options) as itniotech,
        ):
            clients = (stringee, ringme, itniotech)
            kinds = [
                *_stringee(emulator, stringee, ensures),
                *_ringme(emulator, ringme, ensures),
                *_itniotech(emulator, itniotech),
            ]
            for fault, probability in FAULTS:
                emulator.faults.rate("*", fault, probability)
            for operation in (*LISTINGS, *(["ringme:extensions.list"] if totals else [])):
                for fault, probability in LISTING_FAULTS:
                    emulator.faults.rate(operation, fault, probability)
            keys = _keys(kinds, ensures, chance, counts)
            weather = asyncio.create_task(_weather(emulator, random.Random(seed)))
            told = await _all(keys)
            weather.cancel()
            emulator.faults.clear()
            await emulator.settle()
            adopted = sum(client.stats().adopted for client in clients)
        figures = _compare(kinds, keys, told)
        return Figures(
            ensures=ensures,
            calls=counts["calls"],
            cancelled=counts["cancelled"],
            failed=counts["failed"],
            creates=counts["creates"],
            adopted=adopted,
            faults=len(emulator.faults.consumed),
            seconds=round(time.monotonic() - began, 1),
            **figures,
        )


def _keys(kinds: list[Kind], ensures: int, chance: random.Random, counts: Counter[str]) -> list[_Key]:
    """Share the ensures out among the kinds; one key in four has two callers."""
    keys: list[_Key] = []
    left = ensures
    while left:
        callers = min(left, 2 if len(keys) % 4 == 3 else 1)
        left -= callers
        keys.append(_Key(kinds[len(keys) % len(kinds)], len(keys) // len(kinds), callers, chance, counts))
    chance.shuffle(keys)
    return keys


async def _all(keys: list[_Key]) -> list[list[str | None]]:
    """Work on all keys, 64 at a time."""
    slots = asyncio.Semaphore(64)

    async def one(key: _Key) -> list[str | None]:
        async with slots:
            return await key.run()

    return await asyncio.gather(*map(one, keys))


def _compare(kinds: list[Kind], keys: list[_Key], told: list[list[str | None]]) -> dict[str, int]:
    """Compare what the callers were told with what the emulator holds."""
    doubles = losses = unwritten = 0
    for kind in kinds:
        held = list(kind.rows())
        doubles += len(held) - len({number for _, number, _ in held})
        unwritten += sum(not fits for _, _, fits in held)
        there = {(number, found) for found, number, _ in held}
        for key, ids in zip(keys, told, strict=True):
            if key.kind is kind:
                losses += sum(found is not None and (key.number, found) not in there for found in ids)
    return {
        "doubles": doubles,
        "losses": losses,
        "unwritten": unwritten,
        "unfinished": sum(ids.count(None) for ids in told),
    }
