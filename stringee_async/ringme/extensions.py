"""Extensions: phones, queues, menus and fax boxes of a client. `client.extensions`.

Source of every fact here: the vendor's pages on extensions, realms and names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

from ..core.declarations import Fields
from ..core.ensure import Ensured
from ..core.errors import ConflictError
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.rows import Owner, Spec
from .extension_listing import LIST as LIST
from .extension_listing import PATH, ExtensionListing
from .extension_models import ACTIVE as ACTIVE
from .extension_models import BLOCKED as BLOCKED
from .extension_models import FAX as FAX
from .extension_models import IVR as IVR
from .extension_models import LOADER, ExtensionFields
from .extension_models import PHONE as PHONE
from .extension_models import QUEUE as QUEUE
from .extension_models import Extension as Extension
from .extension_models import ExtensionSettings as ExtensionSettings
from .ids import ME, Id, client_path, segment
from .known import short
from .resource import Rows

ITEM: Final = PATH + "{extension_id}"
CREATE: Final = Operation(
    "extensions.create",
    "POST",
    PATH,
    RetryClass.CREATE,
    natural_key=lambda fields: ("extensions", fields["client_id"], short(str(fields["name"]))),
)
GET: Final = Operation("extensions.get", "GET", ITEM, RetryClass.READ)
UPDATE: Final = Operation("extensions.update", "PUT", ITEM, RetryClass.IDEMPOTENT_WRITE)
DELETE: Final = Operation("extensions.delete", "DELETE", ITEM, RetryClass.IDEMPOTENT_WRITE)


class Extensions(ExtensionListing, Rows[Extension]):
    """Operations on extensions. The natural key is the name."""

    spec = Spec(
        create=CREATE,
        list=LIST,
        update=UPDATE,
        delete=DELETE,
        get=GET,
        pages=LOADER,
        fields=Fields(ExtensionFields),
        natural_key=("name", "type"),
        path_id="extension_id",
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
            type: `PHONE`, `QUEUE`, `IVR`, `FAX`, or another type.
            settings: Any of these, by keyword.

        Returns:
            The new extension, as the vendor returns it; its id leads to `client.queues`.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: There is such an extension, where the vendor says so.
            OutcomeUnknownError: The response was lost; the extension may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
        """
        owner = client_path(client_id)
        return await self._new(owner=owner, extra=extra, name=name, type=type, **settings)

    async def get(self, extension_id: Id, *, client_id: Id = ME) -> Extension:
        """Return one extension.

        Args:
            extension_id: The extension, by id or as `"@name"`.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            NotFoundError: There is no such extension.
            SdkError: As for every call. Safe to repeat.
        """
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

        Args:
            extension_id: The extension, by id or as `"@name"`.
            settings: Any of these, by keyword.

        Returns:
            The extension as it is now, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such extension.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._change(extension_id, owner=client_path(client_id), extra=extra, **settings)

    async def delete(self, extension_id: Id, *, client_id: Id = ME, missing_ok: bool = False) -> None:
        """Delete an extension, and with it the queue that it is.

        Args:
            extension_id: The extension, by id or as `"@name"`.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            NotFoundError: There is no such extension, and no earlier attempt of this call lost its response.
            SdkError: As for every call. Safe to repeat.
        """
        await self._delete(extension_id, client_path(client_id), missing_ok=missing_ok)

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

        Survives a lost response without making a second extension, and twenty callers at once make one.

        Args:
            name: Its name without the client's prefix; the natural key.
            type: `PHONE`, `QUEUE`, `IVR`, `FAX`, or another type.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not checked.
                What the vendor does not show is written each time.
            settings: Any of these, by keyword.

        Returns:
            The extension's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: Two extensions carry the name; nothing was changed.
            ConflictError: The extension of this name is of another type, which cannot be changed.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._ensure_exists(
            lambda key: self.find(name=key["name"], client_id=client_id),
            owner=client_path(client_id),
            extra=extra,
            name=name,
            type=type,
            **settings,
        )

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
