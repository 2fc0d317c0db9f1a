"""Nothing is published on a story that may not be published on."""

from __future__ import annotations

from django.utils import formats, timezone

from claims.errors import GateClosed
from claims.models import Claim
from newsroom.articles.models import Article, ArticleStatus
from newsroom.articles.visibility import open_stories


def closed_stories(claim: Claim) -> list[Article]:
    """The stories of `claim` that are killed, withheld, or still under embargo."""
    return list(
        Article.objects.filter(
            ~open_stories(), pk__in=claim.appearances.values("revision__article")
        )
        .select_related("outlet")
        .order_by("pk")
    )


def check_stories_are_public(claim: Claim) -> None:
    """Raise `GateClosed` with the names of the stories that stand in the way. The database refuses
    the step in any case; it cannot say which."""
    stories = closed_stories(claim)
    if stories:
        raise GateClosed("Not yet: " + "; ".join(_told(story) for story in stories) + ".")


def _told(article: Article) -> str:
    story = f"“{article}” ({article.outlet})"
    if article.status != ArticleStatus.LIVE:
        return f"the story {story} is {article.get_status_display()}"
    until = formats.localize(timezone.localtime(article.embargoed_until))
    return f"the story {story} is under embargo until {until}"
