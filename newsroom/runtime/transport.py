"""kombu's filesystem transport without its races.

In kombu 5.7 a message gets its final name before its content, so that a worker that looks at the
wrong moment reads an empty file and *ends* with a JSONDecodeError. It is then moved to the
machine's temporary folder to be read, where everybody may read it and where, if that is another
file system, two workers may take the same message. Here a message appears whole, and whoever
removes the file has it.
"""

import logging
import os
import sys
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.transport.virtual.base import BrokerState
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    def _put(  # type: ignore[override]
        self, queue: str, payload: Any, **kwargs: Any
    ) -> None:
        folder = Path(self.data_folder_out)
        # Nanoseconds since 1970, with as many digits for the next two centuries: names sort by
        # time, also after a restart of the machine (kombu counts from the last start).
        name = f"{time.time_ns()}_{uuid.uuid4()}"
        draft = folder / f".{name}.draft"
        draft.write_bytes(str_to_bytes(dumps(payload)))
        draft.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str) -> Any:  # type: ignore[override]
        folder = Path(self.data_folder_in)
        wanted = f"{queue}.msg"
        for name in sorted(path.name for path in folder.iterdir()):
            if name.partition(".")[2] != wanted:
                continue
            try:
                content = (folder / name).read_bytes()
                message = loads(bytes_to_str(content))
                (folder / name).unlink()
            except FileNotFoundError:  # somebody else has it
                continue
            except ValueError:
                self._put_aside(folder / name)
                continue
            return message
        raise Empty

    def _put_aside(self, path: Path) -> None:
        logger.warning("Message %s cannot be read; moved to %s", path.name, self.processed_folder)
        path.rename(Path(self.processed_folder) / path.name)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        # kombu creates the table empty before it locks it: a reader in between would fail.
        table = self._exchange_file(exchange)  # type: ignore[attr-defined]
        if not table.exists():
            draft = table.with_name(f".{uuid.uuid4()}.draft")
            draft.write_bytes(b"[]")
            try:
                os.link(draft, table)
            except OSError:  # bound by another process meanwhile, or no hard links here
                pass
            finally:
                draft.unlink()
        super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    Channel = Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        # kombu remembers bindings for the whole process, whichever folder they were written to.
        self.state = BrokerState()

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Wait for messages, but no longer when this is a worker that has been told to stop.

        Celery asks for two seconds at a time, and looks only in between whether it is to stop.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                super().drain_events(connection, timeout=self.polling_interval, **kwargs)
                return
            except TimeoutError:
                if _worker_stops() or (deadline is not None and time.monotonic() >= deadline):
                    raise


def _worker_stops() -> bool:
    # Only a worker has it, and only a worker should have to load it.
    state = sys.modules.get("celery.worker.state")
    # An exit code, which may be 0, once there was a signal.
    return state is not None and any(
        flag is not None and flag is not False
        for flag in (state.should_stop, state.should_terminate)
    )
