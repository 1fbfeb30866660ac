"""What others are and do: their people, operations, searches, notices, keys, and what they are late with."""

from collections.abc import Iterator
from datetime import timedelta

from apps.agencies import actions as accounts
from apps.agencies.acting import acting
from apps.agencies.models import Agency, HeldToken, User
from apps.agencies.policy import FIRST_OPERATION
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.notifications import actions as notices
from apps.notifications.models import Channel, Notification
from apps.referrals.actions import ask_to_pass_on
from apps.referrals.models import Referral
from apps.reports import actions as reports
from apps.reports.policy import Filters
from apps.sharing.actions import approve_opening, ask_to_open
from tests.callers import Caller
from tests.worlds.bodies import CUSTOMS, analysis, elsewhere, seizure, word
from tests.worlds.hidden.told import between_others, reaching, visible
from tests.worlds.scene import Scene


def a_colleague_elsewhere(scene: Scene, on: bool) -> Iterator[None]:
    """Membership: another agency has one more person, or one less, or other roles."""
    code, _, others = between_others(scene)
    if on:
        User.objects.bulk_create(
            [
                User(
                    email=f"{word(scene.draw)}@{code.lower()}.example",
                    name="X",
                    agency=scene.cast.agency(code),
                    roles=["LIAISON"],
                )
            ]
        )
        User.objects.filter(email=f"analyst@{others[0].lower()}.example").update(is_active=False)
    yield
    if on:
        User.objects.filter(email=f"officer@{others[1].lower()}.example").update(roles=["ANALYST"])


def a_candidate(scene: Scene, on: bool) -> Iterator[None]:
    """Membership: an agency is being prepared, or has left: no list names it, and its code is as unknown as any other."""
    code = f"X-{word(scene.draw).upper()}"
    scene.secret["agency"] += [code] * 6  # guessed at as often as the others are named
    if on:
        card = {"name": "Not here", "kind": "CUSTOMS", "country_id": scene.home or "FR", "law_enforcement": True}
        Agency.objects.bulk_create([Agency(code=code, active=False, **card)])
    yield


def an_operation(scene: Scene, on: bool) -> Iterator[None]:
    """Membership: others join an operation, and one of them leaves it."""
    _, _, others = between_others(scene)
    held = [
        HeldToken(agency=scene.cast.agency(code), token=FIRST_OPERATION + 7, since=now() - timedelta(days=1))
        for code in others
    ]
    if on:
        HeldToken.objects.bulk_create(held)
    yield
    if on:
        HeldToken.objects.filter(id=held[0].id).update(until=now())


def searches(scene: Scene, on: bool) -> Iterator[None]:
    """Others search for what the reader has, and read it."""
    _, _, others = between_others(scene)
    for number in range(3):
        if on:
            filters = Filters(q=scene.seen["word"][number])
            scene.does(("liaison", others[number]), reports.search_reports, filters=filters, before=None, limit=50)
            caller = Caller(scene.cast.liaison(others[number]))
            caller.get(f"reports/{scene.seen['report'][number]}/")
            caller.get("reports/?limit=1")
        yield


def others_notices(scene: Scene, on: bool) -> Iterator[None]:
    """Notification rows: others read theirs; the mail server refuses somebody's address."""
    code, body, others = reaching(scene)
    visible(scene, scene.file(code, body))
    if on:
        person = scene.cast.user("liaison", others[0])
        Channel.objects.create(user=person, kind="EMAIL", closed_at=now(), code="550")
    yield
    if on:
        actor = ("liaison", others[1])
        notice = Notification.objects.filter(user=scene.cast.user(*actor)).latest("created_at")
        scene.secret["notice"].append(str(notice.id))
        scene.does(actor, notices.mark_read, notification_id=notice.id)


def others_keys(scene: Scene, on: bool) -> Iterator[None]:
    """Others' accounts: an API token, and the same Idempotency-Key at the same address with the same body."""
    code, _, others = between_others(scene)
    body = analysis(scene.draw)
    scene.secret["key"].append("a-key-that-others-used")
    if on:
        Caller(scene.cast.liaison(code)).post("reports/", body, **{"Idempotency-Key": "a-key-that-others-used"})
        scene.does(("officer", others[0]), accounts.issue_token, name="script", life=timedelta(days=3))
    yield


def a_late_answer(scene: Scene, on: bool) -> Iterator[None]:
    """Referral states: what another agency was asked is overdue."""
    code, body, others = reaching(scene)
    report = scene.file(code, body)
    visible(scene, report)
    if on:
        Referral.objects.filter(report_id=report, agency__code=others[0]).update(due_at=now() - timedelta(days=1))
    yield


SISTERS = {"CN": "CN-POLICE", "KE": "KE-WILDLIFE"}  # law enforcement beside the customs of their countries


def a_passing_on(scene: Scene, on: bool) -> Iterator[None]:
    """Passed on: another recipient asks to let a sister agency read, and it does."""
    country = "CN" if scene.home != "CN" else "KE"
    at, source, through = elsewhere(scene.draw, scene.home, country, count=3)
    law = scene.cast.agency(scene.agency).law_enforcement
    body = seizure(scene.draw, at=at, route=(source, through, country), named=[scene.agency], law_enforcement_only=law)
    report = scene.file(CUSTOMS[at], body)
    visible(scene, report)
    yield
    if on:
        asked = {"report_id": report, "agency": SISTERS[country], "reason": word(scene.draw)}
        scene.does(("liaison", CUSTOMS[country]), ask_to_pass_on, **asked)
        scene.carry()


def a_broken_glass(scene: Scene, on: bool) -> Iterator[None]:
    """Break-glass: two administrators open a report that the reader sees, too; its owner alone is told."""
    code, body, _ = reaching(scene)
    draft = scene.draft(code, body)
    reference = scene.submit(code, draft)
    visible(scene, draft)
    people = [User(email=f"{word(scene.draw)}@counterpart.example", name="X", is_staff=True) for _ in range(2)]
    yield
    if on:
        User.objects.bulk_create(people)
        first, second = (actor_of(user_id=person.id, now=now()) for person in people)
        assert first is not None
        assert second is not None
        with acting(first):
            opening = ask_to_open(
                actor=first, reference=reference, reason=f"A court asks for {word(scene.draw)}.", now=now()
            )
        with acting(second):
            approve_opening(actor=second, opening_id=opening.id, now=now())
        scene.carry()
