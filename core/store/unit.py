"""The unit of work: one transaction, its moment, and the rows it may touch, by subject."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.accounts import Accounts
from core.store.alert_rows import AlertRows
from core.store.audit_rows import AuditRows
from core.store.connection_rows import ConnectionRows
from core.store.consent_rows import ConsentRows
from core.store.evaluation_rows import EvaluationRows
from core.store.evidence_rows import EvidenceRows
from core.store.exercise_rows import ExerciseRows
from core.store.feed_rows import FeedRows
from core.store.geocode_rows import GeocodeRows
from core.store.hand_over_rows import HandOverRows
from core.store.import_rows import ImportRows
from core.store.inbox_rows import InboxRows
from core.store.incident_rows import IncidentRows
from core.store.installation_rows import InstallationRows
from core.store.learning_rows import LearningRows
from core.store.message_rows import MessageRows
from core.store.open_post_rows import OpenPostRows
from core.store.outbox_rows import OutboxRows
from core.store.picture_rows import PictureRows
from core.store.pilot_rows import PilotRows
from core.store.question_rows import PromiseRows, QuestionRows
from core.store.reach_rows import ReachRows
from core.store.regroup_rows import RegroupRows
from core.store.resident_rows import ResidentRows
from core.store.retention_rows import RetentionRows
from core.store.routing_rows import RoutingRows
from core.store.rows import upsert
from core.store.run_rows import RunRows
from core.store.service_rows import ServiceRows
from core.store.share_rows import ShareRows
from core.store.shift_rows import ShiftRows
from core.store.survey_rows import SurveyRows
from core.store.tables import health
from core.store.text_rows import TextRows
from core.store.tip_rows import TipRows
from core.store.training_rows import TrainingRows
from core.store.view_rows import ViewRows
from core.store.window_rows import WindowRows
from core.store.work_rows import WorkRows


class Unit:
    """eenheid van werk: everything written through it is written together or not at all."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.audit = AuditRows(connection, now)
        self.inbox = InboxRows(connection, now)
        self.imports = ImportRows(connection, now)
        self.consents = ConsentRows(connection, now)
        self.pilots = PilotRows(connection)
        self.shares = ShareRows(connection, now)
        self.tips = TipRows(connection, now)
        self.texts = TextRows(connection, now)
        self.residents = ResidentRows(connection, now)
        self.connections = ConnectionRows(connection, now)
        self.messages = MessageRows(connection, now)
        self.incidents = IncidentRows(connection, now)
        self.installation = InstallationRows(connection, now)
        self.outbox = OutboxRows(connection, now)
        self.accounts = Accounts(connection, now)
        self.runs = RunRows(connection, now)
        self.alerts = AlertRows(connection, now)
        self.evaluations = EvaluationRows(connection, now)
        self.evidence = EvidenceRows(connection, now)
        self.exercises = ExerciseRows(connection, now)
        self.retention = RetentionRows(connection, now)
        self.routing = RoutingRows(connection, now)
        self.service = ServiceRows(connection, now)
        self.shift_notes = ShiftRows(connection, now)
        self.surveys = SurveyRows(connection, now)
        self.views = ViewRows(connection, now)
        self.regroupings = RegroupRows(connection, now)
        self.learning = LearningRows(connection, now)
        self.trainings = TrainingRows(connection, now)
        self.geocodes = GeocodeRows(connection, now)
        self.feeds = FeedRows(connection, now)
        self.pictures = PictureRows(connection, now)
        self.windows = WindowRows(connection, now)
        self.work = WorkRows(connection, now)
        self.questions = QuestionRows(connection, now)
        self.promises = PromiseRows(connection, now)
        self.reach = ReachRows(connection, now)
        self.hand_overs = HandOverRows(connection, now)
        self.open_posts = OpenPostRows(connection, now)

    def finish(self) -> None:
        """Writes what stands in the order of commits; the store calls it just before the commit."""
        self.consents.write_counts()
        self.audit.write()
        self.incidents.write_changes()

    @contextmanager
    def trial(self) -> Iterator[None]:
        """What is written within is taken back at its end: a dry run."""
        self.consents.write_counts()
        nested = self.connection.begin_nested()
        try:
            yield
        finally:
            nested.rollback()
            self.consents.forget_counts()

    def report_health(self, role: str, **figures: Any) -> None:
        """Notes that a role is alive, with its figures."""
        upsert(self.connection, health, {"role": role}, at=self.now, figures=figures)
