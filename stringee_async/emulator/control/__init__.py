"""The control API below ``/_emulator/api/`` and the page that uses it: state, faults, log, clock, webhooks, calls.

`api.py` finds the function for a path, `guard.py` says who may call it, `replies.py` how it responds. The other files
are the functions, by subject. Nothing here is a vendor's call: it is not recorded, not limited and meets no fault.
"""
