"""A history that can be verified: batches of its rows are sealed, each seal chained to the last."""
