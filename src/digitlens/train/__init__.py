"""Training: recipes, the loop, the report, and export to ONNX. Keras lives here and nowhere else."""

import logging
import os

# TensorFlow's C++ notices say nothing a person who trains can use; set before anything imports it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault(
    "TF_ENABLE_ONEDNN_OPTS", "1"
)  # the default, which TensorFlow tells at length unless it is set
# We write .h5 because people ask for it by name, and know that Keras would rather we did not.
logging.getLogger("absl").setLevel(logging.ERROR)
