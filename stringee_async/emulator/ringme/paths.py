"""The methods and paths of the RingMe API's operations. A slash at the end is significant.

Facts: reference, sections 2 and 7. Collections and singletons end in a slash, items do not; ``/user/`` has been
seen both ways.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from .call_history import STORAGE

PREFIX = "/api/ver1.0"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
TOKEN_OPERATION = "oauth.token"  # noqa: S105 - a name
STORAGE_OPERATION = "recordings.stored"
PAGED = "extensions.list"
PAGED_LISTS = frozenset(
    {PAGED, "call_records.list", "call_records.list_without_legs", "call_legs.list", "recordings.list"}
)
"""The operations that list their rows in pages."""
KINDS = ("local", "remote")

_CLIENT, _EXTENSION = "/client/{client}", "/extension/{extension}"


def _item(noun: str) -> dict[str, str]:
    """The usual operations of one item."""
    return {"GET": f"{noun}.get", "PUT": f"{noun}.update", "DELETE": f"{noun}.delete"}


def _templates_of(kind: str) -> dict[str, dict[str, str]]:
    """The paths of one kind of agents below the prefix, with the operation of each method."""
    agents, events, places = f"agents.{kind}", f"agent_events.{kind}", f"queue_agents.{kind}"
    path, place = f"{_CLIENT}/agent/{kind}/", f"{_EXTENSION}/queue/agents/{kind}/"
    return {
        path: {"POST": f"{agents}.create", "GET": f"{agents}.list"},
        path + "{agent}": _item(agents),
        path + "{agent}/event/": {"POST": f"{events}.create", "GET": f"{events}.list"},
        path + "{agent}/event/{event}": _item(events),
        place: {"POST": f"{places}.add", "GET": f"{places}.list"},
        place + "{agent}": {**_item(places), "DELETE": f"{places}.remove"},
    }


_TEMPLATES: dict[str, dict[str, str]] = {
    "/user/": {"GET": "user.get"},
    "/user": {"GET": "user.get"},
    **_templates_of("local"),
    **_templates_of("remote"),
    f"{_CLIENT}/extension/": {"POST": "extensions.create", "GET": PAGED},
    f"{_CLIENT}/extension/{{extension}}": _item("extensions"),
    f"{_CLIENT}/sound/": {"POST": "sounds.upload", "GET": "sounds.list"},
    f"{_CLIENT}/sound/{{sound}}": {**_item("sounds"), "PUT": "sounds.rename", "POST": "sounds.replace"},
    f"{_CLIENT}/current_calls/": {"GET": "current_calls.list"},
    f"{_CLIENT}/call_history/": {"GET": "call_records.list"},
    f"{_CLIENT}/call_history/{{call}}": {"GET": "call_records.get"},
    f"{_CLIENT}/calls/": {"GET": "call_records.list_without_legs"},
    f"{_CLIENT}/calls/stats/": {"GET": "call_records.stats"},
    f"{_EXTENSION}/cdr/": {"GET": "call_legs.list"},
    f"{_EXTENSION}/cdr/stats/": {"GET": "call_legs.stats"},
    f"{_CLIENT}/record/archive/": {"POST": "recordings.archive"},
    f"{_CLIENT}/record/": {"GET": "recordings.list", "DELETE": "recordings.delete_all"},
    f"{_CLIENT}/record/stats/": {"GET": "recordings.stats"},
    f"{_CLIENT}/record/{{record}}": {"GET": "recordings.save", "DELETE": "recordings.delete"},
    f"{_CLIENT}/record/{{record}}/storage_url/": {"GET": "recordings.link"},
    f"{_CLIENT}/did/": {"GET": "dids.list"},
    f"{_CLIENT}/did/{{did}}": {"GET": "dids.get", "PUT": "dids.attach"},
    f"{_EXTENSION}/ani/": {"GET": "shown_numbers.get", "PUT": "shown_numbers.update"},
    f"{_EXTENSION}/callback/": {"POST": "callback.create"},
    f"{_CLIENT}/limit/": {"GET": "limits.get"},
    "/client/client_info/{client}/": {"GET": "client_card.get", "PUT": "client_card.update"},
    f"{_EXTENSION}/queue/": {"GET": "queues.get", "PUT": "queues.update"},
    f"{_EXTENSION}/queue/status/": {"GET": "queues.status"},
    f"{_EXTENSION}/queue/status/members/": {"GET": "queues.members"},
    f"{_EXTENSION}/current_calls/": {"GET": "current_calls.of_extension"},
    f"{_EXTENSION}/current_calls/{{call}}": {
        "GET": "current_calls.get",
        "PUT": "current_calls.act",
        "DELETE": "current_calls.drop",
    },
    f"{_EXTENSION}/event/": {
        "GET": "extension_events.list",
        "POST": "extension_events.create",
        "DELETE": "extension_events.delete_all",
    },
    f"{_EXTENSION}/event/{{event}}": _item("extension_events"),
    f"{_EXTENSION}/agent/": {"POST": "extension_agents.create", "GET": "extension_agents.list"},
}
"""Each path below the prefix, with the operation of each method."""

_ROUTES = tuple(
    (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)), methods)
    for template, methods in _TEMPLATES.items()
)

OPERATIONS: Mapping[str, bool] = {
    TOKEN_OPERATION: False,
    STORAGE_OPERATION: False,
    **{name: name in PAGED_LISTS for _, methods in _ROUTES for name in methods.values()},
}
"""Each operation's name, with whether it is a paged list."""

WHOLE_LISTS = frozenset(
    {name for name in OPERATIONS if name.endswith(".list") and name not in PAGED_LISTS}
    | {"queues.members", "current_calls.of_extension"}
)
"""The operations that list all their rows at once."""


def find(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """Find the operation of a request and the decoded ids in its path; None if there is no such operation."""
    if path == TOKEN_PATH:
        return (TOKEN_OPERATION, {}) if method == "POST" else None
    if path.startswith(STORAGE) and method == "GET":
        return STORAGE_OPERATION, {"path": path}
    if not path.startswith(PREFIX):
        return None
    below = path.removeprefix(PREFIX)
    for pattern, methods in _ROUTES:
        match = pattern.fullmatch(below)
        if match is not None and method in methods:
            return methods[method], {name: unquote(text) for name, text in match.groupdict().items()}
    return None
