"""The public surface is a contract: names, signatures, docstrings, and nothing shared behind the back."""

import ast
import asyncio
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any, Unpack, get_args, get_origin, get_type_hints

import aiohttp
import attrs
import pytest
from aiohttp import web

import stringee_async
from stringee_async import RingMeClient, SdkError, StringeeClient
from stringee_async.core.client import Client
from stringee_async.core.client_options import SessionOptions, open_session
from stringee_async.core.lazy import LazyResource
from stringee_async.core.messages import Headers
from stringee_async.core.operation import Operation
from stringee_async.stringee.client import StringeeOptions

from .kit import KEY_SECRET, ScriptedTransport, answer, client_over, virtual
from .kit.module_globals import module_globals

PACKAGE = Path(stringee_async.__file__).parent
OURS = tuple(f"stringee_async.{part}" for part in ("core", "stringee", "ringme", "itniotech"))


def modules() -> list[ModuleType]:
    """Import every module of core and vendors."""
    return [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(stringee_async.__path__, "stringee_async.")
        if module.name.startswith(OURS)
    ]


# -- names --------------------------------------------------------------------------------------------------


def test_all_is_what_can_be_imported() -> None:
    assert sorted(dir(stringee_async)) == sorted(stringee_async.__all__)
    scope: dict[str, Any] = {}
    exec("from stringee_async import *", scope)
    assert set(stringee_async.__all__) <= set(scope)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="StringeClient"):
        stringee_async.StringeClient  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError):
        exec("from stringee_async import nothing_of_the_kind")


def test_every_error_of_the_tree_is_public() -> None:
    found = {
        name for module in modules() for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, SdkError) and not name.startswith("_")
    }  # fmt: skip
    assert found <= set(stringee_async.__all__)


DOORS = (
    "stringee_async",
    *(f"stringee_async.{part}" for part in ("stringee", "ringme", "itniotech", "webhooks", "events")),
)


def _annotated(thing: object) -> set[Any]:
    """Return every class of ours in the annotations of a public class or function, constructors of resources left out."""
    functions: list[object] = [thing]
    if inspect.isclass(thing):
        members = [
            member.fget if isinstance(member, property) else member
            for name, member in inspect.getmembers(thing)
            if not name.startswith("_") or name in {"__aiter__", "__anext__"}
        ]
        functions += [member for member in members if inspect.isfunction(member) or inspect.ismethod(member)]
        if issubclass(thing, Client):
            functions.append(thing.__init__)
    names = {"ClientSession": aiohttp.ClientSession, "web": web, **vars(web)}
    for module in map(
        importlib.import_module, DOORS
    ):  # resources stand behind `TYPE_CHECKING` in the clients
        names |= {name: getattr(module, name) for name in module.__all__}
    hints = [
        hint
        for function in functions
        for name, hint in get_type_hints(function, localns=names).items()
        if not name.startswith("_")
    ]
    found: set[Any] = set()
    while hints:
        hint = hints.pop()
        for argument in get_args(hint):
            hints += argument if isinstance(argument, list) else [argument]
        hints += [hint.__origin__] if hasattr(hint, "__origin__") else []
        if (
            inspect.isclass(hint)
            and hint.__module__.startswith("stringee_async.")
            and hint is not LazyResource
        ):
            found.add(hint)
    return found


def test_what_a_user_annotates_with_is_public() -> None:
    """Every type in the signature of a public method, or of an attribute, can be imported from a public module."""
    public: dict[int, object] = {}
    for door in DOORS:
        module = importlib.import_module(door)
        public |= {id(value): value for value in (getattr(module, name) for name in module.__all__)}
    reached = [thing for thing in public.values() if inspect.isclass(thing) or inspect.isfunction(thing)]
    assert len(reached) > 100
    hidden = {
        f"{found.__qualname__} (used by {thing.__qualname__})"
        for thing in reached
        for found in _annotated(thing)
        if id(found) not in public
    }
    assert hidden == set()


def test_checkers_do_not_see_the_lazy_import() -> None:
    """`__getattr__` is hidden from type checkers: seen, it would give every misspelt name the type Any."""
    for file in sorted(PACKAGE.rglob("__init__.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert "__getattr__" not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


# -- signatures ---------------------------------------------------------------------------------------------

OPTIONS: dict[str, Any] = {
    "icc_url": "https://icc-api.stringee.com", "api_url": "https://api.stringee.com", "retry": None,
    "rate_limit": None, "timeouts": None, "max_connections": 64, "http": None,
}  # fmt: skip


def test_the_client_takes_what_is_written() -> None:
    """Key SID and secret first, then the keyword options of the contract, with its defaults."""
    parameters = inspect.signature(StringeeClient).parameters
    assert list(parameters)[:2] == ["key_sid", "key_secret"]
    own = inspect.signature(StringeeClient._set_up).parameters
    shared = inspect.signature(open_session).parameters
    taken = {
        name: parameter
        for name, parameter in {**own, **shared}.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    assert {name: taken[name].default for name in OPTIONS} == OPTIONS
    assert set(taken) - {"limits"} | {"phone_country", "allow_http"} == set(StringeeOptions.__annotations__)
    assert set(shared) - {"vendor", "auth", "limits"} == set(SessionOptions.__annotations__)


# -- shared state -------------------------------------------------------------------------------------------


@virtual
async def test_two_clients_leave_no_trace_in_module_globals() -> None:
    modules()
    page = {"r": 0, "data": {"totalPages": 1, "currentPage": 1, "totalAgents": "1", "agents": [{"id": "A"}]}}

    async def run() -> None:
        first = ScriptedTransport(answer(b"", 500), answer(b"{}", 429, Retry_After="1"), default=answer(page))
        second = ScriptedTransport(default=answer(page))
        async with client_over(first) as one, client_over(second) as two:
            await asyncio.gather(one.agents.list().collect(), two.agents.list().collect())
            two.auth.rotate("SKother", KEY_SECRET)
            await asyncio.gather(one.agents.list().first(), two.agents.list().first())
            one.with_options(lane="bulk")
        third = ScriptedTransport(
            answer({"access_token": "t" * 20}), answer(b"", 500), default=answer([{"id": 1}])
        )
        async with RingMeClient("app", "secret", url="https://pbx.example", transport=third) as three:
            await three.agents.local.list().collect()
            three.auth.rotate("other", "secret")
        headers = [request.headers["X-STRINGEE-AUTH"] for request in (*first.requests, *second.requests)]
        assert len(set(headers)) == 3

    await run()
    before = module_globals()
    await run()
    after = module_globals()
    assert {key: value for key, value in after.items() if before.get(key) != value} == {}
    assert before.keys() == after.keys()


def test_no_module_holds_a_mutable_value_that_calls_could_share() -> None:
    """Module-level dicts are tables of rules, written once; there are no lists, sets, locks or caches of state."""
    allowed = {"_RULES", "_HOMES", "_HOME_OF", "_BOOLEANS", "_JWT_HEADER", "__all__"}
    for module in [*modules(), stringee_async]:
        for name, value in vars(module).items():
            if name.startswith("__"):
                continue
            if isinstance(value, Headers):
                with pytest.raises(TypeError):
                    value["X"] = "1"
            elif isinstance(value, (dict, list, set, bytearray, asyncio.Lock)):
                assert name in allowed, f"{module.__name__}.{name} is a mutable {type(value).__name__}"


def test_operations_are_frozen() -> None:
    for module in modules():
        for value in vars(module).values():
            if isinstance(value, Operation):
                with pytest.raises(attrs.exceptions.FrozenInstanceError):
                    value.retry_class = stringee_async.RetryClass.READ  # type: ignore[misc]


def test_docstrings_name_every_keyword_that_a_method_takes() -> None:
    """Where a method takes keywords as a set (`**settings`), `help` still names each of them."""
    validated = 0
    for module in modules():
        for owner in vars(module).values():
            if not inspect.isclass(owner) or owner.__module__ != module.__name__:
                continue
            for name, method in vars(owner).items():
                if name.startswith("_") or not inspect.isfunction(method):
                    continue
                hints = get_type_hints(method)
                hint = hints.get("settings") or hints.get("filters")
                for kind in get_args(hint) if get_origin(hint) is Unpack else ():
                    text = inspect.getdoc(method) or ""
                    missing = [
                        field
                        for field in get_type_hints(get_origin(kind) or kind)
                        if f"{field} (" not in text
                    ]
                    assert not missing, f"{owner.__name__}.{name} does not say what {missing} are"
                    validated += 1
    assert validated >= 20
