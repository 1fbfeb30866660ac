"""The addresses of the pages."""

from django.urls import path

from apps.web.pages import account, entry, filing, inbox, lists, notices, referrals, reports

app_name = "web"
ANSWERS = ("acknowledge", "accept", "decline", "reopen", "actions", "close")
ENTRY = [
    path("sign-in/", entry.SignIn.as_view(), name="sign-in"),
    path("sign-out/", entry.SignOut.as_view(), name="sign-out"),
    path("signed-out/", entry.Said.as_view(template="account/signed_out.html"), name="signed-out"),
    path("password/change/", entry.PasswordChange.as_view(), name="password-change"),
    path("password/reset/", entry.PasswordReset.as_view(), name="password-reset"),
    path(
        "password/reset/sent/",
        entry.Said.as_view(template="account/password_reset_sent.html"),
        name="password-reset-sent",
    ),
    path(
        "password/reset/done/",
        entry.Said.as_view(template="account/password_reset_done.html"),
        name="password-reset-done",
    ),
    path("password/reset/<slug:uid>/<slug:token>/", entry.PasswordResetNew.as_view(), name="password-reset-new"),
]
FILING = [
    path("reports/new/", filing.Start.as_view(), name="file"),
    *[
        path(f"reports/new/{name}/", filing.New.as_view(kind=kind), name=f"new-{name}")
        for name, kind in filing.PATHS.items()
    ],
    path("taxa/", filing.Taxa.as_view(), name="taxa"),
    path("reports/<uuid:report_id>/edit/", filing.Draft.as_view(), name="draft"),
    path("reports/<uuid:report_id>/edit/<slug:name>/", filing.SectionPage.as_view(), name="section"),
    path("reports/<uuid:report_id>/check/", filing.Check.as_view(), name="check"),
    path("reports/<uuid:report_id>/delete/", filing.Delete.as_view(), name="delete"),
]
ACCOUNT = [
    path("account/", account.Account.as_view(), name="account"),
    path("account/preferences/", account.Preferences.as_view(), name="preferences"),
    path("account/tokens/", account.Tokens.as_view(), name="tokens"),
    path("account/tokens/<uuid:token_id>/revoke/", account.RevokeToken.as_view(), name="token-revoke"),
    path("notifications/", notices.Notices.as_view(), name="notices"),
    path("notifications/<uuid:notice_id>/read/", notices.ReadNotice.as_view(), name="notice-read"),
]
LISTS = [
    path("drafts/", lists.Drafts.as_view(), name="drafts"),
    path("sent/", lists.Sent.as_view(), name="sent"),
    path("received/", lists.Received.as_view(), name="received"),
]
REPORTS = [
    path("reports/<uuid:report_id>/", reports.ReportPage.as_view(), name="report"),
    path("reports/<uuid:report_id>/withdraw/", reports.Withdraw.as_view(), name="withdraw"),
    path("reports/<uuid:report_id>/copy/", reports.Copy.as_view(), name="copy"),
]
REFERRALS = [
    path("referrals/<uuid:referral_id>/", referrals.ReferralPage.as_view(), name="referral"),
    *[
        path(f"referrals/<uuid:referral_id>/{verb}/", referrals.Answer.as_view(verb=verb), name=verb)
        for verb in ANSWERS
    ],
]
urlpatterns = [path("", inbox.Inbox.as_view(), name="inbox"), *ENTRY, *ACCOUNT, *FILING, *LISTS, *REPORTS, *REFERRALS]
