"""Templates of one-time passwords: the text around a code, and what the code is like. `client.otp_templates`.

Source: itniotech.com, api/otp (template); itniotech.cn for the kinds of codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.errors import ConfigError
from ..core.field_rules import Whole, positive, word
from ..core.fields import Text
from ..core.find_unique import find_unique
from ..core.model import model
from ..core.names import same_name
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.rows import Spec
from ..core.unset import UNSET, Unset
from ..core.validation import required_text
from .arguments import Id, short_name
from .row import VENDOR_NAME, Row, fields_of
from .rows import Rows

CREATE: Final = Operation(
    "otp_templates.create",
    "POST",
    "/otp/template/add",
    RetryClass.CREATE,
    natural_key=keyed_by("otp_templates", "appId", "name"),
)
LIST: Final = Operation("otp_templates.list", "GET", "/otp/template/list", RetryClass.READ)
GET: Final = Operation("otp_templates.get", "GET", "/otp/template/details/{template_id}", RetryClass.READ)
UPDATE: Final = Operation(
    "otp_templates.update", "PUT", "/otp/template/update/{template_id}", RetryClass.IDEMPOTENT_WRITE
)

PLACE: Final = "##code##"
"""Where the code goes in the text of a template."""
_text: Final = Text(256, lines=True, ours=False)


def template_text(name: str, value: object) -> str:
    """Return the text of a template, which says where the code goes."""
    text = _text(name, value)
    if PLACE not in text:
        raise ConfigError(f"{name} must hold {PLACE} where the code goes")
    return text


class OtpTemplateSettings(TypedDict, total=False):
    """What can be set of a template."""

    code_type: Annotated[
        int | Unset, positive, Doc("1 digits, 2 letters, 3 both, 4 hexadecimal; the vendor may add others.")
    ]
    code_length: Annotated[int | Unset, Whole(4, 10), Doc("Characters of a code; the vendor's default is 4.")]
    speech_rate: Annotated[
        int | Unset, Whole(0, 100), Doc("How fast a code is read out; the vendor's default is 50.")
    ]
    language: Annotated[
        str | Unset, word, Doc("The vendor's code of the language that it is read in, such as `EN`.")
    ]
    max_duration: Annotated[
        int | Unset, Whole(5, 599), Doc("Seconds that a call may take; the vendor's default is 59.")
    ]
    repeat_count: Annotated[
        int | Unset, Whole(1, 10), VendorName("repeatCnt"), Doc("How often a call reads the code.")
    ]
    sender: Annotated[
        str | Unset,
        Text(32, ours=False),
        VendorName("senderId"),
        Doc("The sender that a text message shows."),
    ]


class OtpTemplateChanges(OtpTemplateSettings, total=False):
    """What can be changed of a template."""

    name: Annotated[str | Unset, short_name, Doc("Its name, 4 to 32 characters, unique.")]
    text: Annotated[
        str | Unset, template_text, Doc("The text, at most 256 characters, with `##code##` in it.")
    ]


class OtpTemplateFields(OtpTemplateChanges, total=False):
    """What is sent of templates."""

    app_id: Annotated[str, word, Doc("The application of one-time passwords; a template stays in it.")]


FIELDS: Final = fields_of(OtpTemplateFields)


@model(kw_only=True)
class OtpTemplate(Row):
    """A template of one-time passwords.

    Args:
        template_id: The vendor's id.
    """

    template_id: int
    app_id: str | None = None
    name: str | None = None
    text: str | None = None
    code_type: int | None = None
    code_length: int | None = None
    speech_rate: int | None = None
    language: str | None = None
    max_duration: int | None = None
    repeat_count: int | None = attrs.field(default=None, metadata={VENDOR_NAME: "repeatCnt"})
    sender: str | None = attrs.field(default=None, metadata={VENDOR_NAME: "senderId"})


class OtpTemplates(Rows[OtpTemplate]):
    """Operations on templates of one-time passwords. The natural key is the name within an application."""

    spec = Spec(
        create=CREATE,
        list=LIST,
        get=GET,
        update=UPDATE,
        pages=Loader(OtpTemplate),
        fields=FIELDS,
        natural_key=("appId", "name"),
        id_name="template_id",
        path_id="template_id",
    )

    def list(self, *, max_passes: int = MAX_PASSES, strict: bool = False) -> Paged[OtpTemplate]:
        """List templates of all applications; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for template in client.otp_templates.list()`.
        """
        return self._all(max_passes=max_passes, strict=strict)

    async def get(self, template_id: Id) -> OtpTemplate:
        """Return one template.

        Args:
            template_id: The template's id.
        """
        return await self._one(template_id)

    async def create(
        self,
        *,
        app_id: str,
        name: str,
        text: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[OtpTemplateSettings],
    ) -> OtpTemplate:
        """Create a template.

        Returns:
            The new template.
        """
        return await self._new(extra=extra, app_id=app_id, name=name, text=text, **settings)

    async def update(
        self,
        template_id: Id,
        *,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[OtpTemplateChanges],
    ) -> None:
        """Change a template; the vendor does not promise to keep what is left out, so give all that you set.

        Args:
            template_id: The template's id.

        Raises:
            AlreadyExistsError: Another template has this name.
        """
        await self._change(template_id, extra=extra, **settings)

    async def find(self, *, name: str, app_id: str | Unset = UNSET) -> OtpTemplate | None:
        """Return the template of this name, or None.

        Args:
            name: The name; blanks around it and its Unicode form do not matter, case does.
            app_id: Leave out templates that are listed with another application; the list may not state it.
        """
        name = required_text("name", name)
        if not isinstance(app_id, Unset):
            required_text("app_id", app_id)
        return await find_unique(
            self.list(),
            lambda one: (
                same_name(one.name, name) and (isinstance(app_id, Unset) or one.app_id in {None, app_id})
            ),
            {"name": name},
            self._id_of,
        )

    async def ensure(
        self,
        *,
        app_id: str,
        name: str,
        text: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[OtpTemplateSettings],
    ) -> Ensured:
        """Make sure that a template of this name exists with these settings: find, then create or update.

        Where one differs, all that is given is written, as the vendor does not promise to keep what is left out.

        Args:
            app_id: The application, where the template is created if need be.
            name: The template's name; the natural key.
        """
        return await self._ensure_exists(
            lambda key: self.find(name=key["name"], app_id=key["appId"]),
            extra=extra,
            app_id=app_id,
            name=name,
            text=text,
            **settings,
        )
