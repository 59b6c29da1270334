"""Local servers for demos and tests: they hold state and behave as the vendors do, oddities included.

Start one inside the running event loop, point a client at it, script faults, and inspect the requests that arrived
and the state that the server holds::

    async with Emulator(latency=0.02, rate_limit=(300, 10.0), seed=1) as emulator:
        emulator.faults.script("agents.create", Fault.lost_answer(), Fault.status(503))
        ...
        emulator.faults.assert_consumed()

The package shares no code with the clients. It verifies tokens and spells wire names itself, so that a test fails if a
client misreads the documentation.

It emulates Stringee (``emulator.stringee()``, ``emulator.state.stringee``), RingMe (``emulator.ringme()``,
``emulator.state.ringme``) and ITNIO TECH (``emulator.itniotech()``, ``emulator.state.itniotech``) on one port. Webhooks
(events of agents, call records) are really sent, to loopback addresses only. Permissions and TLS are not emulated.

``await emulator.save(path)`` keeps the whole state in a file, ``Emulator.load(path)`` begins with it. With ``page=True`` it
serves a page and a control API below ``/_emulator/``.
"""

from .faults import Fault, FaultError
from .itniotech.dialect import ItniotechArguments
from .itniotech.push import Attempt, Push
from .itniotech.settings import ItniotechSettings
from .itniotech.state import ItniotechState
from .log import RecordedRequest
from .plan import Faults
from .ringme.dialect import RingMeArguments
from .ringme.settings import RingMeSettings
from .ringme.state import RingMeState
from .saving.forms import StateError
from .server import Emulator
from .settings import Settings
from .state import NumberedTable, Table
from .stringee.dialect import StringeeArguments
from .stringee.settings import StringeeSettings
from .stringee.state import StringeeState
from .webhook_sender import Delivery

__all__ = [
    "Attempt",
    "Delivery",
    "Emulator",
    "Fault",
    "FaultError",
    "Faults",
    "ItniotechArguments",
    "ItniotechSettings",
    "ItniotechState",
    "NumberedTable",
    "Push",
    "RecordedRequest",
    "RingMeArguments",
    "RingMeSettings",
    "RingMeState",
    "Settings",
    "StateError",
    "StringeeArguments",
    "StringeeSettings",
    "StringeeState",
    "Table",
]
