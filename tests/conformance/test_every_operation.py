"""Each operation that the package declares can be called, is emulated, is proven byte for byte, and reads a sample.

A new operation without one of these fails here, and the name says which. Nothing here knows how an operation is made: the
calls come from the rigs, and what they send and what the emulator took for it is looked at from outside.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import importlib
import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from stringee_async import RetryPolicy, SdkError, Timeouts

from ..kit import virtual
from ..kit.emulated import HastyClock
from ..kit.signatures import resources_of
from .rig import Rig
from .rigs import each

TESTS = Path(__file__).parent.parent
REQUESTS: Mapping[str, str] = MappingProxyType(
    {
        "stringee:greeting_files.upload": "stringee/test_greeting_files.py:test_the_request_of_each_form",
        "ringme:sounds.upload": "ringme/test_requests.py:test_the_request_of_each_upload",
        "ringme:sounds.replace": "ringme/test_requests.py:test_the_request_of_each_upload",
        "itniotech:agent_groups.create": "itniotech/test_requests.py:test_the_request_of_a_create_that_looks_up_its_id",
    }
)
"""Tests of the raw requests that do not fit the table: forms, and calls of two requests."""
SAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "stringee:call_records.list": "stringee/test_call_records.py:test_the_number_of_calls_is_not_mistaken_for_minutes",
        "stringee:call_settings.get": "stringee/test_centre_calls.py:test_call_settings_stand_outside_data",
        "stringee:calls.call_out": "stringee/test_centre_calls.py:test_a_call_id_is_read_under_both_names",
        "stringee:calls.make": "stringee/test_calls.py:test_the_id_of_a_call_may_be_missing",
        "stringee:greeting_files.list": "stringee/test_greeting_files.py:test_a_list_without_pages_is_read_once",
        "stringee:greeting_files.upload": "stringee/test_greeting_files.py:test_the_request_of_each_form",
        "stringee:recordings.save": "stringee/test_recordings.py:test_the_state_of_a_recording",
        "stringee:rooms.list": "stringee/test_rooms.py:test_odd_rows_are_set_aside",
        "stringee:sip_accounts.create": "stringee/test_sip_accounts.py:test_an_account_is_made_changed_found_and_deleted",
        "stringee:sip_accounts.list": "stringee/test_sip_accounts.py:test_rows_are_read_without_their_passwords",
        "stringee:sms.send": "stringee/test_sms.py:test_each_number_has_an_outcome_of_its_own",
        "ringme:call_legs.stats": "ringme/test_recordings.py:test_figures_of_any_form_are_returned",
        "ringme:call_records.list_without_legs": "ringme/test_samples.py:SAMPLES",
        "ringme:call_records.stats": "ringme/test_recordings.py:test_figures_of_any_form_are_returned",
        "ringme:recordings.archive": "ringme/test_recordings.py:test_figures_of_any_form_are_returned",
        "ringme:recordings.link": "ringme/test_recordings.py:"
        "test_a_link_is_fetched_for_each_download_and_asked_over_https_without_credentials",
        "ringme:recordings.save": "ringme/test_recordings.py:test_the_state_of_a_recording",
        "ringme:recordings.stats": "ringme/test_recordings.py:test_figures_of_any_form_are_returned",
        "itniotech:balance.get": "itniotech/test_envelope.py:test_a_blank_amount_of_a_balance_is_none",
    }
)
"""Tests of what operations read, beside those of the vendors' `test_samples` and those whose name says that it is of samples."""


async def test_each_operation_has_a_method_and_a_route_of_the_emulator(rig: Rig) -> None:
    """The method's request is the operation's, and the emulator takes it for that; whether it refuses does not matter."""
    quick = {"clock": HastyClock(), "retry": RetryPolicy(max_attempts=1), "timeouts": Timeouts(total=None)}
    async with rig.emulated(quick) as site:
        for call in rig.calls.values():
            with contextlib.suppress(SdkError):
                await asyncio.wait_for(call(site.client), 10.0)
        seen = {request.operation for request in site.emulator.requests}
    assert set(rig.operations) - seen == set()


@each("requests")
@virtual
async def test_each_raw_request_is_of_the_operation_that_its_case_names(rig: Rig, name: str) -> None:
    """So that the table cannot prove another operation than it says; `find` reads a listing."""
    call, wanted = rig.requests[name][0], name.split(" ")[0]
    transport = rig.transport(default=rig.missing)
    async with rig.over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        with contextlib.suppress(SdkError):
            await call(client)
    assert transport.requests
    sent = transport.requests[0].operation
    assert sent == (wanted if wanted in rig.operations else wanted.replace(".find", ".list"))


def test_each_operation_has_a_test_of_its_raw_request(rig: Rig) -> None:
    proven = {name.split(" ")[0] for name in rig.requests}
    missing = {f"{rig.vendor}:{name}" for name in set(rig.operations) - proven}
    assert missing == {name for name in REQUESTS if name.startswith(f"{rig.vendor}:")}


def test_each_operation_reads_a_sample(rig: Rig) -> None:
    """One with a result of its own; what returns nothing reads no more than the success that all share."""
    results = _results(rig)
    named = set(re.findall(r"\b\w+\.((?:\w+\.)*\w+)\(", _samples(TESTS / rig.vendor)))
    sampled = {name for name in rig.operations if name in named or name.removesuffix(".get") in named}
    known = {(name.split(".")[0], results[name]) for name in sampled if results[name]}
    missing = {
        f"{rig.vendor}:{name}"
        for name in set(rig.operations) - sampled
        if results[name] != "None" and (name.split(".")[0], results[name]) not in known
    }
    assert missing == {name for name in SAMPLES if name.startswith(f"{rig.vendor}:")}


def _samples(folder: Path) -> str:
    """Return the tests of samples: those of `test_samples`, and those elsewhere whose name says it."""
    found = [(folder / "test_samples.py").read_text(encoding="utf-8")]
    for file in sorted(folder.glob("test_*.py")):
        source = file.read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "sample" in node.name:
                found.append(ast.get_source_segment(source, node) or "")
    return "\n".join(found)


def _results(rig: Rig) -> dict[str, str]:
    """Return the model or type that each operation's method returns, by its name; empty where it is no method's name."""
    resources = resources_of(rig.over(rig.transport()))
    found = {}
    for name in rig.operations:
        path, _, method = name.rpartition(".")
        function = getattr(resources.get(path), method, None)
        returned = "" if function is None else str(inspect.signature(function).return_annotation)
        found[name] = "".join(re.findall(r"\w+", returned)[-1:])
    return found


def test_the_tests_that_are_named_here_are_there() -> None:
    for place in {*REQUESTS.values(), *SAMPLES.values()}:
        file, _, name = place.partition(":")
        assert hasattr(importlib.import_module(f"tests.{file[:-3].replace('/', '.')}"), name), place
