from rest_framework.routers import SimpleRouter

from newsroom.articles.api.views import OutletViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("outlets", OutletViewSet, basename="outlet")
urlpatterns = router.urls
