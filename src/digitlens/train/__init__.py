"""Training: recipes, the loop, the report, and export to ONNX. Keras lives here and nowhere else."""

import logging
import os

# TensorFlow's C++ notices, some of which it calls errors, say nothing a person who trains can use, and cut through
# the progress bar; what fails is raised. Set before anything imports it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# We write .h5 because people ask for it by name, and know that Keras would rather we did not.
logging.getLogger("absl").setLevel(logging.ERROR)
