"""Celery's broker for a machine without Redis or RabbitMQ: messages are files in a folder.

What to know about it:

- Order is by time of sending, as far as one machine's clock goes; kombu's own transport is less
  exact still (see `transport.py`, which replaces it).
- A worker that is killed loses the messages that it had fetched and not finished. Here that costs
  nothing: the queue's truth is in the database, and a sweep sends again what is due.
- Workers look into the folder every `polling_interval` seconds (kombu: 1 s).
- Broadcasts (remote control, events, gossip) are written once for every queue that was ever bound,
  also for those of workers that are long dead. `WORKER_OPTIONS` turns off those that nobody needs
  on one machine, and with them the second that a worker waits for its colleagues at the start.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from kombu.transport import TRANSPORT_ALIASES

WORKER_OPTIONS = ("--without-gossip", "--without-mingle", "--without-heartbeat")

# Wherever these settings are used, `filesystem://` is our transport instead of kombu's.
TRANSPORT_ALIASES["filesystem"] = "newsroom.runtime.transport:Transport"


@dataclass(frozen=True)
class BrokerSettings:
    url: str
    transport_options: dict[str, object]


def filesystem_broker(folder: Path) -> BrokerSettings:
    """Settings for Celery: `broker_url` and `broker_transport_options`."""
    queue, control, unreadable = folder / "queue", folder / "control", folder / "unreadable"
    # Settings ask for this on import. Where the folder cannot be written, only sending fails.
    with contextlib.suppress(OSError):
        for each in (folder, queue, control, unreadable):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
            if each.stat().st_mode & 0o077:
                each.chmod(0o700)
    return BrokerSettings(
        url="filesystem://",
        transport_options={
            # The same for both: sender and worker look at one folder.
            "data_folder_in": str(queue),
            "data_folder_out": str(queue),
            "control_folder": str(control),
            "processed_folder": str(unreadable),
            "store_processed": False,
            # Waited after each message that leaves the worker busy, too, so that this is the most
            # that short tasks do in a second: fifty.
            "polling_interval": 0.02,
        },
    )
