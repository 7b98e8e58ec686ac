#!/usr/bin/env bash
# Streamlit: a file brought while the page is being drawn anew may never be sent, and nobody is told
#
# Seen with   Streamlit 1.67.0
# Expected    A file given to st.file_uploader reaches the script, whatever else is being done.
# Happens     The browser asks over its web socket where to send the file, and waits for the answer. If the script starts
#             anew before that answer has left the server, it is dropped: no upload, no error, an uploader that looks as
#             before. With a button pressed just before a file is dropped, on a busy machine, one in five was lost.
# Why         When a run starts the queue of what is to be sent is emptied but for some kinds of messages
#             (runtime/forward_msg_queue.py, clear); file_urls_response is not one of them. A run of a fragment keeps it.
# Hits        Every app with an uploader and a switch beside it; tests that upload right after a click.
# Here        web/uploads.py puts the answers back; tests/web/test_uploads.py.
source "$(dirname "$0")/setup.sh"

python_with streamlit==1.67.0 <<'PYTHON'
from seen import check
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue


def kept(kind: str, fragments: list[str] | None) -> bool:
    """Whether a message of this kind outlives the start of a run, of the script or of fragments."""
    queue, message = ForwardMsgQueue(), ForwardMsg()
    if kind == "file_urls_response":
        message.file_urls_response.response_id = "where to send the file"
    elif kind == "script_finished":
        message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    else:
        message.delta.new_element.toast.body = "a toast"
    queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=fragments)
    return len(queue) == 1


check("a run starts: that the last one ended is", kept("script_finished", None), True)
check("a run starts: a toast is", kept("toast", None), True)
check("a run starts: the answer to an upload is", kept("file_urls_response", None), False)
check("a fragment's run starts: the answer to an upload is", kept("file_urls_response", ["a"]), True)
PYTHON
