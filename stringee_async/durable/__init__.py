"""Durable runs: `apply` whose units survive a crash, on one machine or on many, with DBOS below.

Needs the extra `durable`. `DbosRunner` is given to `provision.apply` as its runner:

    report = await provision.apply(client, plan, runner=DbosRunner())  # a file beside the journal
    report = await provision.apply(client, plan, runner=DbosRunner("postgresql://app@db/apply"))  # many machines
"""

from .dbos_runner import DbosRunner

__all__ = ["DbosRunner"]
