"""The SIP phones of the call host, whose names begin with the number of the project.

Facts: the official page, and type definitions of a public project for updates. The emulator's own choices: a path may
leave the number out, and how a second phone of one name is refused.
"""

from ..state import Row
from .pages import cut_rows
from .request_context import EXISTS, Act, StringeeContext
from .tables import SIP_PHONES


def _create(context: StringeeContext) -> Row:
    row = context.values(SIP_PHONES.fields)
    name = f"{context.state.project}_{row['username']}"
    if name in context.state.sip_phones:
        return {"r": EXISTS, "message": "SIP phone existed", "sipusername": name}
    context.state.sip_phones[name] = {**row, "username": name}
    return {"r": 0, "sipusername": name, "message": "Success"}


def _list(context: StringeeContext) -> Row:
    page = cut_rows(context, SIP_PHONES, list(context.state.sip_phones.values()))
    rows = [SIP_PHONES.show(row) for row in page.rows]
    return {"r": 0, "message": "Success", "data": {"sipphones": rows, "total": f"{page.total}"}}


def _update(context: StringeeContext) -> Row:
    context.state.sip_phones[_found(context)].update(context.changes(SIP_PHONES.fields))
    return {"r": 0, "message": "Success"}


def _delete(context: StringeeContext) -> Row:
    del context.state.sip_phones[_found(context)]
    return {"r": 0, "message": "Success"}


def _found(context: StringeeContext) -> str:
    target, phones = context.call.target, context.state.sip_phones
    for name in (target, f"{context.state.project}_{target}"):
        if name in phones:
            return name
    raise KeyError(SIP_PHONES.label)


ACTS: dict[str, Act] = {
    "sip_phones.create": _create,
    "sip_phones.list": _list,
    "sip_phones.update": _update,
    "sip_phones.delete": _delete,
}
"""What carries out each operation."""
