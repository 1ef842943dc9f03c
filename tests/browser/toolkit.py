"""Another maker's OpenID provider, Django OAuth Toolkit, with Django's login and the toolkit's own page of consent.

{"listen": null} gives its issuer; {"register": {"redirect_uri", "client_id", "client_secret", "person", "password"}} makes
it work: until then it knows nobody. One JSON object a line in, one out, as in requests.mjs.
"""

import json
import os
import sys
import tempfile
import threading
import traceback
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
import django
from django.conf import settings


def signing_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def configure(folder):
    apps = ["admin", "auth", "contenttypes", "messages", "sessions", "staticfiles"]
    middleware = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ]
    processors = ["template.context_processors.request", "contrib.auth.context_processors.auth",
                  "contrib.messages.context_processors.messages"]
    settings.configure(
        SECRET_KEY="a key of this test",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="toolkit_site",
        INSTALLED_APPS=[f"django.contrib.{app}" for app in apps] + ["oauth2_provider"],
        MIDDLEWARE=middleware,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(folder, "provider.db")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": [f"django.{processor}" for processor in processors]},
        }],
        LOGIN_URL="/admin/login/",
        STATIC_URL="/static/",
        USE_TZ=True,
        LOGGING_CONFIG=None,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": signing_key(),
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "Who you are", "profile": "Your name", "email": "Your address"},
            "OAUTH2_VALIDATOR_CLASS": "toolkit_site.Claims",
        },
    )
    django.setup()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def listen(_):
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    server = Server(("127.0.0.1", 0), Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/o"


def register(about):
    from django.contrib.auth import get_user_model
    from oauth2_provider.models import get_application_model

    get_user_model().objects.create_user(password=about["password"], is_staff=True, **about["person"])
    get_application_model().objects.create(
        name="kycd",
        client_id=about["client_id"],
        client_secret=about["client_secret"],
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=about["redirect_uri"],
        algorithm="RS256",
    )


def main():
    requests = {"listen": listen, "register": register}
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of Django's can be imported before, but the settings themselves.
        configure(folder)
        for line in sys.stdin:
            (name, argument), = json.loads(line).items()
            try:
                said = {"answer": requests[name](argument)}
            except Exception:
                said = {"error": f"{name}: {traceback.format_exc()}"}
            print(json.dumps(said), flush=True)


main()
