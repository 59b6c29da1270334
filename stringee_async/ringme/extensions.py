"""Extensions: phones, queues, menus and fax boxes of a client. `client.extensions`.

Source of every fact here: the vendor's pages on extensions, realms and names.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final, Unpack

from ..core.bodies import extra_fields, known
from ..core.ensure import Ensure, Ensured, one_of
from ..core.errors import ConflictError
from ..core.names import differing
from ..core.operation import Operation, checked, identifier, required_text
from ..core.paging import MAX_PASSES, Paged
from ..core.wire import UNSET, RetryClass
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
from .resource import Resource

PATH: Final = "/client/{client_id}/extension/"
ITEM: Final = PATH + "{extension_id}"
CREATE: Final = Operation(
    "extensions.create",
    "POST",
    PATH,
    RetryClass.CREATE,
    natural_key=lambda fields: ("extensions", fields["client_id"], _plain(fields["name"])),
)
LIST: Final = Operation("extensions.list", "GET", PATH, RetryClass.READ)
GET: Final = Operation("extensions.get", "GET", ITEM, RetryClass.READ)
UPDATE: Final = Operation("extensions.update", "PUT", ITEM, RetryClass.IDEMPOTENT_WRITE)
DELETE: Final = Operation("extensions.delete", "DELETE", ITEM, RetryClass.IDEMPOTENT_WRITE)


class Extensions(Resource):
    """Operations on extensions. The natural key is the name."""

    def list(
        self,
        *,
        type: str | None = None,
        client_id: Id = ME,
        page_size: int = 30,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[Extension]:
        """List extensions, lazily; nothing is sent before the first row is asked for.

        Most hosts tell neither rows nor pages in all, so the end is a page that is empty or brings nothing new (one
        request more; a short page is no end, as a host may serve fewer rows than it is asked for), and rows that
        move while the listing is read are not noticed.

        Args:
            type: Only `PHONE`, `QUEUE`, `IVR`, `FAX`, or another type.
            client_id: The client whose extensions they are.
            page_size: Rows per page, 1 to 100; 30 is what is known to be served.
            read_ahead: Pages fetched ahead of the reader, in order; 0 fetches one at a time.
            max_passes: How often the listing is read at most while its rows move; see `Paged.drift`.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing: `async for extension in client.extensions.list(type=QUEUE)`.

        Raises:
            ConfigError: An argument is wrong; at once.
            SdkError: While iterating: a page could not be fetched. Reading is always safe to repeat.
        """
        return self._pages(
            LIST,
            LOADER,
            key=attrgetter("id"),
            path=client_path(client_id),
            filters={"type": UNSET if type is None else required_text("type", type)},
            page_size=page_size,
            read_ahead=read_ahead,
            max_passes=max_passes,
            strict=strict,
        )

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
            The new extension, as the vendor answers it; its id leads to `client.queues`.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: There is such an extension, where the vendor says so.
            OutcomeUnknownError: The answer was lost; the extension may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
        """
        more = extra_fields(extra)
        body = more | _key(name, type, more) | known(RULES, fields, nulls=True, extra=more)
        return await self._write(CREATE, LOADER, body, path=client_path(client_id))

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
        return await self._get(GET, LOADER, path=_extension(extension_id, client_id))

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
            The extension as it is now, as the vendor answers it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such extension.
            SdkError: As for every call. Safe to repeat.
        """
        more = extra_fields(extra)
        body = more | known(RULES, fields, nulls=True, extra=more)
        return await self._write(UPDATE, LOADER, body, path=_extension(extension_id, client_id))

    async def delete(self, extension_id: Id, *, client_id: Id = ME, missing_ok: bool = False) -> None:
        """Delete an extension, and with it the queue that it is.

        Args:
            extension_id: The extension, by id or as `"@name"`.
            client_id: The client it belongs to.
            missing_ok: Take an extension that is not there for deleted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            NotFoundError: There is no such extension, and no earlier attempt of this call lost its answer.
            SdkError: As for every call. Safe to repeat.
        """
        await self._remove(DELETE, path=_extension(extension_id, client_id), missing_ok=missing_ok)

    async def find(self, *, name: str, client_id: Id = ME) -> Extension | None:
        """Return the extension of this name, or None; reads all extensions, as there is no filter for names.

        Args:
            name: The name with the client's prefix (`"000*370"`) or without (`"370"`), perhaps with `@domain`.
            client_id: The client it belongs to.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: Two or more extensions carry it; `ids` names them.
            SdkError: As for every call. Safe to repeat.
        """
        plain = required_text("name", _plain(identifier("name", name)))
        return await one_of(
            self.list(client_id=client_id),
            lambda extension: _is_named(extension.name, plain),
            {"name": plain},
            lambda extension: str(extension.id),
        )

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

        Survives a lost answer without making a second extension, and twenty callers at once make one.

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
            return str((await self._write(CREATE, LOADER, body, path=path)).id)

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
            key=CREATE.key({**path, "name": name}),
            find=lambda: self.find(name=name, client_id=client_id),
            create=create,
            update=update,
            write=write,
            id_of=lambda extension: str(extension.id),
        ).run()


def _key(name: str, type: str, extra: Mapping[str, object]) -> dict[str, object]:
    """Return what every new extension has."""
    return checked(KEY_RULES, {"name": name, "type": type}, nulls=False, extra=extra)


def _plain(name: object) -> str:
    """Return a name without its domain."""
    return str(name).partition("@")[0]


def _is_named(listed: str | None, name: str) -> bool:
    """Return whether a listed name is this one, given with or without the prefixes that the vendor adds."""
    return listed is not None and (listed == name or listed.endswith(f"*{name}"))


def _extension(extension_id: Id, client_id: Id) -> dict[str, str]:
    return {**client_path(client_id), "extension_id": segment("extension_id", extension_id)}
