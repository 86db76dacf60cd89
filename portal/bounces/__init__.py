"""Bounces: what came back, from the mailbox or from a mail provider that posts it."""
