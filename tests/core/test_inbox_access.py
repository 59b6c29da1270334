"""Who may put events into an inbox: the secret of the path, and addresses that no client can forge."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import ConfigError, Secret
from stringee_async.core.inbox_access import Access, access

SECRET = "s3cret-of-16-chars"


def with_peers(*peers: str, proxies: tuple[str, ...] = ()) -> Access:
    return access(path_secret=None, peers=peers, proxies=proxies)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (f"/hook/{SECRET}", True), (f"/hook/{SECRET}/", True), (f"/{SECRET}", True), (SECRET, True),
        (f"/hook/{SECRET}/more", False), (f"/hook/{SECRET[:-1]}", False), (f"/hook/{SECRET}x", False),
        ("/hook", False), ("/", False), ("", False), (f"/hook/{SECRET}\ud800", False), (f"/hook/{SECRET.upper()}", False),
    ],
)  # fmt: skip
def test_the_last_part_of_the_path_must_be_the_secret(path: str, allowed: bool) -> None:
    assert access(path_secret=SECRET, peers=None, proxies=()).allows_path(path) is allowed
    assert access(path_secret=Secret(SECRET), peers=None, proxies=()).allows_path(path) is allowed
    assert Access().allows_path(path)


@pytest.mark.parametrize(
    "secret", ["", "short", "has/slash-and-more-text", "blank in the middle of it", 5, b"x" * 20]
)
def test_a_secret_that_is_short_or_fits_into_no_path_is_refused(secret: Any) -> None:
    with pytest.raises(ConfigError, match="path_secret") as caught:
        access(path_secret=secret, peers=None, proxies=())
    assert "slash" not in str(caught.value)


@pytest.mark.parametrize(
    ("peer", "forwarded", "allowed"),
    [
        ("203.0.113.9", [], True),
        ("203.0.113.9", ["192.0.2.1"], True),  # no proxy: what it says does not count
        ("192.0.2.1", ["203.0.113.9"], False),
        ("10.0.0.1", ["203.0.113.9"], True),
        ("10.0.0.1", ["192.0.2.1, 203.0.113.9"], True),  # a client may write what it likes in front
        ("10.0.0.1", ["203.0.113.9, 192.0.2.1"], False),
        ("10.0.0.1", ["203.0.113.9, 10.0.0.2"], True),
        ("10.0.0.1", ["203.0.113.9", "10.0.0.2"], True),
        ("10.0.0.1", ["203.0.113.9:4711"], True),
        ("10.0.0.1", ["garbage"], False),
        ("10.0.0.1", ["203.0.113.9, garbage"], False),
        ("10.0.0.1", [""], False),
        ("10.0.0.1", [], False),
        ("::ffff:203.0.113.9", [], True),
        ("2001:db8::5%eth0", [], True),
        ("10.0.0.1", ["[2001:db8::5]:443"], True),
        ("10.0.0.1", ["2001:db8::5"], True),
        ("2001:db9::5", [], False),
        ("no address", [], False),
        (None, ["203.0.113.9"], False),
        ("", ["203.0.113.9"], False),
    ],
)  # fmt: skip
def test_the_sender_is_the_last_address_that_no_proxy_of_ours_has(
    peer: str | None, forwarded: list[str], allowed: bool
) -> None:
    who = with_peers("203.0.113.0/24", "2001:db8::/32", proxies=("10.0.0.0/8",))
    assert who.allows_peer(peer, forwarded) is allowed


def test_a_unix_socket_is_a_proxy_where_it_is_named() -> None:
    who = with_peers("203.0.113.9", proxies=("unix",))
    assert who.allows_peer(None, ["203.0.113.9"])
    assert not who.allows_peer(None, [])
    assert not who.allows_peer("10.0.0.1", ["203.0.113.9"])


def test_without_a_list_every_peer_may_send() -> None:
    assert Access().allows_peer(None, [])
    assert not with_peers().allows_peer("203.0.113.9", [])


@pytest.mark.parametrize("name", ["peers", "proxies"])
@pytest.mark.parametrize("value", ["203.0.113.9", 5, ["no address"], [None], ["203.0.113.0/99"]])
def test_what_is_no_list_of_networks_is_named(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=name):
        access(**{"path_secret": None, "peers": None, "proxies": (), name: value})
