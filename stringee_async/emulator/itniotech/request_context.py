"""One ITNIO TECH call on its way through an operation; operations raise ``RefusedError`` or return ``data``."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from ..request_context import RequestContext
from . import codes
from .codes import Code, RefusedError
from .fields import integer, integers
from .settings import ItniotechSettings
from .state import ItniotechState
from .times import written

_UNDOCUMENTED = {"-63": codes.WORKSPACE, "-22": codes.PARAMETER}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ItniotechContext(RequestContext[ItniotechState, ItniotechSettings]):
    """What an operation of the call centre is given; ``foreign`` tells whether a group belongs to another account."""

    fields: Mapping[str, Any]
    foreign: Callable[[int], bool]
    now: float

    def body(self) -> Mapping[str, Any]:
        """The body, or the query if it is a GET."""
        return self.fields

    def find(self, noun: str, number: int, missing: Code = codes.NOT_FOUND) -> Mapping[str, Any]:
        """Look a row up by id; one that is not there, or cannot be seen yet, is refused with the code ``missing``."""
        row = self.state.row(noun, str(number))
        if row is None:
            raise RefusedError(missing)
        return row

    def group(self, number: int, missing: Code = codes.NOT_FOUND) -> Mapping[str, Any]:
        """Look an agent group up by id; one of another account is "workspace does not match"."""
        return self.find("agent_groups", number, codes.WORKSPACE if self.foreign(number) else missing)

    @property
    def undocumented(self) -> Code:
        """The code for an unknown group in calls whose list of codes lacks -24."""
        return _UNDOCUMENTED[self.vendor_settings.missing_group]

    def groups_named(self, groups: Iterable[int]) -> list[str]:
        """The names of the groups that still exist."""
        rows = [self.state.agent_groups.get(str(group)) for group in groups]
        return [row["groupName"] for row in rows if row is not None]

    def group_name(self, group: int) -> str | None:
        """The name of a group; None if it is gone."""
        return next(iter(self.groups_named([group])), None)

    def check_unused(self, noun: str, code: Code, but: int = 0, **columns: Any) -> None:
        """Refuse values that another row than ``but`` has in these columns."""
        if any(key != str(but) for key in self.state.tables[noun].where(**columns)):
            raise RefusedError(code)

    def chosen(self, noun: str) -> dict[int, Mapping[str, Any]]:
        """Look up all the rows that a bulk call names; there must be some, and all must exist."""
        integer(self.fields, "type", 2, 4)
        numbers = integers(self.fields, "idList")
        if not numbers:
            raise RefusedError(codes.PARAMETER, "idList")
        return {number: self.find(noun, number) for number in numbers}

    def set_enabled(self, noun: str, value: int) -> None:
        """Set ``enable`` of the rows that a bulk call names: 0 is enabled, 1 is disabled."""
        for number in self.chosen(noun):
            self.change(noun, number, {"enable": value})

    def insert(self, noun: str, values: Mapping[str, Any]) -> int:
        """Add a row that becomes visible after ``read_lag``, and return its id."""
        return self.lag(noun, self.state.insert(noun, values))

    def lag(self, noun: str, number: int) -> int:
        """Hide a new row for ``read_lag`` seconds, and return its id."""
        self.hide_new(noun, str(number))
        return number

    def change(self, noun: str, number: int, values: Mapping[str, Any]) -> None:
        """Change a row and its ``updateTime``, if it has one."""
        columns = self.state.resources[noun].defaults
        times = {"updateTime": written(self.now)} if "updateTime" in columns else {}
        self.state.tables[noun].change(str(number), **values, **times)


Act: TypeAlias = Callable[[ItniotechContext], Any]
"""What an operation does: it returns ``data``."""
