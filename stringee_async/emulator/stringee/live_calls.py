"""Calls under way: placed, changed and stopped; each moves through its states by the clock and ends in the call log.

Facts: the official pages on calls, the table of codes for calls that are refused, and public projects for ``eventUrl``.
The emulator's own choices: a call is recorded if its script holds ``record`` or it was placed with ``record``; -1 for a
call that is unknown or over; where it is to be stopped, 2 for one that is unknown and 1 for one that is over.
"""

from ..dialect import Response
from ..state import Row
from .call import LiveCall
from .call_flow import STOPPED, is_script
from .fields import FieldError, array, json_object
from .request_context import Act, StringeeContext, failure
from .tables import CALL

_NO_SCRIPT, _BAD_SCRIPT, _BAD_TYPE, _BAD_NUMBER = 1, 2, 3, 10
_OVER, _UNKNOWN = 1, 2


def _make(context: StringeeContext) -> Row | Response:
    body, vendor_settings = context.body(), context.vendor_settings
    caller, called, actions = body.get("from"), array(body.get("to")), body.get("actions")
    if not actions and not body.get("answer_url"):
        return failure(vendor_settings, _NO_SCRIPT, "answer_url is empty")
    if actions and not is_script(actions):
        return failure(vendor_settings, _BAD_SCRIPT, "SCCO is not correct")
    ends = [caller, *called] if called else [None]
    refused = next(filter(None, map(_refused, ends)), None)
    if refused is not None:
        return failure(vendor_settings, *refused)
    context.values(CALL.fields)
    call = _placed(context, body)
    context.state.flow.begin(call)
    return {"r": 0, "message": "Success", "call_id": call.id}


def _placed(context: StringeeContext, body: Row) -> LiveCall:
    """A call that is placed now."""
    actions = list(map(json_object, array(body.get("actions"))))
    inside = body["to"][0]["type"] == "internal"
    return LiveCall(
        id=context.state.new_call_id(),
        caller=body["from"],
        called=body["to"],
        actions=actions,
        recorded=bool(body.get("record")) or any(step["action"] == "record" for step in actions),
        placed=context.state.now(),
        reason=f"SERVER_CALL_OUT_BY_MAKE_CALL_TO_{'APP' if inside else 'EXTERNAL'}_BEFORE",
        agent=str(body.get("userId") or ""),
        custom=str(body.get("customData") or ""),
        event_url=body.get("eventUrl") or context.state.event_url,
        answer_url=body.get("answer_url"),
    )


def _refused(given: object) -> tuple[int, str] | None:
    """The code and the text for one end of a call that cannot be used."""
    end = json_object(given)
    if end.get("type") not in ("internal", "external"):
        return _BAD_TYPE, "type is not correct"
    number = end.get("number")
    if not number or (end["type"] == "external" and not str(number).isdigit()):
        return _BAD_NUMBER, "number format is not correct"
    return None


def _stop(context: StringeeContext) -> Row | Response:
    call = context.state.live_calls.get(_needed(context.body(), "callId"))
    if call is None:
        return failure(context.vendor_settings, _UNKNOWN, "Call not found")
    if call.status(context.state.now()) == "ended":
        return failure(context.vendor_settings, _OVER, "Call ended")
    context.state.flow.end(call, STOPPED, "INTERNAL")
    return {"r": 0, "message": "Success"}


def _under_way(context: StringeeContext, *needed: str) -> tuple[LiveCall, Row]:
    """The call that a body names, and the body."""
    body = context.body()
    call = context.state.live_calls.get(_needed(body, "callId"))
    for name in needed:
        if not body.get(name):
            raise FieldError(f"{name} is required")
    if call is None or call.status(context.state.now()) == "ended":
        raise KeyError("Call")
    return call, body


def _needed(body: Row, name: str) -> str:
    """The text that a body must hold under a name."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise FieldError(f"{name} is required")
    return value


def _put_actions(context: StringeeContext) -> Row | Response:
    call, body = _under_way(context, "actions")
    if not is_script(body["actions"]):
        return failure(context.vendor_settings, _BAD_SCRIPT, "SCCO is not correct")
    call.actions += body["actions"]
    return {"r": 0, "message": "Success"}


def _transfer(context: StringeeContext) -> Row:
    call, body = _under_way(context, "fromUserId", "to")
    call.added.append(body)
    return {"r": 0, "message": "Success"}


def _add_user(context: StringeeContext) -> Row:
    call, body = _under_way(context, "from", "to")
    call.added.append(body)
    return {"r": 0, "message": "Success"}


ACTS: dict[str, Act] = {
    "calls.make": _make,
    "calls.stop": _stop,
    "calls.put_actions": _put_actions,
    "calls.transfer_call": _transfer,
    "calls.add_user": _add_user,
}
"""What carries out each operation."""
