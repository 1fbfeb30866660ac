"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from config import health, metrics

urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/", include("config.api_urls")),
    path("admin/", admin.site.urls),
    path("", include("apps.web.urls")),
]
handler400 = "apps.web.pages.errors.bad_request"
handler403 = "apps.web.pages.errors.forbidden"
handler404 = "apps.web.pages.errors.not_found"
handler500 = "apps.web.pages.errors.server_error"
