"""The commands for RingMe: one file per noun."""
