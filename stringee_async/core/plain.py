"""Results as plain data, for `to_dict`, Pydantic and FastAPI: models, and what a create or an `ensure` returned."""

from __future__ import annotations

from typing import Any, cast

import attrs


class Plain:
    """The base of such results; they are attrs classes whose values go into any JSON encoder."""

    __slots__ = ()

    def _plain(self) -> dict[str, Any]:
        """Return the result as a new dict."""
        return attrs.asdict(cast("attrs.AttrsInstance", self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return what Pydantic needs to serialise a result; it is taken as it is and not made from something else."""
        written = {"type": "function-plain", "function": cls._plain}
        return {"type": "is-instance", "cls": cls, "serialization": written}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        """Return the JSON schema, which leaves the fields open, as some may be added."""
        return {"title": cls.__name__, "type": "object", "additionalProperties": True}
