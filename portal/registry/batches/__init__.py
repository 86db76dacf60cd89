"""Many notices at once: a list of cases, checked line by line, issued by the worker."""
