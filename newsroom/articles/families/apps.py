from django.apps import AppConfig


class FamiliesConfig(AppConfig):
    name = "newsroom.articles.families"
    label = "families"
    verbose_name = "Wire copy"
