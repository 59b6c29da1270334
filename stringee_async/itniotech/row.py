"""Names: snake_case here, camelCase as the vendor writes them; exceptions stand where a field is defined."""

from __future__ import annotations

from typing import Any, Final, cast

from ..core.declarations import Fields
from ..core.model import Model

VENDOR_NAME: Final = "vendor_name"
"""In the metadata of a field: what the vendor calls it, where that is not the field's own name in camelCase."""


class Row(Model):
    """The base of every ITNIO TECH model: fields in snake_case, read from camelCase."""

    __slots__ = ()

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        return cast("str", field.metadata.get(VENDOR_NAME)) or camel_case(field.name)


def camel_case(name: str) -> str:
    """Return a name such as `voice_group_id` as the vendor writes it: `voiceGroupId`."""
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def fields_of(declared: Any) -> Fields:
    """Return what a declaration says, with the vendor's names in camelCase where it has no `VendorName`."""
    return Fields(declared, vendor_name=camel_case)
