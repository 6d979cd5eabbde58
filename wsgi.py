"""The WSGI application, for any server: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from lms.app import create_app

app = create_app()
