"""The SDK measured against what a user would pick instead: `python -m benchmarks`.

Not part of the package. `server` responses, `peers` ask, `workloads` say what is asked, `measure` keeps time, `goals`
judge, `report` writes it down. Nothing here leaves 127.0.0.1.
"""
