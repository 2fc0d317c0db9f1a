"""Candidates, claims, evidence and ratings."""

from claims.models.candidates import Candidate, CandidateState, DecisionReason
from claims.models.claims import AnchorState, Appearance, Claim, ClaimTransition
from claims.models.desk import Flag, Lease, Skip
from claims.models.evidence import Evidence, EvidenceNature, Stance
from claims.models.moves import AnchorMove, CorrectionNotice, MoveOutcome, Settled
from claims.models.ratings import Rating, RatingScale
from claims.verification.states import ClaimState

__all__ = [
    "AnchorMove",
    "AnchorState",
    "Appearance",
    "Candidate",
    "CandidateState",
    "Claim",
    "ClaimState",
    "ClaimTransition",
    "CorrectionNotice",
    "DecisionReason",
    "Evidence",
    "EvidenceNature",
    "Flag",
    "Lease",
    "MoveOutcome",
    "Rating",
    "RatingScale",
    "Settled",
    "Skip",
    "Stance",
]
