"""The menus (IVR) in front of a project's numbers: what a caller who presses keys, or none, comes to.

Facts: the official pages on IVR nodes and key presses. The emulator's own choices: a node waits ``keypress_timeout`` for a key,
as often as ``loop_count`` says, and then the call ends; a key that leads nowhere plays the node again; actions that the
vendor has only announced end the call.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..background import Background
from .call import LiveCall
from .call_flow import FAILED, HUNG_UP, CallFlow

_QUEUE, _PHONE, _NODE, _END = 2, 3, 4, 6
_NO_KEY, _OTHER_KEY = "EMPTY_KEY", "INVALID_KEY"


class Menu:
    """The menus of a project.

    Args:
        flow: rings telephones and ends calls.
        background: owns the timers.
        node: returns the row of a node; None if there is none.
        key: returns what a key of a node does; None if nothing.
        on_wait: takes a call that waits in a queue from now on.
    """

    def __init__(
        self,
        flow: CallFlow,
        background: Background,
        *,
        node: Callable[[str], Mapping[str, Any] | None],
        key: Callable[[str, str], Mapping[str, Any] | None],
        on_wait: Callable[[LiveCall], None],
    ) -> None:
        self._flow = flow
        self._background = background
        self._node = node
        self._key = key
        self._on_wait = on_wait

    def play(self, call: LiveCall) -> None:
        """Play the node that a call is at, and wait for a key."""
        node = self._node(call.node)
        if node is None:
            self._flow.end(call, FAILED, "INTERNAL")
            return
        call.plays += 1
        turn, again = (call.node, call.plays), call.plays < node["loop_count"]

        def silent() -> None:
            if not call.over and (call.node, call.plays) == turn:
                self._silent(call, again=again)

        self._background.later(node["keypress_timeout"], silent)

    def press(self, call: LiveCall, key: str) -> None:
        """Follow a key that the caller presses; KeyError if the call is at no node."""
        if call.over or not call.node:
            raise KeyError(call.id)
        row = self._key(call.node, key) or self._key(call.node, _OTHER_KEY)
        if row is None:
            self.play(call)
        else:
            self._follow(call, row)

    def _silent(self, call: LiveCall, *, again: bool) -> None:
        row = self._key(call.node, _NO_KEY)
        if row is not None:
            self._follow(call, row)
        elif again:
            self.play(call)
        else:
            self._flow.end(call, HUNG_UP, "INTERNAL")

    def _follow(self, call: LiveCall, row: Mapping[str, Any]) -> None:
        action, call.plays = row["action"], 0
        call.node = row["next_node"] if action == _NODE else ""
        if action == _NODE:
            self.play(call)
        elif action == _QUEUE:
            call.queue = row["queue_id"]
            self._on_wait(call)
        elif action == _PHONE:
            number = row["to_phone_number"]
            call.called = [{"type": "external", "number": number, "alias": number}]
            self._flow.ring(call)
        else:
            self._flow.end(call, HUNG_UP if action == _END else FAILED, "INTERNAL")
