"""Asyncio SDK for contact-centre vendors. Public names and nothing else.

Names are imported when they are first used, so that `import stringee_async` costs next to nothing.
"""

import logging
from typing import TYPE_CHECKING

from ._version import __version__
from .core.lazy import lazy_names

if TYPE_CHECKING:
    from .core.bulk import Bulk, ItemOutcome, bulk
    from .core.check import Check
    from .core.client_options import ClientOptions
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
        ProxyError,
        RateLimitedError,
        Repeat,
        ResponseError,
        SdkError,
        ServerError,
        SpecError,
        StalePlanError,
        TransportError,
        WebhookError,
    )
    from .core.limiter_protocol import RateLimiter
    from .core.messages import Headers, Request, Response
    from .core.model import Malformed, Model, to_dict
    from .core.options import Timeouts
    from .core.paging import DictIterator, Drift, ItemIterator, Page, Paged
    from .core.phone_key import phone_key
    from .core.ratelimit import LocalRateLimiter, RateLimit
    from .core.recordings import RecordingState, SavedRecording
    from .core.retry import RetryPolicy
    from .core.retry_class import Outcome, RetryClass
    from .core.saving import Writer
    from .core.secrets import Secret
    from .core.session_state import Stats
    from .core.transport import Transport
    from .core.unknown_writes import UnknownWrite
    from .core.unset import UNSET, Lane, Unset
    from .core.windows import Span, Windowed, WindowIterator
    from .itniotech.auth import ItniotechAuth
    from .itniotech.client import ItniotechClient, ItniotechOptions
    from .ringme.auth import RingMeAuth
    from .ringme.client import RingMeClient, RingMeOptions
    from .stringee.agents import Agent, Agents
    from .stringee.auth import StringeeAuth
    from .stringee.client import StringeeClient, StringeeOptions
    from .stringee.group_agents import GroupAgent, GroupAgents
    from .stringee.group_routings import GroupRouting, GroupRoutings
    from .stringee.groups import Group, Groups
    from .stringee.queues import Queue, Queues
    from .stringee.responses import Created
    from .stringee.users import User, Users

_HOMES = {
    ".core.bulk": "Bulk ItemOutcome bulk",
    ".core.check": "Check",
    ".core.client_options": "ClientOptions",
    ".core.clock": "Clock",
    ".core.ensure": "Ensured",
    ".core.errors": (
        "AlreadyExistsError AmbiguousError ApiError AuthError CertificateError ClosedError ConfigError "
        "ConflictError DeadlineError DecodeError FailedAttempt GuardError InvalidRequestError "
        "LimitReachedError NotFoundError NotSentError OutcomeUnknownError PagingError "
        "PermissionDeniedError PlanError ProvisionError ProxyError RateLimitedError Repeat "
        "ResponseError SdkError ServerError SpecError StalePlanError TransportError WebhookError"
    ),
    ".core.limiter_protocol": "RateLimiter",
    ".core.messages": "Headers Request Response",
    ".core.model": "Malformed Model to_dict",
    ".core.options": "Timeouts",
    ".core.paging": "DictIterator Drift ItemIterator Page Paged",
    ".core.phone_key": "phone_key",
    ".core.ratelimit": "LocalRateLimiter RateLimit",
    ".core.recordings": "RecordingState SavedRecording",
    ".core.retry": "RetryPolicy",
    ".core.retry_class": "Outcome RetryClass",
    ".core.saving": "Writer",
    ".core.secrets": "Secret",
    ".core.session_state": "Stats",
    ".core.transport": "Transport",
    ".core.unknown_writes": "UnknownWrite",
    ".core.unset": "UNSET Lane Unset",
    ".core.windows": "Span WindowIterator Windowed",
    ".itniotech.auth": "ItniotechAuth",
    ".itniotech.client": "ItniotechClient ItniotechOptions",
    ".ringme.auth": "RingMeAuth",
    ".ringme.client": "RingMeClient RingMeOptions",
    ".stringee.agents": "Agent Agents",
    ".stringee.auth": "StringeeAuth",
    ".stringee.client": "StringeeClient StringeeOptions",
    ".stringee.group_agents": "GroupAgent GroupAgents",
    ".stringee.group_routings": "GroupRouting GroupRoutings",
    ".stringee.groups": "Group Groups",
    ".stringee.queues": "Queue Queues",
    ".stringee.responses": "Created",
    ".stringee.users": "User Users",
}

__all__ = [
    "UNSET",
    "Agent",
    "Agents",
    "AlreadyExistsError",
    "AmbiguousError",
    "ApiError",
    "AuthError",
    "Bulk",
    "CertificateError",
    "Check",
    "ClientOptions",
    "Clock",
    "ClosedError",
    "ConfigError",
    "ConflictError",
    "Created",
    "DeadlineError",
    "DecodeError",
    "DictIterator",
    "Drift",
    "Ensured",
    "FailedAttempt",
    "Group",
    "GroupAgent",
    "GroupAgents",
    "GroupRouting",
    "GroupRoutings",
    "Groups",
    "GuardError",
    "Headers",
    "InvalidRequestError",
    "ItemIterator",
    "ItemOutcome",
    "ItniotechAuth",
    "ItniotechClient",
    "ItniotechOptions",
    "Lane",
    "LimitReachedError",
    "LocalRateLimiter",
    "Malformed",
    "Model",
    "NotFoundError",
    "NotSentError",
    "Outcome",
    "OutcomeUnknownError",
    "Page",
    "Paged",
    "PagingError",
    "PermissionDeniedError",
    "PlanError",
    "ProvisionError",
    "ProxyError",
    "Queue",
    "Queues",
    "RateLimit",
    "RateLimitedError",
    "RateLimiter",
    "RecordingState",
    "Repeat",
    "Request",
    "Response",
    "ResponseError",
    "RetryClass",
    "RetryPolicy",
    "RingMeAuth",
    "RingMeClient",
    "RingMeOptions",
    "SavedRecording",
    "SdkError",
    "Secret",
    "ServerError",
    "Span",
    "SpecError",
    "StalePlanError",
    "Stats",
    "StringeeAuth",
    "StringeeClient",
    "StringeeOptions",
    "Timeouts",
    "Transport",
    "TransportError",
    "UnknownWrite",
    "Unset",
    "User",
    "Users",
    "WebhookError",
    "WindowIterator",
    "Windowed",
    "Writer",
    "__version__",
    "bulk",
    "phone_key",
    "to_dict",
]

logging.getLogger(__name__).addHandler(logging.NullHandler())


if not TYPE_CHECKING:  # a checker that saw it would accept every misspelt name, with type Any
    __getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
