from django.contrib import admin
from django.urls import include, path

handler403 = "newsroom.denied.permission_denied"
handler404 = "claims.publishing.views.not_found"

urlpatterns = [
    path("", include("claims.publishing.urls")),
    path("admin/desk/", include("claims.admin.desk")),
    path("admin/changes/", include("claims.admin.changes")),
    path("admin/board/", include("claims.admin.board")),
    path("admin/comments/", include("claims.admin.comments")),
    path("admin/mail/", include("newsroom.mail.admin")),
    path("admin/publishing/steps/", include("claims.publishing.admin")),
    path("admin/", admin.site.urls),
    path("api/", include("newsroom.api.urls")),
]
