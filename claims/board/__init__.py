"""The board: the claims by state, what is due first at the top."""
