"""Feeds: where stories come from by themselves, when each is asked, and what came of it."""
