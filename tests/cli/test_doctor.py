"""`doctor` over real sockets: each thing that is wrong is named once, with its one remedy, and nothing is written."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from stringee_async.cli.doctor_checks import CHECKS

from .conftest import Shell

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine that runs the tests."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


Serve = Callable[..., int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that says one thing on each connection; returns its port."""
    stopped = threading.Event()
    threads: list[threading.Thread] = []

    def start(said: bytes = b"", tls: ssl.SSLContext | None = None) -> int:
        listening = socket.create_server(("127.0.0.1", 0))
        listening.settimeout(0.05)

        def run() -> None:
            with listening:
                while not stopped.is_set():
                    with contextlib.suppress(OSError), listening.accept()[0] as one:
                        one.settimeout(5)
                        if tls is not None:
                            with contextlib.suppress(OSError), tls.wrap_socket(one, server_side=True) as safe:
                                safe.recv(100)
                        else:
                            one.recv(10_000)
                            one.sendall(said)

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return int(listening.getsockname()[1])

    try:
        yield start
    finally:
        stopped.set()
        for thread in threads:
            thread.join(10)


@pytest.fixture
def closed_port() -> int:
    """A port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def findings(shell: Shell, code: int, **environment: str | None) -> dict[str, dict[str, Any]]:
    """Run `doctor`; return its findings by check, which are in the order of the contract."""
    found = json.loads(shell("doctor", "--json", code=code, **environment).stdout)
    assert tuple(one["check"] for one in found) == CHECKS
    for one in found:
        assert set(one) == {"check", "state", "detail", "remedy"}
        assert (one["remedy"] is not None) == (one["state"] in {"failed", "warning"}), one
    return {one["check"]: one for one in found}


def the_failure(shell: Shell, **environment: str | None) -> dict[str, Any]:
    """Run `doctor`, and return the one check that failed; all behind it that need it were skipped."""
    found = findings(shell, 1, **environment)
    (failed,) = [one for one in found.values() if one["state"] == "failed"]
    assert all("secret" not in str(one["detail"]) or one["check"] == "credentials" for one in found.values())
    return failed


def both(url: str) -> dict[str, str | None]:
    return {"STRINGEE_ICC_URL": url, "STRINGEE_API_URL": url}


@pytest.mark.parametrize("vendor", ["stringee", "ringme", "itniotech"])
def test_all_is_well_with_an_emulator(shell: Shell, vendor: str) -> None:
    """One read, and for RingMe the token; TLS does not apply over plain http."""
    found = findings(shell.of(vendor), 0)
    states = {check: one["state"] for check, one in found.items()}
    assert states == {**dict.fromkeys(CHECKS, "ok"), "tls": "skipped"}
    sent = [entry.operation for entry in shell.emulator.requests]
    assert [name for name in sent if name != "oauth.token"] == sent[-1:]
    assert {entry.method for entry in shell.emulator.requests if entry.operation != "oauth.token"} == {"GET"}


def test_people_get_lines_and_the_remedy_below_its_check(shell: Shell) -> None:
    said = shell("doctor", code=1, STRINGEE_KEY_SECRET="w" * 40).stdout.splitlines()
    (at,) = [index for index, line in enumerate(said) if line.startswith("failed")]
    assert "credentials" in said[at]
    assert said[at + 1].strip().startswith("Check the key SID and secret")


def test_a_closed_port(shell: Shell, closed_port: int) -> None:
    failed = the_failure(shell, **both(f"http://127.0.0.1:{closed_port}"))
    assert failed["check"] == "tcp"
    assert failed["remedy"] == (
        "Nothing listens there: check host and port in STRINGEE_ICC_URL, or start the server."
    )
    assert shell.emulator.requests == []


@pytest.mark.parametrize(
    ("host", "ends", "trusted", "remedy"),
    [
        (
            "localhost",
            None,
            False,
            "If your network inspects TLS, name its authority's certificate in SSL_CERT_FILE",
        ),
        ("other.example", None, True, "Check the host in STRINGEE_ICC_URL: another one answers there."),
        ("localhost", datetime(2020, 1, 1, tzinfo=UTC), True, "Check the date of this computer"),
    ],
)
def test_a_wrong_certificate(
    shell: Shell, serve: Serve, tmp_path: Path, host: str, ends: datetime | None, trusted: bool, remedy: str
) -> None:
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host, not_after=ends).configure_cert(context)
    issuer = tmp_path / "issuer.pem"
    (authority if trusted else trustme.CA()).cert_pem.write_to_path(issuer)
    url = f"https://localhost:{serve(tls=context)}"
    failed = the_failure(shell, SSL_CERT_FILE=str(issuer), **both(url))
    assert failed["check"] == "tls"
    assert failed["remedy"].startswith(remedy)


def test_a_port_that_speaks_no_tls(shell: Shell, serve: Serve) -> None:
    failed = the_failure(shell, **both(f"https://localhost:{serve(b'HTTP/1.1 400 Bad Request')}"))
    assert failed["check"] == "tls"
    assert failed["remedy"] == "Check scheme and port in STRINGEE_ICC_URL: it must be a port of https."


@pytest.mark.parametrize(
    ("vendor", "skew", "state", "code"),
    [
        ("stringee", 600.0, "warning", 0),
        ("stringee", -4000.0, "failed", 1),
        ("ringme", 600.0, "warning", 0),
        ("itniotech", -600.0, "failed", 1),
        ("itniotech", 20.0, "ok", 0),
    ],
)
def test_a_clock_that_is_off(shell: Shell, vendor: str, skew: float, state: str, code: int) -> None:
    """Ten minutes are a warning, and a failure for the vendor that does not take them."""
    shell.emulator.clock_skew = skew
    found = findings(shell.of(vendor), code)
    assert found["clock"]["state"] == state
    assert found["clock"]["remedy"] == (None if state == "ok" else "Set the clock of this computer by NTP.")
    assert [check for check, one in found.items() if one["state"] == "failed"] == ["clock"] * code
    if state != "ok":
        assert ("behind" if skew > 0 else "ahead of") in found["clock"]["detail"]


def test_a_clock_that_is_off_comes_before_credentials_that_are_rejected(shell: Shell) -> None:
    shell.emulator.clock_skew = 600.0
    found = findings(shell.of("itniotech"), 1, ITNIOTECH_API_SECRET="w" * 40)
    states = [found[check]["state"] for check in ("clock", "credentials", "limits")]
    assert states == ["failed", "skipped", "skipped"]


def test_a_vendor_that_tells_no_time(shell: Shell) -> None:
    shell.emulator.date_header = False
    assert findings(shell, 0)["clock"]["state"] == "skipped"


@pytest.mark.parametrize(
    ("vendor", "variable", "remedy"),
    [
        ("stringee", "STRINGEE_KEY_SECRET", "Check the key SID and secret"),
        ("ringme", "RINGME_CLIENT_SECRET", "Check the application's id and secret"),
        ("itniotech", "ITNIOTECH_API_SECRET", "Check key and secret"),
    ],
)
def test_a_wrong_secret(shell: Shell, vendor: str, variable: str, remedy: str) -> None:
    failed = the_failure(shell.of(vendor), **{variable: "w" * 40})
    assert failed["check"] == "credentials"
    assert failed["remedy"].startswith(remedy)


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (
            b"HTTP/1.1 403 Forbidden\r\n\r\n",
            "Have the proxy allow icc.example:443, or name icc.example in NO_PROXY",
        ),
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "Write them into HTTPS_PROXY: http://NAME:PASSWORD@",
        ),
        (b"", "Have the proxy allow icc.example:443"),
        (b"SSH-2.0\r\n\r\n", "Have the proxy allow icc.example:443"),
        (None, "Check HTTPS_PROXY, or unset it where no proxy is needed."),
    ],
)
def test_a_proxy_that_refuses(
    shell: Shell, serve: Serve, closed_port: int, said: bytes | None, remedy: str
) -> None:
    port = closed_port if said is None else serve(said)
    proxy = f"http://me:pass-word@127.0.0.1:{port}"
    found = findings(shell, 1, HTTPS_PROXY=proxy, **both("https://icc.example"))
    assert [check for check, one in found.items() if one["state"] == "failed"] == ["proxy"]
    assert found["proxy"]["remedy"].startswith(remedy)
    assert "pass-word" not in str(found)


def test_a_proxy_that_lets_pass_takes_over_names_and_connections(shell: Shell, serve: Serve) -> None:
    port = serve(b"HTTP/1.1 200 OK\r\n\r\nno TLS here")
    proxy = f"http://127.0.0.1:{port}"
    found = findings(shell, 1, HTTPS_PROXY=proxy, **both("https://icc.example"))
    assert [found[check]["state"] for check in ("proxy", "name", "tcp", "tls")] == [
        "ok", "skipped", "skipped", "failed",
    ]  # fmt: skip


def test_a_proxy_that_is_none(shell: Shell) -> None:
    failed = the_failure(shell, HTTPS_PROXY="proxy", **both("https://icc.example"))
    assert (failed["check"], "HTTPS_PROXY must be" in failed["detail"]) == ("proxy", True)


@pytest.mark.parametrize("host", ["nothing.invalid", f"{'a' * 63}.{'b' * 63}.invalid"])
def test_a_host_that_does_not_resolve(shell: Shell, host: str) -> None:
    failed = the_failure(shell, **both(f"https://{host}"))
    assert failed["check"] == "name"
    assert failed["remedy"] == (
        "Check the name in STRINGEE_ICC_URL, and the network and name server of this computer."
    )


def test_settings_that_are_missing_or_wrong(shell: Shell, write_profiles: Callable[[str], Path]) -> None:
    missing = the_failure(shell, STRINGEE_KEY_SID=None)
    assert missing["check"] == "settings"
    assert missing["remedy"].startswith("Export what is missing, or write a profile file")
    path = write_profiles("[profiles.shop]\nkey_sid = 'SK1'\nkey_secret = 's'\nicc_url = 'ftp://x'\n")
    wrong = the_failure(shell, STRINGEE_ASYNC_PROFILE="shop")
    assert wrong["remedy"] == f"Correct it where it is set: [profiles.shop] in {path}."
    assert shell.emulator.requests == []


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are another matter there")
def test_a_file_that_others_may_read_is_a_warning(
    shell: Shell, write_profiles: Callable[[str], Path]
) -> None:
    given = shell.emulator.environment()
    lines = [f"{name.removeprefix('STRINGEE_').lower()} = '{value}'" for name, value in given.items()
             if name.startswith("STRINGEE_") and "HTTP" not in name]  # fmt: skip
    path = write_profiles("\n".join(["[profiles.local]", *lines]))
    path.chmod(0o644)
    found = findings(shell, 0, STRINGEE_ASYNC_PROFILE="local")
    assert found["settings"]["state"] == "warning"
    assert found["settings"]["remedy"] == f"Run: chmod 600 {path}"


@pytest.mark.parametrize(
    ("left", "state", "remedy"),
    [(100, "ok", None), (1, "warning", "Make fewer requests"), (0, "failed", "The hourly quota")],
)
def test_the_limits_that_the_vendor_states(shell: Shell, left: int, state: str, remedy: str | None) -> None:
    shell.emulator.ringme_settings.quota = (max(left, 1), 3600.0)
    if not left:
        shell.of("ringme")("whoami")
    found = findings(shell.of("ringme"), int(state == "failed"))
    assert found["limits"]["state"] == state
    assert (found["limits"]["remedy"] or "").startswith(remedy or "")
    assert {
        one["state"] for check, one in found.items() if check not in {"limits", "tls", "credentials"}
    } == {"ok"}


def test_an_address_that_is_not_the_api(shell: Shell, serve: Serve) -> None:
    page = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"
    )
    failed = the_failure(shell, **both(f"http://127.0.0.1:{serve(page)}"))
    assert (failed["check"], "STRINGEE_ICC_URL" in failed["remedy"]) == ("credentials", True)
