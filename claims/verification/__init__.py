"""How a claim gets from an accepted candidate to a published verdict: states, transitions, gate."""
