"""The addresses of reports."""

from django.urls import path

from apps.reports.api import views

urlpatterns = [
    path("reports/", views.Reports.as_view(), name="reports"),
    path("reports/search/", views.Search.as_view(), name="search"),
    path("reports/preview/", views.Preview.as_view(), name="preview"),
    path("reports/<uuid:id>/", views.Report.as_view(), name="report"),
    path("reports/<uuid:id>/audience/", views.Audience.as_view(), name="audience"),
    path("reports/<uuid:id>/submit/", views.Submit.as_view(), name="submit"),
    path("reports/<uuid:id>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path("reports/<uuid:id>/copy/", views.Copy.as_view(), name="copy"),
]
