"""`ensure`: make an object exist once, also if responses are lost, for vendors that have no idempotency key.

A resource says what to look for, and how to create and change it. The steps:

1. one caller of this client works on a key at a time;
2. look for the key; if it is there, compare and update what differs;
3. if it is not, and a create of the same key left or succeeded within the settle time (`recent_creates`), look again
   until that time is over: a listing may lag, and a create whose caller was cancelled may take effect later;
4. create. A response "exists already" is an adoption once the object is listed; an object that stays unseen gets all
   wanted fields written to its id;
5. if the response is lost, nothing is sent again. It is a recent create like any other: step 3, then step 4.

In a run of `ensure_many`, a row whose key an earlier row has had has that row's result (`row_claims`).

All of it together takes no longer than the total time of one call.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Hashable, Iterable
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar, cast

import attrs

from .compound import Compound
from .errors import AlreadyExistsError, DeadlineError, SdkError
from .model import Model
from .plain import Plain
from .redaction import shortened
from .retry_class import RetryClass
from .row_claims import CurrentRow, current_row
from .session import Session
from .shared_listings import Later, SharedListings, shared_listings

logger = logging.getLogger("stringee_async.ensure")

M = TypeVar("M", bound=Model)

_ROUNDS: Final = 5
_FIRST_LOOK: Final = 0.1
_LONGEST_LOOK: Final = 2.0
_DOING: Final = MappingProxyType(
    {
        "waiting for another caller": "waiting for another caller of the same key",
        "look": "looking for the object",
        "create": "creating the object",
        "settle": "waiting until the listing shows the object",
    }
)
"""Stages in words."""


@attrs.frozen
class Ensured(Plain):
    """What an `ensure` returns.

    Args:
        id: The object's id.
        created: Whether this call created it.
        changed: Whether this call changed fields of an object that existed.
        adopted: Whether the response of the create was lost and the object was found afterwards.
    """

    id: str
    created: bool
    changed: bool
    adopted: bool = False


@attrs.frozen(kw_only=True)
class Ensure(Generic[M]):
    """One `ensure` call: what to look for, and what to do about it.

    Args:
        session: For the lock on the key, the clock, the settle time and the recent creates.
        key: What `Operation.key` of the create returns.
        find: Looks for the object.
        create: Creates it.
        update: Changes what differs; returns whether anything did.
        write: Writes all wanted fields to an object if only its id is known; returns whether there are any.
        id_of: Reads the object's id.
        wanted: What is wanted beside the key, to tell whether two rows of a run want the same.
        spellings: Returns the other keys under which a create of the object may be remembered.
    """

    session: Session
    key: Hashable
    find: Callable[[], Awaitable[M | None]]
    create: Callable[[], Awaitable[str]]
    update: Callable[[M], Awaitable[bool]]
    write: Callable[[str], Awaitable[bool]]
    id_of: Callable[[M], str]
    wanted: object
    spellings: Callable[[], Iterable[Hashable]] = tuple

    async def run(self) -> Ensured:
        """Create, adopt or update the object, within the total time of one call."""
        shared, row = shared_listings.get(), current_row.get()
        if row is not None:
            row.claims.claim(row.index, self._natural(), self.wanted)
        with Compound(self._operation(), repeatable=True) as call:
            # The reading that all rows of a run share takes the time that it takes, and each of its pages has its own.
            seen = None if shared is None else await self.find()
            timeout = self.session.timeout()
            try:
                with timeout:
                    async with self.session.state.exclusive(self.key):
                        return await self._settle(call, seen, shared, row)
            except TimeoutError:
                if not timeout.expired:
                    raise
                raise DeadlineError(
                    f"the total time of {self.session.timeouts.total:g} s is used up in stage {call.stage!r} "
                    f"({_DOING[call.stage]})",
                    stage=call.stage,
                    object="/".join(shortened(str(part)) for part in self._natural()[1:]),
                    next_step=f"call {self._operation()} again, with more time (Timeouts.total)",
                    operation=self._operation(),
                    call_id=call.id(),
                    retry_class=RetryClass.IDEMPOTENT_WRITE,
                ) from None

    async def _settle(
        self, call: Compound, seen: M | None, shared: SharedListings | None, row: CurrentRow | None
    ) -> Ensured:
        """Return the result of an earlier row of the same key, or work on the object."""
        earlier: Ensured | None = None if row is None else row.claims.result(self.key)
        if earlier is not None:
            return earlier
        result = await (self._run(call) if shared is None else self._once(call, seen, shared))
        if row is not None and (result.created or result.changed or result.adopted):
            row.claims.settle(self.key, result)
        return result

    def _operation(self) -> str:
        """Return the name of this call, such as `agents.ensure`; a natural key begins with that of its resource."""
        return f"{self._natural()[0]}.ensure"

    def _natural(self) -> tuple[Any, ...]:
        return cast("tuple[Any, ...]", self.key)

    async def _run(self, call: Compound) -> Ensured:
        lost: SdkError | None = None
        found, adopted = await self._look(call)
        for _ in range(_ROUNDS):
            if found is not None:
                return await self._adopt(call, found, created=lost is not None, adopted=adopted)
            call.stage = "create"
            try:
                return Ensured(await self.create(), created=True, changed=False)
            except AlreadyExistsError as error:
                until = self.session.state.now() + self.session.timeouts.settle
                found, adopted = await self._look(call, until)
                if found is None:
                    return await self._write_unseen(call, error, after_loss=lost is not None)
            except SdkError as error:
                if error.outcome != "unknown":
                    raise
                lost = error
                try:
                    found, _ = await self._look(call)
                except SdkError as failed:
                    raise lost from failed
                adopted = True
                call.writes_known()
        if found is not None:
            return await self._adopt(call, found, created=True, adopted=adopted)
        raise cast("SdkError", lost)

    async def _once(self, call: Compound, found: M | None, shared: SharedListings) -> Ensured:
        """Do what one reading permits: adopt, update or create; raise `Later` where only another reading tells."""
        creates, key, keys = self.session.state.creates, self.key, (self.key, *self.spellings())
        if found is not None:
            before = shared.found(key)
            adopted = True in [creates.seen(each) for each in keys] or before == "lost"
            changed = await self.update(found)
            if adopted:
                self._note_adoption(call)
            created = before in {"lost", "unseen"}
            return Ensured(self.id_of(found), created=created, changed=changed, adopted=adopted)
        if shared.may_hide(key) or max(map(creates.until, keys)) > shared.began:
            raise Later
        call.stage = "create"
        try:
            new_id = await self.create()
        except AlreadyExistsError as error:
            if shared.refuse(key):
                raise Later from error
            return await self._write_unseen(call, error, after_loss=shared.found(key) == "lost")
        except SdkError as error:
            if error.outcome != "unknown":
                raise
            shared.note(key, "lost")
            raise Later from error
        except Later:
            shared.note(key, "unseen")
            raise
        shared.note(key, "made")
        return Ensured(new_id, created=True, changed=False)

    async def _look(self, call: Compound, until: float = -math.inf) -> tuple[M | None, bool]:
        """Look until the listing shows the object, or until every recent create of the key is older than the settle time.

        It looks until `until` at least. Returns the object or None, and whether it is the result of a create whose
        outcome was unknown.
        """
        session, wait = self.session, _FIRST_LOOK
        call.stage = "look"
        while True:
            asked = session.state.now()
            found = await self.find()
            creates, keys = session.state.creates, (self.key, *self.spellings())
            if found is not None:
                return found, True in [creates.seen(key) for key in keys]
            left = max([until, *map(creates.until, keys)]) - asked
            if left <= 0:
                for key in keys:
                    creates.forget(key)
                return None, False
            call.stage = "settle"
            await session.state.clock.sleep(min(wait, left + 0.001))
            wait = min(wait * 2, _LONGEST_LOOK)

    async def _adopt(self, call: Compound, found: M, *, created: bool, adopted: bool) -> Ensured:
        changed = await self.update(found)
        if adopted:
            self._note_adoption(call)
        return Ensured(self.id_of(found), created=created and adopted, changed=changed, adopted=adopted)

    async def _write_unseen(self, call: Compound, error: AlreadyExistsError, *, after_loss: bool) -> Ensured:
        """Write all wanted fields to an object that the vendor names and does not list."""
        if error.existing_id is None:
            raise error
        changed = await self.write(error.existing_id)
        if after_loss:
            self._note_adoption(call)
        return Ensured(error.existing_id, created=after_loss, changed=changed, adopted=after_loss)

    def _note_adoption(self, call: Compound) -> None:
        """Count a create whose response was lost and whose object is there, and write it to the log."""
        self.session.state.adopted += 1
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "call=%s operation=%s adopted: the response of a create was lost, and its object was found",
                call.id(), self._operation(),
            )  # fmt: skip


async def poll_until_settled(
    session: Session, find: Callable[[], Awaitable[M | None]], began: float
) -> M | None:
    """Look until an object shows, or until what was sent before this call is older than the settle time.

    Returns None, too, when the total time of the call that began at `began` is over. In a run of `ensure_many` the next
    reading shows all that the run created: then this raises `Later`.
    """
    if shared_listings.get() is not None:
        raise Later
    since, wait = session.state.now(), _FIRST_LOOK
    timeout = session.timeout(spent=since - began)
    try:
        with timeout:
            while True:
                found = await find()
                left = session.timeouts.settle - (session.state.now() - since)
                if found is not None or left < 0:
                    return found
                await session.state.clock.sleep(min(wait, left + 0.001))
                wait *= 2
    except TimeoutError:
        if not timeout.expired:
            raise
        return None
