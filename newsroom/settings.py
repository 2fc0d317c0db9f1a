"""Every setting, read from the environment (or from `.env`, which `.env.example` documents).

A wrong or missing value is reported by the system checks in `newsroom/checks.py`, by id, so that
`manage.py check --deploy` says all that is wrong at once instead of failing at the first.
"""

import logging
from datetime import timedelta
from pathlib import Path
from zoneinfo import available_timezones

import environ
import pghistory
import structlog
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from kombu import Exchange, Queue

from newsroom.runtime.broker import filesystem_broker
from newsroom.runtime.paths import var_dir
from newsroom.sidebar import SIDEBAR

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").exists():
    environ.Env.read_env(BASE_DIR / ".env")


def flag(name: str, *, default: bool) -> bool:
    """True or False and nothing else: a misspelt HTTPS=Yess must not mean "no"."""
    value = env.str(name, default=str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={value} is neither True nor False.")
    return bool(value == "True")


def whole_number(name: str, *, default: int) -> int:
    value = env.str(name, default=str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value} is not a whole number.") from error


# ---------------------------------------------------------------------------------- general

DEBUG = flag("DEBUG", default=False)
# manage.py fills in a key of this installation; anything else has to name one (newsroom.E001).
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

NEWSROOM_NAME = env.str("NEWSROOM_NAME", default="Newsroom")
# Where readers find us: published addresses, feeds and markup begin with it.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
# The public page on how we work: paragraphs, and headings after "#". And whom readers write to.
SITE_METHODOLOGY = env.str(
    "SITE_METHODOLOGY",
    default="# How we choose\nWe check statements of fact that matter to the public and that "
    "evidence can settle. We do not rate opinions or predictions.\n"
    "# How we check\nWe look for the record itself before accounts of it, ask whoever made the "
    "claim, set out what speaks for and against it, and keep a copy of what we cite. A second "
    "editor agrees before anything is published.\n"
    "# Independence\nWe hold every speaker to the same standard, and name our sources so that "
    "you can follow each step.",
).replace("\\n", "\n")
# Requests for correction that one reader may send within an hour.
SITE_REQUESTS_PER_HOUR = whole_number("SITE_REQUESTS_PER_HOUR", default=5)
# Where archived copies of evidence are kept, as WARC files.
SNAPSHOTS_DIR = env.str("SNAPSHOTS_DIR", default=str(var_dir() / "snapshots"))
# A second copy, at the Wayback Machine, of what published checks cite; with both keys only.
WAYBACK_KEY = env.str("WAYBACK_KEY", default="")
WAYBACK_SECRET = env.str("WAYBACK_SECRET", default="")
WAYBACK_URL = env.str("WAYBACK_URL", default="https://web.archive.org").rstrip("/")
# For how long a process takes what the database said of a page for granted; 0 asks every time.
SITE_FRESH_SECONDS = whole_number("SITE_FRESH_SECONDS", default=1)
SITE_CONTACT = env.str("SITE_CONTACT", default="")

INSTALLED_APPS = [
    # unfold has to stand before django.contrib.admin, whose templates it replaces.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "newsroom.admin_site.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_structlog",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "django_filters",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "newsroom",
    "newsroom.accounts",
    "newsroom.changes",
    "newsroom.api",
    "newsroom.articles",
    "newsroom.articles.families",
    "newsroom.imports",
    "newsroom.webhooks",
    "newsroom.mail",
    "newsroom.ledger",
    "sources",
    "claims",
    "claims.publishing",
]

MIDDLEWARE = [
    # First: /healthz and /readyz are asked in plain HTTP, by address, inside the network.
    "newsroom.health.HealthMiddleware",
    "newsroom.requests.RefuseNul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    # After authentication: it writes the user and the address of the page into the history context.
    "newsroom.requests.HistoryContext",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "newsroom" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
# The one in which our pages are written.
LANGUAGES = [("en", "English")]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE={TIME_ZONE} is no time zone such as Europe/Berlin.")
USE_I18N = True
FORMAT_MODULE_PATH = "newsroom.formats"
USE_TZ = True

# --------------------------------------------------------------------------------- database

# Without DATABASE_URL, manage.py starts a private server and names it here (DESIGN: runtime). Other
# programs find no database, and newsroom.E002 tells why.
DATABASE_URL = env.str("DATABASE_URL", default="")
try:
    _database = environ.Env.db_url_config(
        DATABASE_URL or "postgresql://localhost:1/database-url-is-not-set"
    )
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}.") from error
if _database.get("ENGINE") != "django.db.backends.postgresql":
    # newsroom.E003 tells; Django would fail to load another engine before anybody is asked.
    _database = {"ENGINE": "django.db.backends.dummy", "OPTIONS": {}}
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": whole_number("DATABASE_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        # A server that does not even refuse would hold up workers and /readyz for minutes.
        "OPTIONS": {"connect_timeout": 10, **_database.get("OPTIONS", {})},
    }
}

# ------------------------------------------------------------------- history (see docs/adr/0003)

PGHISTORY_APPEND_ONLY = True
PGHISTORY_BASE_MODEL = "newsroom.history.Event"
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"
# A line a day with the head of the chain of seals (docs/adr/0023): print it, or keep it elsewhere.
HISTORY_HEADS = env.str("HISTORY_HEADS", default=str(var_dir() / "history-heads.txt"))

# ----------------------------------------------------------------------------------- celery

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
if CELERY_BROKER_URL:
    # Whoever sends does not wait for a broker that is down: by itself kombu tries for 2 seconds.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"max_retries": 1, "interval_start": 0}
    if CELERY_BROKER_URL.startswith(("redis", "rediss")):
        CELERY_BROKER_TRANSPORT_OPTIONS |= {
            # A task is re-delivered when it was not acknowledged within this time; ours take
            # seconds.
            "visibility_timeout": 900,
            # A Redis that takes connections and no longer answers would hold up whoever sends.
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
        }
else:
    _broker = filesystem_broker(var_dir() / "broker")
    CELERY_BROKER_URL = _broker.url
    CELERY_BROKER_TRANSPORT_OPTIONS = _broker.transport_options

CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# What a task did is in our own rows (Revision, ImportRun), where an editor can see it.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
# Four queues, so that neither a thousand stories to extract nor a slow host or receiver keeps the
# sweep waiting. Each is bound by its own key: with Celery's defaults all would get every message.
CELERY_TASK_QUEUES = [
    Queue(name, Exchange("newsroom", type="direct"), routing_key=name)
    for name in ("extraction", "housekeeping", "imports", "outgoing")
]
CELERY_TASK_DEFAULT_QUEUE = "housekeeping"
CELERY_TASK_DEFAULT_EXCHANGE = "newsroom"
CELERY_TASK_DEFAULT_ROUTING_KEY = "housekeeping"
CELERY_TASK_ROUTES = {
    "claims.extract_revision": {"queue": "extraction"},
    "claims.extract_revisions": {"queue": "extraction"},
    "claims.match_revision": {"queue": "extraction"},
    "claims.read_editor_notes": {"queue": "extraction"},
    "claims.embed_entries": {"queue": "extraction"},
    "families.find": {"queue": "extraction"},
    "imports.take_batch": {"queue": "imports"},
    "imports.import_feed": {"queue": "imports"},
    "sources.keep_copies": {"queue": "imports"},
    "newsroom.keep_copies_outside": {"queue": "imports"},
    "newsroom.deliver_mail": {"queue": "outgoing"},
    "newsroom.deliver_webhooks": {"queue": "outgoing"},
}
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
# Celery would close the connection to the database before and after each task, which takes longer
# than most of them do. How long it lives is Django's to say, as for the web (newsroom.celery).
CELERY_DB_REUSE_MAX = 1000
# Publishing must never hold up an import: the row says "pending", and the sweep sends it again.
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
SWEEP_EVERY = timedelta(seconds=whole_number("SWEEP_SECONDS", default=60))
FEEDS_EVERY = timedelta(seconds=whole_number("FEEDS_SECONDS", default=60))
CELERY_BEAT_SCHEDULE = {
    "request-copies": {
        "task": "publishing.request_copies",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "keep-copies": {
        "task": "sources.keep_copies",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "keep-copies-outside": {
        "task": "newsroom.keep_copies_outside",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "seal-history": {
        "task": "newsroom.seal_history",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "feeds": {
        "task": "imports.send_due_feeds",
        "schedule": FEEDS_EVERY,
        "options": {"expires": 60},
    },
    "sweep": {
        "task": "newsroom.sweep",
        "schedule": SWEEP_EVERY,
        "options": {"expires": 60},
    },
    "webhooks": {
        "task": "newsroom.deliver_webhooks",
        "schedule": timedelta(seconds=whole_number("WEBHOOKS_SECONDS", default=5)),
        "options": {"expires": 5},
    },
    "sweep-families": {
        "task": "families.sweep",
        "schedule": SWEEP_EVERY,
        "options": {"expires": 60},
    },
    "sweep-matching": {
        "task": "claims.sweep_matching",
        "schedule": SWEEP_EVERY,
        "options": {"expires": 60},
    },
    "remind": {
        "task": "claims.remind",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(var_dir() / "celerybeat-schedule")

# ------------------------------------------------------------------------------- extraction

# A worker that has not reported back after this time is taken for dead, and the row is due again.
EXTRACTION_LEASE = timedelta(seconds=whole_number("EXTRACTION_LEASE_SECONDS", default=300))
EXTRACTION_MAX_ATTEMPTS = whole_number("EXTRACTION_MAX_ATTEMPTS", default=5)
# A story has a few dozen; one that has more than this gives its best.
EXTRACTION_MAX_CANDIDATES = whole_number("EXTRACTION_MAX_CANDIDATES", default=1000)
# How long a message may be on its way before the sweep sends another one.
EXTRACTION_RESEND_AFTER = timedelta(seconds=whole_number("EXTRACTION_RESEND_SECONDS", default=120))

# --------------------------------------------------------------------------------- matching

# Whether a candidate in the same words as a known claim is merged into it without being asked for.
MATCH_JOIN = flag("MATCH_JOIN", default=True)

# Stories whose genre has one of these words are kept, and extracted only when somebody asks, or
# where the outlet says otherwise.
OPINION_GENRES = frozenset(
    word.lower().replace("-", "")
    for word in env.list(
        "OPINION_GENRES",
        default=[
            *("opinion", "opinions", "analysis", "comment", "commentary", "column", "columnist"),
            *("editorial", "editorials", "leader", "op-ed", "letter", "letters", "review"),
            *("reviews", "satire", "humour", "humor", "essay"),
        ],
    )
)

# --------------------------------------------------------------------------------- the desk

# How long a candidate is kept for the editor who has it on screen; renewed while they work.
DESK_LEASE = timedelta(seconds=env.int("DESK_LEASE_SECONDS", default=180))
# How long a candidate that an editor skipped stays out of their sight.
DESK_SKIP = timedelta(seconds=env.int("DESK_SKIP_SECONDS", default=4 * 60 * 60))

# ----------------------------------------------------------------------------------- e-mail

# Without a server, mails are printed where the worker runs.
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = whole_number("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = flag("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = whole_number("EMAIL_TIMEOUT_SECONDS", default=20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="tracker@localhost")

# ---------------------------------------------------------------------------------- imports

# In bytes: the largest story that is taken in, and the most of a rejected item that is kept.
IMPORT_MAX_ARTICLE_BYTES = whole_number("IMPORT_MAX_ARTICLE_BYTES", default=2 * 1024 * 1024)
# Stories that share a transaction.
IMPORT_CHUNK_ITEMS = whole_number("IMPORT_CHUNK_ITEMS", default=500)
IMPORT_MAX_KEPT_BYTES = whole_number("IMPORT_MAX_KEPT_BYTES", default=8 * 1024 * 1024)

# ---------------------------------------------------------------------------------- fetching

FETCH_USER_AGENT = env.str("FETCH_USER_AGENT", default="NewsroomFactCheckTracker/0.1")
FETCH_DEADLINE = timedelta(seconds=env.int("FETCH_DEADLINE_SECONDS", default=30))
# In bytes: of what comes over the wire, and of what it unpacks to.
FETCH_MAX_BYTES = env.int("FETCH_MAX_BYTES", default=20 * 1024 * 1024)
FETCH_MAX_UNPACKED_BYTES = env.int("FETCH_MAX_UNPACKED_BYTES", default=60 * 1024 * 1024)
# Hosts with their ports that are fetched from although they are not of the public Internet.
FETCH_ALLOWED_HOSTS = [host.lower() for host in env.list("FETCH_ALLOWED_HOSTS", default=[])]

# Between two requests to one host, by all workers together. A robots.txt may ask for more.
FETCH_HOST_DELAY = timedelta(milliseconds=whole_number("FETCH_HOST_DELAY_MS", default=1000))

# ------------------------------------------------------------------------------------- feeds

# A run of a feed that has shown no progress for so long has lost its worker.
FEED_LEASE = timedelta(seconds=whole_number("FEED_LEASE_SECONDS", default=360))
FEED_FAILURES_TO_PAUSE = whole_number("FEED_FAILURES_TO_PAUSE", default=5)
FEED_LONGEST_BACKOFF = timedelta(hours=whole_number("FEED_LONGEST_BACKOFF_HOURS", default=24))
# Told when a feed is paused because it failed.
FEED_ALARM_EMAILS = env.list("FEED_ALARM_EMAILS", default=[])
# In one run: pages of stories, further sitemaps of an index, and seconds for all of it.
FEED_MAX_PAGES = whole_number("FEED_MAX_PAGES", default=50)
FEED_MAX_LISTS = whole_number("FEED_MAX_LISTS", default=5)
FEED_RUN_SECONDS = whole_number("FEED_RUN_SECONDS", default=240)
# What a sitemap says was last changed before that is not fetched.
FEED_PAGE_MAX_AGE = timedelta(days=whole_number("FEED_PAGE_MAX_AGE_DAYS", default=7))
# A page of which nobody says when it changes is looked at again after this time, while it is named.
FEED_PAGE_RECHECK = timedelta(hours=whole_number("FEED_PAGE_RECHECK_HOURS", default=6))
# The folder below which watched folders lie; nothing outside of it is read.
FEED_FOLDERS_ROOT = Path(env.str("FEED_FOLDERS_ROOT", default=str(var_dir() / "drop")))
# A file that has not changed for so long is taken for whole.
FEED_FILE_SETTLE = timedelta(seconds=whole_number("FEED_FILE_SETTLE_SECONDS", default=10))

# ---------------------------------------------------------------------------------- the API

# What each view does is said by its base, newsroom.api.views.Endpoint; another one is closed.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "newsroom.api.description.Description",
    "EXCEPTION_HANDLER": "newsroom.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}
# Requests in a minute, for each token and kind of use.
API_LIMITS = {
    "read": whole_number("API_READS_PER_MINUTE", default=1200),
    "write": whole_number("API_WRITES_PER_MINUTE", default=300),
    "extract": whole_number("API_EXTRACTIONS_PER_MINUTE", default=60),
}
# In bytes: of a body with stories, and of a text to extract without storing it.
API_MAX_BATCH_BYTES = whole_number("API_MAX_BATCH_BYTES", default=32 * 1024 * 1024)
API_SYNC_BATCH_BYTES = whole_number("API_SYNC_BATCH_BYTES", default=8 * 1024 * 1024)
API_MAX_EXTRACT_BYTES = whole_number("API_MAX_EXTRACT_BYTES", default=200_000)
# Pages of these origins may call the API from a browser; none unless named.
CORS_ALLOWED_ORIGINS = env.list("API_CORS_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_EXPOSE_HEADERS = ["ETag", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
SPECTACULAR_SETTINGS = {
    "TITLE": "Newsroom fact-check tracker",
    "DESCRIPTION": "Stories in, candidates and claims through verification, checks out.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Any field may be left out by `fields`.
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "ENUM_NAME_OVERRIDES": {
        "StatementKind": "claims.models.choices.StatementKind",
        "SourceKind": "sources.models.SourceKind",
        "NamedSourceKind": "sources.api.resources.NAMED",
        "ClaimState": "claims.verification.states.ClaimState",
        "CandidateState": "claims.models.candidates.CandidateState",
        "ImportState": "newsroom.imports.models.ImportState",
        "FactCheckState": "claims.publishing.models.FactCheckState",
        "DeliveryState": "newsroom.webhooks.models.DeliveryState",
        "ChangeType": "newsroom.changes.models.TYPES",
        "ContactOutcome": "claims.models.contacts.Outcome",
        "RejectionReason": "newsroom.imports.models.RejectionReason",
        "DecisionReason": "claims.models.candidates.DecisionReason",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# ------------------------------------------------------------------------------ static files

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(var_dir() / "static"))
WHITENOISE_USE_FINDERS = True  # so that nothing has to be collected before a first look
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_STORAGE",
            default="django.contrib.staticfiles.storage.StaticFilesStorage",
        )
    },
}

# --------------------------------------------------------------------------------- security

# HTTPS=True is what production sets; the demo on localhost has no certificate.
HTTPS = flag("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if flag("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # unfold ships the standard build of Alpine, which compiles expressions (docs/adr/0006).
        "script-src": [SELF, UNSAFE_EVAL, NONCE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# ---------------------------------------------------------------------------------- logging

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
if LOG_LEVEL not in logging.getLevelNamesMapping():
    raise ImproperlyConfigured(f"LOG_LEVEL={LOG_LEVEL} is none of DEBUG, INFO, WARNING, ERROR.")
LOG_FORMAT = env.str("LOG_FORMAT", default="console")  # or "json"
_LOG_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[
        *_LOG_PROCESSORS,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer()
            if LOG_FORMAT == "json"
            else structlog.dev.ConsoleRenderer(colors=False),
            "foreign_pre_chain": _LOG_PROCESSORS,
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # One line for every message sent, and a warning that a file has no host name.
        "django_structlog.celery.receivers": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# ------------------------------------------------------------------------------------ admin

UNFOLD = {
    "SITE_TITLE": f"{NEWSROOM_NAME} fact-checks",
    "SITE_HEADER": f"{NEWSROOM_NAME} fact-checks",
    "SITE_SYMBOL": "fact_check",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("newsroom/icon.svg"),
        }
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_URL": "/",  # what readers see
    "DASHBOARD_CALLBACK": "newsroom.dashboard.dashboard",
    "STYLES": [lambda request: static("newsroom/admin.css")],
    "SIDEBAR": SIDEBAR,
}
