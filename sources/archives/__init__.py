"""Archives outside, which keep a second copy where everybody can look at it.

What decides on copies knows `interface` alone; which archive it is, the installation says.
"""

from __future__ import annotations

from django.conf import settings

from sources.archives.interface import Archive
from sources.archives.wayback import Wayback


def archive() -> Archive | None:
    """The archive that this installation uses, if any."""
    if not (settings.WAYBACK_KEY and settings.WAYBACK_SECRET):
        return None
    return Wayback(settings.WAYBACK_URL, settings.WAYBACK_KEY, settings.WAYBACK_SECRET)
