"""Which function takes a step: publishing, correcting and withdrawing do more than others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claims.publishing.models import Severity
from claims.publishing.services import Wording, correct, publish, withdraw
from claims.verification.services import take_step
from newsroom.accounts.models import User


def take(*, claim_id: int, data: Mapping[str, Any], version: int | None, by: User) -> None:
    """Take the step that `data`, a checked `StepInput`, asks for. Raises as those functions do."""
    step = data["step"]
    severity = Severity(data["severity"]) if "severity" in data else None
    wording = Wording(data["headline"], data["short_claim"], data["summary"], data["slug"])
    if step == "publish":
        publish(
            claim_id=claim_id,
            wording=wording,
            comment=data["comment"],
            severity=severity,
            expected_version=version,
            by=by,
        )
    elif step == "correct":
        correct(
            claim_id=claim_id,
            text=data["comment"],
            severity=severity or Severity.MINOR,
            wording=wording,
            expected_version=version,
            by=by,
        )
    elif step == "withdraw":
        withdraw(claim_id=claim_id, reason=data["comment"], expected_version=version, by=by)
    else:
        take_step(
            claim_id=claim_id,
            step=step,
            comment=data["comment"],
            break_glass_reason=data["break_glass_reason"],
            expected_version=version,
            by=by,
        )
