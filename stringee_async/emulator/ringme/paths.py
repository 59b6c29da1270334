"""Which method and path is which operation of the RingMe API. Slashes at the end count: nothing is normalised.

Facts: reference, sections 2 and 7. Collections and singletons end in a slash, items do not; ``/user/`` has been
seen both ways.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

PREFIX = "/api/ver1.0"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
TOKEN_OPERATION = "oauth.token"  # noqa: S105 - a name
PAGED = "extensions.list"
KINDS = ("local", "remote")

_CLIENT, _EXTENSION = "/client/{client}", "/extension/{extension}"


def _templates() -> Iterator[tuple[str, dict[str, str]]]:
    """Each path below the prefix, with the operation of each method."""
    yield "/user/", {"GET": "user.get"}
    yield "/user", {"GET": "user.get"}
    for kind in KINDS:
        agents, events = f"agents.{kind}", f"agent_events.{kind}"
        path = f"{_CLIENT}/agent/{kind}/"
        yield path, {"POST": f"{agents}.create", "GET": f"{agents}.list"}
        yield path + "{agent}", _item(agents)
        yield path + "{agent}/event/", {"POST": f"{events}.create", "GET": f"{events}.list"}
        yield path + "{agent}/event/{event}", _item(events)
        path, agents = f"{_EXTENSION}/queue/agents/{kind}/", f"queue_agents.{kind}"
        yield path, {"POST": f"{agents}.add", "GET": f"{agents}.list"}
        yield path + "{agent}", {**_item(agents), "DELETE": f"{agents}.remove"}
    yield f"{_CLIENT}/extension/", {"POST": "extensions.create", "GET": PAGED}
    yield f"{_CLIENT}/extension/{{extension}}", _item("extensions")
    yield f"{_CLIENT}/sound/", {"POST": "sounds.upload", "GET": "sounds.list"}
    yield (
        f"{_CLIENT}/sound/{{sound}}",
        {**_item("sounds"), "PUT": "sounds.rename", "POST": "sounds.replace"},
    )
    yield f"{_CLIENT}/current_calls/", {"GET": "current_calls.list"}
    yield f"{_CLIENT}/limit/", {"GET": "limits.get"}
    yield "/client/client_info/{client}/", {"GET": "client_card.get", "PUT": "client_card.update"}
    yield f"{_EXTENSION}/queue/", {"GET": "queues.get", "PUT": "queues.update"}
    yield f"{_EXTENSION}/queue/status/", {"GET": "queues.status"}
    yield f"{_EXTENSION}/queue/status/members/", {"GET": "queues.members"}
    yield f"{_EXTENSION}/current_calls/", {"GET": "current_calls.of_extension"}
    yield (
        f"{_EXTENSION}/current_calls/{{call}}",
        {"PUT": "current_calls.act", "DELETE": "current_calls.drop"},
    )
    yield (
        f"{_EXTENSION}/event/",
        {
            "GET": "extension_events.list",
            "POST": "extension_events.create",
            "DELETE": "extension_events.delete_all",
        },
    )
    yield f"{_EXTENSION}/event/{{event}}", _item("extension_events")
    yield f"{_EXTENSION}/agent/", {"POST": "extension_agents.create", "GET": "extension_agents.list"}


def _item(noun: str) -> dict[str, str]:
    """The usual operations of one item."""
    return {"GET": f"{noun}.get", "PUT": f"{noun}.update", "DELETE": f"{noun}.delete"}


_ROUTES = tuple(
    (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)), methods)
    for template, methods in _templates()
)

OPERATIONS: Mapping[str, bool] = {
    TOKEN_OPERATION: False,
    **{name: name == PAGED for _, methods in _ROUTES for name in methods.values()},
}
"""Each operation's name, with whether it is a paged list."""

WHOLE_LISTS = frozenset(
    {name for name in OPERATIONS if name.endswith(".list") and name != PAGED}
    | {"queues.members", "current_calls.of_extension"}
)
"""The operations that list all their rows at once."""


def find(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """Find the operation of a request, and the ids in its path.

    Args:
        method: the HTTP method in capitals.
        path: the path as received, still percent-encoded.

    Returns:
        The operation's name and the decoded ids by name; None if there is no such operation.
    """
    if path == TOKEN_PATH:
        return (TOKEN_OPERATION, {}) if method == "POST" else None
    if not path.startswith(PREFIX):
        return None
    below = path.removeprefix(PREFIX)
    for pattern, methods in _ROUTES:
        match = pattern.fullmatch(below)
        if match is not None and method in methods:
            return methods[method], {name: unquote(text) for name, text in match.groupdict().items()}
    return None
