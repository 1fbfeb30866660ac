"""The addresses of the API, under /api/v1/."""

from django.urls import include, path, re_path

from apps.agencies.api import Me
from apps.agencies.edge.base import no_such_address
from config import api_docs

app_name = "api"
urlpatterns = [
    path("me/", Me.as_view(), name="me"),
    path("", include("apps.reports.api.urls")),
    path("", include("apps.referrals.api")),
    path("", include("apps.notifications.api")),
    path("schema/", api_docs.Schema.as_view(), name="schema"),
    path("docs/", api_docs.Docs.as_view(), name="docs"),
    re_path("", no_such_address, name="none"),
]
