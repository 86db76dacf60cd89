"""Pictures of documents: the first page for whoever may read it, every page for the registry."""
