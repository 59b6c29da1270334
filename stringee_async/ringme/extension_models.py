"""What an extension is, and what can be set of it.

Source of every fact here: the vendor's pages on extensions, realms and names.
"""

from __future__ import annotations

from typing import Annotated, Final, TypedDict

from ..core.declarations import Doc
from ..core.decoding import Loader
from ..core.field_rules import destination, extension_name, note, row_id, word
from ..core.fields import label as plain_name
from ..core.model import Model, model
from ..core.unset import Unset
from ..core.validation import boolean, identifier

PHONE: Final = "phone"
QUEUE: Final = "queue"
IVR: Final = "ivr"
FAX: Final = "fax"
ACTIVE: Final = "active"
BLOCKED: Final = "blocked"


def _name(name: str, value: object) -> str:
    """Return the name of a new extension, which may stand in a path."""
    return extension_name(name, identifier(name, value))


class ExtensionSettings(TypedDict, total=False):
    """What can be set of an extension; those left out get the vendor's default on create and stay on update."""

    status: Annotated[str | Unset | None, word, Doc("`ACTIVE`, `BLOCKED`, or another that the vendor has.")]
    label: Annotated[str | Unset | None, plain_name, Doc("Label.")]
    dial_rule_id: Annotated[int | Unset | None, row_id, Doc("A dial rule, or None.")]
    extension_group_id: Annotated[int | Unset | None, row_id, Doc("A group of extensions, or None.")]
    caller_id_name: Annotated[
        str | Unset | None, plain_name, Doc("Name shown to those who are called, or None.")
    ]
    extra_params: Annotated[str | Unset | None, note, Doc("Free text that the vendor keeps, or None.")]
    ani_rfc3325: Annotated[bool | Unset | None, boolean, Doc("Undocumented.")]
    did_as_transfer_caller_id: Annotated[
        str | Unset | None, word, Doc("`none`, `default`, `from`, `diversion`, another text, or None.")
    ]
    from_public_caller_id_number: Annotated[bool | Unset | None, boolean, Doc("Newer hosts only.")]
    rfc_public_caller_id_number: Annotated[bool | Unset | None, boolean, Doc("Newer hosts only.")]
    public_caller_id_number: Annotated[str | Unset | None, destination, Doc("Newer hosts only.")]


class ExtensionFields(ExtensionSettings):
    """What a new extension has."""

    name: Annotated[str, _name, Doc("Its name; as listed with the client's prefix, such as `000*370`.")]
    type: Annotated[str, word, Doc("`PHONE`, `QUEUE`, `IVR`, `FAX`, or another type.")]


@model(kw_only=True)
class Extension(Model):
    """An extension.

    Args:
        id: The extension's id.
        client_id: The client it belongs to.
        status: `active`, `blocked`, or another text.
        name: Its name with the client's prefix, such as `000*370`.
        domain: Its SIP domain.
        type: `phone`, `queue`, `ivr`, `fax`, or another text.
        create_date: When it was made, as the vendor writes it; its zone is not documented.
        dial_rule_limit: Undocumented.
        message_did: Undocumented.
        did_as_transfer_caller_id: `none`, `default`, `from`, `diversion`, or another text.
    """

    id: int
    client_id: int | None = None
    status: str | None = None
    name: str | None = None
    domain: str | None = None
    label: str | None = None
    type: str | None = None
    create_date: str | None = None
    dial_rule_limit: int | str | None = None
    dial_rule_id: int | None = None
    extension_group_id: int | None = None
    caller_id_name: str | None = None
    extra_params: str | None = None
    message_did: int | str | None = None
    ani_rfc3325: bool | None = None
    did_as_transfer_caller_id: str | None = None
    from_public_caller_id_number: bool | None = None
    rfc_public_caller_id_number: bool | None = None
    public_caller_id_number: str | None = None


LOADER: Final = Loader(Extension)
