"""Keeps a file that is brought while the page is being drawn.

The browser asks Streamlit for an address before it sends a file. Streamlit (1.67.0, ``ForwardMsgQueue.clear``) throws
away whatever waits to be sent when the script is run anew, and that answer with it: the file is then never sent, and
nobody is told (``findings/streamlit_loses_uploads.sh``). So the answers are put back.
"""

from functools import wraps

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

__all__ = ["keep_upload_addresses"]


def keep_upload_addresses() -> None:
    """Have Streamlit's queues keep the answers to a browser that asks where to send a file; once is enough."""
    clear = ForwardMsgQueue.clear
    if hasattr(clear, "__wrapped__"):
        return

    @wraps(clear)
    def clear_but_addresses(
        self: ForwardMsgQueue,
        retain_lifecycle_msgs: bool = False,
        fragment_ids_this_run: list[str] | None = None,
    ) -> None:
        before = [*self._queue] if retain_lifecycle_msgs else []  # else all have been sent
        clear(self, retain_lifecycle_msgs, fragment_ids_this_run)
        left = {id(message) for message in self._queue}
        answers = (message for message in before if message.WhichOneof("type") == "file_urls_response")
        self._queue += [message for message in answers if id(message) not in left]

    ForwardMsgQueue.clear = clear_but_addresses
