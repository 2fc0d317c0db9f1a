from django.urls import path
from rest_framework.routers import SimpleRouter

from claims.api.candidates import CandidateViewSet
from claims.api.claims import ClaimViewSet
from claims.api.contacts import ContactOutcomeView, ContactsView
from claims.api.extract import ExtractView
from claims.api.fact_checks import FactCheckViewSet
from claims.api.stories import RatingViewSet, StoryAppearances, StoryCandidates

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("candidates", CandidateViewSet, basename="candidate")
router.register("claims", ClaimViewSet, basename="claim")
router.register("fact-checks", FactCheckViewSet, basename="fact-check")
router.register("ratings", RatingViewSet, basename="rating")

urlpatterns = [
    path("articles/<int:pk>/candidates", StoryCandidates.as_view()),
    path("articles/<int:pk>/appearances", StoryAppearances.as_view()),
    path("claims/<int:pk>/contacts", ContactsView.as_view()),
    path("claims/<int:pk>/contacts/<int:contact>/outcome", ContactOutcomeView.as_view()),
    path("extract", ExtractView.as_view()),
    *router.urls,
]
