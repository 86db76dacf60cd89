"""Appeals: from the decision to the perfected appeal."""
