"""Who has opened a document: asked when it turns out to be infected."""
