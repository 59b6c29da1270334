"""The part of an emulator that hands out credentials for clients, adds keys, and revokes keys and tokens."""

import abc
from typing import Any

import attrs

from .itniotech.dialect import ItniotechArguments, ItniotechDialect
from .ringme.dialect import RingMeArguments, RingMeDialect
from .stringee.dialect import StringeeArguments, StringeeDialect
from .vendor_settings import OldKeywords


@attrs.define(kw_only=True, eq=False, repr=False)
class Credentials(OldKeywords, abc.ABC):
    """The credentials of all accounts of an emulator."""

    _stringee: StringeeDialect = attrs.field(init=False)
    _ringme: RingMeDialect = attrs.field(init=False)
    _itniotech: ItniotechDialect = attrs.field(init=False)

    @property
    @abc.abstractmethod
    def url(self) -> str:
        """The root of all its addresses, without a trailing slash; it must run."""

    def stringee(self, project: int = 0) -> StringeeArguments:
        """Keyword arguments for a client of a Stringee project; each number, from 0, has tables of its own.

        Raises:
            RuntimeError: the emulator does not run.
        """
        self._stringee.opened(project)
        sid, secret = self._stringee.credentials[project]
        return {"key_sid": sid, "key_secret": secret, "icc_url": self.url, "api_url": self.url}

    def ringme(self, account: int = 0) -> RingMeArguments:
        """Keyword arguments for a client of a RingMe customer; each number, from 0, has tables of its own.

        Raises:
            RuntimeError: the emulator does not run.
        """
        self._ringme.opened(account)
        client_id, secret = self._ringme.credentials[account]
        return {"client_id": client_id, "client_secret": secret, "url": self.url}

    def itniotech(self, account: int = 0) -> ItniotechArguments:
        """Keyword arguments for a client of an ITNIO TECH account; each number, from 0, has tables of its own.

        Raises:
            RuntimeError: the emulator does not run.
        """
        key, secret = next(iter(self._itniotech.opened(account).keys.items()))
        return {"api_key": key, "api_secret": secret, "url": self.url}

    def environment(self, project: int = 0) -> dict[str, str]:
        """The credentials of all vendors, each for its account of this number, as environment variables of the clients."""
        given: dict[str, dict[str, Any]] = {
            "STRINGEE": {**self.stringee(project)},
            "RINGME": {**self.ringme(project)},
            "ITNIOTECH": {**self.itniotech(project)},
        }
        return {
            f"{vendor}_{name.upper()}": value
            for vendor, arguments in given.items()
            for name, value in arguments.items()
        }

    def add_key(self, sid: str, secret: str, project: int = 0) -> None:
        """Accept another Stringee key pair for a project; the existing pairs stay valid."""
        self._stringee.opened(project)
        self._stringee.keyring.add(sid, secret, project)

    def revoke_key(self, sid: str) -> None:
        """Reject a Stringee key pair from now on; KeyError if there is no such key."""
        self._stringee.keyring.revoke(sid)

    def expire_tokens(self) -> None:
        """Reject every Stringee token that was seen so far and every RingMe token that was issued so far."""
        self._stringee.keyring.refuse_seen()
        self._ringme.tokens.forget()

    @property
    def tokens_seen(self) -> set[str]:
        """The ``jti`` of every correctly signed Stringee token that arrived."""
        return self._stringee.keyring.seen
