"""Notices under faults: workers killed, mail servers in every mood, databases restarted."""
