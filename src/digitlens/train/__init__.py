"""Training: recipes, the loop, the report, and export to ONNX. Keras lives here and nowhere else."""

import logging
import os

# TensorFlow's C++ notices say nothing a person who trains can use; set before anything imports it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# We write .h5 because people ask for it by name, and know that Keras would rather we did not.
logging.getLogger("absl").setLevel(logging.ERROR)
