"""The SIP accounts of the contact centre, whose key is the user name and whose rows show passwords.

Facts: type definitions of a public project; how a second account of one name is refused is the emulator's own choice.
"""

from ..state import Row
from .pages import listed
from .request_context import EXISTS, Act, StringeeContext
from .tables import SIP_ACCOUNTS

_FILTERS = {"username": "user_name", "stringee_user_id": "stringee_user_id", "extension": "extension"}


def _create(context: StringeeContext) -> Row:
    row = context.values(SIP_ACCOUNTS.fields)
    if row["user_name"] in context.state.sip_accounts:
        return {"r": EXISTS, "msg": "SIP account existed"}
    context.state.sip_accounts[row["user_name"]] = row
    return {"r": 0, "msg": "Success", "res_create_subscriber": 1}


def _list(context: StringeeContext) -> Row:
    query = context.call.query
    wanted = {column: query[name] for name, column in _FILTERS.items() if name in query}
    rows = [
        row
        for row in context.state.sip_accounts.values()
        if all(str(row[column]) == value for column, value in wanted.items())
    ]
    return listed(context, SIP_ACCOUNTS, rows, {"r": 0, "msg": "Success"})


def _update(context: StringeeContext) -> Row:
    row = _found(context)
    row.update(context.changes(SIP_ACCOUNTS.fields))
    return {"r": 0, "msg": "Success", "res_update_subscriber": True}


def _delete(context: StringeeContext) -> Row:
    _found(context)
    del context.state.sip_accounts[context.call.target]
    return {"r": 0, "msg": "Success", "res_delete_subscriber": True}


def _found(context: StringeeContext) -> Row:
    row = context.state.sip_accounts.get(context.call.target)
    if row is None:
        raise KeyError(SIP_ACCOUNTS.label)
    return row


ACTS: dict[str, Act] = {
    "sip_accounts.create": _create,
    "sip_accounts.list": _list,
    "sip_accounts.update": _update,
    "sip_accounts.delete": _delete,
}
"""What carries out each operation."""
