"""What those who run the portal ask it: is it alive, is it ready, what mail was caught."""
