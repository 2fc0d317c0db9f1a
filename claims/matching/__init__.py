"""Earlier claims, and other publishers' checks, that say the same."""
