"""What every environment shares. Each variable is described in docs/operations.md."""

from pathlib import Path
from typing import Any

import environ
import psycopg2.extensions
import xstatic.pkg.leaflet
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from alliance.settings.logs import LOGGING as LOGGING
from alliance.settings.logs import configure_structlog

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / ".local")))
DEVELOPER_PAGES = DEBUG or DEMO

# --- addresses -------------------------------------------------------------
PLATFORM_SCHEME = env.str("PLATFORM_SCHEME", default="https")
PLATFORM_HOST = env.str("PLATFORM_HOST", default="localhost")
PLATFORM_PORT = env.str("PLATFORM_PORT", default="")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# HostMiddleware is the allow-list: it knows the hosts from the database.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "alliance.urls"
NETWORK_URLCONF = "alliance.urls_network"
WSGI_APPLICATION = "alliance.wsgi.application"

# --- rooms -----------------------------------------------------------------
INSTALLED_APPS = [
    "alliance",
    "ledger",
    "members",
    "moderation",
    "directory",
    "gatherings",
    "pledges",
    "groups",
    "lending",
    *(["demo"] if DEMO else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_structlog",
    "lucide",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "alliance.middleware.HealthMiddleware",
    "alliance.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "alliance.middleware.HostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "alliance.middleware.UploadMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "alliance.middleware.SeatMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alliance.context_processors.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "alliance.forms.Renderer"


# --- database --------------------------------------------------------------
def database(dsn: str) -> dict[str, Any]:
    """Django's settings for a libpq address; sockets and options pass through."""
    parts = psycopg2.extensions.parse_dsn(dsn)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "port": "PORT"}
    settings = {name: parts.pop(key) for key, name in known.items() if key in parts}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.pop("host", ""),
        **settings,
        "OPTIONS": parts,
        # One transaction a request, inside the one that HostMiddleware opens
        # for the scope: a view that fails leaves nothing half-done (ADR-0003).
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database(env.str("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
NETWORK_ROLE = env.str("NETWORK_ROLE", default="commonweal_network")

# --- cache, broker ---------------------------------------------------------
REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "commonweal",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
CELERY_BROKER_URL = REDIS_URL
# Enqueueing happens after commit, in the request: a lost broker must not hold
# the customer up. The outbox keeps the work; the sweeper finds it.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_limit": 100,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
    # Without it kombu tries to connect three times, for six seconds.
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300  # half the visibility timeout: no task runs twice at once
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-outbox": {"task": "alliance.sweep_outbox", "schedule": 5.0},
    "confirm-silent-redemptions": {"task": "pledges.confirm_silent", "schedule": 60.0},
    "end-due-drives": {"task": "pledges.end_due", "schedule": 300.0},
    "pass-days-of-loans": {"task": "lending.pass_days", "schedule": 3600.0},
    "sweep-drive-letters": {"task": "pledges.sweep_letters", "schedule": 300.0},
    "remind-pledgers-at-risk": {"task": "pledges.remind_at_risk", "schedule": 86_400.0},
    "forget-receipts": {"task": "pledges.forget_receipts", "schedule": 86_400.0},
    "send-renewal-letters": {"task": "members.send_renewal_letters", "schedule": 300.0},
    "expire-applications": {"task": "members.expire_applications", "schedule": 3600.0},
    "snapshot-statuses": {"task": "members.snapshot_statuses", "schedule": 3600.0},
    "sweep-cards": {"task": "members.sweep_cards", "schedule": 15.0},
    "forget-old-news": {"task": "members.forget_old_news", "schedule": 86400.0},
    "charge-cards": {"task": "members.charge_cards", "schedule": 60.0},
    "sweep-imports": {"task": "members.sweep_imports", "schedule": 60.0},
    "forget-imports": {"task": "members.forget_imports", "schedule": 86_400.0},
    "keep-entries": {"task": "directory.keep_entries", "schedule": 300.0},
    "send-event-reminders": {"task": "gatherings.send_reminders", "schedule": 60.0},
    "send-event-invitations": {"task": "gatherings.send_invitations", "schedule": 60.0},
    "forget-photographs": {"task": "directory.forget_photographs", "schedule": 86_400.0},
    "remind-of-ownership": {"task": "directory.remind_of_ownership", "schedule": 86_400.0},
    "forget-contacts": {"task": "directory.forget_contacts", "schedule": 86_400.0},
    "write-group-digests": {"task": "groups.write_digests", "schedule": 300.0},
    "forget-old-work": {"task": "alliance.forget_old_work", "schedule": 3600.0},
    "go-round-with-prompts": {"task": "groups.go_round_with_prompts", "schedule": 3600.0},
    "pass-days-of-groups": {"task": "groups.pass_day", "schedule": 86_400.0},
    "end-in-moderation": {"task": "moderation.pass_hours", "schedule": 900.0},
    "remind-of-board-entries": {"task": "groups.remind_of_entries", "schedule": 86_400.0},
    "pass-on-calls-for-help": {"task": "groups.pass_on_calls", "schedule": 300.0},
}

# --- people ----------------------------------------------------------------
AUTH_USER_MODEL = "alliance.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_sign_in"
ACCOUNT_ADAPTER = "alliance.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# Sign-up is closed; "password1" is what gives the sign-in form its password.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
# Nobody can sign up here, so a stranger's address has nothing to learn from us: no mail at all.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Commonweal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PLATFORM_SCHEME == "http"
USERSESSIONS_TRACK_ACTIVITY = False

# --- safety ----------------------------------------------------------------
_secure = PLATFORM_SCHEME == "https"
# Host-only cookies; the __Host- prefix needs https.
_prefix = "__Host-" if _secure else ""
SESSION_COOKIE_NAME = f"{_prefix}session"
CSRF_COOKIE_NAME = f"{_prefix}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _secure and env.bool("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 63_072_000 if _secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "alliance.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The largest thing anyone posts today is a drive's story; uploads bring their own limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# A listing's form: its texts, a week of times, twelve special days and nine further places.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 320

# --- mail ------------------------------------------------------------------
MAIL_DIR = env.str("MAIL_DIR", default="")
if MAIL_DIR:
    EMAIL_BACKEND = "alliance.mail_backend.FolderBackend"
else:
    _email = env.email_url("EMAIL_URL", default="smtp://localhost:25")
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
MAIL_FROM_HOST = env.str("MAIL_FROM_HOST", default=PLATFORM_HOST)
DEFAULT_FROM_EMAIL = f"hello@{MAIL_FROM_HOST}"

# --- card payments ---------------------------------------------------------
# Keys belong to the alliances, who paste them; this is where they are good.
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com")

# --- words, time -----------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- files -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS: list[Any] = [BASE_DIR / "static", ("leaflet", xstatic.pkg.leaflet.BASE_DIR)]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "alliance.assets.BundledManifestStorage"},
}
MEDIA_ROOT = STATE_DIR / "media"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- API -------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "alliance.api.authentication.AllianceKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["alliance.api.permissions.NobodyUnlessSaid"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "alliance.api.pagination.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "alliance.api.problems.problem",
    "PAGE_SIZE": 25,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Commonweal",
    "DESCRIPTION": "One alliance's public figures and, with a key or a seat, its records.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "DriveState": "pledges.models.DriveState.choices",
        "PledgeState": "pledges.models.PledgeState.choices",
        "Segment": "members.models.Segment.choices",
        "GroupMemberStateEnum": "groups.models.MemberState.choices",
        "TopicKind": "groups.models.TopicKind.choices",
        "BoardEntryKind": "groups.models.EntryKind.choices",
        "BoardOutcome": "groups.models.BoardOutcome.choices",
        "DecisionOutcome": "moderation.models.Outcome.choices",
        "AgendaKind": "groups.models.AgendaKind.choices",
    },
}

LOG_FORMAT = env.str("LOG_FORMAT", default="json")
configure_structlog(format=LOG_FORMAT)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # an address is personal data
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # one line a request is enough
