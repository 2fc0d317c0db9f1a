"""Closed classes of English words that several modules read sentences by."""

from __future__ import annotations


def listed(words: str) -> frozenset[str]:
    """The words of a list written as running text, which is how one reads and edits it."""
    return frozenset(words.split())


DETERMINERS = listed(
    """
    the a an this that these those his her its their our my your some many most several another
    one two three four five six seven eight nine ten both all other few no any every each dozens
    hundreds thousands
    """
)
PREPOSITIONS = listed(
    """
    in on at by for from with without about after before during since until under over against
    among between despite amid through throughout as like of to into onto unlike within
    following given regarding outside inside across near per via
    """
)
SUBORDINATORS = listed(
    """
    but because although though while whereas when whenever if unless whether than so yet where
    since after before until once even that what how why
    """
)
OPENERS = listed(
    """
    still meanwhile however and but then so yet also instead now later earlier today yesterday
    afterward afterwards additionally moreover furthermore nevertheless nonetheless indeed
    separately similarly perhaps though finally asked
    """
)
PRONOUNS = frozenset(["he", "she", "they", "it", "we", "i", "you", "who", "which", "he's", "she's"])
TEMPORAL = listed(
    """
    monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow morning
    afternoon evening night week month year earlier later recently january february march april
    may june july august september october november december jan. feb. mar. apr. jun. jul. aug.
    sept. sep. oct. nov. dec. last early late this next weekend days weeks months years ago
    afterward afterwards again separately publicly
    """
)
MEDIA = listed(
    """
    statement interview speech tweet email e-mail letter call conference briefing rally event
    hearing post report memo op-ed appearance news release filing message text video debate
    ceremony meeting column article broadcast telephone phone television tv twitter facebook cnn
    nbc abc cbs msnbc fox radio show program blog editorial book court testimony town affidavit
    reporters newscast podcast
    """
)
PLURAL_HEADS = listed(
    """
    people officials sources lawmakers republicans democrats critics supporters experts analysts
    residents voters investigators police authorities prosecutors aides diplomats leaders
    members advisers advisors scientists researchers allies others many some most both they we
    activists advocates observers women men executives economists lawyers
    """
)
