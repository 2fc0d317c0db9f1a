from rest_framework.routers import SimpleRouter

from newsroom.imports.api.feeds import FeedViewSet
from newsroom.imports.api.views import ArticleViewSet, ImportRunViewSet, RejectionViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("articles", ArticleViewSet, basename="article")
router.register("feeds", FeedViewSet, basename="feed")
router.register("import-runs", ImportRunViewSet, basename="import-run")
router.register("rejections", RejectionViewSet, basename="rejection")
urlpatterns = router.urls
