"""What RingMe sends to your address: agent events and call events, read and handed on.

The vendor signs nothing and states no time: keep the address secret, stamp on receipt, and be ready for events that
come twice or out of order. Source: the vendor's pages on agent events and extension events.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import parse_qsl

import attrs

from ..core.decoding import Loader
from ..core.errors import WebhookError
from ..core.event_handler import EventHandler, Ordered, event_handler
from ..core.inbox_events import EventSource, StoredEvent
from ..core.json_codec import encode
from ..core.model import Malformed, Model, model, vendor_names
from .agent_models import AVAILABLE, LOGGED_OUT
from .current_calls import CallOfExtension

if TYPE_CHECKING:
    from aiohttp import web

logger = logging.getLogger("stringee_async.webhooks")

M = TypeVar("M", bound=Model)

Payload = str | bytes | Mapping[str, Any]
"""A query or a form: its text, its bytes, or a mapping of decoded fields, whose values may be lists."""

_MAX_FIELDS: Final = 200


@model(kw_only=True)
class AgentEvent(Model):
    """An agent logged in or out. Fields that this client does not know, such as markers in your URL, are in `extra`.

    The agent's number is not in the repr.

    Args:
        agent_id: The agent, among those of its type.
        agent_status: `available`, `logged_out`, or another text that the vendor may add.
        agent_type: `local`, `remote`, or another text.
        agent_number: The outside number of a remote agent.
        extension_name: The extension of a local agent, such as `000*094@ringme.ru`.
        event_source: `api` (also the web interface), `phone` (a code dialled at the phone), or another text.
    """

    agent_id: int
    agent_status: str
    agent_type: str | None = None
    agent_number: str | None = attrs.field(default=None, repr=False)
    extension_name: str | None = None
    event_source: str | None = None

    @property
    def is_login(self) -> bool:
        """Whether the agent now takes calls."""
        return self.agent_status == AVAILABLE

    @property
    def is_logout(self) -> bool:
        """Whether the agent is gone. A status that this client does not know is neither login nor logout."""
        return self.agent_status == LOGGED_OUT


@model(kw_only=True)
class ExtensionEvent(CallOfExtension):
    """Something happened to a call of an extension. Further fields are in `extra`, by the vendor's names.

    The caller's number is not in the repr, either. The vendor writes `EventType` for `event_type`, `CallID` for
    `call_id`.

    Args:
        event_type: `dial-in`, `dial-out`, `hangup`, `decoded`, or another text.
        call_id: The call.
        caller_id_num: The caller's number.
        called_extension: The extension that was called.
        call_status: `CALLING`, `ANSWER`, `BUSY`, `NOANSWER`, `CANCEL`, `CONGESTION`, `CHANUNAVAIL`, or another text.
    """

    event_type: str
    call_id: str | None = None
    caller_id_num: str | None = attrs.field(default=None, repr=False)
    called_extension: str | None = None
    call_status: str | None = None

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        return "".join(
            part.upper() if part in {"id", "did"} else part.title() for part in field.name.split("_")
        )


_AGENT_EVENT: Final = Loader(AgentEvent)
_EXTENSION_EVENT: Final = Loader(ExtensionEvent)


def parse_agent_event(data: Payload) -> AgentEvent:
    """Read an agent event from the query of a GET or the form of a POST.

    Args:
        data: Query or form, as text or bytes that are decoded once here, or a mapping of decoded fields such as
            `request.query`. Of a field that comes again, the last counts.

    Raises:
        WebhookError: It is none: agent or status are missing, or it cannot be read.
    """
    event = _event(_AGENT_EVENT, _fields(data))
    if event.agent_id < 1:
        raise WebhookError("not an AgentEvent: agent_id is not an id")
    return event


def parse_extension_event(data: Payload) -> ExtensionEvent:
    """Read a call event of an extension from the query of a GET or the form of a POST.

    Args:
        data: As for `parse_agent_event`.

    Raises:
        WebhookError: It is none: the event's type is missing, or it cannot be read.
    """
    return _event(_EXTENSION_EVENT, _fields(data))


def _parts(stored: StoredEvent) -> dict[str, str]:
    """Return the fields of a stored request: its form, and parameters of the user's own in the URL."""
    return {**_fields(stored.query), **_fields(stored.body)}


AGENT_EVENTS: Final[EventSource[AgentEvent]] = EventSource(
    parse=lambda stored: parse_agent_event(_parts(stored)),
    call_id=lambda event: f"{event.agent_type}:{event.agent_id}",
    methods=("GET", "POST"),
    same_within=1.0,
)
"""Agent events, for an `Inbox`: in order for each agent. They hold no id and no time, so what comes again after a second
is a new event."""

EXTENSION_EVENTS: Final[EventSource[ExtensionEvent]] = EventSource(
    parse=lambda stored: parse_extension_event(_parts(stored)),
    call_id=lambda event: event.call_id,
    methods=("GET", "POST"),
    same_within=10.0,
)
"""Call events of extensions, for an `Inbox`: in order for each call. They hold no id, and not always a time, so what comes
again after ten seconds is a new event."""


def _event(loader: Loader[M], fields: Mapping[str, str]) -> M:
    known = set(vendor_names(loader.model).values())
    try:
        # An empty value of a known field means that the vendor has none.
        row = encode({name: value for name, value in fields.items() if value or name not in known})
    except UnicodeEncodeError:
        raise WebhookError("the payload is not text") from None
    event = loader.load(row)
    if isinstance(event, Malformed):
        name = event.path.removeprefix("$.")
        raise WebhookError(f"not an {loader.model.__name__}: {name} is missing or cannot be read")
    return event


def _fields(data: Payload) -> dict[str, str]:
    if isinstance(data, bytes):
        data = data.decode("utf-8", "replace")
    if isinstance(data, str):
        return dict(_pairs(data))
    if isinstance(data, Mapping):
        return {_text(name): _text(_last(value)) for name, value in data.items()}
    raise WebhookError(f"the payload must be text, bytes or a mapping, got {type(data).__name__}")


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(text.removeprefix("?"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise WebhookError(f"the payload has more than {_MAX_FIELDS} fields") from None


def _last(value: object) -> object:
    if isinstance(value, (list, tuple)):
        values = cast("list[object]", value)
        return values[-1] if values else ""
    return value


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise WebhookError(f"a field of the payload is {type(value).__name__} instead of text")


def agent_event_handler(
    callback: Callable[[AgentEvent], Awaitable[None]], *, grace: float = 30.0
) -> EventHandler:
    """Make an aiohttp handler that hands agent events to `callback`; `app.router.add_route("*", path, handler)`.

    It serves GET and POST, whichever the subscription names, and responds with 200 before the callback has run, because
    what the vendor does with a slow response is not documented. A callback that fails is logged. Parameters of your
    own in the URL are in the event's `extra`, also for a POST.

    Callbacks for one agent run one after the other, in order of arrival, so that its latest event wins. With
    `app.on_cleanup.append(handler.aclose)`, the app's shutdown waits for those that run.

    Args:
        callback: Called once for each event.
        grace: Seconds that callbacks under way may take when the app shuts down; each event that is not done by then is
            dropped, with a warning.

    Returns:
        The handler. It responds with 400 to what is no event, and with 405 to other methods.
    """
    return _handler(parse_agent_event, callback, lambda event: (event.agent_type, event.agent_id), grace)


def extension_event_handler(
    callback: Callable[[ExtensionEvent], Awaitable[None]], *, grace: float = 30.0
) -> EventHandler:
    """Make an aiohttp handler that hands call events of extensions to `callback`; see `agent_event_handler`.

    Callbacks for one call run one after the other, in order of arrival.

    Args:
        callback: Called once for each event.
        grace: As for `agent_event_handler`.

    Returns:
        The handler. It responds with 400 to what is no event, and with 405 to other methods.
    """
    return _handler(parse_extension_event, callback, lambda event: event.call_id or id(event), grace)


def _handler(
    parse: Callable[[Payload], M],
    callback: Callable[[M], Awaitable[None]],
    key_of: Callable[[M], Hashable],
    grace: float,
) -> EventHandler:
    from aiohttp import web

    events = Ordered(callback, key_of)

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method not in {"GET", "POST"}:
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "POST"])
        body = await request.read()
        try:
            # The query as it came: aiohttp's own text of it is decoded already.
            event = parse({**_fields(request.rel_url.raw_query_string), **_fields(body)})
        except WebhookError as error:
            logger.warning("a webhook was refused: %s", error)
            return web.Response(status=400)
        events.arrived(event)
        return web.Response()

    return event_handler(handle, events, grace)
