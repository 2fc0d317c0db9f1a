from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/desk/", include("claims.admin.desk")),
    path("admin/comments/", include("claims.admin.comments")),
    path("admin/mail/", include("newsroom.mail.admin")),
    path("admin/", admin.site.urls),
    path("api/", include("newsroom.api.urls")),
]
