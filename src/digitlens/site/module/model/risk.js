/** What error rate a threshold can promise. */

/**
 * @typedef {object} RiskStep One confidence threshold and the error rate it can promise.
 * @property {number} threshold
 * @property {number} accepted
 * @property {number} errors
 * @property {number} bound
 */

/**
 * Find the lowest surety that keeps errors among the accepted to `maxError`; infinite if none does.
 * @param {RiskStep[]} risk from strict to lax
 * @param {number} maxError
 */
export function acceptingThreshold(risk, maxError) {
  let best = Infinity;
  for (const { threshold, accepted, bound } of risk) {
    if (1 - 0.05 ** (1 / accepted) > maxError) continue; // too few to promise it even without an error
    if (bound > maxError) break;
    best = threshold;
  }
  return best;
}

/**
 * Find the lowest surety of which all that reach it are expected to stay within `maxError`: half an error more than was
 * counted, as Jeffreys' prior has it. It promises less than `acceptingThreshold`; infinite where none does.
 * @param {RiskStep[]} risk
 * @param {number} maxError
 */
export function measuredThreshold(risk, maxError) {
  const able = risk.filter(({ accepted, errors }) => errors + 0.5 <= maxError * (accepted + 1));
  return Math.min(Infinity, ...able.map(({ threshold }) => threshold));
}
