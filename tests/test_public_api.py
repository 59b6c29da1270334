"""The public surface is a contract: names, signatures, docstrings, and nothing shared behind the back."""

import ast
import asyncio
import copy
import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Unpack, get_args, get_origin, get_type_hints

import aiohttp
import attrs
import pytest
from aiohttp import web

import stringee_async
from stringee_async import RingMeClient, SdkError, StringeeClient
from stringee_async.core.client import Client, SessionOptions, open_session
from stringee_async.core.messages import Headers
from stringee_async.core.operation import Operation
from stringee_async.stringee.client import StringeeOptions

from .kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer, client_over, virtual

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
    """`__all__` is sorted, without doubles, and every name in it can be imported; `dir` shows the same."""
    names = stringee_async.__all__
    assert len(names) == len(set(names))
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name)), (
        "not sorted"
    )
    for name in names:
        assert getattr(stringee_async, name) is not None
    assert sorted(dir(stringee_async)) == sorted(names)
    scope: dict[str, Any] = {}
    exec("from stringee_async import *", scope)
    assert set(names) <= set(scope)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    """An unknown name is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="StringeClient"):
        stringee_async.StringeClient  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError):
        exec("from stringee_async import nothing_of_the_kind")


def test_the_lazy_table_and_the_imports_for_type_checkers_agree() -> None:
    """What a type checker sees under TYPE_CHECKING is exactly what is imported lazily, and is `__all__`."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for alias in node.names
    }
    assert seen == stringee_async._HOME_OF
    assert {*seen, "__version__"} == set(stringee_async.__all__)
    for name, home in seen.items():
        assert getattr(importlib.import_module(f"stringee_async.{home}"), name) is getattr(
            stringee_async, name
        )


def test_every_error_of_the_tree_is_public() -> None:
    """No error class of the SDK is hidden from `except` clauses, and the tree is the one in the architecture."""
    found = {
        name for module in modules() for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, SdkError) and not name.startswith("_")
    }  # fmt: skip
    assert found <= set(stringee_async.__all__)
    tree = {
        "ConfigError": "SdkError", "ClosedError": "SdkError", "TransportError": "SdkError",
        "NotSentError": "TransportError", "OutcomeUnknownError": "TransportError", "DeadlineError": "SdkError",
        "ResponseError": "SdkError", "DecodeError": "ResponseError", "ApiError": "ResponseError",
        "AuthError": "ApiError", "PermissionDeniedError": "ApiError", "NotFoundError": "ApiError",
        "AlreadyExistsError": "ApiError", "InvalidRequestError": "ApiError", "RateLimitedError": "ApiError",
        "ServerError": "ApiError", "PagingError": "SdkError", "ProvisionError": "SdkError",
        "SpecError": "ProvisionError", "WebhookError": "SdkError", "AmbiguousError": "SdkError",
    }  # fmt: skip
    for name, parent in tree.items():
        assert getattr(stringee_async, name).__mro__[1].__name__ == parent, name


def test_errors_have_the_promised_attributes() -> None:
    """Every error takes and has `operation`, `status`, `code`, `message` and the others of the contract."""
    given = {
        "operation": "agents.list", "status": 400, "code": -1, "request_id": "r", "retry_after": 1.0,
        "attempts": 2, "elapsed": 0.5, "body": b"b", "call_id": "7.1",
    }  # fmt: skip
    for name in stringee_async.__all__:
        value = getattr(stringee_async, name)
        if inspect.isclass(value) and issubclass(value, SdkError):
            error = value("text", **given)
            assert {key: getattr(error, key) for key in given} == given
            assert error.message == "text"
            assert vars(copy.copy(error)) == vars(error)


DOORS = ("stringee_async", "stringee_async.stringee", "stringee_async.ringme", "stringee_async.itniotech")


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
        if inspect.isclass(hint) and hint.__module__.startswith("stringee_async."):
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
    assert set(taken) | {"phone_country", "allow_http"} == set(StringeeOptions.__annotations__)
    assert set(shared) - {"vendor", "auth"} == set(SessionOptions.__annotations__)
    with pytest.raises(TypeError):
        StringeeClient(KEY_SID, KEY_SECRET, "https://icc.example")  # type: ignore[misc]


# -- docstrings ---------------------------------------------------------------------------------------------


def public_things() -> list[tuple[str, Any]]:
    """List every public function and class of core and vendors, and their public methods and properties."""
    found: dict[str, Any] = {}
    for module in modules():
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(value) or inspect.isclass(value):
                found[f"{module.__name__}.{name}"] = value
            if inspect.isclass(value):
                for inner, member in vars(value).items():
                    if not inner.startswith("_") and (
                        inspect.isfunction(member)
                        or isinstance(member, (property, classmethod, staticmethod))
                    ):
                        found[f"{module.__name__}.{name}.{inner}"] = getattr(member, "__func__", member)
    return sorted(found.items())


THINGS = public_things()


@pytest.mark.parametrize(("name", "thing"), THINGS, ids=[name for name, _ in THINGS])
def test_everything_public_has_a_docstring(name: str, thing: Any) -> None:
    """Every public function, class, method and property says in its first line what it does for the caller."""
    if name.endswith(".enter") or "._" in name:
        return
    text = thing.__doc__ or ""
    assert text.strip(), f"{name} has no docstring"
    assert text.strip().splitlines()[0].rstrip().endswith((".", ":")), (
        f"{name}: {text.strip().splitlines()[0]}"
    )


# -- shared state -------------------------------------------------------------------------------------------


def test_no_tenacity_object_is_shared_and_no_predicate_is_negative() -> None:
    """tenacity objects are made inside the call that uses them, and no predicate could say yes to a cancellation."""
    for file in sorted(PACKAGE.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if "tenacity" not in source:
            continue
        tree = ast.parse(source)
        assert not re.search(
            r"retry_if_not|retry_unless|retry_if_not_exception_type|BaseException\b.*retry_if", source
        )
        inside = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
            for statement in function.body
            for node in ast.walk(statement)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and "tenacity." in ast.unparse(node.func):
                assert id(node) in inside, f"{file.name}:{node.lineno} makes a tenacity object for everybody"
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                for decorator in node.decorator_list:
                    assert "tenacity" not in ast.unparse(decorator), f"{file.name}:{node.lineno}"
    for module in modules():
        for name, value in vars(module).items():
            kind = type(value).__module__.split(".")[0]
            assert kind != "tenacity", f"{module.__name__}.{name} is a tenacity object"


def snapshot() -> dict[str, Any]:
    """Take down the state of all module globals of ours: identity and, for what can change, content."""
    state: dict[str, Any] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith(OURS) or name == "stringee_async":
            for key, value in vars(module).items():
                if key.startswith("__") and key.endswith("__"):
                    continue
                state[f"{name}.{key}"] = id(value)
                if isinstance(value, (dict, list, set)):
                    state[f"{name}.{key} content"] = repr(value)
                elif inspect.isclass(value) and value.__module__ == name:
                    state[f"{name}.{key} attributes"] = sorted(
                        (inner, id(item))
                        for inner, item in vars(value).items()
                        if not inner.startswith("_abc")
                    )
    return state


@virtual
async def test_two_clients_leave_no_trace_in_module_globals() -> None:
    """Two clients with failures, retries, pauses and listings change nothing at module level."""
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
    before = snapshot()
    await run()
    after = snapshot()
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
    """An operation cannot be changed after it was made."""
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
