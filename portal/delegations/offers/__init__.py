"""Offers: access lent to a person or a team, changed, offered again; a colleague who covers."""
