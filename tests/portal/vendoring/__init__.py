"""Other people's browser code: pinned, hashed, cut down."""
