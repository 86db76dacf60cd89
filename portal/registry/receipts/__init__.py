"""When a notice was received: letters that came back, and the legal date, on the registry’s pages."""
