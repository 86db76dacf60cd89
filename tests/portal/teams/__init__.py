"""Teams, as their people meet them."""
