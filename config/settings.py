"""One file of settings, safe by default: without COUNTERPART_DEVELOPMENT this is production and says what it lacks."""

import os
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env, factors, openid, passwords

BASE_DIR = env.BASE_DIR
DEVELOPMENT = env.flag("COUNTERPART_DEVELOPMENT")
DEBUG = False  # no debug page, ever: it shows local variables; development reads the log instead
TESTING = env.flag("COUNTERPART_TESTING")

SECRET_KEY = env.text("COUNTERPART_SECRET_KEY")
if not SECRET_KEY:
    if not DEVELOPMENT:
        raise env.Misconfigured("COUNTERPART_SECRET_KEY is not set: give a random string of 50 characters or more.")
    SECRET_KEY = "development-only-" + "0" * 40
SITE_URL = env.text("COUNTERPART_SITE_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}").rstrip("/")
ALLOWED_HOSTS = env.words("COUNTERPART_HOSTS", "127.0.0.1,localhost,[::1],testserver" if DEVELOPMENT else "")
CSRF_TRUSTED_ORIGINS = env.words("COUNTERPART_ORIGINS", SITE_URL)

# --- what is installed: ours in the order of the house (upper rooms import lower ones) -------------------------------
OUR_APPS = [
    "apps.web",
    "apps.referrals",
    "apps.reports",
    "apps.sharing",
    "apps.notifications",
    "apps.agencies",
    "apps.reference",
    "apps.audit",
    "apps.outbox",
    "apps.vault",
    "apps.core",
]
INSTALLED_APPS = [
    *OUR_APPS,  # first: our templates stand before the framework's of the same name (the admin's frame)
    "config.admin.CounterpartAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",  # allauth.mfa needs it; its pages and its two tables are not used (docs/adr/0014-second-factor.md)
    "allauth.mfa",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "seeds",
]
MIDDLEWARE = [
    "config.metrics.Counted",
    "config.middleware.Traced",
    # What a browser is told of an answer stands around all that could answer: redirects, refusals, static files too.
    "config.middleware.Walled",
    "config.middleware.NoStore",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.RequestLimits",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.ReaderLanguage",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "apps.web.forms.GovukRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# --- servers ----------------------------------------------------------------------------------------------------------
SERVERS = env.servers()
DB_ROLE: env.Role = os.environ.get("COUNTERPART_DB_ROLE", "web")  # type: ignore[assignment]  # checked on the next line
if DB_ROLE not in env.ROLE_NAMES:
    raise env.Misconfigured(f"COUNTERPART_DB_ROLE is {DB_ROLE!r}: it must be one of {', '.join(env.ROLE_NAMES)}.")
# A statement may run 15 s for a page, 60 s for a task; a migration takes its time but never waits long for a lock.
TIMEOUTS = {
    "web": {"statement_timeout": "15s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "30s"},
    "worker": {"statement_timeout": "60s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "60s"},
    "owner": {"lock_timeout": "10s"},
}
# Threads of the web role share a pool; workers and commands keep a connection of their own.
POOL = {"min_size": 1, "max_size": int(env.text("COUNTERPART_POOL", "8")), "timeout": 5}
DATABASES = {
    "default": env.database(
        SERVERS.url(DB_ROLE), pool=POOL if DB_ROLE == "web" and not TESTING else False, timeouts=TIMEOUTS[DB_ROLE]
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Lines whose network somebody vouches for; the others carry TLS that is checked (config/lines.py, `check --deploy`).
PRIVATE_NETWORK = env.some_of("COUNTERPART_PRIVATE_NETWORK", ("database", "broker", "mail"))

# --- keys: the masters stand outside the database and its backups (docs/operate/keys.md) ---------------------------------
KMS = env.text("COUNTERPART_KMS")  # dotted path of a class (apps/vault/masters.py: Masters); none: the keys given here
MASTER_KEYS = env.master_keys()
ONLY_RINGS = env.flag("COUNTERPART_ONLY_RINGS")  # beat: it starts the work of others, opens nothing and signs nothing
if not (DEVELOPMENT or KMS or MASTER_KEYS.keys or DB_ROLE == "owner" or ONLY_RINGS):
    raise env.Misconfigured(
        "There is no master key: set COUNTERPART_MASTER_KEY_FILE to a file with one (openssl rand -base64 32)."
        " docs/operate/keys.md says how to keep it."
    )
# The key that the trail's heads are signed with; workers alone need to read it. docs/operate/audit.md says how to keep it.
SIGNING_KEY_FILE = env.text("COUNTERPART_SIGNING_KEY_FILE")
if not SIGNING_KEY_FILE:
    if not DEVELOPMENT and DB_ROLE == "worker" and not ONLY_RINGS:
        raise env.Misconfigured(
            "COUNTERPART_SIGNING_KEY_FILE is not set: give a file of mode 600 with an Ed25519 key"
            " (manage.py make_signing_key FILE). docs/operate/audit.md says how to keep it."
        )
    SIGNING_KEY_FILE = str(BASE_DIR / "var" / "keys" / "signing.pem")
# Public keys (64 hexadecimal digits each) that seals may be signed with; where none is given verify_audit takes any.
SIGNING_PUBLIC_KEYS = frozenset(env.words("COUNTERPART_SIGNING_PUBLIC_KEYS"))
# How long a key or secret may be in use before it is an alarm, and when the environment's own were last replaced.
KEYS_FOR = timedelta(days=env.days("COUNTERPART_KEYS_FOR_DAYS", 365))
SECRETS_SINCE = env.day("COUNTERPART_SECRETS_SINCE")
RETENTION_DAYS = env.numbers(
    "COUNTERPART_RETENTION", ("DRAFT", "SHARED", "WITHDRAWN")
)  # what isn't given: vault.policy

# --- accounts ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = passwords.validators()
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())
# A second factor, asked of everybody who has one, and required of everybody outside development.
SECOND_FACTOR_REQUIRED = env.flag("COUNTERPART_SECOND_FACTOR", not DEVELOPMENT)
PASSKEY_FOR = factors.passkey_for()  # roles that come in by a passkey and by nothing else; none by default
MFA_ADAPTER = "apps.agencies.sealing.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Counterpart"
MFA_RECOVERY_CODE_COUNT = 10
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds by which a telephone's clock may be wrong
# Where browsers may bring passkeys from; the first names the site. In development there is no other site than localhost.
PASSKEY_ORIGINS = [SITE_URL.replace("//127.0.0.1", "//localhost")] if DEVELOPMENT else [SITE_URL]
OPENID = openid.providers(env.text("COUNTERPART_OPENID_FILE"))  # by the agency's code; none by default
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "web:inbox"
LOGOUT_REDIRECT_URL = "web:sign-in"
SESSION_ENGINE = "apps.agencies.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())  # from signing in, whatever is done meanwhile
SESSION_IDLE = timedelta(minutes=float(env.text("COUNTERPART_SESSION_IDLE", "15")))  # without a request
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- web hardening ----------------------------------------------------------------------------------------------------
HTTPS = not DEVELOPMENT and not env.flag("COUNTERPART_PLAIN_HTTP")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked by the machine's own probes, over loopback
SECURE_REDIRECT_EXEMPT += [r"^api/"]  # refused instead: a script that sends its token in clear must notice
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("COUNTERPART_BEHIND_PROXY") else None
CSRF_FAILURE_VIEW = "apps.web.pages.errors.unproved"
DEVICE_COOKIE_NAME = "device"  # names a browser that somebody has signed in with; opens nothing
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, DEVICE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-device"
# Nothing of ours is told to another site; 'no-referrer' would also make browsers send "Origin: null" on our own forms,
# which the CSRF check rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
BODY_LIMIT = 2 * 1024 * 1024  # bytes of a JSON body or a form; larger answers 413 before it is read
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # 200 specimen rows of 6 fields and 50 stops of 6, with room

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.agencies.edge.authentication.BearerToken",
        "apps.agencies.edge.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["apps.agencies.edge.bodies.JsonOut"],
    "DEFAULT_PARSER_CLASSES": ["apps.agencies.edge.bodies.JsonIn"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nothing that the schema doesn't
    "EXCEPTION_HANDLER": "apps.core.problems.problem",
    "URL_FORMAT_OVERRIDE": None,  # `format=` is a parameter of exports, not of every address
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Counterpart",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": [],  # values stand where they are used, not under names that change with the next door
}

# --- languages and times ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- static files -----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("COUNTERPART_STATIC_ROOT") or BASE_DIR / "var" / "static")
if DEVELOPMENT:  # empty, since the finders serve; WhiteNoise warns of a folder that isn't there
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False  # our files are for our pages
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- mail: development writes files, production talks SMTP --------------------------------------------------------------
EMAIL_HOST = env.text("COUNTERPART_SMTP_HOST", "" if DEVELOPMENT else "localhost")
EMAIL_PORT = int(env.text("COUNTERPART_SMTP_PORT", "25"))
EMAIL_HOST_USER = env.text("COUNTERPART_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("COUNTERPART_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("COUNTERPART_SMTP_TLS")  # STARTTLS
EMAIL_USE_SSL = env.flag("COUNTERPART_SMTP_SSL")  # TLS from the first byte (port 465)
# Seconds that one step of a dialogue may take. A slow server must not be left just before it says yes: the message would
# come twice. A message's lease is five times as long.
EMAIL_TIMEOUT = float(env.text("COUNTERPART_SMTP_TIMEOUT", "60"))
EMAIL_FILE_PATH = env.text("COUNTERPART_MAIL_FOLDER") or str(BASE_DIR / "var" / "mail")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "apps.notifications.channels.folder.EmailBackend"
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("COUNTERPART_MAIL_FROM", "Counterpart <no-reply@counterpart.example>")

# --- Celery: PostgreSQL remembers, Celery carries (RELIABILITY 2b) ------------------------------------------------------
# Tasks take no arguments: what is to be done stands in rows. So a task may be lost, come twice or late, and harms nothing.
CELERY_BROKER_URL = SERVERS.redis.replace("unix://", "redis+socket://", 1)  # kombu's name for a socket
if SERVERS.redis.startswith("rediss://"):  # kombu by itself would take any certificate
    CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,  # at least three times the hard time limit
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "health_check_interval": 5,  # a frozen broker is noticed, and the consumer connects anew
}
# Whoever reaches the broker could have a worker tell its settings (the database's password among them) or end.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TASK_DEFAULT_QUEUE = "counterpart"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # one that always dies would run for ever
CELERY_TASK_RETRY_ON_WORKER_LOST = True  # three times, five seconds apart; then the sweep has it
CELERY_TASK_ANNOTATIONS = {"*": {"max_retries": 3, "default_retry_delay": 5}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 180
CELERY_TASK_SOFT_TIME_LIMIT = 150
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # they end well without a broker
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = env.text("COUNTERPART_BEAT_FILE") or str(BASE_DIR / "var" / "run" / "beat-schedule")
if DB_ROLE == "worker":  # a task every second or so: connecting anew for each would take longer than the task
    DATABASES["default"] |= {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}
SWEEP_SECONDS = float(env.text("COUNTERPART_SWEEP_SECONDS", "3"))
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": schedule, "options": {"expires": expires}}
    for name, task, schedule, expires in (
        ("relay what is published", "apps.outbox.tasks.sweep", SWEEP_SECONDS, 10),
        ("send what is due", "apps.notifications.tasks.sweep", SWEEP_SECONDS, 10),
        ("watch the figures", "apps.notifications.tasks.watch", 60.0, 50),
        ("verify the trail", "apps.notifications.tasks.verify_trail", crontab(hour=3, minute=30), 3600),
        ("prove the ledger", "apps.referrals.tasks.prove", crontab(hour=4, minute=10), 3600),
        ("look at the age of keys", "apps.notifications.tasks.check_keys", crontab(hour=4, minute=50), 3600),
        ("end what was open by break-glass", "apps.sharing.tasks.end_openings", 60.0, 50),
        ("compare grants and policy", "apps.sharing.tasks.check_grants", crontab(hour=2, minute=40), 3600),
        ("forget old events", "apps.outbox.tasks.forget", crontab(hour=2, minute=10), 3600),
        ("chain what was read", "apps.audit.tasks.gather", SWEEP_SECONDS, 10),
        ("seal the trail", "apps.audit.tasks.seal", crontab(minute=0), 1800),
        ("forget old sessions and keys", "apps.agencies.tasks.forget", crontab(hour=2, minute=20), 3600),
        ("destroy what is past its retention", "apps.reports.tasks.shred", crontab(hour=2, minute=40), 3600),
    )
}

# --- the product's own -------------------------------------------------------------------------------------------------
# How often a backup must be noted (`manage.py note_backup`) before it is an alarm; None: nobody promised one here.
BACKUP_EVERY = (
    timedelta(hours=float(env.text("COUNTERPART_BACKUP_HOURS"))) if env.text("COUNTERPART_BACKUP_HOURS") else None
)
COORDINATING_BODY = env.text("COUNTERPART_COORDINATING_BODY", "WCO")  # code; takes what belongs to no country's contact
DEMO_PASSWORD = "Shared-Responsibility-2019" if DEVELOPMENT else ""

# --- the one way out (apps/core/egress.py) -----------------------------------------------------------------------------
EGRESS = env.words("COUNTERPART_EGRESS")  # hosts that we may ask by HTTPS, as `host` or `host:port`; none by default
EGRESS_NETWORKS = env.words("COUNTERPART_EGRESS_NETWORKS")  # private networks in which those hosts may stand
EGRESS_CA = env.text("COUNTERPART_EGRESS_CA")  # certificates that they are checked by; empty: the public ones

# Where spans go by OTLP over HTTPS (config/spans.py); its host is one of those that we may ask. None by default.
OTLP_ENDPOINT = env.text("COUNTERPART_OTLP_ENDPOINT")
if OTLP_ENDPOINT and not OTLP_ENDPOINT.startswith("https://"):
    raise env.Misconfigured(
        "COUNTERPART_OTLP_ENDPOINT must begin with https:// (as https://collector.example/v1/traces)."
    )

METRICS_TOKEN = env.text("COUNTERPART_METRICS_TOKEN")  # what Prometheus sends; without one there is no such address
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise env.Misconfigured("COUNTERPART_METRICS_TOKEN is too short: give a random string of 32 characters or more.")

# --- logs: ids and event names, never content ---------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # Django's own would mail tracebacks with values to ADMINS
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
    },
}
