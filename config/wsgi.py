"""What gunicorn serves; it works as the web role, and not at all as a role that could see past the walls."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("COUNTERPART_DB_ROLE", "web")

from django.core.wsgi import get_wsgi_application

from config.guard import Guarded

application = Guarded(get_wsgi_application())
