"""The Celery application: workers work as the worker role, beat only rings."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("COUNTERPART_DB_ROLE", "worker")

from celery import Celery

from config import broker, listener, watchdog

broker.install()
app = Celery("counterpart", task_cls="config.shut:Traced")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
watchdog.install(app)
listener.install(app)
