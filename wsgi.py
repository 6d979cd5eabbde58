"""The WSGI application, for any server: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

import gc

from lms.app import create_app

app = create_app()

gc.collect()
gc.freeze()  # what was made until now lives as long as the site: `lms.cli.serve` says what this saves
