"""What was issued: the registry's page of one notice, how far it came, and taking it back in time."""
