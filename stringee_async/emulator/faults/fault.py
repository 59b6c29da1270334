"""The faults that tests script; ``plan.py`` decides which call meets which fault."""

from collections.abc import Callable
from typing import Self

from ..near_names import near
from .bodies import BodyFaults
from .connection import ConnectionFaults
from .lists import ListFaults
from .refusals import Refusals
from .value import FaultError

_MAKERS = (ConnectionFaults, Refusals, BodyFaults, ListFaults)


class Fault(ConnectionFaults, Refusals, BodyFaults, ListFaults):
    """One thing that goes wrong with one call; make it with the class methods, never directly."""

    __slots__ = ()

    @classmethod
    def named(cls, name: str) -> Self:
        """Make a fault with default arguments from its name, as used in ``fault_rates``.

        Raises:
            FaultError: there is no fault of this name.
        """
        if name not in NAMES:
            form = "faults are named as the class methods of Fault are, such as 'lost_answer'"
            raise FaultError(f"no fault is called {name!r}; {near(name, NAMES, form)}")
        maker: Callable[[], Self] = getattr(cls, name)
        return maker()


NAMES = tuple(sorted(name for kind in _MAKERS for name in vars(kind) if not name.startswith("_")))
"""The names of all faults."""
