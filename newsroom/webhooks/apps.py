from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "newsroom.webhooks"
    verbose_name = "Integration"
