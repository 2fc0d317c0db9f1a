"""The WSGI entry point: `gunicorn newsroom.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

application = get_wsgi_application()

# A full collection of garbage looks at all that the process holds, in the middle of one request in
# twenty or so. What is loaded by now stays, and need not be looked at.
assert get_resolver().url_patterns  # loads the views
gc.collect()
gc.freeze()
