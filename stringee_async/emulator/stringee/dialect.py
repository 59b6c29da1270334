"""The dialect of the Stringee contact-centre API: paths, token, envelope, pages, and what each call does.

Logical failures are HTTP 200 with ``r`` other than 0. ``r`` -1 is "not found", 2 "exists" with the existing
id, 5 and 45 a bad token, and 3 (the emulator's own choice) a field that is missing or of the wrong kind.
Fields that a resource does not have are passed over. Tables are in ``stringee/tables.py`` and
``stringee/state.py``; reading of body fields is in ``stringee/fields.py``, pages are in ``stringee/pages.py``.
"""

import random
import string
import time
from collections.abc import Callable, Mapping
from typing import Any, TypedDict
from urllib.parse import unquote

from ..dialect import Call, Response, json_answer
from ..settings import Settings
from ..state import Row
from . import users
from .auth import Keyring
from .fields import FieldError, read_fields, read_object
from .pages import PageError, data_block, page_number
from .state import StringeeState
from .tables import CALL_SETTINGS, CALL_SETTINGS_PATH, GROUP_AGENTS, RESOURCES, Resource

NOT_FOUND, BAD_FIELD, EXISTS, BAD_KEY, NO_REST_API, THROTTLED = -1, 3, 2, 5, 45, 429

_FIRST_PROJECT, _FIRST_ACCOUNT = 246, 408
_VERBS = {"POST": "create", "GET": "list", "PUT": "update", "DELETE": "delete"}
_LINK_VERBS = {"POST": "add", "GET": "list", "DELETE": "remove"}
_BY_PATH = {resource.path: resource for resource in RESOURCES}
_BY_NOUN = {resource.noun: resource for resource in RESOURCES}


class StringeeArguments(TypedDict):
    """What ``Emulator.stringee`` gives: keyword arguments of a Stringee client."""

    key_sid: str
    key_secret: str
    icc_url: str
    api_url: str


class StringeeDialect:
    """Understands, checks and carries out calls of the contact-centre API; it holds one state per project.

    Args:
        settings: the emulator's settings, read anew for each call.
        seed: start of the sources of ids and keys.
    """

    def __init__(self, settings: Settings, seed: str) -> None:
        self.settings = settings
        self.keyring = Keyring()
        self.projects: dict[int, StringeeState] = {}
        self.credentials: dict[int, tuple[str, str]] = {}
        self._seed = seed
        self._acts: dict[str, Callable[[Call, StringeeState, Resource], Row]] = {
            "create": self._create,
            "add": self._create,
            "list": self._list,
            "update": self._update,
            "delete": self._delete,
            "remove": self._remove,
        }
        self._operations = {
            f"{resource.noun}.{verb}": verb == "list"
            for resource in RESOURCES
            for verb in _verbs(resource).values()
        } | {"call_settings.get": False, "call_settings.update": False, **users.OPERATIONS}
        self.project(0)

    @property
    def vendor(self) -> str:
        """``stringee``."""
        return "stringee"

    @property
    def operations(self) -> Mapping[str, bool]:
        """Each operation's name, with whether it is a paged list."""
        return self._operations

    @property
    def whole_lists(self) -> frozenset[str]:
        """None: every list has pages."""
        return frozenset()

    def project(self, number: int) -> StringeeState:
        """The state of a project; it is made, with a key pair of its own, when first asked for.

        Args:
            number: 0 for the first, and so on.

        Raises:
            ValueError: the number is negative.
        """
        if number < 0:
            raise ValueError(f"project must be 0 or more, not {number!r}")
        state = self.projects.get(number)
        if state is None:
            seed = f"{self._seed}:stringee:{number}"
            state = StringeeState(_FIRST_PROJECT + number, _FIRST_ACCOUNT + number, f"{seed}:ids")
            self.projects[number] = state
            self.credentials[number] = pair = _key_pair(f"{seed}:key")
            self.keyring.add(*pair, number)
        return state

    # -- understanding ---------------------------------------------------------------------------------

    def understand(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Call | None:
        """Find the operation of a request; None if there is none. One trailing slash is passed over."""
        trimmed = path.removesuffix("/")
        if trimmed == CALL_SETTINGS_PATH and method in ("GET", "PUT"):
            verb = "get" if method == "GET" else "update"
            return Call(operation=f"call_settings.{verb}", headers=headers, query=query, body=body)
        if (operation := users.operation(method, trimmed)) is not None:
            page = page_number(query) if users.OPERATIONS[operation] else 0
            return Call(operation=operation, headers=headers, query=query, body=body, page=page)
        resource, target = _BY_PATH.get(trimmed), ""
        if resource is None:
            above, _, last = trimmed.rpartition("/")
            resource, target = _BY_PATH.get(above), unquote(last)
        if resource is None:
            return None
        verb = _verbs(resource).get(method, "")
        needs_target = verb in ("update", "delete")
        if not verb or bool(target) != needs_target:
            return None
        call = Call(
            operation=f"{resource.noun}.{verb}", headers=headers, query=query, body=body, target=target
        )
        if verb == "list":
            call.page = page_number(query)
        return call

    # -- credentials and refusals ----------------------------------------------------------------------

    def authenticate(self, call: Call, now: float) -> Response | None:
        """Check ``X-STRINGEE-AUTH``; the refusal, or None and the project's number in ``call.account``."""
        token = call.headers.get("X-STRINGEE-AUTH", "")
        verdict, project = self.keyring.judge(token, now, self.settings.max_token_lifetime)
        if verdict == "good":
            call.account = str(project)
            return None
        if verdict == "no_cty":
            return self._failure(BAD_KEY, "keySid invalid", status=403)
        if verdict == "no_rest_api":
            return self._failure(
                NO_REST_API, "rest_api claim missing", status=int(self.settings.auth_failure)
            )
        return self.refuse_expired(call)

    def refuse_expired(self, call: Call) -> Response:  # noqa: ARG002
        """The response that a call with an expired token gets, in the style of ``auth_failure``."""
        return self._failure(BAD_KEY, "keySid invalid", status=int(self.settings.auth_failure))

    def throttled(self) -> Response:
        """HTTP 429 with a JSON body."""
        return self._failure(THROTTLED, "Too many requests", status=429)

    def expire_tokens(self) -> None:
        """Refuse from now on every token that was seen so far."""
        self.keyring.refuse_seen()

    # -- acting ------------------------------------------------------------------------------------------

    def act(self, call: Call) -> Response:
        """Carry an authenticated call out."""
        state = self.projects[int(call.account)]
        noun, _, verb = call.operation.partition(".")
        try:
            if noun == "call_settings":
                return json_answer(self._call_settings(call, state, verb))
            if noun == "users":
                return json_answer(users.act(call, state))
            return json_answer(self._acts[verb](call, state, _BY_NOUN[noun]))
        except (FieldError, PageError) as error:
            return self._failure(BAD_FIELD, str(error))
        except KeyError as error:
            return self._failure(NOT_FOUND, f"{error.args[0]} not found")

    def _create(self, call: Call, state: StringeeState, resource: Resource) -> Row:
        values = read_fields(resource, read_object(call.body), update=False)
        self._check_references(state, resource, values)
        existing = self._duplicate(state, resource, values)
        if existing is not None:
            return self._envelope(
                state, EXISTS, f"{resource.label} existed", self._ids(state, resource, values, existing)
            )
        key = state.insert(resource, values)
        if self.settings.read_lag > 0.0:
            state.hide(key, time.monotonic() + self.settings.read_lag)
        return self._envelope(
            state, 0, f"Create {resource.label.lower()} success", self._ids(state, resource, values, key)
        )

    def _ids(self, state: StringeeState, resource: Resource, values: Row, key: str) -> Row:
        """The ids that the response to a create shows at the top level."""
        if resource is GROUP_AGENTS:
            return {"agentID": values["agent_id"], "groupID": values["group_id"]}
        if resource.noun == "ivr_nodes":
            root = state.ivr_trees[values["tree"]]["root_node"]
            return {resource.id_key: key, "isRootNode": root == key}
        return {resource.id_key: key}

    def _list(self, call: Call, state: StringeeState, resource: Resource) -> Row:
        table = state.tables[resource.noun]
        ids: list[str] | None = None
        if resource.parent is not None:
            parameter, column, parent = resource.parent
            value = call.query.get(parameter, "")
            if not value:
                raise FieldError(f"{parameter} is required")
            _find(state, parent, value)
            ids = table.where(**{column: value})
        elif resource.noun == "agents" and self.settings.honour_filters and "stringee_user_id" in call.query:
            ids = table.where(stringee_user_id=call.query["stringee_user_id"])
        if state.hidden:
            ids = state.hidden.without(table if ids is None else ids)
        data = data_block(call, resource, table.rows(ids), state, self.settings)
        response = self._envelope(state, 0, "Success", {})
        return response if data is ... else {**response, "data": data}

    def _update(self, call: Call, state: StringeeState, resource: Resource) -> Row:
        row = _find(state, resource.noun, call.target)
        values = read_fields(resource, read_object(call.body), update=True)
        self._check_references(state, resource, values)
        twin = self._duplicate(state, resource, {**row, **values}, but=call.target)
        if twin is not None:
            return self._envelope(state, EXISTS, f"{resource.label} existed", {resource.id_key: twin})
        state.tables[resource.noun].change(call.target, **values)
        response = self._envelope(state, 0, f"Update {resource.label.lower()} success", {})
        if resource.noun == "group_routings":  # the page's sample leaves it out
            response.pop("project", None)
        return response

    def _delete(self, call: Call, state: StringeeState, resource: Resource) -> Row:
        _find(state, resource.noun, call.target)
        state.remove(resource.noun, call.target)
        return self._envelope(state, 0, f"Delete {resource.label.lower()} success", {})

    def _remove(self, call: Call, state: StringeeState, resource: Resource) -> Row:
        values = read_fields(resource, read_object(call.body), update=False)
        found = state.tables[resource.noun].where(**{column: values[column] for column in resource.natural})
        if not found:
            raise KeyError(resource.label)
        state.remove(resource.noun, found[0])
        return self._envelope(state, 0, f"Delete {resource.label.lower()} success", {})

    def _call_settings(self, call: Call, state: StringeeState, verb: str) -> Row:
        if verb == "get":
            response = self._envelope(state, 0, "Success", {"callSetting": state.call_settings})
            response.pop("project", None)
            return response
        body = read_object(call.body)
        state.call_settings.update({name: body[name] for name, _ in CALL_SETTINGS if name in body})
        return self._envelope(state, 0, "Update call settings success", {})

    def _check_references(self, state: StringeeState, resource: Resource, values: Row) -> None:
        """Respond "not found" for an id that names nothing."""
        for field in resource.fields:
            value = values.get(field.name)
            if field.refers and value:
                _find(state, field.refers, value)

    def _duplicate(
        self, state: StringeeState, resource: Resource, values: Mapping[str, Any], but: str = ""
    ) -> str | None:
        """The id of another row with the same natural key, if uniqueness is on."""
        if not (self.settings.unique and resource.natural):
            return None
        found = state.tables[resource.noun].where(**{column: values[column] for column in resource.natural})
        return next((key for key in found if key != but), None)

    # -- the envelope ------------------------------------------------------------------------------------

    def _failure(self, code: int, text: str, status: int = 200) -> Response:
        """A refusal: ``r`` and the text; refusals have no project."""
        return json_answer({"r": code, **self._text(text)}, status)

    def _envelope(self, state: StringeeState, code: int, text: str, more: Row) -> Row:
        """``r``, project, the given fields, and the text."""
        form = self.settings.project_as
        project: Row = {}
        if form != "missing":
            project["project"] = state.project if form == "int" else str(state.project)
        return {"r": code, **project, **more, **self._text(text)}

    def _text(self, text: str) -> Row:
        """The human text under the name that the settings say."""
        form = self.settings.message_key
        if form == "both":
            return {"message": text, "msg": text}
        return {} if form == "none" else {form: text}


def _verbs(resource: Resource) -> dict[str, str]:
    """HTTP methods to verbs; memberships have no id, so they are added and removed instead."""
    return _LINK_VERBS if resource is GROUP_AGENTS else _VERBS


def _find(state: StringeeState, noun: str, key: str) -> Mapping[str, Any]:
    """Look a row up by id; a KeyError with the resource's label if there is none."""
    row = state.tables[noun].get(key)
    if row is None or key in state.hidden:
        raise KeyError(_BY_NOUN[noun].label)
    return row


def _key_pair(seed: str) -> tuple[str, str]:
    """Make a key SID and a secret of 48 characters."""
    source = random.Random(seed)  # noqa: S311
    signs = string.ascii_letters + string.digits
    return "SK" + "".join(source.choices(signs, k=30)), "".join(source.choices(signs, k=48))
