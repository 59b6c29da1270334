"""One RingMe call on its way through an operation: the ids in its path, its body, and the forms of responses.

Facts: reference, sections 2 (realms, names, success codes) and 6 (lists). The emulator's own choices: the
``extension`` realm has no ``@me`` for a client's user (403), and another client's id is ``client_not_found``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from ..dialect import WHOLE_LIST, Response, json_object, json_response, with_page_fault
from ..request_context import RequestContext
from ..state import Row
from .refusal import Refusal, not_found
from .settings import RingMeSettings
from .state import RingMeState


class RingMeContext(RequestContext[RingMeState, RingMeSettings]):
    """What an operation of the RingMe API is given."""

    @property
    def kind(self) -> str:
        """``local`` or ``remote``, for operations that come in both."""
        return self.call.operation.split(".")[1]

    def check_client(self) -> None:
        """Refuse a client that is not the caller's own."""
        text = self.call.ids.get("client", "@me")
        if text not in ("@me", f"{self.state.client_id}"):
            raise Refusal("Client not found", 404, "client_not_found")

    def number(self, name: str) -> int:
        """The number in the path under this name; -1, which is no row's id, for another text."""
        return whole(self.call.ids[name], -1)

    def extension(self) -> int:
        """The id of the extension in the path, given as a number or as ``@`` and a name."""
        text, state = self.call.ids["extension"], self.state
        if text == "@me":
            raise Refusal("Not an extension's user", 403, "access_denied")
        if text.startswith("@"):
            name, _, domain = text[1:].partition("@")
            found = state.extensions.where(name=state.full_name(name))
            if domain and found and state.extensions[found[0]]["domain"] != domain:
                found = []
            key = found[0] if found else -1
        else:
            key = whole(text, -1)
        return self.seen_key("extensions", key)

    def queue(self) -> int:
        """The id of the extension in the path, which must be a queue."""
        key = self.extension()
        if key not in self.state.queues:
            raise not_found()
        return key

    def agent(self) -> int:
        """The id of the agent in the path, of the operation's kind."""
        return self.seen_key(self.kind, self.number("agent"))

    def asked(self, name: str) -> list[str]:
        """All values of a query parameter that may be repeated."""
        pairs = parse_qsl(self.call.raw_query, keep_blank_values=True)
        return [value for key, value in pairs if key == name]

    def seen_key(self, noun: str, key: int) -> int:
        """Return the id of a row, if there is one that can be seen."""
        if self.state.row(noun, key) is None:
            raise not_found()
        return key

    def body(self) -> dict[str, Any]:
        """Read the body as a JSON object; refuse one that is none, or is not announced as JSON."""
        content_type = self.call.headers.get("Content-Type", "")
        if content_type.partition(";")[0].strip().lower() != "application/json":
            raise Refusal("Content-Type must be application/json")
        data = json_object(self.call.body)
        if data is None:
            raise Refusal("Body must be a JSON object")
        return data

    def make_room_for_event(self, noun: str, owner: Row) -> None:
        """Refuse an event of an agent or an extension above the limit."""
        most = self.state.limits["event"]
        if most is not None and len(self.state.tables[noun].where(**owner)) >= most:
            raise Refusal(f"No more than {most} events", 403, "limit_exceeded")

    def created(self, noun: str, key: int) -> Response:
        """Respond with a row that was created."""
        shown = self._shown(noun, self.state.tables[noun][key])
        return json_response(shown, int(self.vendor_settings.created))

    def found(self, noun: str, key: int) -> Response:
        """Respond with a row, as it is now."""
        return json_response(self._shown(noun, self.state.tables[noun][key]))

    def listed(self, noun: str, rows: Iterable[Mapping[str, Any]], total: int | None = None) -> Response:
        """Respond with a list of rows; without a total, these are all."""
        return self.list_response([self._shown(noun, row) for row in self.seen(rows)], total)

    def list_response(self, items: Sequence[Mapping[str, Any]], total: int | None = None) -> Response:
        """Respond with a list in the form that the settings name."""
        if self.vendor_settings.lists == "array":
            return json_response(items)
        return json_response({"total_count": len(items) if total is None else total, "result": items})

    def seen(self, rows: Iterable[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Apply a list fault to a list without pages; other lists are cut into pages already."""
        found = list(rows)
        return with_page_fault(self.call, found, len(found))[0] if self.call.page == WHOLE_LIST else found

    def deleted(self) -> Response:
        """Respond to a delete."""
        if self.vendor_settings.deleted == "204":
            return Response(204, b"", ())
        return json_response({"message": "Deleted"})

    def _shown(self, noun: str, row: Mapping[str, Any]) -> Row:
        return self.state.resources[noun].show(row, newer=self.vendor_settings.newer)


Act: TypeAlias = Callable[[RingMeContext], Response]
"""What an operation does: it returns the response."""


def whole(text: str, otherwise: int) -> int:
    """Read a whole number of at most 18 ASCII digits; another text is read as ``otherwise``."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else otherwise
