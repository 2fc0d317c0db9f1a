"""PostgreSQL, broker, worker and web server for a machine that has none of them.

Nothing in here imports Django models or settings: `manage.py` and the settings use it before there
are any.
"""
