"""Find, create, ensure and update, written once for every resource that has a `Spec`.

A vendor adds its envelope: how a create and an update are sent, and how an id is read. A resource file adds its `Spec`,
fields and docstrings.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterable, Awaitable, Callable, Hashable, Iterable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar, cast

import attrs

from .bulk import Bulk
from .declarations import Fields, document_fields
from .ensure import Ensure, Ensured
from .ensure_many import ensure_many
from .errors import ConfigError
from .find_unique import find_unique
from .model import Model
from .names import differing, is_name, same_name
from .operation import Operation, operations
from .paging import Paged
from .resource import SHARED_ERRORS, Resource
from .unset import Unset

M = TypeVar("M", bound=Model)
CreateResult = TypeVar("CreateResult")
UpdateResult = TypeVar("UpdateResult")

Owner = Mapping[str, str]
"""The path parameters besides the id of the object itself, such as the client that it belongs to."""
NO_OWNER: Final[Owner] = MappingProxyType({})

_KEY_ERRORS: Final = MappingProxyType(
    {
        "create": (
            "AlreadyExistsError: It exists already, if the vendor says so; `existing_id` names it where known.",
            "OutcomeUnknownError: The response was lost; the object may exist. Not safe to repeat: use `ensure`.",
        ),
        "find": ("AmbiguousError: Two or more objects carry the natural key; `ids` names them.",),
        "ensure": (
            "AmbiguousError: Two objects carry the natural key; nothing was changed.",
            "OutcomeUnknownError: Five creates in a row were lost and none took effect within the settle time.",
        ),
    }
)


@attrs.frozen(kw_only=True)
class Spec:
    """What a resource is made of.

    Args:
        create: Makes an object.
        list: Lists objects.
        update: Changes one; None where the vendor has no such operation.
        delete: Removes one; None where the vendor has no such operation.
        get: Returns one; None where the vendor has no such operation.
        pages: Reads the rows of a listing, in the form that the vendor's `_list` takes; its `model` is the class of a row.
        fields: The fields that can be set.
        natural_key: The fields that tell an object from others; `ensure` looks for them and never changes them.
        key_is_written: Whether the natural key too is written to an object that exists and is not listed.
        row_key: The model's fields that tell two rows of a listing apart.
        id_name: The model's field that holds the id.
        path_id: The path parameter that holds the id.
        new_id: Where a create's response holds the id, for vendors that return it alone.
    """

    create: Operation
    list: Operation
    update: Operation | None = None
    delete: Operation | None = None
    get: Operation | None = None
    pages: Any
    fields: Fields
    natural_key: tuple[str, ...]
    key_is_written: bool = False
    row_key: tuple[str, ...] = ("id",)
    id_name: str = "id"
    path_id: str = ""
    new_id: str = ""

    def __attrs_post_init__(self) -> None:
        document_fields(self.pages.model, self.fields)

    def operations(self) -> tuple[Operation, ...]:
        """Return the operations that there are, of create, list, get, update and delete."""
        found = (self.create, self.list, self.get, self.update, self.delete)
        return tuple(operation for operation in found if operation is not None)


def spec_of(
    resource: str,
    path: str,
    item: str,
    *,
    pages: Any,
    fields: Fields,
    natural_key: tuple[str, ...],
    owner: tuple[str, ...] = (),
    verbs: str = "create list update delete",
    key: Callable[[Mapping[str, Any]], Hashable] | None = None,
    **names: Any,
) -> Spec:
    """Return the `Spec` of a resource whose operations follow the conventions of HTTP.

    `item` stands behind `path` for one object. `owner` names the path parameters that are part of the natural key, and
    `key` reads that key where the values as they are do not tell. Of the verbs, `add` and `remove` are other names of
    create and delete.
    """
    made = operations(resource, path, item, verbs, natural_key=(*owner, *natural_key))
    if key is not None:
        made = (attrs.evolve(made[0], natural_key=key), *made[1:])
    roles = [{"add": "create", "remove": "delete"}.get(verb, verb) for verb in verbs.split()]
    found: dict[str, Any] = dict(zip(roles, made, strict=True))
    return Spec(
        **found,
        pages=pages,
        fields=fields,
        natural_key=natural_key,
        path_id=item.strip("/{}"),
        **names,
    )


class Rows(Resource, Generic[M, CreateResult, UpdateResult]):
    """The base of resources with a `Spec`; the type arguments are a row, and what a create and an update return."""

    _shared_errors: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {**SHARED_ERRORS, **_KEY_ERRORS}
    )

    if TYPE_CHECKING:  # of the class, or of each kind; no part of the public surface
        spec: Spec
        ensure: Callable[..., Awaitable[Ensured]]

    def __init_subclass__(cls) -> None:
        if "spec" in vars(cls):
            cls._declared = cls.spec.fields
        super().__init_subclass__()

    @abstractmethod
    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> CreateResult:
        """Send a create."""
        ...

    async def _send_update(
        self, operation: Operation, body: Mapping[str, object], path: Mapping[str, str]
    ) -> UpdateResult:
        """Send an update; vendors override it where there is one."""
        raise AssertionError(operation, body, path)

    @property
    def _deletion(self) -> Operation:
        """The operation that removes an object, of a resource that has one."""
        return cast("Operation", self.spec.delete)

    @abstractmethod
    def _new_id(self, made: CreateResult) -> str:
        """Return the id of what was created."""
        ...

    def _keys(self, operation: Operation, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the natural key of what a create makes, for an `Ensure`; a vendor may add its other spellings."""
        return {"key": operation.key(fields)}

    def _path(self, row_id: Any, owner: Owner) -> dict[str, str]:
        """Return the path parameters of one object."""
        return {**owner, self.spec.path_id: row_id}

    def _differing(
        self, found: M, wanted: Mapping[str, object], key: Mapping[str, object]
    ) -> dict[str, object]:
        """Return the wanted fields in which an object differs; a vendor may compare its key, too."""
        del key
        return differing(found, wanted)

    async def _new(
        self, *, owner: Owner = NO_OWNER, extra: Mapping[str, Any] | None = None, **values: object
    ) -> CreateResult:
        """Create an object."""
        self._check_key(values)
        body = self.spec.fields.body(values, creating=True, extra=extra, phone_code=self._host.phone_code)
        return await self._send_create(body, owner)

    def _check_key(self, values: Mapping[str, object]) -> None:
        """Raise if a field that tells the object from others is left out."""
        for name in self.spec.natural_key:
            if isinstance(values.get(name), Unset):
                raise ConfigError(f"{name} must be given; it tells the object from others")

    async def _change(
        self,
        row_id: Any,
        *,
        owner: Owner = NO_OWNER,
        extra: Mapping[str, Any] | None = None,
        **values: object,
    ) -> UpdateResult:
        """Change fields of an object; arguments as for `_new`."""
        body = self.spec.fields.body(values, creating=False, extra=extra, phone_code=self._host.phone_code)
        return await self._write_row(row_id, body, owner)

    async def _write_row(self, row_id: Any, body: Mapping[str, object], owner: Owner) -> UpdateResult:
        operation = cast("Operation", self.spec.update)  # a resource without one changes nothing
        return await self._send_update(operation, body, self._path(row_id, owner))

    async def _find(self, listing: Paged[M], **wanted: object) -> M | None:
        """Return the one row of a listing that has these values, or None; see `find_unique`."""
        return await find_unique(listing, has(wanted), wanted, self._id_of)

    def _id_of(self, row: M) -> str:
        return str(getattr(row, self.spec.id_name))

    def ensure_many(
        self,
        rows: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]],
        *,
        concurrency: int = 64,
        patience: float = 300.0,
    ) -> Bulk[Mapping[str, Any], Ensured]:
        """Make sure of many rows, each as `ensure` does, with one reading of the list for all of them.

        Costs the pages of the list, one request for each row that is missing or differs, and at most two further
        readings, for rows whose create lost its response, or whose id the vendor does not return. What is open even then
        is looked for row by row. What others create during the run may be created twice.
        Rows of one natural key that want the same have one result, that of the first of them; a later row that wants
        something else fails. To tell, a hash of key and wishes is kept of each row.

        Args:
            rows: The keywords of `ensure`, one mapping for each row; any iterable, sync or async, of any length.
            concurrency: How many rows are worked on at once.
            patience: Seconds without any success after which an outage ends the run; see `bulk`.

        Returns:
            An async iterator with one `ItemOutcome` for each row, as they come: `async for outcome in ...`. Its `result`
            is what `ensure` returns. As a context manager, it waits for its workers to stop.

        Raises:
            ConfigError: `rows`, `concurrency` or `patience` is wrong. A row that is wrong fails alone.

        Safe to repeat.
        """
        return ensure_many(
            self.ensure, rows, session=self._host.session, concurrency=concurrency, patience=patience
        )

    async def _ensure_exists(
        self,
        find: Callable[[Mapping[str, Any]], Awaitable[M | None]],
        *,
        owner: Owner = NO_OWNER,
        extra: Mapping[str, Any] | None = None,
        **values: object,
    ) -> Ensured:
        """Make sure that an object exists with these fields: find, then create or update."""
        spec, fields = self.spec, self.spec.fields
        self._check_key(values)
        body = fields.body(
            values, creating=True, extra=extra, phone_code=self._host.phone_code, check_needs=False
        )
        key = {name: body[name] for name in spec.natural_key}
        wanted = {name: value for name, value in body.items() if name not in key}

        async def create() -> str:
            fields.complete(body, creating=True)
            return self._new_id(await self._send_create(body, owner))

        async def write(row_id: str, changes: Mapping[str, object]) -> bool:
            if spec.update is None or not changes:
                return False
            await self._write_row(row_id, changes, owner)
            return True

        return await Ensure(
            session=self._host.session,
            **self._keys(spec.create, {**owner, **body}),
            find=lambda: find(key),
            create=create,
            update=lambda found: write(self._id_of(found), self._differing(found, wanted, key)),
            write=lambda row_id: write(row_id, body if spec.key_is_written else wanted),
            id_of=self._id_of,
            wanted=wanted,
        ).run()


def has(wanted: Mapping[str, object]) -> Callable[[Any], bool]:
    """Return whether a row has these values; names are compared as vendors keep them."""
    tests = [_has(name, value) for name, value in wanted.items()]
    return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)


def _has(name: str, value: Any) -> Callable[[Any], bool]:
    read = attrgetter(name)
    return (
        (lambda row: same_name(read(row), value)) if is_name(name) else lambda row: bool(read(row) == value)
    )
