"""The tree keeps the rules; and each rule catches what it is for, and lets pass what only looks like it."""

from dataclasses import dataclass

import pytest

from tests.architecture.rules import RULES, Rule
from tests.architecture.rules.reaching import content_models
from tests.architecture.source import ROOT, Source, sources

BY_NAME = {rule.name: rule for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    broken = [place for source in sources() for place in rule.broken_by(source)]
    assert broken == [], f"{rule.sentence}\n" + "\n".join(broken)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_is_excepted_is_there_and_needs_it(rule: Rule) -> None:
    by_path = {source.path: source for source in sources()}
    unused = [path for path in rule.but if not list(rule.look(by_path[path]))]
    assert unused == []


@dataclass(frozen=True)
class Example:
    """A file that breaks a rule on its first lines, or one that only looks like it."""

    rule: str
    path: str
    text: str
    caught: int = 1


EDGE, PAGE, BELOW = "apps/reports/api/views.py", "apps/web/pages/reports.py", "apps/reports/queries/reading.py"
TEMPLATE, MAIL = "apps/web/templates/web/report.html", "apps/notifications/templates/notifications/body.txt"
HOSTS = ["pypi" + ".org", "files.pythonhosted" + ".org", "registry.npmjs" + ".org"]
EXAMPLES = [
    Example("content-is-fetched-for-an-actor", EDGE, "Report.objects.get(id=id)"),
    Example("content-is-fetched-for-an-actor", EDGE, "models.Report.objects.all()"),
    Example("content-is-fetched-for-an-actor", "apps/reports/admin.py", "Label._default_manager.count()"),
    Example("content-is-fetched-for-an-actor", "apps/web/pages/inbox.py", "Notification.objects.filter(user=user)"),
    Example("content-is-fetched-for-an-actor", "apps/referrals/tasks.py", "Referral._base_manager.all()"),
    Example("content-is-fetched-for-an-actor", "apps/reports/management/commands/list.py", "Report.objects.all()"),
    Example("content-is-fetched-for-an-actor", PAGE, "report = get_object_or_404(rows, id=id)"),
    Example("content-is-fetched-for-an-actor", PAGE, "agencies = Agency.objects.all()", 0),
    Example("content-is-fetched-for-an-actor", BELOW, "Report.objects.visible_to(actor)", 0),
    Example("edges-speak-no-sql", EDGE, "from django.db import connection, transaction"),
    Example("edges-speak-no-sql", PAGE, "import psycopg"),
    Example("edges-speak-no-sql", EDGE, "from django.db import transaction", 0),
    Example("one-place-rings-the-broker", "apps/referrals/actions.py", "send_due.delay()"),
    Example("one-place-rings-the-broker", EDGE, "app.send_task('relay'); relay.apply_async(countdown=5)", 2),
    Example("one-place-rings-the-broker", "apps/outbox/bell.py", "sender.send_task(task)", 0),
    Example("sql-is-constant", BELOW, "cursor.execute(f'SELECT * FROM t WHERE title = {title}')"),
    Example("sql-is-constant", BELOW, "cursor.execute('DELETE FROM t WHERE id = %s' % id)"),
    Example("sql-is-constant", BELOW, "RawSQL('SELECT {} FROM t'.format(column), [])"),
    Example("sql-is-constant", BELOW, "cursor.execute('SELECT 1 WHERE a = %s', [a])\nf'select one of {names}'", 0),
    Example("sql-is-constant", BELOW, "CARD = 'SELECT a.id'\nALL = f'{CARD} FROM agencies_agency a'", 0),
    Example("sql-is-constant", BELOW, "f'SELECT {CARD} FROM t WHERE title = {title}'"),
    Example("sql-is-constant", "apps/reports/migrations/0009_more.py", "f'ALTER TABLE {table} ADD x int'", 0),
    Example("one-way-out", BELOW, "import requests"),
    Example("one-way-out", BELOW, "from urllib.request import urlopen\nimport urllib.request", 2),
    Example("one-way-out", BELOW, "from urllib import request\nfrom http import client", 2),
    Example("one-way-out", BELOW, "from requests.adapters import HTTPAdapter\nimport urllib3.util", 2),
    Example("one-way-out", BELOW, "socket.create_connection((host, 80))"),
    Example("one-way-out", BELOW, "from urllib.parse import urlsplit\nfrom http import HTTPStatus", 0),
    Example("no-save-overrides", "apps/reports/models.py", "class Report:\n    def save(self) -> None: ..."),
    Example("no-save-overrides", "apps/reports/actions/drafting.py", "def save() -> None: ...", 0),
    Example("no-signals", "apps/referrals/apps.py", "from django.db.models.signals import post_save"),
    Example("no-signals", "apps/referrals/apps.py", "from django.dispatch import receiver"),
    Example("no-signals", "apps/referrals/apps.py", "from django.db.models import signals\nsignals.connect(f)", 2),
    Example("nothing-is-marked-safe", "apps/web/templatetags/look.py", "mark_safe(f'<b>{name}</b>')"),
    Example("nothing-is-marked-safe", "apps/web/templatetags/look.py", "format_html(template, name)"),
    Example("nothing-is-marked-safe", "apps/web/templatetags/look.py", "format_html('<b>{}</b>', name)", 0),
    Example("nothing-is-marked-safe", "apps/web/forms/bound.py", "def control(self) -> SafeString: ...", 0),
    Example("templates-escape", TEMPLATE, "<p>{{ narrative|safe }}</p>"),
    Example("templates-escape", TEMPLATE, "{% autoescape off %}{{ title }}{% endautoescape %}"),
    Example("templates-escape", TEMPLATE, "{% debug %} {{ rows | safeseq }}", 2),
    Example("templates-escape", TEMPLATE, "a safe place, {{ safe }} {{ safely|default:'' }}", 0),
    Example("templates-escape", MAIL, "{% autoescape off %}", 0),
    Example("fields-are-listed", EDGE, "class Meta:\n    fields = '__all__'"),
    Example("fields-are-listed", EDGE, "class Meta:\n    exclude = ('narrative',)"),
    Example("fields-are-listed", "apps/reports/__init__.py", "__all__ = ['Report']", 0),
    Example("one-clock", "apps/reports/actions/drafting.py", "now = timezone.now()"),
    Example("one-clock", "apps/reports/actions/drafting.py", "datetime.now(UTC); date.today(); time.time()", 3),
    Example("one-clock", "apps/reports/policy/dates.py", "datetime(2019, 1, 16)"),
    Example("one-clock", "apps/web/shown/times.py", "timezone.localtime()"),
    Example("one-clock", "apps/web/shown/times.py", "timezone.localtime(at)", 0),
    Example("one-clock", "apps/reports/policy/dates.py", "datetime(2019, 1, 16, tzinfo=UTC)\ntime.monotonic()", 0),
    Example("clocks-are-held-together", "tests/reports/test_drafts.py", "import time_machine"),
    Example("clocks-are-held-together", "tests/reports/test_drafts.py", "from freezegun import freeze_time"),
    Example("clocks-are-held-together", "tests/reports/test_drafts.py", "from tests import clocks", 0),
    Example("the-databases-clock-can-be-held", BELOW, "'WHERE at < CURRENT_TIMESTAMP'"),
    Example("the-databases-clock-can-be-held", BELOW, "'WHERE at < pg_catalog.now()'"),
    Example("the-databases-clock-can-be-held", BELOW, "'WHERE at < statement_timestamp() AND b < now()'", 0),
    Example("nothing-is-run", BELOW, "eval(words)"),
    Example("nothing-is-run", BELOW, "import pickle\nfrom marshal import loads", 2),
    Example("nothing-is-run", BELOW, "yaml.load(text)"),
    Example("nothing-is-run", BELOW, "subprocess.run(words, shell=True)"),
    Example("nothing-is-run", BELOW, "re.compile(words); subprocess.run(words, shell=False)", 0),
    Example("no-star-imports", "tests/reports/test_drafts.py", "from apps.reports.models import *"),
    Example("no-lazy-imports", BELOW, "def f():\n    from apps.referrals import models"),
    Example("no-lazy-imports", BELOW, "module = importlib.import_module(name)"),
    Example("no-lazy-imports", "apps/reports/apps.py", "def ready(self):\n    from apps.outbox import events", 0),
    Example("no-lazy-imports", BELOW, "if TYPE_CHECKING:\n    from apps.agencies.policy import Actor", 0),
    Example("files-are-named-for-what-they-hold", "apps/reports/utils.py", ""),
    Example("files-are-named-for-what-they-hold", "apps/reports/services/filing.py", ""),
    Example("files-are-named-for-what-they-hold", "apps/reports/policy.py", "", 0),
    Example("files-are-short", BELOW, "pass\n" * 401),
    Example("files-are-short", BELOW, "pass\n" * 400, 0),
    Example("files-are-short", "apps/reports/migrations/0009_more.py", "pass\n" * 401, 0),
    Example("nothing-of-the-workplace", "README.md", "see " + "/" + "work/shared/DESIGN.md"),
    Example("nothing-of-the-workplace", "docs/walk.md", "cd " + "/" + "root/checkout"),
    *[Example("nothing-of-the-workplace", "requirements/base.txt", f"--index-url https://{host}/x") for host in HOSTS],
    Example("nothing-of-the-workplace", "README.md", "a network/work/place of root/users", 0),
]


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: f"{example.rule}-{example.text[:30]!r}-{example.caught}"
)
def test_a_planted_example_is_caught_and_a_look_alike_is_not(example: Example) -> None:
    found = BY_NAME[example.rule].broken_by(Source(example.path, example.text))
    assert len(found) == example.caught, found


def test_every_rule_has_an_example_that_it_catches() -> None:
    assert {example.rule for example in EXAMPLES if example.caught} == set(BY_NAME)


def test_the_content_that_is_guarded_is_the_content_that_there_is() -> None:
    wanted = {"Label", "Grant", "Report", "SeizedItem", "RouteStop", "Referral", "Action"}
    assert content_models() >= wanted | {"Notification", "IdempotencyKey"}
    assert not content_models() & {"Agency", "User", "Country", "Entry", "Event", "Dispatch"}


def test_the_rules_see_the_whole_tree() -> None:
    seen = {source.path for source in sources()}
    assert {"manage.py", "pyproject.toml", "apps/sharing/rls.py", "tests/conftest.py", ".ci/run"} <= seen
    assert len([path for path in seen if path.endswith(".py")]) > 200
    assert (ROOT / "manage.py").exists()
