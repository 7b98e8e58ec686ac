"""The web app: a Streamlit page that shows what the reader read, and how. It computes nothing itself.

``page`` lays it out, ``canvas`` is drawn on, ``desk`` keeps what a visit has read, ``words`` says it in plain
sentences, ``render`` turns it into HTML. Neither Keras nor TensorFlow is ever imported.
"""

__all__: list[str] = []
