"""What all endpoints share: tokens, scopes, throttles, problems, pages, conditions, description."""
