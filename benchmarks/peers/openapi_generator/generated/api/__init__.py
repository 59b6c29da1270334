# flake8: noqa

# import apis into api package
from benchmarks.peers.openapi_generator.generated.api.agents_api import AgentsApi

