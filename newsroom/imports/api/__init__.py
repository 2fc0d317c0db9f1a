"""Pushing stories, and following what an import did, over HTTP."""
