"""The HTTP API of referrals, of what recipients ask to pass on, and of who has opened what."""

from apps.referrals.api import passings, referrals, trail

urlpatterns = [*referrals.urlpatterns, *passings.urlpatterns, *trail.urlpatterns]
