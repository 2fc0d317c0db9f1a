from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "claims.publishing"
    label = "publishing"
    verbose_name = "Publishing"
