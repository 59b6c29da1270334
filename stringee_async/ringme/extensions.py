"""Extensions: phones, queues, menus and fax boxes of a client. `client.extensions`.

Source of every fact here: the vendor's pages on extensions, realms and names.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Final, Unpack

from ..core.declarations import Fields
from ..core.ensure import Ensured
from ..core.errors import ConflictError
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import Owner, spec_of
from ..core.unset import UNSET
from ..core.validation import boolean, identifier, required_text
from .extension_models import LOADER, Extension, ExtensionFields, ExtensionSettings
from .extension_search import NameSearch
from .ids import ME, Id, client_path, segment
from .known import short
from .resource import ListPages, Rows

PAGE_SIZE: Final = 30
"""Rows per page that hosts are known to serve."""
_USUAL: Final = PageOptions(PAGE_SIZE)
SPEC: Final = spec_of(
    "extensions",
    "/client/{client_id}/extension/",
    "{extension_id}",
    verbs="create list get update delete",
    pages=LOADER,
    fields=Fields(ExtensionFields),
    natural_key=("name", "type"),
    key=lambda fields: ("extensions", fields["client_id"], short(str(fields["name"]))),
)
CREATE, LIST, GET, UPDATE, DELETE = SPEC.operations()


class Extensions(Rows[Extension]):
    """Operations on extensions. The natural key is the name."""

    spec = SPEC

    def list(
        self,
        *,
        type: str | None = None,
        client_id: Id = ME,
        page_size: int = PAGE_SIZE,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[Extension]:
        """List extensions, lazily; nothing is sent before the first row is asked for.

        Most hosts state neither the number of rows nor of pages. So the end is a page that is empty or brings nothing
        new, which is one request more (a short page is no end, as a host may serve fewer rows than it is asked for),
        and rows that move while the listing is read are not noticed.

        Args:
            type: Only `PHONE`, `QUEUE`, `IVR`, `FAX`, or another type.
            page_size: Rows per page, 1 to 100; 30 is what is known to be served.

        Returns:
            A listing: `async for extension in client.extensions.list(type=QUEUE)`.
        """
        return self._listing(
            client_path(client_id),
            {"type": UNSET if type is None else required_text("type", type)},
            PageOptions(page_size, read_ahead, max_passes, strict),
        )

    async def create(
        self,
        *,
        name: str,
        type: str,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[ExtensionSettings],
    ) -> Extension:
        """Create an extension.

        Args:
            name: Its name without the client's prefix, such as `"370"`; the vendor adds the prefix.

        Returns:
            The new extension, as the vendor returns it; its id leads to `client.queues`.
        """
        owner = client_path(client_id)
        return await self._new(owner=owner, extra=extra, name=name, type=type, **settings)

    async def get(self, extension_id: Id, *, client_id: Id = ME) -> Extension:
        """Return one extension."""
        owner = client_path(client_id)
        return await self._learnt(self._one(extension_id, owner), owner)

    async def update(
        self,
        extension_id: Id,
        *,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[ExtensionSettings],
    ) -> Extension:
        """Change fields of an extension: those left out stay, None is sent as null, a value sets.

        Name and type cannot be changed: delete the extension and create it again.
        """
        return await self._change(extension_id, owner=client_path(client_id), extra=extra, **settings)

    async def delete(self, extension_id: Id, *, client_id: Id = ME, missing_ok: bool = False) -> None:
        """Delete an extension, and with it the queue that it is."""
        await self._delete(extension_id, client_path(client_id), missing_ok=missing_ok)

    async def find(self, *, name: str, client_id: Id = ME) -> Extension | None:
        """Return the extension of this name, or None; one request where the host is known to find names.

        The host is asked for the name, and what comes is compared here. Until the host has shown that it finds names,
        an empty response is not believed and all extensions are read, and so they are where it ignores the question.

        Args:
            name: The name with the client's prefix (`"000*370"`) or without (`"370"`), perhaps with `@domain`.
        """
        plain = required_text("name", identifier("name", name).partition("@")[0])
        path, session = client_path(client_id), self._host.session

        def listing(asked: str | None) -> Paged[Extension]:
            return self._listing(path, {} if asked is None else {"name": asked})

        search = NameSearch(
            filter=self._known.names,
            client=str(self._known.canonical(path)["client_id"]),
            name=plain,
            listing=listing,
            lock=session.state.exclusive((LIST.name, "name")),
        )
        return await search.run()

    async def ensure(
        self,
        *,
        name: str,
        type: str,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[ExtensionSettings],
    ) -> Ensured:
        """Make sure that an extension of this name and type exists with these fields: find, then create or update.

        Args:
            name: Its name without the client's prefix; the natural key.

        Raises:
            ConflictError: The extension of this name is of another type, which cannot be changed.
        """
        return await self._ensure_exists(
            lambda key: self.find(name=key["name"], client_id=client_id),
            owner=client_path(client_id),
            extra=extra,
            name=name,
            type=type,
            **settings,
        )

    def _listing(
        self, path: Mapping[str, str], filters: Mapping[str, object], options: PageOptions = _USUAL
    ) -> Paged[Extension]:
        return self._paged(
            ListPages(
                host=self._host,
                operation=LIST,
                filters={"path": sorted(path.items()), **filters},
                first=LIST.request(self._host.url, path=path, query=filters),
                strict=boolean("strict", options.strict),
                loader=LOADER,
                learn=self._meter.learn,
                seen=lambda page: self._learn(page.items, path),
            ),
            options,
            key=attrgetter("id"),
        )

    def _learn(self, extensions: Iterable[Extension], path: Mapping[str, str]) -> None:
        """Note how these extensions, and the client's own realm, are spelt."""
        for extension in extensions:
            self._known.learn_extension(extension.id, extension.name)
            if path["client_id"] == ME:
                self._known.learn_client(extension.client_id)

    async def _learnt(self, call: Awaitable[Extension], path: Mapping[str, str]) -> Extension:
        extension = await call
        self._learn((extension,), path)
        return extension

    def _path(self, row_id: Any, owner: Owner) -> dict[str, str]:
        return {**owner, "extension_id": segment("extension_id", row_id)}

    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> Extension:
        return await self._learnt(super()._send_create(body, owner), owner)

    async def _send_update(
        self, operation: Operation, body: Mapping[str, object], path: Mapping[str, str]
    ) -> Extension:
        return await self._learnt(super()._send_update(operation, body, path), path)

    def _differing(
        self, found: Extension, wanted: Mapping[str, object], key: Mapping[str, object]
    ) -> dict[str, object]:
        if found.type is not None and found.type != key["type"]:
            raise ConflictError(
                f"the extension of this name is of type {found.type}; nothing was changed",
                operation=UPDATE.name,
                outcome="not_sent",
            )
        return super()._differing(found, wanted, key)
