"""What changed, in order: written by the database with each change, read by cursor."""
