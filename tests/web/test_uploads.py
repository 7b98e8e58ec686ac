"""A file brought while the page is being drawn is sent all the same."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from digitlens.web.uploads import keep_upload_addresses


def address(number: str) -> ForwardMsg:
    message = ForwardMsg()
    message.file_urls_response.response_id = number
    return message


def waiting() -> ForwardMsgQueue:
    """What is drawn, between two answers to a browser that wants to send files."""
    queue, drawn = ForwardMsgQueue(), ForwardMsg()
    drawn.delta.new_element.text.body = "as it was"
    for message in (address("first"), drawn, address("second")):
        queue.enqueue(message)
    return queue


def answered(queue: ForwardMsgQueue) -> list[str]:
    return [
        message.file_urls_response.response_id
        for message in queue.flush()
        if message.WhichOneof("type") == "file_urls_response"
    ]


def test_a_run_of_the_script_leaves_the_addresses_of_uploads() -> None:
    keep_upload_addresses()
    keep_upload_addresses()
    queue = waiting()
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=None)
    assert len(queue) == 2  # what was drawn is gone
    assert answered(queue) == ["first", "second"]
    assert len(queue) == 0


def test_a_run_of_a_part_of_the_page_leaves_each_address_once() -> None:
    keep_upload_addresses()
    queue = waiting()
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["a"])
    assert sorted(answered(queue)) == ["first", "second"]


def test_what_was_sent_is_not_sent_again() -> None:
    keep_upload_addresses()
    queue = waiting()
    assert len(queue.flush()) == 3
    assert queue.is_empty()
