"""The tests: a mirror of the source, journeys in a browser, and tests of the whole app."""
