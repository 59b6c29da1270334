"""Users who are online, as the call host lists them: no ``r``, no ``data``, rows under ``users``.

Facts: the official pages on online users and on custom messages. The emulator's own choices: ``count`` is the
number of rows on the page, and a message to somebody who is not online gets ``r`` -1.
"""

from collections.abc import Sequence

from ..dialect import Call, with_page_fault
from ..state import Row
from .fields import FieldError, read_object
from .pages import PageError
from .state import StringeeState

OPERATIONS = {"users.list": True, "users.send_message": False}
"""Each operation's name, with whether it is a paged list."""

_ROUTES = {("GET", "/v1/users"): "users.list", ("POST", "/v1/user/sendcustommessage"): "users.send_message"}
_MOST = 100
_OWN = {"page", "limit", "userId", "access_token"}


def operation(method: str, path: str) -> str | None:
    """The operation of a method and path, if it is one of these."""
    return _ROUTES.get((method, path))


def act(call: Call, state: StringeeState) -> Row:
    """Carry a call out and give the response's fields.

    Args:
        call: the call.
        state: the project.

    Raises:
        FieldError: a field of a message is missing.
        PageError: the limit cannot be served.
        KeyError: nobody of that name is online.
    """
    return _list(call, state) if call.operation == "users.list" else _send(call, state)


def _list(call: Call, state: StringeeState) -> Row:
    text = call.query.get("limit", f"{_MOST}")
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise PageError("limit must be a positive integer")
    limit = min(int(text), _MOST)
    wanted = {name: value for name, value in call.query.items() if name not in _OWN}
    rows: Sequence[Row] = [
        user
        for user in state.online_users
        if call.query.get("userId", user["userId"]) == user["userId"]
        and wanted.items() <= _set_by(user).items()
    ]
    rows, limit = with_page_fault(call, rows, limit)
    number = 1 if call.page_fault == "page_ignored" else call.page - (call.page_fault == "page_repeats")
    shown = list(rows)[(number - 1) * limit : number * limit]
    return {"count": len(shown), "pageSize": len(shown), "users": shown}


def _set_by(user: Row) -> dict[str, str]:
    return {pair["attribute"]: pair.get("value", "") for pair in user["attributes"]}


def _send(call: Call, state: StringeeState) -> Row:
    body = read_object(call.body)
    for name in ("from", "toUser", "message"):
        if not body.get(name):
            raise FieldError(f"{name} is required")
    if all(user["userId"] != body["toUser"] for user in state.online_users):
        raise KeyError("User")
    state.custom_messages.append(body)
    return {"r": 0, "message": "Success"}
