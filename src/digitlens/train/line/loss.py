"""The loss of the line network: connectionist temporal classification."""

from typing import Any

import keras

__all__ = ["NO_LABEL", "LineLoss"]

NO_LABEL = -1
"""The padding of rows of labels behind the last one."""

ops: Any = keras.ops


@keras.saving.register_keras_serializable("digitlens")
class LineLoss(keras.losses.Loss):
    """The negative logarithm of the probability of what stands on a strip, over all alignments, a label.

    Graves et al., Connectionist Temporal Classification, 2006.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of labels (N, L), filled up with `NO_LABEL`, and logits (N, 1, T, K + 1), one number."""
        import tensorflow as tf  # noqa: PLC0415  only where a network is trained

        logits: Any = y_pred[:, 0]
        labels: Any = tf.cast(y_true, tf.int32)
        counts = tf.reduce_sum(tf.cast(labels >= 0, tf.int32), axis=1)
        empty = counts == 0
        nothing = -tf.reduce_sum(tf.nn.log_softmax(logits)[..., -1], axis=1)
        asked = tf.concat([tf.where(empty, 0, labels[:, 0])[:, None], labels[:, 1:]], axis=1)
        there = asked >= 0  # a label at least: where there is none, what is computed for it is not used
        something, _ = tf.raw_ops.CTCLoss(  # pyright: ignore[reportGeneralTypeIssues]
            inputs=tf.transpose(logits, (1, 0, 2)),
            labels_indices=tf.where(there),
            labels_values=tf.boolean_mask(asked, there),
            sequence_length=tf.fill([tf.shape(labels)[0]], tf.shape(logits)[1]),
            ignore_longer_outputs_than_inputs=True,
        )
        total = tf.reduce_sum(tf.where(empty, nothing, something))
        return total / tf.cast(tf.maximum(tf.reduce_sum(counts), 1), tf.float32)
