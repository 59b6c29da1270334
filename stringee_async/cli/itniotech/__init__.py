"""The commands for ITNIO TECH: those that are derived in one table, the others in `commands`."""
