"""The guarded HTTP client, by which all requests to other people's servers go."""

from newsroom.imports.http.client import fetch
from newsroom.imports.http.outcomes import Fetched, NotModified, Outcome, Unfetchable, Why

__all__ = ["Fetched", "NotModified", "Outcome", "Unfetchable", "Why", "fetch"]
