"""How Stringee responds: `r`, `message` or `msg`, `project`, `data`.

Success is HTTP 2xx with `r` equal to 0; what a refusal means is in `refusals`. The body decides whether a response is
JSON; its content type only helps the message. Source: developer.stringee.com, icc-rest-api; what the pages leave open
is taken in every form that was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from ..core.errors import DecodeError
from ..core.json_codec import Raw, mapping, readable, shallow
from ..core.messages import Response
from ..core.model import Model
from ..core.names import is_id
from ..core.plain import Plain
from ..core.response import code_in, facts, is_success, reading
from .refusals import CODES, SETTINGS, VENDOR, Codes, message_of, refusal

M = TypeVar("M", bound=Model)


@attrs.frozen
class Created(Plain):
    """What a create returns.

    Args:
        id: The new object's id.
        project: The project it is in, as the vendor wrote it, or None.
        message: What the vendor said.
    """

    id: str
    project: int | str | None
    message: str


def read_done(response: Response) -> None:
    """Read the response of a call that returns nothing."""
    if _plain_success(response) is None:
        succeeded(response)


def read_object(response: Response) -> dict[str, Any]:
    """Read a response whose fields stand at the top level."""
    fields = _plain_success(response)
    if fields is not None:
        return fields
    return readable(succeeded(response))


def read_fields(path: str, response: Response) -> dict[str, Any]:  # noqa: ARG001 - one form at all paths
    """Read any response whose fields stand at the top level; one without `r` is a success by its status."""
    return readable(succeeded(response, says_so=False))


def _plain_success(response: Response) -> dict[str, Any] | None:
    """Return the fields of a response that says success in the documented form, else None; decodes once."""
    if not 200 <= response.status < 300:  # on the way of every create, so without a call
        return None
    try:
        fields = mapping(response.body)
    except DecodeError:
        return None
    code = fields.get("r")
    return fields if code == 0 and type(code) is int else None


def created(response: Response, id_key: str) -> Created:
    """Read the response of a create, whose id has the name `id_key`, such as `agentID`."""
    fields = read_object(response)
    new_id = fields.get(id_key)
    if not is_id(new_id):
        raise DecodeError(
            f"the response says success but holds no {id_key}", paths=(f"$.{id_key}",), **facts(response)
        )
    return Created(id=str(new_id), project=_project(fields), message=message_of(fields))


def succeeded(response: Response, *, says_so: bool = True, codes: Codes = CODES) -> dict[str, Raw]:
    """Return the response's fields, or raise what the vendor said.

    `says_so` is whether success must be stated by an `r` of 0; a few calls of the call host have none. `codes` says what
    another `r` means.
    """
    if not is_success(response):
        raise refusal(response, codes=codes)
    fields, code = reading(response, lambda body: _coded(body, says_so=says_so), VENDOR, SETTINGS)
    if code != 0:
        raise refusal(response, code, codes)
    return fields


def _coded(body: bytes, *, says_so: bool) -> tuple[dict[str, Raw], int]:
    fields = shallow(body)
    return fields, code_in(fields, "r") if says_so or "r" in fields else 0


def _project(fields: Mapping[str, Any]) -> int | str | None:
    project = fields.get("project")
    return project if isinstance(project, (int, str)) and not isinstance(project, bool) else None
