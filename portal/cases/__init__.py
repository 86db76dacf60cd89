"""Cases: the list of mine, and the page of one."""
