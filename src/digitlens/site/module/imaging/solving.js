/** Weighted least squares. */

/**
 * The factors of terms whose sum is nearest to values.
 * @param {Float64Array} terms of one value after the other
 * @param {number} size how many terms each value has
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} weights
 */
export function least(terms, size, values, weights) {
  const matrix = Array.from({ length: size }, (_, row) => {
    const made = new Float64Array(size + 1);
    made[row] = 1e-6;
    return made;
  });
  for (let i = 0, start = 0; i < values.length; i++, start += size) {
    for (let row = 0; row < size; row++) {
      const here = matrix[row], factor = weights[i] * terms[start + row];
      for (let column = row; column < size; column++) here[column] += factor * terms[start + column];
      here[size] += factor * values[i];
    }
  }
  for (let row = 0; row < size; row++) for (let column = 0; column < row; column++) matrix[row][column] = matrix[column][row];
  return solved(matrix);
}

/** Gauss's elimination; the last column is the right side. @param {Float64Array[]} matrix */
function solved(matrix) {
  const size = matrix.length;
  for (let step = 0; step < size; step++) {
    let pivot = step;
    for (let row = step + 1; row < size; row++) if (Math.abs(matrix[row][step]) > Math.abs(matrix[pivot][step])) pivot = row;
    [matrix[step], matrix[pivot]] = [matrix[pivot], matrix[step]];
    for (let row = 0; row < size; row++) {
      if (row === step) continue;
      const factor = matrix[row][step] / matrix[step][step];
      for (let column = step; column <= size; column++) matrix[row][column] -= factor * matrix[step][column];
    }
  }
  return matrix.map((row, i) => row[size] / row[i]);
}
