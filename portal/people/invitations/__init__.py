"""The page behind an invitation's link: a name, a password, and in."""
