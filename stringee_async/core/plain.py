"""Results that are no rows of a vendor, as plain data: what a create returned, what an `ensure` did.

One job: to let Pydantic, and so FastAPI, write them, and `to_dict` turn them into dictionaries, as both do with models.
"""

from __future__ import annotations

from typing import Any

import attrs


class Plain:
    """The base of such results; they are attrs classes whose values go into any JSON encoder."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return what Pydantic needs to serialise a result; Pydantic itself is not needed for it."""
        written = {"type": "function-plain", "function": plain}
        return {"type": "is-instance", "cls": cls, "serialization": written}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        """Return the JSON schema, which leaves the fields open, as some may be added."""
        return {"title": cls.__name__, "type": "object", "additionalProperties": True}


def plain(result: attrs.AttrsInstance) -> dict[str, Any]:
    """Return the fields of a result by name, in a new dict."""
    return attrs.asdict(result)
