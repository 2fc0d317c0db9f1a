"""The demo: the seeds, a worker, a web server, and what a new user sees of them."""
