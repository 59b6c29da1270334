"""The accounts of all emulated vendors, as tests see them: ``emulator.state``."""

import attrs

from .itniotech.state import ItniotechState
from .ringme.state import RingMeState
from .stringee.state import StringeeState


@attrs.frozen(kw_only=True, eq=False)
class State:
    """The state of the emulated services.

    Args:
        projects: the tables of every Stringee project that was asked for so far, by number.
        ringme_accounts: the tables of every RingMe customer that was asked for so far, by number.
        itniotech_accounts: the tables of every ITNIO TECH account that was asked for so far, by number.
    """

    projects: dict[int, StringeeState] = attrs.field(repr=False)
    ringme_accounts: dict[int, RingMeState] = attrs.field(repr=False)
    itniotech_accounts: dict[int, ItniotechState] = attrs.field(repr=False)

    @property
    def stringee(self) -> StringeeState:
        """The tables of Stringee project 0."""
        return self.projects[0]

    @property
    def ringme(self) -> RingMeState:
        """The tables of RingMe customer 0."""
        return self.ringme_accounts[0]

    @property
    def itniotech(self) -> ItniotechState:
        """The tables of ITNIO TECH account 0."""
        return self.itniotech_accounts[0]
