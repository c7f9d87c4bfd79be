from queue import Empty

import pytest
from kombu import Connection

from branchwork import celery  # noqa: F401  names the transport


@pytest.fixture
def channel(tmp_path):
    folder = str(tmp_path)
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": str(tmp_path / "control")}
    with Connection("files://localhost", transport_options=options) as connection:
        yield connection.channel()


def test_messages_come_in_the_order_they_were_put(channel, tmp_path):
    for number in range(12):
        channel._put("celery", {"number": number})
    assert [channel._get("celery")["number"] for _ in range(12)] == list(range(12))
    with pytest.raises(Empty):
        channel._get("celery")
    assert list(tmp_path.iterdir()) == []


def test_a_half_written_message_is_not_looked_at(channel, tmp_path):
    (tmp_path / "1_x.celery.msg.half").write_text('{"numb')
    channel._put("celery", {"number": 2})
    assert channel._get("celery") == {"number": 2}


def test_messages_of_another_queue_stay(channel):
    channel._put("other", {"number": 1})
    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._size("other") == 1
