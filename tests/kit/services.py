"""Servers that tests start for themselves: Redis or Valkey, and PostgreSQL, on a free loopback port, in a temporary folder.

A server is started once a session, when the first test asks for it, and stopped at the end. Where its program is not
installed, the tests that need it are skipped, and say which package has it. A test that stops or kills a server starts
one of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_listening(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 20.0) -> None:
    """Wait until a server takes connections; fail with the end of its log where it ends before."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}") from None
            time.sleep(0.01)


class RedisServer:
    """A Redis or Valkey server that keeps nothing on disk.

    Args:
        password: What clients must show; None for none.
    """

    def __init__(self, password: str | None = None) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if program is None:
            pytest.skip("neither redis-server nor valkey-server is installed (Debian: redis-server)")
        self._program = program
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where it listens, as a URL with its password."""
        user = "" if self._password is None else f":{self._password}@"
        return f"redis://{user}127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="tests-redis-")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it, empty; after `kill` on the same port."""
        folder = Path(self._folder.name)
        log = folder / "server.log"
        command = [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--logfile", str(log)]
        if self._password is not None:
            command += ["--requirepass", self._password]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_listening(self.port, self._process, log)

    def kill(self) -> None:
        """End it at once; everything in it is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Stop it without closing its connections, as a machine that hangs does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Return a running server for all tests of the session; each uses keys of its own."""
    with RedisServer() as server:
        yield server


class PostgresServer:
    """A PostgreSQL server with one database, which does not wait for the disk."""

    def __init__(self) -> None:
        self._programs = _postgres_programs()
        if self._programs is None:
            pytest.skip("postgres and initdb are not installed (Debian: postgresql)")
        self._user = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
        if self._user is not None and not _is_user(self._user):
            pytest.skip("PostgreSQL does not run as root, and there is no user `postgres`")
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where it listens, as a URL with its password, which the server does not ask for."""
        return f"postgresql://tester:not-asked-for@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="tests-postgres-")
        if self._user is not None:
            shutil.chown(self._folder.name, self._user)
        assert self._programs is not None
        command = [
            str(self._programs / "initdb"),
            "-D",
            self._data,
            "-U",
            "tester",
            "-A",
            "trust",
            "--no-sync",
        ]
        done = subprocess.run(command, user=self._user, cwd="/", capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.decode()[-2000:]}")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it; after `stop` on the same port, with what was in it."""
        assert self._programs is not None
        log = Path(self._folder.name) / "server.log"
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self._folder.name,
            "fsync": "off",
            "max_connections": "300",
        }
        command = [str(self._programs / "postgres"), "-D", self._data, "-p", str(self.port)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with log.open("wb") as out:
            self._process = subprocess.Popen(command, user=self._user, cwd="/", stdout=out, stderr=out)
        until_listening(self.port, self._process, log)
        ready = [
            str(self._programs / "pg_isready"),
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-t",
            "20",
            "-q",
        ]
        while subprocess.run(ready, check=False).returncode == 1:  # it rejects connections while it starts
            time.sleep(0.02)

    def stop(self) -> None:
        """End it, with all connections; what was committed stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    @property
    def _data(self) -> str:
        return str(Path(self._folder.name) / "data")


def _postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: Debian has them beside the path."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = shutil.which("initdb")
    folders += [] if found is None else [Path(found).resolve().parent]
    return next(
        (folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()),
        None,
    )


def _is_user(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a running server for all tests of the session; what they keep in it is of accounts of their own."""
    with PostgresServer() as server:
        yield server
