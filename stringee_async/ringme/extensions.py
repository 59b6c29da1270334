"""Extensions: phones, queues, menus and fax boxes of a client. `client.extensions`.

Source of every fact here: the vendor's pages on extensions, realms and names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

from ..core.bodies import extra_fields, known
from ..core.ensure import Ensure, Ensured
from ..core.errors import ConflictError
from ..core.names import differing
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.validation import validated
from .extension_listing import LIST as LIST
from .extension_listing import PATH, ExtensionListing
from .extension_models import ACTIVE as ACTIVE
from .extension_models import BLOCKED as BLOCKED
from .extension_models import FAX as FAX
from .extension_models import IVR as IVR
from .extension_models import KEY_RULES, LOADER, RULES
from .extension_models import PHONE as PHONE
from .extension_models import QUEUE as QUEUE
from .extension_models import Extension as Extension
from .extension_models import ExtensionSettings as ExtensionSettings
from .ids import ME, Id, client_path, segment
from .known import short

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


class Extensions(ExtensionListing):
    """Operations on extensions. The natural key is the name."""

    async def create(
        self,
        *,
        name: str,
        type: str,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **fields: Unpack[ExtensionSettings],
    ) -> Extension:
        """Create an extension.

        Args:
            name: Its name without the client's prefix, such as `"370"`; the vendor adds the prefix.
            type: `PHONE`, `QUEUE`, `IVR`, `FAX`, or another type.
            client_id: The client that gets it.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not checked.
            fields: Any of these, by keyword:
                status: `ACTIVE`, `BLOCKED`, or another that the vendor has.
                label: Label.
                dial_rule_id: A dial rule, or None.
                extension_group_id: A group of extensions, or None.
                caller_id_name: Name shown to those who are called, or None.
                extra_params: Free text that the vendor keeps, or None.
                ani_rfc3325: Undocumented.
                did_as_transfer_caller_id: `none`, `default`, `from`, `diversion`, another text, or None.
                from_public_caller_id_number: Newer hosts only.
                rfc_public_caller_id_number: Newer hosts only.
                public_caller_id_number: Newer hosts only.

        Returns:
            The new extension, as the vendor returns it; its id leads to `client.queues`.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: There is such an extension, where the vendor says so.
            OutcomeUnknownError: The response was lost; the extension may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
        """
        more = extra_fields(extra)
        body = more | _key(name, type, more) | known(RULES, fields, nulls=True, extra=more)
        path = client_path(client_id)
        return await self._one(self._write(CREATE, LOADER, body, path=path), path)

    async def get(self, extension_id: Id, *, client_id: Id = ME) -> Extension:
        """Return one extension.

        Args:
            extension_id: The extension, by id or as `"@name"`.
            client_id: The client it belongs to.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            NotFoundError: There is no such extension.
            SdkError: As for every call. Safe to repeat.
        """
        path = _extension(extension_id, client_id)
        return await self._one(self._get(GET, LOADER, path=path), path)

    async def update(
        self,
        extension_id: Id,
        *,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **fields: Unpack[ExtensionSettings],
    ) -> Extension:
        """Change fields of an extension: those left out stay, None is sent as null, a value sets.

        Name and type cannot be changed: delete the extension and create it again.

        Args:
            extension_id: The extension, by id or as `"@name"`.
            client_id: The client it belongs to.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not checked.
            fields: Any of these, by keyword:
                status: `ACTIVE`, `BLOCKED`, or another that the vendor has.
                label: Label.
                dial_rule_id: A dial rule, or None.
                extension_group_id: A group of extensions, or None.
                caller_id_name: Name shown to those who are called, or None.
                extra_params: Free text that the vendor keeps, or None.
                ani_rfc3325: Undocumented.
                did_as_transfer_caller_id: `none`, `default`, `from`, `diversion`, another text, or None.
                from_public_caller_id_number: Newer hosts only.
                rfc_public_caller_id_number: Newer hosts only.
                public_caller_id_number: Newer hosts only.

        Returns:
            The extension as it is now, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such extension.
            SdkError: As for every call. Safe to repeat.
        """
        more = extra_fields(extra)
        body = more | known(RULES, fields, nulls=True, extra=more)
        path = _extension(extension_id, client_id)
        return await self._one(self._write(UPDATE, LOADER, body, path=path), path)

    async def delete(self, extension_id: Id, *, client_id: Id = ME, missing_ok: bool = False) -> None:
        """Delete an extension, and with it the queue that it is.

        Args:
            extension_id: The extension, by id or as `"@name"`.
            client_id: The client it belongs to.
            missing_ok: Take an extension that is not there for deleted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            NotFoundError: There is no such extension, and no earlier attempt of this call lost its response.
            SdkError: As for every call. Safe to repeat.
        """
        await self._remove(DELETE, path=_extension(extension_id, client_id), missing_ok=missing_ok)

    async def ensure(
        self,
        *,
        name: str,
        type: str,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **fields: Unpack[ExtensionSettings],
    ) -> Ensured:
        """Make sure that an extension of this name and type exists with these fields: find, then create or update.

        Survives a lost response without making a second extension, and twenty callers at once make one.

        Args:
            name: Its name without the client's prefix; the natural key.
            type: `PHONE`, `QUEUE`, `IVR`, `FAX`, or another type.
            client_id: The client that gets it.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not checked.
                What the vendor does not show is written each time.
            fields: Any of these, by keyword:
                status: `ACTIVE`, `BLOCKED`, or another that the vendor has.
                label: Label.
                dial_rule_id: A dial rule, or None.
                extension_group_id: A group of extensions, or None.
                caller_id_name: Name shown to those who are called, or None.
                extra_params: Free text that the vendor keeps, or None.
                ani_rfc3325: Undocumented.
                did_as_transfer_caller_id: `none`, `default`, `from`, `diversion`, another text, or None.
                from_public_caller_id_number: Newer hosts only.
                rfc_public_caller_id_number: Newer hosts only.
                public_caller_id_number: Newer hosts only.

        Returns:
            The extension's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: Two extensions carry the name; nothing was changed.
            ConflictError: The extension of this name is of another type, which cannot be changed.
            SdkError: As for every call. Safe to repeat.
        """
        more, path = extra_fields(extra), client_path(client_id)
        key = _key(name, type, more)
        wanted = {field: value for field, value in more.items() if field not in key}
        wanted |= known(RULES, fields, nulls=True, extra=more)
        body = wanted | key

        async def create() -> str:
            return str((await self._one(self._write(CREATE, LOADER, body, path=path), path)).id)

        async def update(extension: Extension) -> bool:
            if extension.type is not None and extension.type != type:
                raise ConflictError(
                    f"the extension of this name is of type {extension.type}; nothing was changed",
                    operation=UPDATE.name,
                    outcome="not_sent",
                )
            changes = differing(extension, wanted)
            if changes:
                await self._write(UPDATE, LOADER, changes, path=_extension(extension.id, client_id))
            return bool(changes)

        async def write(extension_id: str) -> bool:
            if wanted:
                await self._write(UPDATE, LOADER, wanted, path=_extension(extension_id, client_id))
            return bool(wanted)

        return await Ensure(
            session=self._host.session,
            **self._keys(CREATE, {**path, "name": name}),
            find=lambda: self.find(name=name, client_id=client_id),
            create=create,
            update=update,
            write=write,
            id_of=lambda extension: str(extension.id),
        ).run()


def _key(name: str, type: str, extra: Mapping[str, object]) -> dict[str, object]:
    """Return what every new extension has."""
    return validated(KEY_RULES, {"name": name, "type": type}, nulls=False, extra=extra)


def _extension(extension_id: Id, client_id: Id) -> dict[str, str]:
    return {**client_path(client_id), "extension_id": segment("extension_id", extension_id)}
