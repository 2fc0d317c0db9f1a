"""Comments on claims: who may write them, whom they mention, and how they are shown."""
