"""The web app: Streamlit pages that show what the reader read, and how. They compute nothing themselves.

``page`` is the frame with the head and ``settings``; ``recognise`` (with ``result`` and ``detail``), ``table`` (with
``marked``), ``batch`` (with ``batchpages``), ``review`` and ``model`` are the pages. ``visit`` keeps what one visit has
read, ``sheet`` makes a page of it ready to be shown, ``job`` reads many into a ``tray``, ``queue`` leads to the store.
``corrections`` is what a person says of a page, and the reading as it is then; ``deciding`` hears it and ``downloads``
takes it home. ``words`` and ``phrases`` say it in plain sentences, ``render`` turns it into HTML, ``components`` and
``canvas`` are what Streamlit has no part of its own for. Neither Keras nor TensorFlow is ever imported.
"""

__all__: list[str] = []
