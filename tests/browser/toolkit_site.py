"""What toolkit.py serves: Django's login, the toolkit's endpoints, and what they tell of a person."""

from django.contrib import admin
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator

urlpatterns = [path("admin/", admin.site.urls), path("o/", include("oauth2_provider.urls"))]


class Claims(OAuth2Validator):
    """The claims beside `sub`."""

    def get_additional_claims(self):
        return {
            "given_name": lambda request: request.user.first_name,
            "family_name": lambda request: request.user.last_name,
            "email": lambda request: request.user.email,
            "email_verified": lambda request: True,
        }
