"""Django's settings, built from soatin's own (core.settings). Named in DJANGO_SETTINGS_MODULE."""

from __future__ import annotations

from core.secret import load_secret
from core.settings import load

SOATIN = load()
SOATIN.data.mkdir(parents=True, exist_ok=True)

SECRET_KEY = load_secret(SOATIN).hex()
DEBUG = False
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "index",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SOATIN.data / "archive.sqlite3",
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
}
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
