"""Deciding what people ask: granted or refused with a reason, told by a notice."""
