"""Django's settings, built from soatin's own (core.settings). Named by a string in DJANGO_SETTINGS_MODULE."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from core.private_files import keep_private
from core.secret import load_secret
from core.settings import load

SOATIN = load()
keep_private(SOATIN)
HERE = Path(__file__).parent


def _database(url: str) -> dict[str, Any]:
    """Django's description of the archive: SQLite in the data folder, or PostgreSQL by URL."""
    if url:
        parts = urlsplit(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": 10},
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SOATIN.data / "archive.sqlite3",
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


SECRET_KEY = load_secret(SOATIN).hex()
DEBUG = False
ALLOWED_HOSTS = SOATIN.desk_hosts
ROOT_URLCONF = "review_ui.urls"
WSGI_APPLICATION = "review_ui.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "index",
    "review_ui",
]
SOATIN_BORROWED = {
    "keys": "classify.claims.joiner.keys_of_suspect",
    "received": "crawlers.evidence.records.read_record",
}
"""Who does what index.borrowed asks for, by name: looked up when it is first asked for."""
MIDDLEWARE = [
    "review_ui.sessions.addresses.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "review_ui.middleware.PageHeaders",
    "review_ui.middleware.PostOnly",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "review_ui.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "review_ui.middleware.LastingSession",
    "review_ui.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "review_ui.sessions.access.RoleRequired",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "review_ui.context.desk",
            ],
            "builtins": ["review_ui.templatetags.desk"],
        },
    }
]
DATABASES = {"default": _database(str(SOATIN.database_url))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "review_ui.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "queue"
LOGOUT_REDIRECT_URL = "signin"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "review_ui.sessions.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "review_ui.failed.locked_out"
CSRF_FAILURE_VIEW = "review_ui.failed.csrf_failed"

LANGUAGE_CODE = str(SOATIN.language)
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True  # served from the package: no collectstatic step
WHITENOISE_AUTOREFRESH = False

SESSION_COOKIE_AGE = 12 * 3600  # since the last page (review_ui.middleware.LastingSession)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(SOATIN.https)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SOATIN.https else None
# Not "no-referrer": browsers then send "Origin: null" with forms, and no form passes the CSRF check.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in SOATIN.allowed_hosts] if SOATIN.https else []
SILENCED_SYSTEM_CHECKS = ["axes.W003"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
