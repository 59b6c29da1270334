"""``emulator.state``: the state of every emulated account, for tests and demos to read and change."""

import attrs

from .itniotech.dialect import ItniotechDialect
from .itniotech.state import ItniotechState
from .ringme.dialect import RingMeDialect
from .ringme.state import RingMeState
from .stringee.dialect import StringeeDialect
from .stringee.state import StringeeState


@attrs.frozen(eq=False)
class State:
    """The state of the emulated services.

    Args:
        stringee: the Stringee dialect, which keeps one state per project.
        ringme: the RingMe dialect, which keeps one state per customer.
        itniotech: the ITNIO TECH dialect, which keeps one state per account.
    """

    _stringee: StringeeDialect = attrs.field(repr=False)
    _ringme: RingMeDialect = attrs.field(repr=False)
    _itniotech: ItniotechDialect = attrs.field(repr=False)

    @property
    def stringee(self) -> StringeeState:
        """The tables of Stringee project 0."""
        return self._stringee.projects.opened(0)

    @property
    def projects(self) -> dict[int, StringeeState]:
        """The tables of every Stringee project that was asked for so far, by number."""
        return self._stringee.projects

    @property
    def ringme(self) -> RingMeState:
        """The tables of RingMe customer 0."""
        return self._ringme.accounts.opened(0)

    @property
    def ringme_accounts(self) -> dict[int, RingMeState]:
        """The tables of every RingMe customer that was asked for so far, by number."""
        return self._ringme.accounts

    @property
    def itniotech(self) -> ItniotechState:
        """The tables of ITNIO TECH account 0."""
        return self._itniotech.accounts.opened(0)

    @property
    def itniotech_accounts(self) -> dict[int, ItniotechState]:
        """The tables of every ITNIO TECH account that was asked for so far, by number."""
        return self._itniotech.accounts
