"""Letters that invite people without an account: printed with a code, replaced, and ended."""
