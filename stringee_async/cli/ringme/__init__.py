"""The commands for RingMe: those that are derived in one table, the others in `commands`."""
