"""Django admin for platform administrators; its doors are those of the site, its pages hold no report content."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.checks import Tags, register

from config import lines


class CounterpartAdminConfig(AdminConfig):
    """Plain Django admin under our own site class."""

    default_site = "config.admin_site.Site"

    def ready(self) -> None:
        """Find the rooms' pages; the framework's groups mean nothing here (roles are ours), and nobody sees factors."""
        super().ready()
        from allauth.account.models import EmailAddress
        from allauth.mfa.models import Authenticator
        from django.contrib.auth.models import Group

        register(lines.check, Tags.security, deploy=True)
        admin.site.unregister([Group, EmailAddress, Authenticator])
