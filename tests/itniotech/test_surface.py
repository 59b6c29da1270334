"""The public surface of ITNIO TECH is a contract: names, signatures, docstrings, frozen values."""

from __future__ import annotations

import inspect
import re
from typing import Any

import attrs
import pytest

import stringee_async
import stringee_async.itniotech
from stringee_async import ConfigError, ItniotechClient, Model
from stringee_async.core.client import ClientOptions
from stringee_async.core.messages import Headers
from stringee_async.itniotech.client import ItniotechOptions

from ..kit import ScriptedTransport, parameters_of
from .rig import API_KEY, API_SECRET, client_over

PAGES = "page_size=50 read_ahead=0 max_passes=3 strict=False"
TRUNK = "type sip_trunk_name groups sip_trunk_state sip_prefix= sip_gateway_ip= sip_white_ip= sip_account= sip_password="

WRITTEN: dict[str, dict[str, str]] = {
    # resource: method: parameters; `*` begins the keyword-only ones, `=` marks optional ones
    "agent_groups": {
        "settings": "voice_group_id *",
        "update_settings": (
            "voice_group_id * show_recordings encrypt_numbers callin_strategy= timeout_transfer_sec= "
            "callin_auto_answer_sec= wrap_up_time= timeout_idle= timeout_wait_sec= turn_seat_ring= label_names= "
            "fs_node= extra="
        ),
        "list": f"* group_name= {PAGES}",
        "create": "* app_id group_name extra=",
        "rename": "voice_group_id * group_name extra=",
        "delete": "voice_group_id *",
        "find": "* group_name app_id=",
        "ensure": "* app_id group_name extra=",
        "upload_ring": "source * file_name=",
        "delete_ring": "voice_group_id *",
    },
    "team_leaders": {
        "list": f"* enabled= name= voice_group_ids= {PAGES}",
        "create": "* name voice_group_ids pet_name= extra=",
        "update": "key_id * emp_no name voice_group_ids pet_name= password= extra=",
        "delete": "key_ids *",
        "disable": "key_ids *",
        "enable": "key_ids *",
    },
    "agents": {
        "remaining": "voice_group_id *",
        "create_many": "voice_group_id * size display_num= ccode= extra=",
        "list": f"* enabled= name= voice_group_id= status= start_time= end_time= time_format= {PAGES}",
        "update": "key_id * voice_group_id name emp_no display_num= ccode= pet_name= password= extra=",
        "delete": "key_ids *",
        "disable": "key_ids *",
        "enable": "key_ids *",
        "set_priority": "voice_group_id priorities *",
        "credential": "account * expires",
    },
    "call_records": {
        "list": (
            "* start_time end_time voice_group_id= sip_group_name= agent_ids= agent_names= call_types= "
            f"hangup_reasons= called_or_caller= ccodes= hanging_directions= label_names= time_format= {PAGES}"
        ),
        "list_older": f"* start_time end_time time_format= {PAGES}",
    },
    "sip_trunks": {
        "list": f"* type= sip_trunk_name= {PAGES}",
        "create": f"* {TRUNK} extra=",
        "update": f"key_id * {TRUNK} extra=",
    },
    "tasks": {
        "upload_numbers": "source * file_name=",
        "submit": (
            "* file_path file_name type voice_group_ids= ccode= display_num= max_ringing_time= remark= app_id= "
            "callout_rate= extra="
        ),
        "resend": "task_id * resend_type",
        "list": (
            "* start_time= end_time= task_id= task_statuses= task_type= finish_flag= voice_group_ids= time_format= "
            f"{PAGES}"
        ),
        "details": f"task_id * called= sip_group_id= agent_ids= label_names= remark= statuses= {PAGES}",
    },
    "calls": {"make": "* callee account app_id display_num= called_info= extra="},
}
METHODS = [(resource, method) for resource, row in WRITTEN.items() for method in row]
LISTINGS = {"list", "list_older", "details"}
ONCE = {"create", "create_many", "upload_ring", "upload_numbers", "submit", "resend", "make"}


def function_of(resource: str, method: str) -> Any:
    return getattr(getattr(client_over(ScriptedTransport()), resource), method)


@pytest.mark.parametrize(("resource", "method"), METHODS)
def test_methods_have_the_written_signatures(resource: str, method: str) -> None:
    """Identifying parameters first and positional, the rest keyword-only, with the written names and defaults."""
    function = function_of(resource, method)
    parameters = parameters_of(function)
    positional, keywords = (part.split() for part in WRITTEN[resource][method].split("*"))
    assert [name for name, p in parameters.items() if p.kind is not p.KEYWORD_ONLY] == positional
    assert sorted(name for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY) == sorted(
        word.partition("=")[0] for word in keywords
    )
    for word in keywords:
        name, optional, default = word.partition("=")
        assert (parameters[name].default is not inspect.Parameter.empty) is bool(optional), name
        assert not default or repr(parameters[name].default) == default
    assert inspect.iscoroutinefunction(function) is (method not in LISTINGS)


def test_every_public_method_of_a_resource_is_in_the_contract() -> None:
    """No resource has a public method that the contract, and with it the tests here, do not know."""
    client = client_over(ScriptedTransport())
    resources = set(ItniotechClient.__annotations__)
    assert resources == set(WRITTEN)
    for resource in resources:
        public = {
            name for name, _ in inspect.getmembers(getattr(client, resource), callable) if name[0] != "_"
        }
        assert public == set(WRITTEN[resource])


@pytest.mark.parametrize(("resource", "method"), METHODS)
def test_resource_methods_say_everything(resource: str, method: str) -> None:
    """A method of a resource documents each argument, what it raises, and whether it is safe to repeat."""
    function = function_of(resource, method)
    text = inspect.getdoc(function) or ""
    assert "\nArgs:\n" in text
    assert "\nRaises:\n" in text
    assert re.search(r"safe\s+to\s+repeat", text, re.IGNORECASE), "is a repeat safe?"
    arguments = text.split("\nArgs:\n")[1].split("\n\n")[0]
    documented = set(re.findall(r"^    (\w+): ", arguments, re.MULTILINE))
    assert documented == set(inspect.signature(function).parameters)
    if method in LISTINGS:
        assert "\nReturns:\n" in text
    if method in ONCE or (resource, method) == ("agent_groups", "delete"):
        assert "OutcomeUnknownError" in text
        assert re.search(r"Not\s+safe\s+to\s+repeat", text)


def test_the_client_takes_what_is_written() -> None:
    """Key and secret first, then the keyword options that every client has, and a base URL with a default."""
    parameters = inspect.signature(ItniotechClient).parameters
    assert list(parameters) == ["api_key", "api_secret", "clock_offset", "options"]
    assert inspect.signature(ItniotechClient._set_up).parameters["url"].default == "https://api.itniotech.com"
    assert set(ItniotechOptions.__annotations__) == {"url", *ClientOptions.__annotations__}
    with pytest.raises(TypeError):
        ItniotechClient(API_KEY, API_SECRET, "https://x.example")  # type: ignore[misc]
    with pytest.raises(ConfigError, match="did you mean timeouts"):
        ItniotechClient(API_KEY, API_SECRET, timeout=3)  # type: ignore[call-arg]
    assert inspect.iscoroutinefunction(client_over(ScriptedTransport()).balance)


def test_the_package_exports_its_values() -> None:
    """`__all__` is sorted and whole: every model that a method returns can be imported from the package."""
    package = stringee_async.itniotech
    names = package.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    models = {
        value.__name__
        for module in vars(package).values()
        if inspect.ismodule(module)
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Model) and value.__module__ == module.__name__
    }
    assert models - {"Row", "EndedCall"} <= set(names)
    assert len(models) == 16
    assert stringee_async.ItniotechClient is package.ItniotechClient
    assert stringee_async.ItniotechAuth is package.ItniotechAuth


@pytest.mark.parametrize("name", stringee_async.itniotech.__all__)
def test_values_are_frozen_and_models_have_one_required_field_at_most(name: str) -> None:
    """Models and values cannot be changed; of a model every field but the id may be missing."""
    kind = getattr(stringee_async.itniotech, name)
    if not inspect.isclass(kind) or not attrs.has(kind):
        return
    fields = attrs.fields(kind)
    required = [field.name for field in fields if field.default is attrs.NOTHING]
    made = kind(**dict.fromkeys(required, "x"))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, fields[0].name, "other")
    if issubclass(kind, Model):
        assert len(required) <= 1
        assert all(field.kw_only for field in fields)
        assert all(field.default is None for field in fields if field.name not in required)
        words = {
            field.name for field in fields if re.search("password|called$|caller|called_info", field.name)
        }
        assert {field.name for field in fields if not field.repr} >= words


def test_headers_of_requests_are_frozen() -> None:
    """Nobody can put a credential into headers that others share."""
    headers = client_over(ScriptedTransport()).auth.authorize(_request()).headers
    assert isinstance(headers, Headers)
    with pytest.raises(TypeError):
        headers["Sign"] = "x"


def _request() -> Any:
    from ..core.rig import make_request

    return make_request()
