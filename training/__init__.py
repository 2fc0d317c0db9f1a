"""Trains the tagger of claims.extraction; never imported at run time (extra "train")."""
