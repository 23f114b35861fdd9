"""What the daemon and its children say to each other, and how it travels over a pipe.

Every message is a frame: its length in four bytes, then MessagePack. Nothing is pickled.
"""

from __future__ import annotations

import struct
import traceback
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from predictor.errors import F1Error, Recovery
from services.errors import CarriedError, OutOfMemory
from services.publishing.built import Built, Unchanged
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

__all__ = [
    "Answer",
    "BuildRequest",
    "CancelRequest",
    "Done",
    "Failed",
    "Message",
    "Progressed",
    "Ready",
    "Request",
    "Trained",
    "TrainingAnswer",
    "TrainingRequest",
    "read_answer",
    "read_frame",
    "read_request",
    "read_training_answer",
    "read_training_request",
    "write_frame",
]

Kind = TypeVar("Kind")

_LENGTH = struct.Struct(">I")
_MAX_BYTES = 256 * 2**20  # a document has 1 MB; anything near this is a broken pipe's noise


class BuildRequest(msgspec.Struct, frozen=True, tag="build"):
    """Compute what the folders come to now."""

    number: int  # comes back in the answer
    settings: RunRequest
    limits: Limits
    full: bool = False  # neither read nor write stored results


class CancelRequest(msgspec.Struct, frozen=True, tag="cancel"):
    """Stop the build at the next stage boundary."""

    number: int


class TrainingRequest(msgspec.Struct, frozen=True, tag="train"):
    """Train a candidate, and promote it if the limits let it."""

    models: Path  # folder of the models
    data: Path  # of seasons
    history: Path | None
    kind: str
    limits: Limits


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker has loaded its code and waits."""

    code: str  # digest of that code


class Progressed(msgspec.Struct, frozen=True, tag="progressed"):
    """A stage has been settled."""

    number: int
    n_settled: int
    n_stages: int
    node: str


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The build came to its end."""

    number: int
    built: Built | Unchanged


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The work ended with an error: what is decided on it, then the words a person reads."""

    number: int
    kind: str  # "NoUsableInput"
    recovery: Recovery
    what: str
    where: str = ""
    got: str = ""
    expected: str = ""
    do: str = ""
    trace: str = ""  # of an error nobody foresaw; for the log

    @classmethod
    def of(cls, number: int, error: Exception) -> Failed:
        """Return what crosses the pipe of an error that is being handled."""
        if not isinstance(error, F1Error):
            kind, trace = type(error).__name__, traceback.format_exc()
            return cls(number, kind, F1Error.recovery, str(error), trace=trace)
        # A process that once had no memory is to start afresh, as after any unforeseen error.
        trace = traceback.format_exc() if isinstance(error, OutOfMemory) else ""
        parts = (error.what, error.where, error.got, error.expected, error.do)
        return cls(number, error.kind, error.recovery, *parts, trace)

    def error(self) -> CarriedError:
        """Return the error on this side of the pipe."""
        return CarriedError(
            self.what,
            kind=self.kind,
            recovery=self.recovery,
            where=self.where,
            got=self.got,
            expected=self.expected,
            do=self.do,
        )


class Trained(msgspec.Struct, frozen=True, tag="trained"):
    """A training came to its end."""

    version: str  # of the new candidate
    promoted: bool = False
    words: str = ""  # why it was not


Request = BuildRequest | CancelRequest
Answer = Ready | Progressed | Done | Failed
TrainingAnswer = Trained | Failed
Message = Request | Answer | TrainingRequest | TrainingAnswer


def write_frame(stream: IO[bytes], message: Message) -> None:
    """Write one message and flush it.

    Raises
    ------
    OSError
        If the other side is gone.
    """
    payload = _ENCODER.encode(message)
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Read one message's bytes; None when the other side is gone, cleanly or not."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    if length > _MAX_BYTES:
        return None
    payload = stream.read(length)
    return payload if len(payload) == length else None


def read_request(stream: IO[bytes]) -> Request | None:
    """Read what the daemon asks for; None when it is gone, or does not make sense."""
    return _read(stream, _REQUESTS)


def read_answer(stream: IO[bytes]) -> Answer | None:
    """Read what the worker says; None when it is gone, or does not make sense."""
    return _read(stream, _ANSWERS)


def read_training_request(stream: IO[bytes]) -> TrainingRequest | None:
    """Read what a training is asked for; None when the daemon is gone."""
    return _read(stream, _TRAINING_REQUESTS)


def read_training_answer(stream: IO[bytes]) -> TrainingAnswer | None:
    """Read what a training says; None when it is gone, or does not make sense."""
    return _read(stream, _TRAINING_ANSWERS)


def _read(stream: IO[bytes], decoder: msgspec.msgpack.Decoder[Kind]) -> Kind | None:
    payload = read_frame(stream)
    try:
        return None if payload is None else decoder.decode(payload)
    except msgspec.DecodeError:
        return None


def _from_path(value: Any) -> Any:  # noqa: ANN401 - msgspec's hook
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"a message cannot hold a {type(value).__name__}")


def _to_path(kind: type, value: Any) -> Any:  # noqa: ANN401 - msgspec's hook
    if issubclass(kind, Path):
        return Path(value)
    raise TypeError(f"a message cannot hold a {kind.__name__}")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_from_path)
_REQUESTS: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request, dec_hook=_to_path)
_ANSWERS: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_TRAINING_REQUESTS = msgspec.msgpack.Decoder(TrainingRequest, dec_hook=_to_path)
_TRAINING_ANSWERS: msgspec.msgpack.Decoder[TrainingAnswer] = msgspec.msgpack.Decoder(TrainingAnswer)
