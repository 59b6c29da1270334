"""Tests of what each vendor brings to provisioning."""
