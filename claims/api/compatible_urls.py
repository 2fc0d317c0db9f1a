"""Addresses as other people's services have them, below a base URL of ours."""

from django.urls import path, re_path

from claims.api.claimbuster import SentenceScores, TextScore
from claims.api.factchecktools import ClaimsSearch

SCORE = "claimbuster/api/v2/score/text/"

urlpatterns = [
    re_path(rf"^{SCORE}sentences/?$", SentenceScores.as_view(http_method_names=["post"])),
    path(f"{SCORE}sentences/<path:input_text>", SentenceScores.as_view(http_method_names=["get"])),
    re_path(rf"^{SCORE}?$", TextScore.as_view(http_method_names=["post"])),
    path(f"{SCORE}<path:input_text>", TextScore.as_view(http_method_names=["get"])),
    path("factchecktools/v1alpha1/claims:search", ClaimsSearch.as_view()),
]
