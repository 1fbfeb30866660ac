"""Django admin for platform administrators; its doors are those of the site, its pages hold no report content."""

from django.contrib.admin.apps import AdminConfig


class CounterpartAdminConfig(AdminConfig):
    """Plain Django admin under our own site class."""

    default_site = "config.admin_site.Site"
