"""The pytest plugin: options, markers, fixtures, and the guard that no test rings a customer.

pytest loads it in every project where this package is installed, before coverage is measured. So it imports nothing of
this package until a test uses a fixture or a marker, or makes a client.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..core.transport import Transport

pytest_plugins = ("stringee_async.testing.fixtures",)

_MARKERS = (
    'stringee_faults(operation, *faults): script faults of the emulator, such as "lost_answer" or "status:503"',
    "stringee_emulator_options(**options): keywords of the emulator, such as rate_limit=(300, 10.0), seed=7",
    "allow_vendor_hosts: let clients of stringee_async reach hosts that are not loopback or private",
)


class _Guarding:
    """The test sessions of this process, the innermost last, and whether the test that runs is marked."""

    def __init__(self) -> None:
        self.configs: list[pytest.Config] = []
        self.marked = False

    def active(self) -> bool:
        """Return whether clients must refuse hosts that are not local."""
        if not self.configs or self.marked:
            return False
        config = self.configs[-1]
        return not (config.getoption("allow_vendor_hosts") or config.getini("allow_vendor_hosts"))


_guarding = _Guarding()


def guarded_transport(transport: Transport) -> Transport:
    """Return the transport that was just made for a client, with the guard while tests run; for `transport_choice`."""
    if not _guarding.configs:
        return transport
    from .guard import guarded

    return guarded(transport, _guarding.active)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting that switch the guard off."""
    text = "let clients of stringee_async reach hosts that are not loopback or private"
    group = parser.getgroup("stringee_async")
    group.addoption("--allow-vendor-hosts", action="store_true", default=False, help=text)
    parser.addini("allow_vendor_hosts", text, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and begin to guard."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)
    _guarding.configs.append(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop guarding."""
    if config in _guarding.configs:
        _guarding.configs.remove(config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Turn wrong markers into an error of collection."""
    report = yield
    found = [
        text
        for item in report.result or ()
        if isinstance(item, pytest.Item)
        for text in [_problem(item)]
        if text
    ]
    if found:
        return pytest.CollectReport(collector.nodeid, "failed", "\n".join(found), [])
    return report


def _problem(item: pytest.Item) -> str | None:
    if not any(item.iter_markers("stringee_faults")) and not any(
        item.iter_markers("stringee_emulator_options")
    ):
        return None
    from .marked import problem

    return problem(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let a marked test, its fixtures included, reach any host."""
    before, _guarding.marked = _guarding.marked, item.get_closest_marker("allow_vendor_hosts") is not None
    try:
        return (yield)
    finally:
        _guarding.marked = before


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed although a fault of its markers met no request."""
    result = yield
    if item.get_closest_marker("stringee_faults") is not None:
        running = getattr(item, "_stringee_running", None)
        if running is None:
            pytest.fail(
                "stringee_faults needs a fixture, such as stringee_emulator or stringee_client", pytrace=False
            )
        pending = running.emulator.faults.pending
        if pending:
            missing = "; ".join(f"{name}: {fault!r}" for name, faults in pending.items() for fault in faults)
            pytest.fail(f"faults that no request met: {missing}", pytrace=False)
    return result
