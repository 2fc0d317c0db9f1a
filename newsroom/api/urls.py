"""All addresses below /api/. Each app brings its own; they meet here."""

from django.urls import include, path, re_path

from newsroom.api.pages import DocsView, MeView, NoSuchEndpoint, ProblemView, SchemaView

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("problems/<slug:kind>", ProblemView.as_view(), name="api-problem"),
    path("v1/me", MeView.as_view(), name="api-me"),
    path("v1/", include("newsroom.articles.api.urls")),
    path("v1/", include("newsroom.imports.api.urls")),
    path("v1/", include("sources.api.urls")),
    path("v1/", include("claims.api.urls")),
    path("v1/", include("newsroom.changes.api.urls")),
    path("v1/", include("newsroom.webhooks.api.urls")),
    path("", include("claims.api.compatible_urls")),
    # Anything: a dot would leave out addresses with a line break in them.
    re_path("", NoSuchEndpoint.as_view()),
]
