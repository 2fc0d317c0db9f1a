from django.urls import path
from rest_framework.routers import SimpleRouter

from claims.api.candidates import CandidateViewSet
from claims.api.claims import ClaimViewSet
from claims.api.extract import ExtractView
from claims.api.stories import RatingViewSet, StoryAppearances, StoryCandidates

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("candidates", CandidateViewSet, basename="candidate")
router.register("claims", ClaimViewSet, basename="claim")
router.register("ratings", RatingViewSet, basename="rating")

urlpatterns = [
    path("articles/<int:pk>/candidates", StoryCandidates.as_view()),
    path("articles/<int:pk>/appearances", StoryAppearances.as_view()),
    path("extract", ExtractView.as_view()),
    *router.urls,
]
