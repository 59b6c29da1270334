"""A unit of work: plain data that survives JSON and a change of machine.

The plan consists of units, runners carry them out in the order of `after`, the journal and the report name them.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs

from .nouns import Key, Kind, shown_key
from .things import NO_FIELDS, Fields, Ref, shortened_repr

Action: TypeAlias = Literal["create", "change", "rename", "disable", "remove"]
"""Of a connection, `create` links and `remove` unlinks."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class Unit:
    """One thing to do.

    Args:
        kind: The kind of what it changes.
        action: What is done.
        key: The natural key of what it changes, as it is afterwards.
        fields: The fields to write.
        before: What these fields are before; for a person and for the digest.
        id: The vendor's id of what is there already; empty for what is created and for connections without one.
        old_key: The key before a rename, else None.
        after: Names of the units that must have succeeded before.
        reason: Why it is done, where the specification does not say it by naming the thing, such as `absent:`.
    """

    kind: Kind
    action: Action
    key: Key
    fields: Fields = attrs.field(default=NO_FIELDS, repr=shortened_repr)
    before: Fields = attrs.field(default=NO_FIELDS, repr=shortened_repr)
    id: str = ""
    old_key: Key | None = None
    after: tuple[str, ...] = ()
    reason: str = ""

    @property
    def name(self) -> str:
        """Its name, unique in a plan, such as `create agent u.an`."""
        return f"{self.action} {self.kind} {shown_key(self.key)}"

    @property
    def ref(self) -> Ref:
        """The kind and key of what it changes."""
        return self.kind, self.key

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        row: dict[str, Any] = {"kind": self.kind, "action": self.action, "key": list(self.key)}
        for name in ("id", "reason"):
            if getattr(self, name):
                row[name] = getattr(self, name)
        for name in ("fields", "before"):
            if getattr(self, name):
                row[name] = dict(getattr(self, name))
        if self.old_key is not None:
            row["old_key"] = list(self.old_key)
        if self.after:
            row["after"] = list(self.after)
        return row

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Unit:
        """Return the unit that `to_json` wrote."""
        old_key = row.get("old_key")
        return cls(
            kind=row["kind"],
            action=row["action"],
            key=tuple(row["key"]),
            fields=row.get("fields", {}),
            before=row.get("before", {}),
            id=row.get("id", ""),
            old_key=None if old_key is None else tuple(old_key),
            after=tuple(row.get("after", ())),
            reason=row.get("reason", ""),
        )
