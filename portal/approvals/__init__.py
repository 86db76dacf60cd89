"""Approvals: a draft is put before the person in whose name it was prepared."""
