"""One authenticated ITNIO TECH call with all that carrying it out needs, and the look-ups that many calls share.

One job: to spare the files of the operations the plumbing. Operations raise ``RefusedError`` or return ``data``; the
envelope is the dialect's.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from ..dialect import Call
from ..settings import Settings
from ..state import Row
from ..texts import WORD_LONGEST
from .codes import COUNTRY_CODE, NOT_FOUND, WORKSPACE, RefusedError
from .fields import optional_text
from .pages import page_block
from .settings import ItniotechSettings
from .state import ItniotechState
from .times import written


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RequestContext:
    """One call on its way through an operation.

    Args:
        call: the call.
        body: its body, or its query if it is a GET.
        state: whose call it is.
        foreign: tells whether a group belongs to another account.
        general: the emulator's settings.
        vendor_settings: the vendor's settings.
        now: the server's wall clock in Unix seconds.
    """

    call: Call
    body: Mapping[str, Any]
    state: ItniotechState
    foreign: Callable[[int], bool]
    general: Settings
    vendor_settings: ItniotechSettings
    now: float

    def find(self, noun: str, number: int, missing: int = NOT_FOUND) -> Mapping[str, Any]:
        """Look a row up by id.

        Args:
            noun: its table.
            number: its id.
            missing: the code if there is none that can be seen.

        Raises:
            RefusedError: there is none.
        """
        row = self.state.find(noun, number)
        if row is None:
            raise RefusedError(missing)
        return row

    def group(self, number: int, missing: int = NOT_FOUND) -> Mapping[str, Any]:
        """Look an agent group up by id; one of another account is "workspace does not match".

        Args:
            number: its id.
            missing: the code if nobody has such a group.

        Raises:
            RefusedError: the account has none.
        """
        return self.find("agent_groups", number, WORKSPACE if self.foreign(number) else missing)

    @property
    def undocumented(self) -> int:
        """The code for an unknown group in calls whose list of codes lacks -24."""
        return int(self.vendor_settings.missing_group)

    def groups_named(self, groups: Iterable[int]) -> list[str]:
        """The names of the groups that still exist."""
        rows = [self.state.agent_groups.get(str(group)) for group in groups]
        return [row["groupName"] for row in rows if row is not None]

    def insert(self, noun: str, values: Mapping[str, Any]) -> int:
        """Add a row that becomes visible after ``read_lag``, and return its id."""
        number = self.state.insert(noun, values)
        self.lag(noun, number)
        return number

    def lag(self, noun: str, number: int) -> None:
        """Hide a new row for ``read_lag`` seconds."""
        if self.general.read_lag > 0.0:
            self.state.hide(noun, number, time.monotonic() + self.general.read_lag)

    def change(self, noun: str, number: int, values: Mapping[str, Any]) -> None:
        """Change a row and its ``updateTime``, if it has one."""
        table = self.state.tables[noun]
        row = table[str(number)]
        table[str(number)] = {**row, **values} | (
            {"updateTime": written(self.now)} if "updateTime" in row else {}
        )

    def optional(self, names: Iterable[str], most: int = WORD_LONGEST) -> Row:
        """The optional texts of an update: those given, and (if the settings say so) null for those left out."""
        values: Row = {}
        for name in names:
            if name in self.body or self.vendor_settings.omitted == "resets":
                values[name] = optional_text(self.body, name, most)
        return values

    def page(self, rows: list[Row], show: Callable[[Row], Row] = dict) -> Row:
        """One page of rows, as the call asks for it.

        Args:
            rows: all rows of the list, oldest first.
            show: makes a row as the list shows it.
        """
        return page_block(self.call, self.body, rows, show, self.general, self.vendor_settings)


Act: TypeAlias = Callable[[RequestContext], Any]
"""What an operation does: it returns ``data``."""


def check_country_code(code: str | None) -> None:
    """Refuse a country code that is neither 1 to 4 digits nor two letters; none at all is fine."""
    if code is None:
        return
    digits = code.isascii() and code.isdigit() and len(code) <= 4
    letters = code.isascii() and code.isalpha() and len(code) == 2
    if not (digits or letters):
        raise RefusedError(COUNTRY_CODE)
