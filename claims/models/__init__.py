"""Candidates, claims, evidence and ratings."""

from claims.models.candidates import Candidate, CandidateState, DecisionReason
from claims.models.claims import AnchorState, Appearance, Claim, ClaimTransition
from claims.models.comments import Comment, Mention, Reminder
from claims.models.desk import Flag, Lease, Skip
from claims.models.evidence import Evidence, EvidenceNature, Stance
from claims.models.matching import (
    EmbeddingModel,
    Match,
    MatchEntry,
    MatchState,
    ModelState,
    RepeatAlert,
    RevisionMatching,
)
from claims.models.other_checks import OtherCheck, OtherRating
from claims.models.ratings import Rating, RatingScale
from claims.verification.states import ClaimState

__all__ = [
    "AnchorState",
    "Appearance",
    "Candidate",
    "CandidateState",
    "Claim",
    "ClaimState",
    "ClaimTransition",
    "Comment",
    "DecisionReason",
    "EmbeddingModel",
    "Evidence",
    "EvidenceNature",
    "Flag",
    "Lease",
    "Match",
    "MatchEntry",
    "MatchState",
    "Mention",
    "ModelState",
    "OtherCheck",
    "OtherRating",
    "Rating",
    "RatingScale",
    "Reminder",
    "RepeatAlert",
    "RevisionMatching",
    "Skip",
    "Stance",
]
