"""One call on its way through the RingMe handlers: the ids in its path, its body, and the forms of responses.

Facts: reference, sections 2 (realms, names, success codes) and 6 (lists). The emulator's own choices: the
``extension`` realm has no ``@me`` for a client's user (403), and another client's id is ``client_not_found``.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import attrs

from ..dialect import WHOLE_LIST, Call, Response, json_answer, with_page_fault
from ..settings import Settings
from ..state import NumberedTable, Row
from .fields import AGENTS, Field, defaults, read_fields, read_object, shown
from .refusal import Refusal, not_found
from .state import RingMeState


@attrs.frozen(eq=False)
class RequestContext:
    """What a handler is given.

    Args:
        call: the call.
        state: its customer.
        settings: the emulator's settings.
    """

    call: Call
    state: RingMeState
    settings: Settings

    # -- the path ------------------------------------------------------------------------------------------

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

    # -- rows that are listed later ------------------------------------------------------------------------

    def lag(self, noun: str, key: int) -> int:
        """Hide a new row for ``read_lag`` seconds, and return its id."""
        if self.settings.read_lag > 0.0:
            self.state.hidden.hide((noun, key), time.monotonic() + self.settings.read_lag)
        return key

    def seen_key(self, noun: str, key: int) -> int:
        """The id of a row, if there is one that can be seen."""
        if key not in self._table(noun) or (noun, key) in self.state.hidden:
            raise not_found()
        return key

    def keys(self, noun: str, **columns: Any) -> list[int]:
        """The ids of the rows that can be seen and whose columns have these values, oldest first."""
        table, hidden = self._table(noun), self.state.hidden
        keys = table.where(**columns) if columns else list(table)
        return [key for key in keys if (noun, key) not in hidden] if hidden else keys

    def rows(self, noun: str, **columns: Any) -> list[Row]:
        """These rows themselves."""
        table = self._table(noun)
        if not columns and not self.state.hidden:
            return table.rows()  # from a list that is kept
        return table.rows(self.keys(noun, **columns))

    def _table(self, noun: str) -> NumberedTable:
        """The table of this name, for instance ``extensions``; agents go by their kind."""
        found: NumberedTable = self.state.agents(noun) if noun in AGENTS else getattr(self.state, noun)
        return found

    # -- the body ------------------------------------------------------------------------------------------

    def body(self) -> dict[str, Any]:
        """The body as a JSON object."""
        return read_object(self.call.headers.get("Content-Type", ""), self.call.body)

    def values(self, fields: tuple[Field, ...]) -> Row:
        """The fields of a body that makes something."""
        return read_fields(fields, self.body(), update=False, open_values=self.settings.ringme_open_values)

    def changes(self, fields: tuple[Field, ...]) -> Row:
        """The fields of a body that changes something, and what becomes of those that it leaves out."""
        given = read_fields(fields, self.body(), update=True, open_values=self.settings.ringme_open_values)
        return given if self.settings.ringme_put == "keep" else {**defaults(fields), **given}

    def make_room_for_event(self) -> None:
        """Refuse another event above the limit."""
        most = self.state.limits["event"]
        if most is not None and len(self.state.agent_events) + len(self.state.extension_events) >= most:
            raise Refusal(f"No more than {most} events", 403, "limit_exceeded")

    # -- the response ----------------------------------------------------------------------------------------

    def created(self, row: Mapping[str, Any]) -> Response:
        """Something was made."""
        return json_answer(self._shown(row), int(self.settings.ringme_created))

    def found(self, row: Mapping[str, Any]) -> Response:
        """One object, as it is now."""
        return json_answer(self._shown(row))

    def listed(self, rows: Iterable[Mapping[str, Any]], total: int | None = None) -> Response:
        """A list.

        Args:
            rows: what is on it.
            total: how many rows there are on all pages; None: these are all.
        """
        items = [self._shown(row) for row in self.seen(rows)]
        if self.settings.ringme_lists == "array":
            return json_answer(items)
        return json_answer({"total_count": len(items) if total is None else total, "result": items})

    def seen(self, rows: Iterable[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """The rows of a list that comes whole, as the call's fault has them; other lists are cut into pages already."""
        found = list(rows)
        return with_page_fault(self.call, found, len(found))[0] if self.call.page == WHOLE_LIST else found

    def deleted(self) -> Response:
        """Something is gone."""
        if self.settings.ringme_deleted == "204":
            return Response(204, b"", ())
        return json_answer({"message": "Deleted"})

    def _shown(self, row: Mapping[str, Any]) -> Row:
        return shown(row, newer=self.settings.ringme_newer)


def whole(text: str, otherwise: int) -> int:
    """Read a whole number of at most 18 ASCII digits.

    Args:
        text: what to read.
        otherwise: what another text is read as.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else otherwise
