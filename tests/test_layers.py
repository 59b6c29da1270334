"""The drawing in `stringee_async/core/__init__.py`, held against the files by parsing every one of them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import stringee_async

ROOT = Path(__file__).parent.parent
PACKAGE = Path(stringee_async.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(file.relative_to(PACKAGE)) for file in FILES]


def drawn_layers() -> dict[str, int]:
    """Return the layer of each module in the drawing of `core/__init__.py`."""
    drawing = ast.get_docstring(ast.parse((PACKAGE / "core" / "__init__.py").read_text(encoding="utf-8")))
    found: dict[str, int] = {}
    for number, words in re.findall(r"^ *([0-7])   ([^(\n]*)", drawing or "", re.MULTILINE):
        for word in re.findall(r"[\w.]+", words):
            in_core = "." not in word and int(number) <= 3
            found[f"core.{word}" if in_core else word] = int(number)
    return found


LAYERS = drawn_layers()
NEIGHBOURS = {
    "addresses": "validation",
    "aiohttp_transport": "aiohttp_errors",
    "attempt_log": "call_state",
    "auth": "loops validation",
    "bulk": "bulk_run item_outcome",
    "bulk_run": "item_outcome item_source run_gate",
    "call_export": "resource",
    "call_retries": "session_state",
    "call_state": "error_context",
    "call_store": "call_export",
    "call_watch": "call_state events observers pause_watch session_state wait_meter",
    "ceilings": "ratelimit",
    "check": "download session",
    "client": "check client_options raw_call session session_choice session_state",
    "client_options": "ceilings gate ratelimit retry session session_choice session_state transport transport_choice",
    "declarations": "docstrings field_rules fields validation",
    "decoding": "json_codec model",
    "dict_iterator": "drift item_iterator model",
    "drift": "page",
    "dry_run": "download session",
    "ensure": "session shared_listings",
    "ensure_many": "bulk ensure item_outcome rounds_run session shared_listings",
    "error_context": "error_remedies json_codec",
    "errors": "sdk_error",
    "event_handler": "keyed_lock",
    "field_rules": "fields validation",
    "events": "drift",
    "fields": "validation",
    "find_unique": "shared_listings",
    "gate": "ceilings limiter_protocol slots",
    "http1": "response_body streamed",
    "http_headers": "clock messages",
    "inbox": "inbox_doors inbox_worker",
    "item_iterator": "drift listing_watch model page prefetch resume_token",
    "json_codec": "malformed_json",
    "listing_watch": "drift events observers page",
    "messages": "retry_class struct_values",
    "model": "json_codec",
    "multipart": "validation",
    "oauth2": "auth",
    "observed_session": "call_watch download session waiting_call",
    "observers": "events",
    "operation": "validation",
    "options": "errors",
    "otel_instrumentor": "otel",
    "page": "decoding json_codec model",
    "pause_watch": "events gate observers",
    "paging": "dict_iterator drift item_iterator listing_watch model page prefetch resume_token",
    "phone_numbers": "redaction",
    "plain": "errors options",
    "pool": "http1 response_body",
    "pooled_transport": "aiohttp_transport",
    "prefetch": "loops",
    "ratelimit": "loops",
    "raw_call": "resource",
    "recordings": "ranges resource",
    "resource": "session",
    "response": "json_codec",
    "resume_token": "json_codec",
    "rounds_run": "bulk_run item_outcome shared_listings",
    "rows": "bulk ensure ensure_many find_unique resource",
    "sdk_error": "redaction",
    "sqlite_file": "errors",
    "session": "call_retries download session_state waiting_call",
    "session_choice": "observed_session observers pause_watch session session_state",
    "tally": "retry_class",
    "transport_choice": "aiohttp_transport pooled_transport",
    "validation": "json_codec",
    "wait_meter": "events",
    "waiting_call": "session_state",
    "windows": "drift item_iterator json_codec model page paging validation",
}
"""Modules of core, and their neighbours in the same layer that they import: all exceptions."""

OWNERS = {
    "aiohttp": {
        "testing/guard.py",
        "testing/mocked_aiohttp.py",
        "core/aiohttp_transport.py",
        "core/aiohttp_errors.py",
        "core/inbox_doors.py",
        "cli/webhook.py",
        "itniotech/webhooks.py",
        "ringme/webhooks.py",
        "stringee/script_requests.py",
        "stringee/signatures.py",
        "stringee/webhooks.py",
        "web_errors.py",
    },
    "starlette": {"web_errors.py"},
    "annotated_doc": {"core/declarations.py"},
    "httptools": {"core/http1.py"},
    "yarl": {"core/aiohttp_transport.py"},
    "multidict": {"core/aiohttp_errors.py"},
    "cattrs": {"core/coerce.py", "provision/files/spec_reader.py", "provision/spec_json.py"},
    "msgspec": {"core/struct_values.py", "core/json_codec.py", "core/decoding.py", "core/model.py"},
    "tenacity": {"core/retry.py"},
    "jwt": {"stringee/auth.py"},
    "filelock": {"provision/running/run_lock.py"},
    "yaml": {"provision/files/yaml_nodes.py"},
    "opentelemetry": {"otel.py", "otel_instrumentor.py"},
    "throttled": {"shared_quota/decision.py"},
    "redis": {"shared_quota/store.py"},
    "dbos": {"durable/engine.py"},
    "sqlalchemy": {"durable/database.py"},
}
EXTRAS = {
    "filelock": ("cli", "filelock"),
    "yaml": ("cli", "pyyaml"),
    "opentelemetry": ("otel", "opentelemetry-api"),
    "throttled": ("redis", "throttled-py"),
    "redis": ("redis", "redis"),
    "dbos": ("durable", "dbos"),
    "sqlalchemy": ("durable", "sqlalchemy"),
}
"""Libraries that files beside `cli/` import, but only once they are needed: their extra, and what it calls them."""
ANYWHERE = {"attrs"}
ONLY_IN = {
    "typer": "cli/",
    "rich": "cli/",
    "click": "cli/",
    "pytest": "testing/",
    "pytest_asyncio": "testing/",
    "aioresponses": "testing/",
}
SERVES = {
    "cli/webhook.py",
    "core/inbox_doors.py",
    "ringme/webhooks.py",
    "stringee/script_requests.py",
    "stringee/signatures.py",
    "stringee/webhooks.py",
    "web_errors.py",
}
"""Files that may import aiohttp too, but its server half only, and only inside a function."""
EMULATOR_MAY = {"attrs", "jwt", "aiohttp", "yarl", "multidict"}
TYPE_CHECKING_MAY = {
    ("core/event_handler.py", "aiohttp"),
    ("core/client_options.py", "aiohttp"),
    ("core/transport.py", "aiohttp"),
    ("core/transport_choice.py", "aiohttp"),
}


def module_of(file: Path) -> str:
    """Return a file's module name inside the package, such as `core.clock`; a package's own name for `__init__`."""
    parts = list(file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file) for file in FILES}


def imports(file: Path) -> Iterator[tuple[str, bool]]:
    """Yield every import of a file, wherever it stands: full dotted name, and whether it is under TYPE_CHECKING."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    here = ["stringee_async", *file.relative_to(PACKAGE).with_suffix("").parts][:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{origin}.{alias.name}"
                ours = full.removeprefix("stringee_async.")
                yield (
                    (full if origin == "stringee_async" or ours in MODULES else origin),
                    id(node) in typing_only,
                )


def layer(module: str) -> int | None:
    """Return the layer of a module of ours; None for the package's root and `_version`."""
    parts = module.split(".")
    for name in (".".join(parts[:2]), parts[0]):
        if name in LAYERS:
            return LAYERS[name]
    return None


def ours(file: Path) -> Iterator[str]:
    """Yield the modules of ours that a file imports."""
    for name, _ in imports(file):
        if name.split(".")[0] == "stringee_async":
            yield name.removeprefix("stringee_async").removeprefix(".")


def test_every_file_has_a_place() -> None:
    for file in FILES:
        module = module_of(file)
        if module not in {"", "_version", "core"}:
            assert layer(module) is not None, f"{module} is in no layer"


@pytest.mark.parametrize("name", NAMES)
def test_imports_point_down(name: str) -> None:
    """A file imports lower layers only, so that no vendor knows another one; and neighbours in its own package.

    In core, which is one package of several layers, only the neighbours that are named.
    """
    file = PACKAGE / name
    module = module_of(file)
    mine = layer(module)
    if mine is None:
        return
    for other in ours(file):
        theirs = layer(other)
        if theirs is None or other == module:
            assert other in {"", "_version", module} or not other.startswith("core."), (
                f"{name} imports {other}"
            )
            continue
        if theirs < mine:
            continue
        assert theirs == mine, f"{name} imports {other}, which is above it"
        if module == "__main__" and other.split(".")[0] == "cli":
            continue
        package = module.split(".")[0]
        same_package = package == other.split(".")[0] and package != "core"
        named = other.removeprefix("core.") in NEIGHBOURS.get(module.removeprefix("core."), "").split()
        assert same_package or named, f"{name} imports its neighbour {other}"


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("emulator/")])
def test_the_emulator_shares_no_code_with_the_clients(name: str) -> None:
    """The emulator imports nothing of ours but itself: a wrong reading of the pages must not pass on both sides."""
    for other in ours(PACKAGE / name):
        assert other.split(".")[0] == "emulator", f"{name} imports {other}"


@pytest.mark.parametrize("name", NAMES)
def test_each_library_has_one_owner(name: str) -> None:
    for full, typing_only in imports(PACKAGE / name):
        library = full.split(".")[0]
        if library in sys.stdlib_module_names or library in {"stringee_async", *ANYWHERE}:
            continue
        if library in ONLY_IN:
            assert name.startswith(ONLY_IN[library]), f"{name} imports {library}"
        elif name.startswith("emulator/"):
            assert library in EMULATOR_MAY, f"{name} imports {library}"
        elif typing_only and (name, library) in TYPE_CHECKING_MAY:
            continue
        else:
            assert name in OWNERS.get(library, set()), (
                f"{name} imports {library}, whose owner is {OWNERS.get(library)}"
            )


@pytest.mark.parametrize("name", sorted(SERVES))
def test_webhooks_load_the_server_half_of_aiohttp_only_where_it_is_served(name: str) -> None:
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    assert {full for full, _ in imports(PACKAGE / name) if full.startswith("aiohttp")} == {"aiohttp"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "aiohttp":
            assert [alias.name for alias in node.names] == ["web"]
    for node in tree.body:
        assert "aiohttp" not in ast.unparse(node) or not isinstance(node, (ast.Import, ast.ImportFrom))


def test_the_map_of_the_command_line_names_its_files() -> None:
    text = ast.get_docstring(ast.parse((PACKAGE / "cli/__init__.py").read_text())) or ""
    column = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = {name.strip("/") for cell in column for name in re.findall(r"`([\w/]+)`", cell)}
    there = {
        path.stem
        for path in (PACKAGE / "cli").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert named == there - {"__init__"}


PROVED_ELSEWHERE = {
    "observer_protocol": "core/test_events.py",  # a protocol and a base class
    "raw_call": "conformance/test_raw_calls.py",  # by every vendor's client
    "retry_class": "core/test_operation.py",  # the class of each operation
    "tally": "core/test_compound.py",  # what it counts is seen in errors of compound calls and in outcomes of items
    "unset": "core/test_messages.py",  # a single value
    "waiting_call": "core/test_session.py",  # part of every session
}
"""Files of core without a test file of their name, and the file that proves their rules: all exceptions."""


def test_every_core_file_has_a_test_file_of_its_name() -> None:
    files = {file.stem for file in (PACKAGE / "core").glob("*.py")} - {"__init__"}
    tested = {file.stem.removeprefix("test_") for file in (ROOT / "tests" / "core").glob("test_*.py")}
    assert files - tested == PROVED_ELSEWHERE.keys()
    for file in PROVED_ELSEWHERE.values():
        assert (ROOT / "tests" / file).is_file(), file


def test_every_owner_uses_its_library() -> None:
    for library, owners in OWNERS.items():
        for owner in owners:
            assert library in {full.split(".")[0] for full, _ in imports(PACKAGE / owner)}, (library, owner)


def test_every_dependency_has_an_owner() -> None:
    """The package declares exactly the libraries that it imports."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=!~ \[]", line)[0].lower() for line in project["dependencies"]}
    used = {
        full.split(".")[0]
        for name, file in zip(NAMES, FILES, strict=True)
        if not name.startswith(("cli/", "testing/"))
        for full, _ in imports(file)
    }
    used = {name for name in used - {"stringee_async", *EXTRAS} if name not in sys.stdlib_module_names}
    for extra, package in EXTRAS.values():
        optional = {re.split(r"[<>=]", line)[0].lower() for line in project["optional-dependencies"][extra]}
        assert package in optional
    come_with_aiohttp = {"yarl", "multidict"}
    of_the_app = {"starlette"}  # it raised the error, so it is there
    named = {"jwt": "pyjwt", "annotated_doc": "annotated-doc"}
    assert {named.get(name, name) for name in used - come_with_aiohttp - of_the_app} == declared


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_named_for_nothing(name: str) -> None:
    """A file's name is what a newcomer would search for."""
    assert not {*Path(name).parts[:-1], Path(name).stem} & {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "misc",
    }


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("__init__.py")])
def test_init_files_hold_names_only(name: str) -> None:
    """An `__init__` holds a docstring, imports and `__all__`; the root and the vendors also their table of lazy names."""
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    allowed: tuple[type[ast.stmt], ...] = (ast.Import, ast.ImportFrom)
    for index, node in enumerate(tree.body):
        if index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, allowed):
            continue
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            continue
        text = ast.unparse(node)
        lazy = name.split("/")[0] in {
            "__init__.py",
            "stringee",
            "ringme",
            "itniotech",
            "provision",
            "explanations",
            "testing",
        } and (
            text.startswith(("if TYPE_CHECKING:", "_HOMES = ", "if not TYPE_CHECKING:", "def __dir__"))
            or text == "logging.getLogger(__name__).addHandler(logging.NullHandler())"
        )
        assert lazy, f"{name} line {node.lineno}: {text[:80]}"


@pytest.mark.parametrize("name", NAMES)
def test_every_module_says_what_it_is_for(name: str) -> None:
    """Every module has a docstring, and every file stays small enough to have one job."""
    source = (PACKAGE / name).read_text(encoding="utf-8")
    if name == "_version.py":
        return
    assert ast.get_docstring(ast.parse(source)), f"{name} has no docstring"
    assert source.count("\n") <= 520, f"{name} has {source.count(chr(10))} lines; it has two jobs"


WATCH = """
import sys
quiet = True
ALLOWED = {"open"}
def audit(event, args):
    if quiet:
        return
    if event == "open" and isinstance(args[0], (str, bytes)):
        path = str(args[0])
        write = isinstance(args[1], str) and set(args[1]) & set("wax+")
        if path.endswith((".py", ".pyc", ".so")) and not write:
            return
        if ".pyc." in path or path.endswith(".dist-info") or "/METADATA" in path or "site-packages" in path:
            return
        found.append((event, path))
    elif event.startswith(("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess", "os.system",
                           "os.posix_spawn", "os.fork", "socket.gethost", "os.putenv", "os.remove", "os.mkdir")):
        found.append((event, args))
found = []
sys.addaudithook(audit)
import asyncio, ssl, importlib, pkgutil, threading
import aiohttp, aiohttp.web, attrs, cattrs, jwt, msgspec, redis.asyncio, tenacity, throttled.asyncio
before = threading.active_count()
quiet = False
import stringee_async
for module in pkgutil.walk_packages(stringee_async.__path__, "stringee_async."):
    if not module.name.startswith(("stringee_async.cli", "stringee_async.__main__", "stringee_async.testing")):
        importlib.import_module(module.name)
client = stringee_async.StringeeClient("SKx", "k" * 40)
other = stringee_async.ItniotechClient("key", "secret")
stringee_async.RingMeClient("app", "secret", url="https://pbx.example")
quiet = True
assert threading.active_count() == before
assert asyncio._get_running_loop() is None
print(found)
"""


def test_nothing_happens_at_import_or_in_a_constructor() -> None:
    ran = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", WATCH],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, "[]", "")


def test_the_drawing_names_no_file_that_is_not_there() -> None:
    there = {module_of(file) for file in FILES}
    assert LAYERS.keys() <= there
