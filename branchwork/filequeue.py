"""The embedded broker: kombu's filesystem transport, with messages that appear and vanish whole.

kombu writes a message under its final name; a worker that looks in that instant reads half a message and ends.
"""

import os
import time
import uuid
from pathlib import Path
from queue import Empty

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **kwargs):
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        half = Path(self.data_folder_out) / f"{name}.half"
        half.write_text(dumps(payload))
        half.rename(half.with_suffix(""))

    def _get(self, queue):
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):  # noqa: PTH208  names are enough, twenty times a second
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f"{name}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue  # another worker was quicker
            text = taken.read_text()
            taken.unlink()
            return loads(text)
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel
