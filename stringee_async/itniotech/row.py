"""Names: snake_case here, camelCase on the wire, with the exceptions told where a field is defined.

One job: the base of this vendor's models, and the same rule for what is sent.
"""

from __future__ import annotations

from typing import Any, Final, cast

from ..core.declarations import Fields
from ..core.model import Model

WIRE: Final = "wire"
"""In the metadata of a field: its name on the wire, where that is not the field's own name in camelCase."""


class Row(Model):
    """The base of every ITNIO TECH model: fields in snake_case, read from camelCase."""

    __slots__ = ()

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        return cast("str", field.metadata.get(WIRE)) or camel_case(field.name)


def camel_case(name: str) -> str:
    """Return a name such as `voice_group_id` as the vendor writes it: `voiceGroupId`."""
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def fields_of(declared: Any) -> Fields:
    """Return what a declaration says, with the names on the wire in camelCase.

    Args:
        declared: The `TypedDict`; a field whose name on the wire is another has a `VendorName`.
    """
    return Fields(declared, vendor_name=camel_case)
