"""A client library for accessing Two endpoints of a contact centre"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
