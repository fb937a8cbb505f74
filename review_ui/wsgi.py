"""The desk as a WSGI application (``review_ui.wsgi:application``), for waitress or any other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review_ui.settings")
application = get_wsgi_application()
