"""The product's addresses, and those of the plain views beside them."""

from django.urls import include, path

from bench import plain

urlpatterns = [
    path("plain/insert/", plain.Insert.as_view()),
    path("plain/open/", plain.Open.as_view()),
    path("plain/values/", plain.Values.as_view()),
    path("", include("config.urls")),
]
