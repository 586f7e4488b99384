"""One base; a class a failure; `code` names the sentence in core/i18n that the user reads."""

from __future__ import annotations

from typing import Any, ClassVar


class HNMError(Exception):
    """A failure that a user can be told about in one sentence."""

    code: ClassVar[str] = "error.unknown"

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code, params)
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class NotAllowed(HNMError):
    """This role may not do this."""

    code = "error.not_allowed"


class NotSignedIn(HNMError):
    """Nobody is signed in, or the session has ended."""

    code = "error.not_signed_in"


class ChangedMeanwhile(HNMError):
    """Somebody else changed the incident after this screen was drawn (who, what, at)."""

    code = "error.changed_meanwhile"


class NotPossible(HNMError):
    """This step does not fit the status of the incident (action, status)."""

    code = "error.not_possible"


class SurveyClosed(HNMError):
    """The wave of this questionnaire is not open."""

    code = "error.survey_closed"


class NothingToUndo(HNMError):
    """There is no last step that can be taken back."""

    code = "error.nothing_to_undo"


class AlreadyTold(HNMError):
    """Residents were told this already: a receipt and an outcome are said once (number)."""

    code = "error.already_told"


class QuestionOpen(HNMError):
    """A question about the incident is open in this group; one at a time (number)."""

    code = "error.question_open"


class AlreadySent(HNMError):
    """The text has gone out already and cannot be taken back."""

    code = "error.already_sent"


class ReasonMissing(HNMError):
    """This step needs a reason."""

    code = "error.reason_missing"


class NotFound(HNMError):
    """What was asked for is not here (what, id)."""

    code = "error.not_found"


class BadSetting(HNMError):
    """A setting cannot be used (name, why)."""

    code = "error.bad_setting"


class BadInput(HNMError):
    """A form or command was given something it cannot use (field, why)."""

    code = "error.bad_input"


class FileUnreadable(HNMError):
    """A file as a whole cannot be read (why)."""

    code = "error.file_unreadable"


class BadBasemap(HNMError):
    """This cannot lie under the maps (why)."""

    code = "error.bad_basemap"


class ModelMissing(HNMError):
    """The trained classifier is not there; `make models` builds it."""

    code = "error.model_missing"


class ModelOutdated(ModelMissing):
    """The trained classifier was made by another version of the program (`make models`)."""

    code = "error.model_outdated"


class SourceError(HNMError):
    """A bad row in a source: a value in the stream, not the end of it (line, why)."""

    code = "error.source_row"


class SourceBusy(HNMError):
    """A network asks us to come back later (after_s)."""

    code = "error.source_busy"

    def __init__(self, *, after_s: float) -> None:
        super().__init__(after_s=after_s)
        self.after_s = after_s


class ReadBudgetSpent(HNMError):
    """As many posts were read as an administrator allows in a day or a month."""

    code = "error.read_budget"


class NetworkDown(HNMError):
    """A network does not answer, or answers that it is broken (why)."""

    code = "error.network_down"


class SecretRefused(HNMError):
    """A network does not know our account, or not with this password or key (why)."""

    code = "error.secret_refused"


class InUseElsewhere(HNMError):
    """Another program takes this account's messages out before we can (why)."""

    code = "error.in_use_elsewhere"


class NotSigned(HNMError):
    """A request at our door does not carry the signature of who it says it is from (why)."""

    code = "error.not_signed"


class AnswerUnreadable(HNMError):
    """A network's answer is not what its own description promises (why)."""

    code = "error.answer_unreadable"


class RowRemark(SourceError):
    """A row that was kept, though not wholly as it stood (line, why)."""

    code = "error.source_remark"


class NoConsent(HNMError):
    """The group has not consented, so nothing of it may be read (group)."""

    code = "error.no_consent"


class DeliveryError(HNMError):
    """A destination or channel did not take it; `permanent` says whether trying again can help."""

    code = "error.delivery"

    def __init__(self, *, permanent: bool, **params: Any) -> None:
        super().__init__(permanent=permanent, **params)
        self.permanent = permanent


class WindowClosed(DeliveryError):
    """A network lets us answer for some time only, and that time is over (why)."""

    code = "error.window_closed"


class SentUnsure(SourceBusy):
    """A text may have arrived: the answer was lost (after_s).

    It is tried again later, unless the network says meanwhile that it took it.
    """

    code = "error.sent_unsure"


class ExerciseRuns(HNMError):
    """Somebody has an exercise that goes on: one at a time."""

    code = "error.exercise_runs"


class ExerciseOver(HNMError):
    """The exercise has ended; nothing can be done in it any more."""

    code = "error.exercise_over"


class ScreenOutdated(HNMError):
    """The screen shows an exercise that was left, or real work while an exercise was begun."""

    code = "error.screen_outdated"
