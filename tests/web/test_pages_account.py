"""The account page: language and zone, API tokens; and the notices."""

from datetime import timedelta

from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.agencies.models import ApiToken, User
from apps.core.clock import now
from apps.notifications.channels.email import ANY_OTHER, PAGES
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from tests import clocks
from tests.cast import Cast
from tests.web.visiting import Visitor, sent


def officer(cast: Cast) -> Visitor:
    return Visitor(cast, "officer", "SG-CUSTOMS")


def test_the_page_says_who_one_is(cast: Cast) -> None:
    page = officer(cast).get("/account/")
    for words in (
        "Officer, SG-CUSTOMS",
        "officer@sg-customs.example",
        "Singapore Customs",
        "Officer",
        "You have none.",
    ):
        assert words in page


def test_a_time_zone_is_saved_and_used_from_then_on(cast: Cast) -> None:
    visitor = officer(cast)
    page = visitor.post("/account/preferences/", {"language": "en", "time_zone": "africa/nairobi"})
    assert "Your language and time zone are saved." in page
    assert User.objects.get(id=visitor.user.id).time_zone == "Africa/Nairobi"
    assert " EAT" in visitor.get(f"/reports/{sent(cast.officer('SG-CUSTOMS'))}/")


def test_a_zone_or_language_that_is_none_is_said_beside_its_box(cast: Cast) -> None:
    visitor = officer(cast)
    page = visitor.post("/account/preferences/", {"language": "en", "time_zone": "Middle-earth/Shire"}, 422)
    assert page.text.count("“Middle-earth/Shire” is not in the list.") == 2
    assert page.boxes["time_zone"] == "Middle-earth/Shire"
    visitor.post("/account/preferences/", {"language": "tlh", "time_zone": "UTC"}, 422)
    assert User.objects.get(id=visitor.user.id).time_zone == "Asia/Singapore"


def test_a_token_is_shown_this_once_and_opens_the_api_until_it_is_revoked(cast: Cast, client: Client) -> None:
    visitor = officer(cast)
    page = visitor.post("/account/tokens/", {"name": "nightly", "life": "90"})
    raw = page.html.partition('id="token-text"')[2].partition(">")[2].partition("<")[0]
    assert raw.startswith("cp_")
    assert "Copy your new token now" in page
    assert raw not in visitor.get("/account/").html
    headers = {"Authorization": f"Bearer {raw}"}
    assert client.get("/api/v1/me/", headers=headers).status_code == 200
    token = ApiToken.objects.get()
    assert (token.name, (token.expires_at - token.created_at).days) == ("nightly", 90)
    revoked = visitor.post(f"/account/tokens/{token.id}/revoke/")
    assert "The token is revoked." in revoked
    assert "You have none." in revoked
    assert client.get("/api/v1/me/", headers=headers).status_code == 401


def test_a_token_reads_only_unless_more_is_chosen_and_its_owner_is_told_by_mail(cast: Cast, client: Client) -> None:
    visitor, answers = officer(cast), []
    for words in ({}, {"scope": "READ"}, {"scope": "ALL"}):
        page = visitor.post("/account/tokens/", {"name": "nightly", "life": "90", **words})
        raw = page.html.partition('id="token-text"')[2].partition(">")[2].partition("<")[0]
        headers = {"Authorization": f"Bearer {raw}"}
        answers.append(client.post("/api/v1/reports/", "{}", "application/json", headers=headers).json().get("code"))
    assert answers[:2] == ["reads_only", "reads_only"]
    assert answers[2] != "reads_only"
    assert list(ApiToken.objects.order_by("created_at").values_list("scope", flat=True)) == ["READ", "READ", "ALL"]
    shown = visitor.get("/account/").text
    assert (shown.count("Reads only"), shown.count("All that the account may")) == (3, 2), (
        "in the list and to choose from"
    )
    visitor.post("/account/tokens/", {"name": "x", "life": "90", "scope": "MORE"}, 422)
    assert ApiToken.objects.count() == 3
    relay()
    assert [letter.to for letter in mail.outbox] == [[visitor.user.email]] * 3
    assert "an API token" in str(mail.outbox[0].body)


def test_nobody_revokes_another_s_token(cast: Cast) -> None:
    officer(cast).post("/account/tokens/", {"name": "mine", "life": "30"})
    token = ApiToken.objects.get()
    Visitor(cast, "liaison", "SG-CUSTOMS").post(f"/account/tokens/{token.id}/revoke/", status=404)
    assert ApiToken.objects.get().revoked_at is None


def test_an_expired_token_is_listed_as_such(cast: Cast) -> None:
    visitor = officer(cast)
    visitor.post("/account/tokens/", {"name": "old", "life": "30"})
    with clocks.held(now() + timedelta(days=31)):
        visitor.client.force_login(visitor.user)
        assert "Expired" in visitor.get("/account/")


def test_a_token_without_a_name_or_with_an_invented_life_is_refused(cast: Cast) -> None:
    visitor = officer(cast)
    assert (
        visitor.post("/account/tokens/", {"name": "", "life": "30"}, 422).text.count("Fill in “What is it for?”.") == 2
    )
    visitor.post("/account/tokens/", {"name": "long", "life": "36500"}, 422)
    assert not ApiToken.objects.exists()


def test_a_notice_opens_what_it_is_about_and_is_read_then(cast: Cast) -> None:
    sent(cast.officer("SG-CUSTOMS"))
    kenya = Visitor(cast, "liaison", "KE-CUSTOMS")
    page = kenya.get("/notifications/")
    notice = Notification.objects.get(user=kenya.user)
    assert "A report asks something of your agency" in page
    assert notice.reference in page
    assert "ivory" not in page
    opened = kenya.post(f"/notifications/{notice.id}/read/")
    assert opened.path == f"/referrals/{notice.object_id}/"
    assert "Open and mark as read" not in kenya.get("/notifications/")
    Visitor(cast, "liaison", "STRANGER").post(f"/notifications/{notice.id}/read/", status=404)


def test_every_address_that_a_mail_names_is_a_page(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    kenya = Visitor(cast, "liaison", "KE-CUSTOMS")
    targets = {"web:referral": Notification.objects.get(user=kenya.user).object_id, "web:report": report_id}
    assert set(PAGES.values()) == {*targets, "web:person"}
    administrator = Visitor(cast, "admin", "KE-CUSTOMS")
    assert kenya.user.email in administrator.get(reverse("web:person", args=[kenya.user.id]))
    for page, target in targets.items():
        assert kenya.get(reverse(page, args=[target])).response.status_code == 200
    assert kenya.get(reverse(ANY_OTHER)).response.status_code == 200
