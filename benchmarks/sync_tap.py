# mypy: ignore-errors
"""The peer Singer, in an environment of its own: a tap as the singer-sdk's pages tell to write one, for a target to read."""

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import BearerTokenAuthenticator
from singer_sdk.pagination import HeaderLinkPaginator

TEXT, NUMBER, FLAG, THING, THINGS = (
    th.StringType, th.IntegerType, th.BooleanType, th.ObjectType(), th.ArrayType(th.ObjectType()),
)  # fmt: skip
FIELDS = {
    "id": NUMBER, "first_name": TEXT, "last_name": TEXT, "preferred_name": TEXT, "company": TEXT, "title": TEXT, "private": FLAG,
    "can_email": FLAG, "created_at": TEXT, "updated_at": TEXT, "last_activity_at": TEXT, "time_zone": TEXT,
    "email_addresses": THINGS, "phone_numbers": THINGS, "addresses": THINGS, "website_addresses": THINGS,
    "social_media_addresses": THINGS, "tags": th.ArrayType(TEXT), "custom_fields": THING,
}  # fmt: skip


class Candidates(RESTStream):
    name = "candidates"
    path = "/v3/candidates"
    primary_keys = ("id",)
    schema = th.PropertiesList(*(th.Property(n, t) for n, t in FIELDS.items())).to_dict()

    @property
    def url_base(self):
        return self.config["url"]

    @property
    def authenticator(self):
        return BearerTokenAuthenticator(token=self.config["token"])

    def get_new_paginator(self):
        return HeaderLinkPaginator()

    def get_url_params(self, context, next_page_token):
        """The cursor has to travel alone."""
        return next_page_token.query if next_page_token else {"per_page": 500}


class Brightwater(Tap):
    name = "tap-brightwater"
    config_jsonschema = th.PropertiesList(
        th.Property("url", TEXT), th.Property("token", TEXT)
    ).to_dict()

    def discover_streams(self):
        return [Candidates(self)]


Brightwater.cli()
