"""Trains the tagger of claims.extraction. Needs ``pip install .[train]``; never imported at run time."""
