"""Text messages: each has a result of its own, and the response has no ``r``.

Facts: the official page on SMS. The emulator's own choices: every message costs 300, and those to the numbers in
``state.sms_refused`` are refused with the code 1.
"""

from ..state import Row
from .fields import FieldError, array, json_object
from .request_context import Act, StringeeContext


def _send(context: StringeeContext) -> Row:
    messages = list(map(json_object, array(context.body().get("sms"))))
    if not messages:
        raise FieldError("sms must be an array")
    if not all(message.get(name) for message in messages for name in ("from", "to", "text")):
        raise FieldError("from, to and text are required")
    results = [_result(context, message) for message in messages]
    return {"smsSent": sum(result["r"] == 0 for result in results), "result": results}


def _result(context: StringeeContext, message: Row) -> Row:
    """Send one message, or refuse it."""
    if message["to"] in context.state.sms_refused:
        return {"price": "0", "smsType": 0, "r": 1, "msg": "Phone number is invalid"}
    context.state.sms.append(message)
    return {"price": "300", "smsType": 2, "r": 0, "msg": "Success"}


ACTS: dict[str, Act] = {"sms.send": _send}
"""What carries out each operation."""
