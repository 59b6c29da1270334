"""How Stringee's resources are called: the moves of `core.rows` in this vendor's envelope."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeVar

from ..core.errors import ConfigError
from ..core.find_unique import find_unique
from ..core.model import Model
from ..core.names import same_value
from ..core.operation import Operation
from ..core.paging import Paged
from ..core.resource import SHARED_ARGUMENTS, SHARED_RESULTS, PageOptions
from ..core.rows import NO_OWNER, Owner
from ..core.rows import Rows as CoreRows
from ..core.validation import boolean, phone_number
from .pages import ListPages
from .responses import Created, created, read_done

M = TypeVar("M", bound=Model)

_NOUNS: Final = ("agent", "group", "queue", "routing", "number", "entry", "tree", "node", "keypress")


class Rows(CoreRows[M, Created, None]):
    """The base of Stringee's resources that have a `Spec`."""

    _shared_arguments = MappingProxyType(
        {
            **SHARED_ARGUMENTS,
            **{f"{noun}_id": f"The {noun}'s id." for noun in _NOUNS},
        }
    )
    _shared_results = MappingProxyType(
        {**SHARED_RESULTS, "create": "The new object's id, its project, and what the vendor said."}
    )

    _writes_whole: ClassVar[bool] = False
    """Whether `ensure` writes the key and every wanted field as soon as one differs, as the vendor wants them all."""

    def _differing(
        self, found: M, wanted: Mapping[str, object], key: Mapping[str, object]
    ) -> dict[str, object]:
        changed = super()._differing(found, wanted, key)
        kept: Mapping[str, object] = key if self.spec.key_is_written else {}
        return {**kept, **wanted} if changed and self._writes_whole else changed

    async def _find_number(self, listing: Paged[M], number: str) -> M | None:
        """Return the row of a phone number, however the vendor writes it, or None."""
        wanted = phone_number("number", self._phone(number))

        def matches(row: Any) -> bool:
            return same_value("number", row.number, wanted)

        return await find_unique(listing, matches, {"number": wanted}, self._id_of)

    def _rows(self, options: PageOptions, filters: Mapping[str, object] = NO_OWNER) -> Paged[M]:
        spec = self.spec
        return self._paged(
            ListPages(
                host=self._host,
                operation=spec.list,
                filters=filters,
                first=spec.list.request(self._host.url, query=filters),
                strict=boolean("strict", options.strict),
                reader=spec.pages,
            ),
            options,
            key=attrgetter(*spec.row_key),
        )

    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> Created:  # noqa: ARG002 - one path
        spec = self.spec
        return await self._send(spec.create, lambda response: created(response, spec.new_id), body=body)

    async def _send_update(
        self, operation: Operation, body: Mapping[str, object], path: Mapping[str, str]
    ) -> None:
        if not body:
            raise ConfigError(f"{operation.name}: nothing to change was given")
        await self._send(operation, read_done, path=path, body=body)

    def _new_id(self, made: Created) -> str:
        return made.id

    async def _delete(self, row_id: str, *, missing_ok: bool) -> None:
        path = self._path(row_id, NO_OWNER)
        await self._gone(self._deletion, read_done, missing_ok=missing_ok, path=path)
