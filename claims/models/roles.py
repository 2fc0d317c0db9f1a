"""What holds wherever a speaker stands with the role they had then."""

from __future__ import annotations

import pgtrigger

from newsroom.triggers import refusal, update_of

OF_SOMEBODY_ELSE = "This is a role of somebody else than the speaker."


def speakers_role(name: str) -> pgtrigger.Trigger:
    """Refuses a role of somebody else than the speaker.

    The roles of a source that was merged are those of the one that stands for it now, while what
    was said under its name stays.
    """
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | update_of("speaker_id", "affiliation_id"),
        when=pgtrigger.Before,
        condition=pgtrigger.Q(new__affiliation__isnull=False),
        func=(
            "IF NOT EXISTS (SELECT 1 FROM sources_affiliation role, sources_source speaker "
            "WHERE role.id = NEW.affiliation_id AND speaker.id = NEW.speaker_id "
            "AND role.source_id IN (speaker.id, speaker.merged_into_id)) THEN "
            + refusal(constraint=name, message=OF_SOMEBODY_ELSE)
            + " END IF; RETURN NEW;"
        ),
    )
