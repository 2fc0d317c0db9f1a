"""The public site. Its addresses are permanent."""

from django.urls import path

from claims.publishing import asking, copies, embedding, feeds, views

urlpatterns = [
    path("", views.check_list, name="checks"),
    path("checks/<slug:slug>/", views.check, name="check"),
    path("checks/<slug:slug>/claimreview.json", views.check_json, name="check_json"),
    path("checks/<slug:slug>/card/", embedding.card, name="card"),
    path("checks/<slug:slug>/wrong/", asking.ask, name="ask"),
    path("requests/<str:token>/", asking.request_state, name="request_state"),
    path("copies/<int:pk>/", copies.copy, name="copy"),
    path("speakers/<int:pk>/", views.speaker, name="speaker"),
    path("corrections/", views.corrections, name="corrections"),
    path("methodology/", views.methodology, name="methodology"),
    path("feed.atom", feeds.atom, name="feed_atom"),
    path("feed.json", feeds.json_feed, name="feed_json"),
    path("claimreview.json", feeds.data_feed, name="data_feed"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("oembed", embedding.oembed, name="oembed"),
]
