"""Examples of the description; tests send each of them."""

from drf_spectacular.utils import OpenApiExample

PUSH = [
    OpenApiExample(
        "Two stories",
        request_only=True,
        media_type="application/json",
        value={
            "outlet": "harbour-post",
            "items": [
                {
                    "external_id": "quay-2026-03",
                    "headline": "Storm breaks North Quay",
                    "text": "The surge tore 120 metres out of the quay, the port authority said.",
                    "published_at": "2026-03-08T06:40:00+01:00",
                },
                {
                    "external_id": "ferry-2026-03",
                    "text": "Ferry traffic rose by 9 percent in 2025, Minister Ana Lund said.",
                },
            ],
        },
    ),
    OpenApiExample(
        "ninjs",
        request_only=True,
        media_type="application/ninjs+json",
        value={
            "uri": "urn:example:quay-2026-04",
            "standard": {"name": "ninjs", "version": "3.2"},
            "headlines": [{"role": "main", "value": "North Quay reopens"}],
            "bodies": [
                {
                    "role": "main",
                    "contentType": "text/plain",
                    "value": "The quay handles 400 ships a month again, the port authority said.",
                }
            ],
            "versionCreated": "2026-04-02T08:00:00Z",
        },
    ),
]
PAUSE = [
    OpenApiExample(
        "Until the outlet has moved",
        request_only=True,
        value={"reason": "The outlet moves to another system until Monday."},
    ),
]
