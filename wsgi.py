"""The WSGI application, for any server: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from lms.app import create_app
from lms.cli.serve import settled

app = create_app()

settled()
