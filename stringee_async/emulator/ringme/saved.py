"""What is saved of a RingMe customer, and of the applications and tokens of all customers."""

from ..saving.forms import (
    CONTENT,
    FLAG,
    MOMENT,
    NUMBERS,
    OBJECT,
    OPTIONAL_TEXT,
    ROWS,
    SECONDS,
    SOURCE,
    TEXT,
    WHOLE,
    mapping,
    optional,
    pair,
    record,
    sequence,
)
from ..saving.parts import Part, Parts, store_parts
from .call_flow import PlayedCall
from .call_history import Recorded
from .state import RingMeState

_CALL = record(
    PlayedCall, id=TEXT, live=TEXT, extension_id=WHOLE, flow=TEXT, caller=TEXT, called=TEXT, did=TEXT, callback=FLAG,
    placed=SECONDS, answered=optional(SECONDS), held=FLAG,
)  # fmt: skip
_NAMES = {"local": "local_agents", "remote": "remote_agents"}

_PARTS: dict[str, Part] = {
    "recorded": Part(
        "call_history.recorded", mapping(record(Recorded, content=CONTENT, ready=MOMENT, link=TEXT))
    ),
    "archived": Part("call_history.archived", ROWS),
    "callbacks": Part("callbacks", ROWS),
    "shown_numbers": Part("shown_numbers", mapping(TEXT, int)),
    "sound_contents": Part("sound_contents", mapping(CONTENT, int)),
    "call_actions": Part("call_actions", sequence(sequence(OPTIONAL_TEXT, tuple))),
    "played_calls": Part("flow.calls", mapping(_CALL)),
    "limits": Part("limits", OBJECT),
    "client_card": Part("client_card", OBJECT),
    "user": Part("user", OBJECT),
    "next_ids": Part("_ids", mapping(NUMBERS), merged=True),
    "next_call": Part("_calls", NUMBERS),
}


def account_parts(state: RingMeState) -> Parts:
    """List the parts of a customer."""
    return {
        **store_parts("", state, int, _NAMES, hidden="hidden"),
        **store_parts("_live", state._live, str, hidden="hidden_calls"),
        **store_parts("call_history", state.call_history, str, hidden="hidden_records"),
        **_PARTS,
    }


SHARED: Parts = {
    "credentials": Part("credentials", mapping(sequence(TEXT, tuple), int), kept=True),
    "applications": Part("tokens._applications", mapping(pair(TEXT, WHOLE)), kept=True),
    "tokens": Part("tokens._tokens", mapping(pair(WHOLE, SECONDS)), kept=True),
    "token_source": Part("tokens._source", SOURCE, kept=True),
    "quota": Part("_quota._windows", mapping(pair(SECONDS, WHOLE), int)),
}
"""The applications of all customers, their tokens and their use of the quota."""
