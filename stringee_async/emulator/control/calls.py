"""Calls that are under way: listed, placed, and moved through their states by hand."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..itniotech.state import ItniotechState
from ..ringme.state import RingMeState
from ..stringee.state import StringeeState
from .bodies import account, text, vendor, whole
from .host import Host
from .replies import RefusedError

PLACED = ("vendor", "account", "from", "to")
MOVED = ("vendor", "account", "id", "state", "keys")
_ENDED_SHOWN = 20
"""Calls that have ended and are listed, of each account."""


def listed(host: Host) -> list[dict[str, Any]]:
    """List the calls of all accounts, the newest first, and the states that each can be moved to."""
    found: list[dict[str, Any]] = []
    for dialect in host.dialects:
        for number, state in dialect.accounts.items():
            head = {"vendor": dialect.vendor, "account": number}
            rows = [{**head, **row} for row in _calls(state)]
            going = [row for row in rows if row["state"] != "ended"]
            ended = [row for row in rows if row["state"] == "ended"]
            found += [*going[::-1], *ended[: -_ENDED_SHOWN - 1 : -1]]
    return found


def _calls(state: Any) -> Iterator[dict[str, Any]]:
    if isinstance(state, StringeeState):
        for call in state.live_calls.values():
            yield {
                "id": call.id, "state": call.status(state.now()), "from": call.caller.get("number"),
                "to": call.called[0].get("number") if call.called else "", "agent": call.agent,
                "at": "IVR" if call.node else "queue" if call.queue and not call.agent else "",
                "keys": bool(call.node) or any(step.get("action") == "input" for step in call.actions),
                "moves": state.flow.moves(call),
            }  # fmt: skip
    elif isinstance(state, RingMeState):
        for key, row in state.current_calls.items():
            answered = row["answer_time_gmt"] is not None
            yield {
                "id": key, "state": "answered" if answered else "ringing", "from": row["caller_id_number"],
                "to": row["called_number"], "agent": "", "at": "", "keys": False, "moves": state.flow.moves(key),
            }  # fmt: skip
    elif isinstance(state, ItniotechState):
        yield from _itniotech_calls(state)


def _itniotech_calls(state: ItniotechState) -> Iterator[dict[str, Any]]:
    for key in state.under_way.hosts:
        row = state.call_records[key]
        yield {
            "id": key, "state": "answered", "from": row.get("caller") or "", "to": row.get("called") or "",
            "agent": "", "at": "", "keys": False, "moves": ["ended"],
        }  # fmt: skip
    for key, call in state.voice.calls.items():
        yield {
            "id": key, "state": state.voice.state_of(key), "from": call.columns.get("displayNum") or "",
            "to": call.columns["callee"], "agent": call.columns.get("account") or "", "at": "", "keys": False,
            "moves": state.voice.moves(key),
        }  # fmt: skip


def place(host: Host, body: Mapping[str, Any]) -> dict[str, Any]:
    """Let a telephone call, and hold the call in its first state until it is moved."""
    given = dict(body)
    dialect = vendor(host, given.get("vendor"))
    state: Any = account(dialect, whole(given, "account", 0))
    called = text(given, "to")
    if isinstance(state, StringeeState):
        return {"id": _found(lambda: state.call_in(text(given, "from"), called, held=True), called)}
    if isinstance(state, RingMeState):
        phone = _phone(state, called)
        return {"id": _found(lambda: state.call_in(text(given, "from"), phone, held=True), called)}
    key = state.voice.add_call("group", called)
    state.voice.calls[key].moved = [state.voice.calls[key].submitted]
    return {"id": key}


def _phone(state: RingMeState, named: str) -> int:
    """The id of an extension that is named by its id, its name or its name with the prefix."""
    if named.isascii() and named.isdigit() and int(named) in state.extensions:
        return int(named)
    full = state.full_name(named)
    return next((key for key, row in state.extensions.items() if row["name"] == full), -1)


def _found(act: Any, called: str) -> str:
    try:
        return str(act())
    except KeyError:
        raise RefusedError(f"there is no number or phone {called!r} to call", 404) from None


def move(host: Host, body: Mapping[str, Any]) -> dict[str, Any]:
    """Move a call to a state, or have its caller press keys."""
    given = dict(body)
    dialect = vendor(host, given.get("vendor"))
    state: Any = account(dialect, whole(given, "account", 0))
    key = text(given, "id")
    if ("state" in given) == ("keys" in given):
        raise RefusedError("give state or keys")
    try:
        if "keys" in given:
            _press(state, key, text(given, "keys"))
        else:
            _move(state, key, text(given, "state"))
    except KeyError:
        raise RefusedError(f"there is no call {key!r} under way that this can be done with", 404) from None
    except ValueError as error:
        raise RefusedError(str(error), 409) from None
    return {"id": key}


def _press(state: Any, key: str, keys: str) -> None:
    if not isinstance(state, StringeeState):
        raise RefusedError("only calls of Stringee take keys")
    state.press(key, keys)


def _move(state: Any, key: str, to: str) -> None:
    if isinstance(state, StringeeState):
        state.flow.move(state.live_calls[key], to)
    elif isinstance(state, RingMeState):
        _ = state.current_calls[key]
        state.flow.move(key, to)
    elif key in state.under_way.hosts:
        if to != "ended":
            raise ValueError("the call can be moved to ended only")
        state.under_way.end(key)
    else:
        _ = state.voice.calls[key]
        state.voice.move(key, to)
