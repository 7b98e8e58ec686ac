"""The page network: a fully convolutional detector of digits, signs and other writing, and its training.

Zhou, Wang and Krähenbühl, Objects as Points, 2019. A grey picture goes in; for every cell of 4 x 4 pixels come out how
likely the centre of a mark of each class lies in it, and where and how large its box is.
"""
