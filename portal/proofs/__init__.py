"""Proof of service: what became of one notice, on paper and as signed data that anybody can check."""
