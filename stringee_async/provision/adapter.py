"""What a vendor brings to provisioning: its capabilities, how its state is read, and how one unit is carried out.

`vendors/` holds one adapter for each vendor. Everything else of this package works on the neutral values of `things` and
`unit`, and knows no vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import attrs

from ..core.clock import Clock
from .nouns import Kind
from .spec import Spec
from .things import NO_FIELDS, Fields, Reading, Scope, Wish
from .unit import Unit

Progress = Callable[[Kind, int], None]
"""Called while the state is read: the kind, and how many of it were read so far."""


NAMELESS: Final = "project of key"
"""What the name of an account begins with where the vendor tells it only with the first row: two such are not compared."""


def no_progress(kind: Kind, count: int) -> None:
    """Take what is told of reading where no one asks for it."""


@attrs.frozen(kw_only=True)
class Capabilities:
    """What a vendor can hold and do.

    Args:
        fields: The neutral fields that it can hold, by kind; a kind that is not in it cannot be held at all.
        rename: Kinds that can be renamed.
        remove: Kinds that can be removed.
        disable: Whether agents can be disabled.
        one_group: Whether an agent is in exactly one group at a time.
        queue_defaults: What it takes for settings of a queue that are not stated.
        side_by_side: Whether several processes may carry out units of one run at one time.
    """

    fields: Mapping[Kind, frozenset[str]]
    rename: frozenset[Kind] = frozenset()
    remove: frozenset[Kind] = frozenset()
    disable: bool = False
    one_group: bool = False
    queue_defaults: Fields = NO_FIELDS
    side_by_side: bool = True


@attrs.frozen(kw_only=True)
class Done:
    """What carrying out a unit led to.

    Args:
        id: The vendor's id; empty where there is none.
        acted: Whether anything was written; False where what is wished was seen to be there already.
        adopted: Whether the response of a create was lost, and what it made was found.
    """

    id: str = ""
    acted: bool = True
    adopted: bool = False


class Adapter(Protocol):
    """One vendor's account, as provisioning sees it. One instance serves one plan or one run."""

    @property
    def vendor(self) -> str:
        """The vendor, such as `stringee`."""
        ...

    @property
    def account(self) -> str:
        """Which account it is, for the plan's first line, such as `project 246`; empty where that is unknown."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the vendor can hold and do."""
        ...

    @property
    def clock(self) -> Clock:
        """The client's clock."""
        ...

    @property
    def settle(self) -> float:
        """Seconds after which a listing shows what was written; `Timeouts.settle` of the client."""
        ...

    def sent(self) -> int:
        """Return how many requests the client has sent so far, retries included."""
        ...

    def hold(self, spec: Spec) -> Wish:
        """Return what the vendor can hold of a specification, and in words what it cannot.

        `observe` and `do` work by it from now on. Sends nothing.
        """
        ...

    async def observe(self, scope: Scope, progress: Progress) -> Reading:
        """Read a part of the live state.

        What cannot be trusted is said in `Reading.doubts`, not raised. `do` looks in the latest reading.

        Raises:
            SdkError: The vendor cannot be reached, or rejects the call.
        """
        ...

    async def look_again(self, units: Sequence[Unit]) -> None:
        """Read again, with as few requests as possible, what tells whether these units took effect.

        The runner waits for the settle time before.
        """
        ...

    async def do(self, unit: Unit) -> Done:
        """Carry out a unit: look whether it is done already, act if not, confirm. Safe to repeat.

        Raises:
            Later: Whether it took effect shows only after the settle time; the unit must be done again after `look_again`.
            SdkError: It failed; `outcome` says whether it may have taken effect.
        """
        ...
