"""The hearing list of a day: every hearing of an officer's divisions, room by room, to print."""
