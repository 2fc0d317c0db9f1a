"""Examples of the description; tests send each of them."""

from drf_spectacular.utils import OpenApiExample

NEW_SOURCE = [
    OpenApiExample(
        "A minister",
        request_only=True,
        value={
            "kind": "person",
            "name": "Ana Lund",
            "aliases": ["Minister Lund"],
            "affiliations": [{"title": "Minister of Ports", "start": "2024-05-01"}],
        },
    ),
]
