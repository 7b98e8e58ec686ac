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
        waiting = [message for message in self._queue if message.WhichOneof("type") == "file_urls_response"]
        clear(self, retain_lifecycle_msgs, fragment_ids_this_run)
        if retain_lifecycle_msgs:  # else they have been sent
            left = {id(message) for message in self._queue}
            self._queue += [message for message in waiting if id(message) not in left]

    ForwardMsgQueue.clear = clear_but_addresses
