"""The operations on online users; the list has no ``r`` and no ``data``, but rows under ``users``.

Facts: the official pages on online users and on custom messages. The emulator's own choices: ``count`` is the
number of rows on the page, and a message to a user who is not online gets ``r`` -1.
"""

from collections.abc import Sequence

from ..dialect import with_page_fault
from ..state import Row
from .fields import FieldError
from .request_context import Act, StringeeContext

_MOST = 100
_OWN = {"page", "limit", "userId", "access_token"}


def _list(context: StringeeContext) -> Row:
    call = context.call
    text = call.query.get("limit", f"{_MOST}")
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise FieldError("limit must be a positive integer")
    limit = min(int(text), _MOST)
    wanted = {name: value for name, value in call.query.items() if name not in _OWN}
    rows: Sequence[Row] = [
        user
        for user in context.state.online_users
        if call.query.get("userId", user["userId"]) == user["userId"]
        and wanted.items() <= _set_by(user).items()
    ]
    rows, limit = with_page_fault(call, rows, limit)
    number = 1 if call.page_fault == "page_ignored" else call.page - (call.page_fault == "page_repeats")
    shown = list(rows)[(number - 1) * limit : number * limit]
    return {"count": len(shown), "pageSize": len(shown), "users": shown}


def _set_by(user: Row) -> dict[str, str]:
    return {pair["attribute"]: pair.get("value", "") for pair in user["attributes"]}


def _send(context: StringeeContext) -> Row:
    body, state = context.body(), context.state
    for name in ("from", "toUser", "message"):
        if not body.get(name):
            raise FieldError(f"{name} is required")
    if all(user["userId"] != body["toUser"] for user in state.online_users):
        raise KeyError("User")
    state.custom_messages.append(body)
    return {"r": 0, "message": "Success"}


ACTS: dict[str, Act] = {"users.list": _list, "users.send_message": _send}
"""What carries out each operation."""
