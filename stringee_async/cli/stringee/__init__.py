"""The commands for Stringee: those that are derived in one table, the others in `commands`."""
