/** The numbers of page reading: those that `digitlens tune` wrote beside the page network, read as they are. */

/**
 * @typedef {object} Logistic A logistic regression, each feature's term linear in pieces.
 * @property {number} bias nats
 * @property {Record<string, number>} weights nats a unit of each feature
 * @property {Record<string, [number, number][]>} [bends] where and by how much a feature's weight changes for what is above
 *
 * @typedef {object} PageConfig What Python's `PageConfig` tells of each.
 * @property {number} look_side
 * @property {number} shorter_side
 * @property {number} glyph_height
 * @property {number} most_enlarged
 * @property {number} most_pixels
 * @property {number} least_heat
 * @property {number} overlap
 * @property {number} line_reach
 * @property {number} mark_reach
 * @property {number} label_heat
 * @property {number} label_glyph
 * @property {number} label_line
 * @property {number} path_line
 * @property {Logistic} glyph
 * @property {Logistic} sign
 * @property {Logistic} gap
 * @property {Logistic} line
 * @property {Logistic} line_alone
 * @property {Logistic} page
 * @property {import("./risk.js").RiskStep[]} glyph_risk
 * @property {import("./risk.js").RiskStep[]} line_risk
 * @property {import("./risk.js").RiskStep[]} page_risk
 * @property {number} whole_error
 */

/**
 * The log-odds for features.
 * @param {Logistic} regression
 * @param {Record<string, number>} features
 * @throws {Error} the regression was fitted to a feature that this reader does not measure
 */
export function logOdds({ bias, weights, bends = {} }, features) {
  let sum = bias;
  for (const [name, weight] of Object.entries(weights)) sum += weight * measured(features, name);
  for (const [name, each] of Object.entries(bends)) {
    for (const [at, change] of each) sum += change * Math.max(measured(features, name) - at, 0);
  }
  return sum;
}

/** A feature's value. @param {Record<string, number>} features @param {string} name */
function measured(features, name) {
  if (!(name in features)) throw new Error(`The numbers of page reading weigh "${name}", which this reader does not measure: write the site again.`);
  return features[name];
}
