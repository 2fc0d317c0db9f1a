"""How endpoints are described in OpenAPI: what all of them share is added here, once."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from newsroom.api.idempotency import HEADER, METHODS
from newsroom.api.problems import CONTENT_TYPE, KINDS


class ErrorPlace(serializers.Serializer[Any]):
    detail = serializers.CharField()
    pointer = serializers.CharField(
        required=False, help_text="Into the body: a JSON Pointer as URI fragment."
    )
    parameter = serializers.CharField(
        required=False, help_text="Of the address, or a header's name."
    )


class ProblemDetails(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.ChoiceField(
        choices=[(f"/api/problems/{kind}", known.title) for kind, known in KINDS.items()]
    )
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ErrorPlace(many=True, required=False)  # type: ignore[assignment]
    missing = serializers.DictField(
        required=False, help_text="On 403: the scope and the permission that are lacking."
    )
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="On 409: what is possible now."
    )
    reference = serializers.CharField(required=False, help_text="On 500: for the log.")


PROBLEMS = {"401": "Not signed in", "403": "Not permitted", "422": "Not acceptable", "429": "Wait"}


class Description(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        action = getattr(self.view, "action", None) or self.method.lower()
        declared = list(getattr(self.view, "query", {}).get(action, ()))
        if self.method in METHODS:
            declared.append(
                OpenApiParameter(
                    HEADER,
                    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
                    OpenApiParameter.HEADER,
                    description="A retry with the same key is answered as before.",
                )
            )
        return declared

    def get_filter_backends(self) -> list[Any]:
        # Only a list of the resource itself is filtered, not what hangs on one record.
        return super().get_filter_backends() if getattr(self.view, "action", "") == "list" else []

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        codes = dict(PROBLEMS)
        if "{" in self.path:
            codes["404"] = "Not found"
        if self.method in ("POST", "PATCH", "PUT"):
            codes |= {"400": "Not readable", "409": "Not possible now", "413": "Too large"}
            codes |= {"415": "Not JSON", "412": "Changed meanwhile"}
        elif self.method == "GET":
            codes["304"] = "Not modified"
        for code, meaning in codes.items():
            if code == "304":
                responses.setdefault(code, {"description": meaning})
                continue
            responses.setdefault(code, self._problem(code, meaning))
        responses["default"] = self._problem("default", "Any other problem")
        return responses

    def _problem(self, code: str, meaning: str) -> dict[str, Any]:
        describe: Any = self._get_response_for_code  # it comes without types
        return {**describe(ProblemDetails, code, [CONTENT_TYPE]), "description": meaning}


class _Token(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "newsroom.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "Made in the admin."}


class _KeyHeader(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "newsroom.api.authentication.KeyHeader"
    name = "keyHeader"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "x-api-key"}


class _KeyParameter(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "newsroom.api.authentication.KeyParameter"
    name = "keyParameter"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "query", "name": "key"}


class _Session(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "newsroom.api.authentication.SessionLogin"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
