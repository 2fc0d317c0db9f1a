"""Candidates, claims, evidence and ratings."""

from claims.models.appearances import AnchorState, Appearance
from claims.models.candidates import Candidate, CandidateState, DecisionReason
from claims.models.claims import Claim, ClaimTransition
from claims.models.comments import Comment, Mention, Reminder
from claims.models.contacts import Channel, Contact, Outcome
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
from claims.models.moves import AnchorMove, CorrectionNotice, MoveOutcome, Settled
from claims.models.other_checks import OtherCheck, OtherRating
from claims.models.ratings import Rating, RatingScale
from claims.models.second_ratings import SecondRating
from claims.verification.states import ClaimState

__all__ = [
    "AnchorMove",
    "AnchorState",
    "Appearance",
    "Candidate",
    "CandidateState",
    "Channel",
    "Claim",
    "ClaimState",
    "ClaimTransition",
    "Comment",
    "Contact",
    "CorrectionNotice",
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
    "MoveOutcome",
    "OtherCheck",
    "OtherRating",
    "Outcome",
    "Rating",
    "RatingScale",
    "Reminder",
    "RepeatAlert",
    "RevisionMatching",
    "SecondRating",
    "Settled",
    "Skip",
    "Stance",
]
