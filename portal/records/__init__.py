"""Records: the case to take along, as a ZIP, as one PDF, and certified for another court."""
