"""Rooms of video conferences.

Facts: the official page on rooms, and public projects for the list and the id of a new room. The emulator's own choices:
a unique name that exists gets ``r`` 2 with the room's id, and an unknown room ``r`` -1.
"""

from ..dialect import with_page_fault
from ..state import Row
from .fields import FieldError
from .request_context import EXISTS, Act, StringeeContext


def _create(context: StringeeContext) -> Row:
    body, rooms = context.body(), context.state.rooms
    name, unique = (_text(body, field) for field in ("name", "uniqueName"))
    found = next((key for key, room in rooms.items() if room["uniqueName"] == unique), None)
    if found is not None:
        return {"r": EXISTS, "msg": "Room existed", "roomId": found}
    key = context.state.new_room_id()
    rooms[key] = {"roomId": key, "name": name, "uniqueName": unique}
    return {"r": 0, "msg": "Success", "roomId": key}


def _list(context: StringeeContext) -> Row:
    rows, _ = with_page_fault(context.call, list(context.state.rooms.values()), 1)
    return {"r": 0, "msg": "Success", "list": list(rows)}


def _delete(context: StringeeContext) -> Row:
    if context.state.rooms.pop(_text(context.body(), "roomId"), None) is None:
        raise KeyError("Room")
    return {"r": 0, "msg": "Delete success"}


def _text(body: Row, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise FieldError(f"{name} is required")
    return value


ACTS: dict[str, Act] = {"rooms.create": _create, "rooms.list": _list, "rooms.delete": _delete}
"""What carries out each operation."""
