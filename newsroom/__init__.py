"""The project (settings, URLs, Celery, checks) and, in its packages, everything that comes in."""

# Without this import `shared_task` would silently fall back to an AMQP broker on localhost.
from newsroom.celery import app as celery_app

__all__ = ["celery_app"]
