"""`ensure`: make an object exist once, whatever happens to the answers. For every vendor that has no idempotency key.

One job: the steps, and how two rows are compared. What to look for, and how to create and change it, is given by
a resource. It survives a lost answer:

1. nobody else of this client works on the same key meanwhile;
2. look for the key; if it is there, compare and update what differs;
3. if not, create. An answer "exists already" that names the id is an adoption;
4. if the answer is lost, nothing is sent again. The listing is asked until it shows the object, which is then
   adopted, or until the lost request is older than the settle time; only then step 3 is repeated.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, Final, Generic, TypeVar

import attrs

from .compound import Compound
from .errors import AlreadyExistsError, AmbiguousError, SdkError
from .model import Model
from .paging import Paged
from .session import Session

M = TypeVar("M", bound=Model)

_ROUNDS: Final = 5
_FIRST_LOOK: Final = 0.1


@attrs.frozen
class Ensured:
    """What an `ensure` returns.

    Args:
        id: The object's id.
        created: Whether this call created it.
        changed: Whether this call changed fields of an object that existed.
        adopted: Whether the answer of the create was lost and the object was found afterwards.
    """

    id: str
    created: bool
    changed: bool
    adopted: bool = False


@attrs.frozen(kw_only=True)
class Ensure(Generic[M]):
    """One `ensure` call: what to look for, and what to do about it.

    Args:
        session: For the lock on the key, the clock and the settle time.
        key: What must not be worked on twice at once.
        find: Looks for the object.
        create: Creates it.
        update: Changes what differs; returns whether anything did.
        id_of: Reads the object's id.
    """

    session: Session
    key: Hashable
    find: Callable[[], Awaitable[M | None]]
    create: Callable[[], Awaitable[str]]
    update: Callable[[M], Awaitable[bool]]
    id_of: Callable[[M], str]

    async def run(self) -> Ensured:
        """Make it so."""
        with Compound(repeatable=True) as call:
            return await self.session.alone(self.key, lambda: self._alone(call))

    async def _alone(self, call: Compound) -> Ensured:
        lost: SdkError | None = None
        found = await self.find()
        for _ in range(_ROUNDS):
            if found is not None:
                return await self._adopt(found, lost is not None)
            try:
                return Ensured(await self.create(), created=True, changed=False)
            except AlreadyExistsError as error:
                found = await self._existing(error)
                if found is None:
                    return self._named(error, lost is not None)
            except SdkError as error:
                if error.outcome != "unknown":
                    raise
                lost = error
                found = await self._look_for_lost(error)
                call.settled()
        if found is not None:
            return await self._adopt(found, lost is not None)
        raise lost or AmbiguousError(
            "the vendor says the object exists, but does not list it; nothing was changed"
        )

    async def _adopt(self, found: M, after_loss: bool) -> Ensured:
        changed = await self.update(found)
        if after_loss:
            self.session.adopted()
        return Ensured(self.id_of(found), created=after_loss, changed=changed, adopted=after_loss)

    async def _look_for_lost(self, lost: SdkError) -> M | None:
        """Settle a lost create; if looking fails too, the lost answer is what the caller must hear of."""
        try:
            return await settled(self.session, self.find)
        except SdkError as error:
            raise lost from error

    async def _existing(self, error: AlreadyExistsError) -> M | None:
        """Look for an object that the vendor says exists; it may be listed a moment later."""
        found = await self.find()
        if found is not None or error.existing_id is not None:
            return found
        return await settled(self.session, self.find)

    def _named(self, error: AlreadyExistsError, after_loss: bool) -> Ensured:
        if error.existing_id is None:
            raise error
        if after_loss:
            self.session.adopted()
        return Ensured(error.existing_id, created=after_loss, changed=False, adopted=after_loss)


async def settled(session: Session, find: Callable[[], Awaitable[M | None]]) -> M | None:
    """Look until an object shows, or until what was sent before this call is older than the settle time.

    Args:
        session: For the clock and the settle time.
        find: Looks once.
    """
    since, wait = session.now(), _FIRST_LOOK
    while True:
        found = await find()
        left = session.timeouts.settle - (session.now() - since)
        if found is not None or left < 0:
            return found
        await session.sleep(min(wait, left + 0.001))
        wait *= 2


async def one_of(
    listing: Paged[M], matches: Callable[[M], bool], what: str, id_of: Callable[[M], str]
) -> M | None:
    """Return the one row that matches, or None.

    Args:
        listing: Where to look; every row is compared here, whatever the server filtered.
        matches: Tells the row.
        what: What was looked for, for the message.
        id_of: Reads a row's id.

    Raises:
        AmbiguousError: Two or more rows match.
    """
    found = [row async for row in listing if matches(row)]
    if len(found) > 1:
        ids = tuple(id_of(row) for row in found)
        raise AmbiguousError(
            f"{len(found)} objects carry the same {what} ({', '.join(ids)}); remove all but one, nothing was changed",
            ids=ids,
        )
    return found[0] if found else None


def same_name(left: str | None, right: str) -> bool:
    """Return whether two names are the same but for blanks around them and Unicode form."""
    return left is not None and plain(left) == plain(right)


def plain(name: str) -> str:
    """Return a name as it is compared: without blanks around it, in one Unicode form."""
    return unicodedata.normalize("NFC", name.strip())


def differing(found: Any, wanted: Mapping[str, object]) -> dict[str, object]:
    """Return those of the wanted fields whose value the found object does not have."""
    return {name: value for name, value in wanted.items() if getattr(found, name, None) != value}
