"""What an extension is, what can be set of it, and the rule of each of these fields.

One job: the model and the fields. What can be done with extensions is in `extensions`. Source of every fact here: the
vendor's pages on extensions, realms and names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypedDict

from ..core.decoding import Loader
from ..core.field_rules import destination, extension_name, note, row_id, word
from ..core.fields import label
from ..core.model import Model, model
from ..core.unset import Unset
from ..core.validation import Check, boolean, identifier

PHONE: Final = "phone"
QUEUE: Final = "queue"
IVR: Final = "ivr"
FAX: Final = "fax"
ACTIVE: Final = "active"
BLOCKED: Final = "blocked"


@model(kw_only=True)
class Extension(Model):
    """An extension.

    Args:
        id: The extension's id.
        client_id: The client it belongs to.
        status: `active`, `blocked`, or another text.
        name: Its name with the client's prefix, such as `000*370`.
        domain: Its SIP domain.
        label: Label.
        type: `phone`, `queue`, `ivr`, `fax`, or another text.
        create_date: When it was made, as the vendor writes it; its zone is not documented.
        dial_rule_limit: Undocumented.
        dial_rule_id: A dial rule.
        extension_group_id: A group of extensions.
        caller_id_name: Name shown to those who are called.
        extra_params: Free text.
        message_did: Undocumented.
        ani_rfc3325: Undocumented.
        did_as_transfer_caller_id: `none`, `default`, `from`, `diversion`, or another text.
        from_public_caller_id_number: Newer hosts.
        rfc_public_caller_id_number: Newer hosts.
        public_caller_id_number: Newer hosts.
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


class ExtensionSettings(TypedDict, total=False):
    """What can be set of an extension; those left out get the vendor's default on create and stay on update.

    Args:
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
    """

    status: str | Unset | None
    label: str | Unset | None
    dial_rule_id: int | Unset | None
    extension_group_id: int | Unset | None
    caller_id_name: str | Unset | None
    extra_params: str | Unset | None
    ani_rfc3325: bool | Unset | None
    did_as_transfer_caller_id: str | Unset | None
    from_public_caller_id_number: bool | Unset | None
    rfc_public_caller_id_number: bool | Unset | None
    public_caller_id_number: str | Unset | None


LOADER: Final = Loader(Extension)


def _name(name: str, value: object) -> str:
    """Return the name of a new extension, which may stand in a path."""
    return extension_name(name, identifier(name, value))


KEY_RULES: Final[Mapping[str, Check]] = MappingProxyType({"name": _name, "type": word})
RULES: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "status": word,
        "label": label,
        "dial_rule_id": row_id,
        "extension_group_id": row_id,
        "caller_id_name": label,
        "extra_params": note,
        "ani_rfc3325": boolean,
        "did_as_transfer_caller_id": word,
        "from_public_caller_id_number": boolean,
        "rfc_public_caller_id_number": boolean,
        "public_caller_id_number": destination,
    }
)
