"""The hearing check: a file number and a posted code, and the day is said; no account, no name."""
