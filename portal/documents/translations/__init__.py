"""The page of one file of a draft that is neither in English nor in French."""
