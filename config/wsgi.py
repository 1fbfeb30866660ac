"""What gunicorn serves; it works as the web role."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("COUNTERPART_DB_ROLE", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
