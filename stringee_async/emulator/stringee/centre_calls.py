"""The calls of the contact centre: an agent is rung for a customer, a call is handed over.

Facts: the official pages on both, and public projects for the text about an agent that is not there or busy. The
emulator's own choices: ``r`` -1 for every refusal, that a number must be added and allowed to call out, and that the
agent picks up at once.
"""

from typing import Any, cast

from ..state import Row
from .fields import FieldError
from .request_context import NOT_FOUND, Act, StringeeContext

_FIELDS = (
    "agentUserId",
    "toAgentFromNumberDisplay",
    "toAgentFromNumberDisplayAlias",
    "toCustomerFromNumber",
    "customerNumber",
)
_BUSY = "AGENT_NOT_FOUND_OR_IN_ANOTHER_CALL"


def _call_out(context: StringeeContext) -> Row:
    body, state = context.body(), context.state
    for name in _FIELDS:
        _text(body, name)
    agent = body["agentUserId"]
    if not state.is_free(agent):
        return {"r": NOT_FOUND, "msg": _BUSY}
    numbers = state.rows_where("numbers", number=body["toCustomerFromNumber"])
    if not any(number["allow_outbound_calls"] for number in numbers):
        raise KeyError("Number")
    call_id = state.call_out(agent, body["customerNumber"], body["toCustomerFromNumber"])
    told: Row = {"callId": call_id} if context.vendor_settings.call_out_id else {}
    return context.envelope("Success", told)


def _transfer(context: StringeeContext) -> Row:
    body, state = context.body(), context.state
    call = state.centre_calls.get(_text(body, "callId"))
    given = body.get("to")
    to: Row = cast("Row", given) if isinstance(given, dict) else {}
    if to.get("type") not in ("internal", "external"):
        raise FieldError("to must be an object with the type internal or external")
    number = _text(to, "number")
    if body.get("transferType", "blind") not in ("blind", "attended"):
        raise FieldError("transferType must be blind or attended")
    if call is None or call["ended"]:
        return {"r": NOT_FOUND, "msg": "Call not found", "data": {}}
    if to["type"] == "internal":
        if not state.rows_where("agents", stringee_user_id=number):
            return {"r": NOT_FOUND, "msg": "Agent not found", "data": {}}
        call["agent"] = number
    call["transfers"].append(to)
    return {"r": 0, "msg": "", "data": {}}


def _text(body: Any, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise FieldError(f"{name} is required")
    return value


ACTS: dict[str, Act] = {"calls.call_out": _call_out, "calls.transfer": _transfer}
"""What carries out each operation."""
