#!/usr/bin/env bash
# scikit-learn: digits written as LIBSVM and read again stand one pixel further left
#
# Seen with   scikit-learn 1.9.1
# Expected    load_svmlight_file gives back what dump_svmlight_file wrote, both with their defaults.
# Happens     For tables whose first column is always 0, as the top left pixel of MNIST's digits is, every value comes
#             back one column further left, without a warning; with n_features=784 even the shape is right.
# Why         dump counts columns from 0 by default. load guesses (zero_based="auto"): a file in which no column 0
#             occurs is taken to count from 1, and zeros are not written. The documentation calls "auto" always safe
#             where no offset or length is passed.
# Hits        A network trained on the arrays and tested on the file sees every digit shifted; pixels of the first
#             column of a row end in the last column of the row above.
# Here        data/formats/libsvm.py counts from 0 where a column 0 occurs; framing centres what one pixel shifted.
source "$(dirname "$0")/setup.sh"

python_with scikit-learn==1.9.1 numpy==2.4.6 <<'PYTHON'
import io

import numpy as np
from seen import check
from sklearn.datasets import dump_svmlight_file, load_svmlight_file


def again(images: np.ndarray) -> np.ndarray:
    file = io.BytesIO()
    dump_svmlight_file(images.reshape(len(images), -1), np.arange(len(images)), file)
    file.seek(0)
    return load_svmlight_file(file, n_features=784)[0].toarray().reshape(-1, 28, 28)


digits = np.zeros((2, 28, 28))
digits[:, 4:24, 14] = 255  # two strokes in column 14
digits[1, 10, 0] = 9  # and a speck at the left edge
back = again(digits)
check("columns of the first image", np.flatnonzero(back[0].any(axis=0)).tolist(), [13])
check("where the speck is", np.argwhere(back[1] == 9).tolist(), [[9, 27]])
digits[0, 0, 0] = 1
check("the same with a first pixel that is not 0", np.array_equal(again(digits), digits), True)
PYTHON
