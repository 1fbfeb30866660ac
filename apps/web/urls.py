"""The addresses of the pages."""

from django.urls import path

from apps.web.pages import (
    account,
    breakglass,
    entry,
    entry_agency,
    factors,
    filing,
    inbox,
    lists,
    notices,
    passing,
    people,
    people_invited,
    prints,
    referrals,
    reports,
    trail,
)

app_name = "web"
ANSWERS = ("acknowledge", "accept", "decline", "reopen", "actions", "close")
ENTRY = [
    path("sign-in/", entry.SignIn.as_view(), name="sign-in"),
    path("sign-in/second-step/", factors.SecondStep.as_view(), name="second-step"),
    path("sign-in/agency/<slug:code>/", entry_agency.AgencySignIn.as_view(), name="agency-sign-in"),
    path("sign-in/back/", entry_agency.AgencyBack.as_view(), name="agency-back"),
    path("sign-out/", entry.SignOut.as_view(), name="sign-out"),
    path("sign-out/everywhere/", entry.SignOutEverywhere.as_view(), name="sign-out-everywhere"),
    path("second-factor/", factors.Enrol.as_view(), name="enrol"),
    path("second-factor/app/", factors.EnrolApp.as_view(), name="enrol-app"),
    path("second-factor/passkey/", factors.EnrolPasskey.as_view(), name="enrol-passkey"),
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
    path("account/again/", factors.Again.as_view(), name="again"),
    path("account/second-factor/", factors.OwnFactors.as_view(), name="factors"),
    path("account/second-factor/codes/", factors.NewCodes.as_view(), name="factor-codes"),
    path("account/second-factor/<int:factor_id>/remove/", factors.RemoveFactor.as_view(), name="factor-remove"),
    path("account/preferences/", account.Preferences.as_view(), name="preferences"),
    path("account/tokens/", account.Tokens.as_view(), name="tokens"),
    path("account/tokens/<uuid:token_id>/revoke/", account.RevokeToken.as_view(), name="token-revoke"),
    path("notifications/", notices.Notices.as_view(), name="notices"),
    path("notifications/<uuid:notice_id>/read/", notices.ReadNotice.as_view(), name="notice-read"),
]
PEOPLE = [
    path("people/", people.People.as_view(), name="people"),
    path("people/invite/", people_invited.Invite.as_view(), name="invite"),
    path("people/<uuid:user_id>/", people.PersonPage.as_view(), name="person"),
    path("people/<uuid:user_id>/roles/", people.Roles.as_view(), name="person-roles"),
    *[
        path(f"people/<uuid:user_id>/{name}/", people.DeedPage.as_view(name=name), name=f"person-{name}")
        for name in people.DEEDS
    ],
    path("people/invitations/<uuid:invitation_id>/again/", people_invited.InviteAgain.as_view(), name="invite-again"),
    path("people/invitations/<uuid:invitation_id>/back/", people_invited.TakeBack.as_view(), name="invite-back"),
    path("invitation/<slug:word>/", people_invited.Accept.as_view(), name="invitation"),
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
    path("reports/<uuid:report_id>/trail/", trail.Trail.as_view(), name="trail"),
    path("reports/<uuid:report_id>/print/", prints.PrintReport.as_view(), name="print"),
    path("reports/<uuid:report_id>/pass-on/", passing.PassOn.as_view(), name="pass-on"),
]
REFERRALS = [
    path("referrals/<uuid:referral_id>/", referrals.ReferralPage.as_view(), name="referral"),
    *[
        path(f"referrals/<uuid:referral_id>/{verb}/", referrals.Answer.as_view(verb=verb), name=verb)
        for verb in ANSWERS
    ],
]
GLASS = [
    path("break-glass/", breakglass.Openings.as_view(), name="glass"),
    path("break-glass/ask/", breakglass.Ask.as_view(), name="glass-ask"),
    path("break-glass/<uuid:opening_id>/", breakglass.GlassReport.as_view(), name="glass-report"),
    path("break-glass/<uuid:opening_id>/approve/", breakglass.Approve.as_view(), name="glass-approve"),
    path("break-glass/<uuid:opening_id>/refuse/", breakglass.Refuse.as_view(), name="glass-refuse"),
    path("break-glass/<uuid:opening_id>/end/", breakglass.End.as_view(), name="glass-end"),
]
urlpatterns = [
    path("", inbox.Inbox.as_view(), name="inbox"),
    *ENTRY,
    *ACCOUNT,
    *PEOPLE,
    *FILING,
    *LISTS,
    *REPORTS,
    *REFERRALS,
    *GLASS,
    path("checkpoints.json", trail.Checkpoints.as_view(), name="checkpoints"),
]
