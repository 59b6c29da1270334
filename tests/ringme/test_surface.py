"""The public surface of the RingMe client is a contract: names, signatures, docstrings, exports."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any

import attrs
import pytest

import stringee_async.ringme
from stringee_async import UNSET, RingMeClient
from stringee_async.core.client import ClientOptions
from stringee_async.core.model import Model
from stringee_async.core.resource import Resource
from stringee_async.ringme.client import RingMeOptions

from ..kit import parameters_of
from .rig import CLIENT_ID, CLIENT_SECRET, URL

EVENT = "event_type method url client_id='@me'"
WRITTEN: dict[str, dict[str, str]] = {
    # resource: method: parameters; `*` begins the keyword-only ones, `=` marks optional ones, `**` takes more settings
    "agents.local": {
        "list": "* client_id='@me' extension_id= max_passes=3 strict=False",
        "create": "* extension_id client_id='@me' extra=None **",
        "get": "agent_id * client_id='@me'",
        "update": "agent_id * extension_id= client_id='@me' extra=None **",
        "delete": "agent_id * client_id='@me' remove_from_queues=True missing_ok=False",
        "find": "* extension_id client_id='@me'",
        "ensure": "* extension_id client_id='@me' extra=None **",
    },
    "agents.remote": {
        "list": "* client_id='@me' max_passes=3 strict=False",
        "create": "* number client_id='@me' extra=None **",
        "get": "agent_id * client_id='@me'",
        "update": "agent_id * number= client_id='@me' extra=None **",
        "delete": "agent_id * client_id='@me' remove_from_queues=True missing_ok=False",
        "find": "* number client_id='@me'",
        "ensure": "* number client_id='@me' extra=None **",
    },
    "queues": {
        "get": "extension_id *",
        "update": "extension_id * extra=None **",
        "status": "extension_id *",
        "members": "extension_id * strict=False",
    },
    "extensions": {
        "list": "* type=None client_id='@me' page_size=30 read_ahead=0 max_passes=3 strict=False",
        "create": "* name type client_id='@me' extra=None **",
        "get": "extension_id * client_id='@me'",
        "update": "extension_id * client_id='@me' extra=None **",
        "delete": "extension_id * client_id='@me' missing_ok=False",
        "find": "* name client_id='@me'",
        "ensure": "* name type client_id='@me' extra=None **",
    },
    "extension_agents": {
        "list": "extension_id * max_passes=3 strict=False",
        "create": "extension_id * name extra=None **",
    },
    "extension_events": {
        "list": "extension_id * max_passes=3 strict=False",
        "create": "extension_id * event_type method url extra=None",
        "get": "extension_id event_id *",
        "update": "extension_id event_id * event_type= method= url= extra=None",
        "delete": "extension_id event_id * missing_ok=False",
        "delete_all": "extension_id *",
        "find": "extension_id * event_type method url",
        "ensure": "extension_id * event_type method url extra=None",
    },
    "sounds": {
        "list": "* client_id='@me' id= title= own_only= max_passes=3 strict=False",
        "upload": "file * title filename=None client_id='@me'",
        "replace": "sound_id file * title= filename=None client_id='@me'",
        "get": "sound_id * client_id='@me'",
        "rename": "sound_id * title client_id='@me'",
        "delete": "sound_id * client_id='@me' missing_ok=False",
    },
    "current_calls": {
        "list": "* client_id='@me' max_passes=3 strict=False",
        "of_extension": "extension_id * strict=False",
        "act": "extension_id call_api_id * action send_dst=",
        "drop": "extension_id call_api_id * missing_ok=False",
    },
    "limits": {"get": "* client_id='@me'"},
    "client_card": {"get": "* client_id='@me'", "update": "fields * client_id='@me'"},
}
for _kind in ("local", "remote"):
    WRITTEN[f"queue_agents.{_kind}"] = {
        "list": "extension_id * max_passes=3 strict=False",
        "add": "extension_id * agent_id level= position= extra=None",
        "get": "extension_id agent_id *",
        "update": "extension_id agent_id * level= position= extra=None",
        "remove": "extension_id agent_id * missing_ok=False",
        "find": "extension_id * agent_id",
        "ensure": "extension_id * agent_id level= position= extra=None",
    }
    WRITTEN[f"agent_events.{_kind}"] = {
        "list": "agent_id * client_id='@me' max_passes=3 strict=False",
        "create": f"agent_id * {EVENT} extra=None",
        "get": "agent_id event_id * client_id='@me'",
        "update": "agent_id event_id * event_type= method= url= client_id='@me' extra=None",
        "delete": "agent_id event_id * client_id='@me' missing_ok=False",
        "find": f"agent_id * {EVENT}",
        "ensure": f"agent_id * {EVENT} extra=None",
    }
METHODS = [(name, method) for name, row in WRITTEN.items() for method in row]


def resources() -> dict[str, Any]:
    """Find every resource of a client, those that are kept by kind too."""
    client = RingMeClient(CLIENT_ID, CLIENT_SECRET, url=URL)
    found: dict[str, Any] = {}
    for name, value in vars(client).items():
        if name.startswith("_") or name == "auth":
            continue
        kinds = (
            {name: value}
            if isinstance(value, Resource)
            else {f"{name}.{k}": v for k, v in vars(value).items()}
        )
        found.update(kinds)
    return found


RESOURCES = resources()


def test_every_public_method_of_a_resource_is_in_the_contract() -> None:
    """No resource, and no public method of one, is unknown to the tests here."""
    public = {
        name: {method for method, _ in inspect.getmembers(resource, callable) if method[0] != "_"}
        for name, resource in RESOURCES.items()
    }
    assert public == {name: set(row) for name, row in WRITTEN.items()}


@pytest.mark.parametrize(("resource", "method"), METHODS)
def test_methods_have_the_written_signatures(resource: str, method: str) -> None:
    """Identifying parameters first and positional, the rest keyword-only, with the written names and defaults."""
    function = getattr(RESOURCES[resource], method)
    parameters = parameters_of(function)
    written = WRITTEN[resource][method]
    positional, keywords = (part.split() for part in written.removesuffix("**").split("*"))
    if written.endswith("**"):
        plain = inspect.signature(function).parameters
        assert plain["settings"].kind is inspect.Parameter.VAR_KEYWORD
        parameters = {name: p for name, p in parameters.items() if name in plain or f"{name}=" in keywords}
    assert [name for name, p in parameters.items() if p.kind is p.POSITIONAL_OR_KEYWORD] == positional
    seen = []
    for name, p in parameters.items():
        if p.kind is p.KEYWORD_ONLY:
            default = "" if p.default is p.empty else "=" if p.default is UNSET else f"={p.default!r}"
            seen.append(name + default)
    assert sorted(seen) == sorted(keywords)
    assert inspect.iscoroutinefunction(function) is (method != "list")


@pytest.mark.parametrize(("resource", "method"), METHODS)
def test_resource_methods_say_everything(resource: str, method: str) -> None:
    """A method documents each argument, what it raises, and whether it is safe to repeat."""
    function = getattr(RESOURCES[resource], method)
    text = inspect.getdoc(function) or ""
    assert "\nRaises:\n" in text
    assert re.search(r"safe\s+to\s+repeat", text, re.IGNORECASE), "is a repeat safe?"
    arguments = text.split("\nArgs:\n")[1].split("\n\n")[0]
    documented = re.findall(r"^    (\w+): ", arguments, re.MULTILINE)
    assert documented == list(inspect.signature(function).parameters)
    if method in {"create", "add", "upload", "act"}:
        assert "OutcomeUnknownError" in text
        assert re.search(r"Not\s+safe\s+to\s+repeat", text)
    if method in {"create", "update", "add", "ensure", "list", "upload", "replace", "rename"}:
        assert "\nReturns:\n" in text


def test_the_client_takes_what_is_written() -> None:
    """Id, secret, then url by keyword without a default, then the options that every client takes."""
    parameters = inspect.signature(RingMeClient).parameters
    assert list(parameters) == ["client_id", "client_secret", "url", "options"]
    assert parameters["url"].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["url"].default is inspect.Parameter.empty
    assert set(RingMeOptions.__annotations__) == {*ClientOptions.__annotations__, "url"}
    with pytest.raises(TypeError, match="url"):
        RingMeClient(CLIENT_ID, CLIENT_SECRET)  # type: ignore[call-arg]


def test_the_package_exports_models_constants_and_webhooks() -> None:
    """`__all__` is sorted and without doubles, can be imported, and holds every model and every constant."""
    package = stringee_async.ringme
    names = package.__all__
    assert names == sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    for name in names:
        assert getattr(package, name) is not None
    models = {kind.__name__ for kind in _models(Model) if kind.__module__.startswith(package.__name__)}
    assert models <= set(names)


def _models(kind: type[Any]) -> list[type[Any]]:
    """Return the models below a class; `as_struct` leaves its argument behind until Python collects it."""
    return [
        found
        for child in kind.__subclasses__()
        for found in (child, *_models(child))
        if attrs.has(found) and getattr(sys.modules[found.__module__], found.__name__, None) is found
    ]


@pytest.mark.parametrize(
    "kind", [kind for kind in _models(Model) if ".ringme." in kind.__module__], ids=lambda kind: kind.__name__
)
def test_models_are_frozen_and_ask_for_nothing_but_their_key(kind: type[Any]) -> None:
    """Every model is frozen, made by keyword, and has at most its key and what makes it useful as required fields."""
    fields = attrs.fields(kind)
    required = [field.name for field in fields if field.default is attrs.NOTHING]
    assert set(required) <= {"id", "agent_id", "call_api_id", "agent_status", "event_type"}
    assert all(field.kw_only for field in fields)
    assert all(field.default is None for field in fields if field.name not in required)
    made = kind(**dict.fromkeys(required, 1))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.anything = 1
