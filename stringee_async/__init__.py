"""Asyncio SDK for contact-centre vendors. Public names and nothing else.

Names are imported when they are first used, so that `import stringee_async` costs next to nothing.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .core.bulk import Bulk, ItemOutcome, bulk
    from .core.clock import Clock
    from .core.ensure import Ensured
    from .core.errors import (
        AlreadyExistsError,
        AmbiguousError,
        ApiError,
        AuthError,
        CertificateError,
        ClosedError,
        ConfigError,
        ConflictError,
        DeadlineError,
        DecodeError,
        FailedAttempt,
        GuardError,
        InvalidRequestError,
        LimitReachedError,
        NotFoundError,
        NotSentError,
        OutcomeUnknownError,
        PagingError,
        PermissionDeniedError,
        PlanError,
        ProvisionError,
        RateLimitedError,
        ResponseError,
        SdkError,
        ServerError,
        SpecError,
        StalePlanError,
        TransportError,
        WebhookError,
    )
    from .core.model import Malformed, Model, to_dict
    from .core.paging import Drift, Page, Paged
    from .core.ratelimit import LocalRateLimiter, RateLimit, RateLimiter
    from .core.retry import RetryPolicy
    from .core.shared import Stats
    from .core.transport import Transport
    from .core.wire import UNSET, Lane, Request, Response, RetryClass, Secret, Timeouts, Unset
    from .itniotech.auth import ItniotechAuth
    from .itniotech.client import ItniotechClient
    from .ringme.auth import RingMeAuth
    from .ringme.client import RingMeClient
    from .stringee.agents import Agent
    from .stringee.auth import StringeeAuth
    from .stringee.client import StringeeClient
    from .stringee.envelope import Created
    from .stringee.group_agents import GroupAgent
    from .stringee.group_routings import GroupRouting
    from .stringee.groups import Group
    from .stringee.queues import Queue
    from .stringee.users import User

_HOMES = {
    "core.bulk": "Bulk ItemOutcome bulk",
    "core.clock": "Clock",
    "core.model": "Malformed Model to_dict",
    "core.errors": (
        "AlreadyExistsError AmbiguousError ApiError AuthError CertificateError ClosedError ConfigError "
        "ConflictError "
        "DeadlineError DecodeError FailedAttempt GuardError InvalidRequestError LimitReachedError NotFoundError "
        "NotSentError "
        "OutcomeUnknownError PagingError PermissionDeniedError PlanError ProvisionError RateLimitedError "
        "ResponseError SdkError ServerError SpecError StalePlanError TransportError WebhookError"
    ),
    "core.paging": "Drift Page Paged",
    "core.ratelimit": "LocalRateLimiter RateLimit RateLimiter",
    "core.retry": "RetryPolicy",
    "core.shared": "Stats",
    "core.transport": "Transport",
    "core.wire": "UNSET Lane Request Response RetryClass Secret Timeouts Unset",
    "itniotech.auth": "ItniotechAuth",
    "itniotech.client": "ItniotechClient",
    "ringme.auth": "RingMeAuth",
    "ringme.client": "RingMeClient",
    "stringee.agents": "Agent",
    "stringee.auth": "StringeeAuth",
    "stringee.client": "StringeeClient",
    "stringee.envelope": "Created",
    "stringee.group_agents": "GroupAgent",
    "stringee.group_routings": "GroupRouting",
    "stringee.groups": "Group",
    "stringee.queues": "Queue",
    "stringee.users": "User",
    "core.ensure": "Ensured",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "UNSET",
    "Agent",
    "AlreadyExistsError",
    "AmbiguousError",
    "ApiError",
    "AuthError",
    "Bulk",
    "CertificateError",
    "Clock",
    "ClosedError",
    "ConfigError",
    "ConflictError",
    "Created",
    "DeadlineError",
    "DecodeError",
    "Drift",
    "Ensured",
    "FailedAttempt",
    "Group",
    "GroupAgent",
    "GroupRouting",
    "GuardError",
    "InvalidRequestError",
    "ItemOutcome",
    "ItniotechAuth",
    "ItniotechClient",
    "Lane",
    "LimitReachedError",
    "LocalRateLimiter",
    "Malformed",
    "Model",
    "NotFoundError",
    "NotSentError",
    "OutcomeUnknownError",
    "Page",
    "Paged",
    "PagingError",
    "PermissionDeniedError",
    "PlanError",
    "ProvisionError",
    "Queue",
    "RateLimit",
    "RateLimitedError",
    "RateLimiter",
    "Request",
    "Response",
    "ResponseError",
    "RetryClass",
    "RetryPolicy",
    "RingMeAuth",
    "RingMeClient",
    "SdkError",
    "Secret",
    "ServerError",
    "SpecError",
    "StalePlanError",
    "Stats",
    "StringeeAuth",
    "StringeeClient",
    "Timeouts",
    "Transport",
    "TransportError",
    "Unset",
    "User",
    "WebhookError",
    "__version__",
    "bulk",
    "to_dict",
]

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    return __all__
