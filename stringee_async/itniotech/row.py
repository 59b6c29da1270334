"""Names: snake_case here, camelCase on the wire, with the exceptions told where a field is defined.

One job: the base of this vendor's models, and the same rule for what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from ..core.bodies import extra_fields
from ..core.model import Model
from ..core.validation import Check, validated

WIRE: Final = "wire"
"""In the metadata of a field: its name on the wire, where that is not the field's own name in camelCase."""


class Row(Model):
    """The base of every ITNIO TECH model: fields in snake_case, read from camelCase."""

    __slots__ = ()

    @classmethod
    def _wire_name(cls, field: Any) -> str:
        return cast("str", field.metadata.get(WIRE)) or camel_case(field.name)


def camel_case(name: str) -> str:
    """Return a name such as `voice_group_id` as the vendor writes it: `voiceGroupId`."""
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def body_of(fields: Mapping[str, object], **renamed: str) -> dict[str, object]:
    """Return fields under the wire's names.

    Args:
        fields: Checked values by argument name.
        renamed: The names on the wire that are not the argument's name in camelCase.
    """
    return {renamed.get(name) or camel_case(name): value for name, value in fields.items()}


def checked_body(
    rules: Mapping[str, Check],
    fields: Mapping[str, object],
    extra: Mapping[str, Any] | None = None,
    **renamed: str,
) -> dict[str, object]:
    """Return fields under the wire's names, each checked by its rule, and those of `extra`; see `core.bodies`.

    Args:
        rules: A check for each field.
        fields: Values by argument name; `UNSET` ones are left out.
        extra: More fields, by the vendor's names.
        renamed: As for `body_of`.

    Raises:
        ConfigError: A value does not pass, naming the argument.
    """
    if extra is None:
        return body_of(validated(rules, fields, nulls=False), **renamed)
    more = extra_fields(extra)
    wire = {name: renamed.get(name) or camel_case(name) for name in fields}
    given = {name: more[wire[name]] for name in fields if wire[name] in more}
    return more | body_of(validated(rules, fields, nulls=False, extra=given), **renamed)
