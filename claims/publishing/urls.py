from django.urls import path

from claims.publishing import views

urlpatterns = [
    path("checks/<slug:slug>/", views.check, name="check"),
    path("methodology/", views.methodology, name="methodology"),
]
