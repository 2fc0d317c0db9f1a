from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "newsroom.api"
    verbose_name = "API"

    def ready(self) -> None:
        # Registers how drf-spectacular describes our ways of signing in.
        from newsroom.api import description  # noqa: F401
