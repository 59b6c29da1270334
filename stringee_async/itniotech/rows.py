"""Objects of ITNIO TECH that have a name, are listed whole and are changed by PUT: templates and flows of passwords.

Source: itniotech.com, api/otp.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, TypeVar, cast

from ..core.errors import ConfigError
from ..core.field_rules import row_id as number
from ..core.model import Model
from ..core.names import same_value
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.rows import Owner
from ..core.rows import Rows as CoreRows
from .resource import Resource
from .responses import data_model, nothing

M = TypeVar("M", bound=Model)


class Rows(Resource, CoreRows[M, M, None]):
    """The base of resources with a `Spec` whose `pages` is the loader of the rows."""

    def _path(self, row_id: Any, owner: Owner) -> dict[str, str]:
        name = self.spec.path_id
        return {**owner, name: str(number(name, row_id))}

    def _all(self, *, max_passes: int = MAX_PASSES, strict: bool = False) -> Paged[M]:
        spec = self.spec
        key = attrgetter(spec.id_name)
        return self._list_whole(spec.list, spec.pages, key=key, max_passes=max_passes, strict=strict)

    async def _one(self, row_id: Any) -> M:
        operation, path = cast("Operation", self.spec.get), self._path(row_id, {})
        return await self._fetch(operation, None, data_model(self.spec.pages), path=path)

    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> M:
        return await self._post(self.spec.create, body, data_model(self.spec.pages), path=owner or None)

    async def _send_update(
        self, operation: Operation, body: Mapping[str, object], path: Mapping[str, str]
    ) -> None:
        if not body:
            raise ConfigError(f"{operation.name}: nothing to change was given")
        await self._post(operation, body, nothing, path=path)

    def _new_id(self, made: M) -> str:
        return self._id_of(made)

    def _differing(
        self, found: M, wanted: Mapping[str, object], key: Mapping[str, object]
    ) -> dict[str, object]:
        """Return all that is wanted, and the name, where anything differs: what is left out need not be kept."""
        names = {field.vendor_name: field.name for field in self.spec.fields}
        changed = any(
            not _same(name, getattr(found, names[name]) if name in names else found.extra.get(name), value)
            for name, value in wanted.items()
        )
        return {"name": key["name"], **wanted} if changed else {}


def _same(name: str, found: object, wanted: object) -> bool:
    """Return whether a vendor that shows `found` holds what is wanted; of objects the wanted fields count."""
    if isinstance(wanted, list):
        items = cast("list[object]", wanted)
        shown = cast("list[object]", found) if isinstance(found, list) else []
        return len(shown) == len(items) and all(
            _same(name, one, item) for one, item in zip(shown, items, strict=True)
        )
    if isinstance(wanted, dict):
        row = cast("dict[str, object]", found) if isinstance(found, dict) else {}
        return all(
            str(row.get(part)) == str(value) for part, value in cast("dict[str, object]", wanted).items()
        )
    return same_value(name, found, wanted)
