"""The tribunal’s rules as data: what is refused."""
