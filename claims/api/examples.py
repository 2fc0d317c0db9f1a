"""Examples of the description; tests send each of them."""

from drf_spectacular.utils import OpenApiExample

ACCEPT = [
    OpenApiExample(
        "Worded to stand alone",
        request_only=True,
        value={
            "statement": "The harbour of Kellosund was dredged to 14 metres in 2024.",
            "kind": "quantity",
        },
    ),
]
REJECT = [
    OpenApiExample(
        "Too vague",
        request_only=True,
        value={"reason": "too_vague", "note": "No figure, no date."},
    ),
]
STEP = [
    OpenApiExample("Begin to check", request_only=True, value={"step": "start"}),
]
EVIDENCE = [
    OpenApiExample(
        "The record itself",
        request_only=True,
        value={
            "stance": "refutes",
            "nature": "primary",
            "title": "Port statistics 2024, table 3",
            "url": "https://statistics.example/ports/2024",
            "quotation": "Depth after dredging: 12.5 m",
        },
    ),
]
EXTRACT = [
    OpenApiExample(
        "Two sentences",
        request_only=True,
        value={
            "text": "“Traffic rose by 9 percent in 2025,” said Minister Ana Lund. She smiled.",
            "language": "en",
        },
    ),
]
SCORE = [
    OpenApiExample(
        "One sentence",
        request_only=True,
        value={"input_text": "Traffic rose by 9 percent in 2025."},
    ),
]
