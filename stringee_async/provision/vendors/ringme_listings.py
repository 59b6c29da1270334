"""The readings of RingMe's lists that one run shares, each renewed apart from the others.

What `observe` has read is what `ensure` looks in; a lost response of one queue costs one reading of that queue.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from ...core.client import session_of
from ...core.model import Model
from ...core.paging import Paged
from ...core.shared_listings import Reading, SharedListings
from .reading_at_once import looking_in
from .ringme_rows import AgentKind
from .waiting_for_rate import waiting_for_rate

if TYPE_CHECKING:
    from ...ringme.client import RingMeClient

M = TypeVar("M", bound=Model)

ListName: TypeAlias = Literal["extensions", "local", "remote", "calls", "numbers"] | tuple[AgentKind, int]
"""A list of the client, or that of the agents of one kind in a queue, by the id of its extension."""


class Listings:
    """All shared readings over one client."""

    def __init__(self, client: RingMeClient) -> None:
        self._state = session_of(client).state
        self._longest = session_of(client).retry.max_server_wait
        self._known: dict[ListName, SharedListings] = {}

    def of(self, name: ListName) -> SharedListings:
        """Return the readings of a list."""
        if name not in self._known:
            self._known[name] = SharedListings(began=self._state.now(), few=False)
        return self._known[name]

    def renew(self, names: Iterable[ListName] | None = None) -> None:
        """Forget what was read of these lists, or of all: they are read again once something is looked for in them."""
        now = self._state.now()
        for name in list(self._known) if names is None else names:
            self.of(name).renew(now)

    async def read(self, name: ListName, listing: Paged[M], key: str) -> Reading[M]:
        """Return the reading of a list, which is read now unless it was; `key` is the field that rows are found by."""
        return await waiting_for_rate(lambda: self.of(name).read(listing, (key,)), longest=self._longest)

    def looking_in(self, name: ListName) -> AbstractContextManager[None]:
        """Let `find` and `ensure` of this task look in the readings of a list."""
        return looking_in(self.of(name))
