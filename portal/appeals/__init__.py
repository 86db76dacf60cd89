"""Appeals to the Refugee Appeal Division: the notice that opens one, and the record that perfects it."""
