from django.urls import path

from newsroom.changes.api.views import ChangesView

urlpatterns = [path("changes", ChangesView.as_view())]
