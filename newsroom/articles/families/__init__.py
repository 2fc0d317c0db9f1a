"""Wire copy: the same story at several outlets is one family."""
