"""The server that tests of the shared quota start for themselves: it answers, loses everything when killed, and hangs when frozen."""

from __future__ import annotations

import socket

import pytest

from ..kit.services import RedisServer


def ask(server: RedisServer, words: str, timeout: float = 5.0) -> str:
    with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as connection:
        connection.sendall(f"{words}\r\n".encode())
        return connection.recv(1000).decode()


def test_a_killed_server_starts_again_empty_on_the_same_port_and_a_frozen_one_hangs() -> None:
    with RedisServer() as server:
        assert ask(server, "SET a 1") == "+OK\r\n"
        server.kill()
        with pytest.raises(ConnectionRefusedError):
            ask(server, "GET a")
        server.start()
        assert ask(server, "GET a") == "$-1\r\n"
        server.freeze()
        with pytest.raises(TimeoutError):
            ask(server, "PING", timeout=0.05)
        server.thaw()
        assert ask(server, "PING") == "+PONG\r\n"


def test_the_server_of_the_session_is_there(redis_server: RedisServer) -> None:
    assert ask(redis_server, "PING") == "+PONG\r\n"
