"""What RingMe brings to provisioning: the adapter for a `RingMeClient`.

RingMe has no groups: the agents of a queue's groups become agents of the queue (`ringme_groups`). It knows agents and
queues by extensions and phone numbers (`ringme_places`); `user_id` and names are what the specification calls them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import attrs

from ...core.errors import SdkError
from ..adapter import Capabilities, Done, Progress, no_progress
from ..spec import Spec
from ..things import Reading, Scope, Wish
from ..unit import Unit
from .client_adapter import ClientAdapter
from .ringme_listings import Listings
from .ringme_places import Places
from .ringme_reading import Needs, RingMeReader
from .ringme_wish import CAPABILITIES, wish_for
from .ringme_writes import RingMeWriter

if TYPE_CHECKING:
    from ...ringme.client import RingMeClient

_ENDS: Final = Scope(kinds=frozenset({"agent", "queue"}), members_of=frozenset())
_NO_SETTINGS: Final = Needs(settings=frozenset())


class RingMeAdapter(ClientAdapter["RingMeClient"]):
    """An account of RingMe, for one plan or one run.

    Args:
        client: Its client; used in the bulk lane, and left open.
    """

    vendor = "ringme"
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, client: RingMeClient) -> None:
        super().__init__(client)
        self._listings = Listings(self._client)
        self._writer = RingMeWriter(self._client, self._listings)
        self._observed = False
        self._first = asyncio.Lock()
        self._places = Places()
        self._needs = Needs(bare=True)

    @property
    def account(self) -> str:
        """The application that the client acts as."""
        return f"application {self._client.auth.client_id}"

    def hold(self, spec: Spec) -> Wish:
        """Return what RingMe can hold of a specification; live objects are known by its names from now on.

        Raises:
            SpecError: The specification contradicts itself.
        """
        wish, self._places = wish_for(spec)
        stated = {
            kind_key[1][0]
            for kind_key, thing in wish.things.items()
            if kind_key[0] == "queue" and thing.fields.keys() - {"extension"}
        }
        was = {thing.was for thing in wish.things.values() if thing.kind == "queue" and thing.was is not None}
        leaving = bool(wish.absent or wish.lists.exact or wish.lists.kinds)
        self._needs = Needs(settings=frozenset(stated | was), leaving=leaving)
        return wish

    async def observe(self, scope: Scope, progress: Progress) -> Reading:
        """Read a part of the live state.

        Raises:
            SdkError: The vendor cannot be reached, or rejects the call.
        """
        before, began = self.sent(), self.clock.monotonic()
        self._listings.renew()
        reading, _ = await self._read(scope, self._needs, progress)
        return attrs.evolve(reading, calls=self.sent() - before, seconds=self.clock.monotonic() - began)

    async def look_again(self, units: Sequence[Unit]) -> None:
        """Forget the lists that tell about these units: each is read again once a unit looks into it.

        Raises:
            SdkError: The vendor cannot be reached, or rejects the call.
        """
        self._listings.renew({name for unit in units for name in self._writer.lists_of(unit)})
        if any(unit.name in self._writer.missed for unit in units):
            self._listings.renew(("extensions", "local", "remote"))
            await self._read_again()

    async def _carry_out(self, unit: Unit) -> Done:
        if not self._observed:
            async with self._first:
                if not self._observed:  # no other unit has read while this one waited
                    await self._read_again()
        return await self._writer.do(unit)

    async def _read(self, scope: Scope, needs: Needs, progress: Progress) -> tuple[Reading, SdkError | None]:
        reader = RingMeReader(self._client, self._listings, self._places, scope, needs, progress)
        reading = await reader.read()
        self._writer.objects = reader.objects
        self._observed = True
        return reading, reader.broken

    async def _read_again(self) -> None:
        """Read which agents and queues there are; what was made here stays known while no list shows it."""
        known = self._writer.objects
        _, broken = await self._read(_ENDS, _NO_SETTINGS, no_progress)
        self._writer.objects = known.with_new(self._writer.objects)
        if broken is not None:
            raise broken
