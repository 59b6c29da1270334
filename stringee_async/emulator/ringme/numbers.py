"""The operations on numbers, on what an extension shows, and on callbacks.

Facts: the second reference, sections 5 and 7. The emulator's own choices: an extension shows no number but the client's
own, and a callback is a call at its extension, whose sources pick up after ``ring_seconds``.
"""

import hashlib
import re
from typing import Any

from ..dialect import Response, json_response
from .call_tables import CALLBACK
from .refusal import Refusal
from .request_context import Act, RingMeContext
from .tables import DIDS

_KEYS = re.compile(r"[0-9*#Ww]+|.*\$cv\(.*")


def _did(context: RingMeContext) -> int:
    return context.seen_key("dids", context.number("did"))


def _attach(context: RingMeContext) -> Response:
    key, values = _did(context), context.changes(DIDS.fields)
    if values.get("extension_id") is not None:
        context.seen_key("extensions", values["extension_id"])
    context.state.dids.change(key, **values)
    return context.found("dids", key)


def _shown(context: RingMeContext) -> Response:
    return json_response({"default": context.state.shown_numbers.get(context.extension())})


def _show(context: RingMeContext) -> Response:
    key, number = context.extension(), context.body().get("ani_number")
    if not isinstance(number, str) or not context.state.dids.where(name=number):
        raise Refusal("ani_number must be one of the client's numbers")
    context.state.shown_numbers[key] = number
    return _shown(context)


def _sources(given: list[Any]) -> list[str]:
    """Return who is rung first, if that is an array of texts."""
    if type(given) is not list or not given or not all(isinstance(one, str) for one in given):
        raise Refusal("src_num must be an array of strings")
    return given


def _call_back(context: RingMeContext) -> Response:
    key, state = context.extension(), context.state
    if not state.is_phone(key):
        raise Refusal("The extension must be a phone")
    values = context.values(CALLBACK)
    keys = context.body().get("dst_dtmf")
    if keys is not None and not (isinstance(keys, str) and _KEYS.fullmatch(keys)):
        raise Refusal("dst_dtmf must be keys")
    sources = _sources(values["src_num"])
    for source in sources:
        for found in state.extensions.where(name=state.full_name(source)):
            if state.extensions[found]["type"] in ("queue", "ivr"):
                raise Refusal("src_num must not be a queue or an IVR")
    call = hashlib.sha256(f"callback:{state.client_id}:{len(state.callbacks)}".encode()).hexdigest()[:32]
    state.callbacks.append({**context.body(), "extension_id": key, "call_id": call})
    live = state.play_call(key, "out", caller=sources[0], called=values["dst_num"], callback=call)
    return json_response({"call_id": call, "call_api_id": live}, int(context.vendor_settings.created))


ACTS: dict[str, Act] = {
    "dids.list": lambda context: context.listed("dids", context.state.rows_where("dids")),
    "dids.get": lambda context: context.found("dids", _did(context)),
    "dids.attach": _attach,
    "shown_numbers.get": _shown,
    "shown_numbers.update": _show,
    "callback.create": _call_back,
}
"""What carries out each operation."""
