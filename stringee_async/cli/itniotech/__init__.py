"""The commands for ITNIO TECH: one file per noun."""
