"""One authenticated call with everything that it takes to carry it out: the part that all emulated vendors share.

An operation is a function that takes a request context; each vendor's files list theirs in ``ACTS``.
"""

import abc
import time
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from .dialect import Call
from .schema import BodyRules, Field, read_fields
from .settings import Settings
from .state import Id, Row
from .store import Store

StateT = TypeVar("StateT", bound=Store[Any, Any])
SettingsT = TypeVar("SettingsT")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RequestContext(abc.ABC, Generic[StateT, SettingsT]):
    """What an operation is given; with ``resets`` an update sets the default of a field that it leaves out."""

    call: Call
    state: StateT
    settings: Settings
    vendor_settings: SettingsT
    rules: BodyRules
    resets: bool = False

    @abc.abstractmethod
    def body(self) -> Mapping[str, Any]:
        """Read the body as a JSON object, or raise the vendor's refusal."""

    def values(self, fields: Iterable[Field]) -> Row:
        """Read the declared fields of a body that creates something."""
        return read_fields(fields, self.body(), self.rules)

    def changes(self, fields: Iterable[Field]) -> Row:
        """Read the declared fields of a body that changes something."""
        return read_fields(fields, self.body(), self.rules, update=True, reset=self.resets)

    def hide_new(self, noun: str, key: Id) -> Id:
        """Hide a new row for ``read_lag`` seconds, and return its id."""
        if self.settings.read_lag > 0.0:
            self.state.hidden.hide((noun, key), time.monotonic() + self.settings.read_lag)
        return key
