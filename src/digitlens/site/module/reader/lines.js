/** From a page to lines of glyphs, each line and the whole judged: what a reader makes of a picture of several. */

import { around, intersectionOverUnion, nonMaximumSuppression } from "../imaging/boxes.js";
import { toGrayscale } from "../imaging/colour.js";
import { FRAME_SIDE, frame } from "../imaging/framing.js";
import { uploaded } from "../imaging/open.js";
import { argmax, median, rint } from "../imaging/pixels.js";
import { logOdds } from "../model/pageconfig.js";
import { OTHER_WRITING } from "../model/pages.js";
import { assured, doubted, glyphOf, lineOf } from "../types.js";
import { lineEvidence, pageFeatures, thresholds } from "./acceptance.js";
import { SURE } from "./detect.js";
import { gapFeatures } from "./layout.js";
import { twinOf } from "./neighbours.js";
import { inPicture, PageReader, unread } from "./page.js";
import { Recognizer } from "./recognize.js";
import { LEAST_SURE, aboutItsGlyph, doubt, why } from "./rejection.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */
/** @typedef {import("../imaging/open.js").Picture} Picture */
/** @typedef {import("../digitlens.js").Doubt} Doubt */
/** @typedef {import("../digitlens.js").Glyph} Glyph */
/** @typedef {import("../digitlens.js").Line} Line */
/** @typedef {import("./acceptance.js").LineEvidence} LineEvidence */
/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./recognize.js").Candidate} Candidate */
/** @typedef {{ lines: Line[], doubts: Doubt[] }} PageReading */

const SURELY = 0.5; // heat from which the page network's word counts about a picture of one glyph
const LIKE = 0.5; // of the highest glyph's height, from which another is one more
const TOGETHER = 0.3; // intersection over union from which two are one
const SAME_PLACE = 0.4; // intersection over union from which the ink of a picture is the glyph found in it
const OTHERWISE = "The page network takes this for a sign or for other writing.";
const UNSEEN = "This is read only by looking at the picture as a whole: the page network sees no digit here.";
const LEFT = "Something is written here that was not read.";
const PAGE_DOUBT = "Something on the page may be writing that was not read: look at the box.";

/** Reads lines. */
export class LineReader {
  /**
   * @param {import("./classifier.js").Classifier} classifier
   * @param {import("./detect.js").Detector} detector
   * @param {import("./witness.js").Witness | null} witness null where it does not know the alphabet
   * @param {Set<string>} signs those that may be read
   * @param {number} maxError the error rate wanted among what is accepted
   */
  constructor(classifier, detector, witness, signs, maxError) {
    this.classifier = classifier;
    this.detector = detector;
    this.config = detector.config;
    this.labels = detector.network.card.labels;
    this.other = this.labels.indexOf(OTHER_WRITING);
    this.alphabet = classifier.alphabet.labels;
    this.leastAlone = classifier.alphabet.calibration.threshold(maxError);
    this.least = thresholds(this.config, maxError);
    const recognizer = new Recognizer(classifier, this.labels, signs, this.config, this.leastAlone);
    this.pages = new PageReader(detector, recognizer, witness);
    this.judge = witness ? this.config.line : this.config.line_alone;
  }

  /**
   * Read a page, or a picture of one glyph.
   * @param {Picture} picture
   * @param {number | null} rotate degrees by which to turn it clockwise; null to find out
   * @returns {Promise<PageReading>}
   */
  async read(picture, rotate) {
    const { width, height } = picture.pixels;
    if (!rotate && width === FRAME_SIDE && height === FRAME_SIDE) {
      const lines = await this.whole(picture);
      if (lines[0]?.glyphs[0].accepted) return { lines, doubts: [] };
    }
    const page = await this.pages.read(picture.pixels, rotate);
    if (!rotate && page.lines.reduce((sum, line) => sum + line.taken.length, 0) <= 1) return this.single(picture, page);
    return this.judged(picture, page, page.lines.map(line => this.line(picture, page, line)));
  }

  /**
   * Read a page as it lies, with as few looks as can be: for what a camera sees.
   * @param {Picture} picture
   * @returns {Promise<PageReading>}
   */
  async readQuickly(picture) {
    const page = await this.pages.readQuickly(picture.pixels);
    return this.judged(picture, page, page.lines.map(line => this.line(picture, page, line)));
  }

  /**
   * Read a picture of a single glyph: one line with one glyph, or no line where it is blank.
   * @param {Picture} picture
   * @returns {Promise<PageReading>}
   */
  async classify(picture) {
    const glyph = await this.glyphAlone(picture), { width, height, channels } = picture.pixels;
    if (!glyph) return { lines: [], doubts: [] };
    const framed = width === FRAME_SIDE && height === FRAME_SIDE && channels === 1 && picture.reduction === 1;
    return { lines: [lineOf([glyph])], doubts: framed ? [] : await this.alone(picture, glyph.box) };
  }

  /** Ask the page network whether a picture holds one glyph of the alphabet. @param {Picture} picture @param {Box} box */
  async alone(picture, box) {
    const grey = toGrayscale(picture.pixels);
    const { boxes, heat, scores } = (await this.detector.look(grey, this.detector.glanceScale(grey))).detections;
    const named = heat.map(row => this.pages.recognizer.named(row));
    const sure = named.flatMap((most, row) => (most >= SURELY ? [row] : []));
    const highest = Math.max(0, ...sure.map(row => boxes[row][3])), tall = sure.filter(row => boxes[row][3] >= LIKE * highest);
    const apart = nonMaximumSuppression(tall.map(row => boxes[row]), tall.map(row => named[row]), TOGETHER);
    if (apart.length > 1) {
      const message = `There are ${apart.length} glyphs in this picture, and one was asked for: \`digitlens read\` reads all of them.`;
      return [doubt("several", message, around(apart.map(i => uploaded(picture, whole(boxes[tall[i]])))))];
    }
    return boxes.length && !sure.length && Math.max(...scores) >= SURELY ? [doubt("not_a_digit", OTHERWISE, box)] : [];
  }

  /** A line, read but not judged, and the evidence about it.
   * @param {Picture} picture @param {Page} page @param {import("./page.js").TextLine} line @returns {[Line, LineEvidence]} */
  line(picture, page, line) {
    const candidates = line.taken.map(row => page.candidates[row]);
    const glyphs = candidates.map(one => this.glyph(one, uploaded(picture, inPicture(page, one.box))));
    const evidence = lineEvidence(page, line, this.other, glyphs.map(({ label }) => label));
    return [lineOf(glyphs, this.gaps(candidates.map(({ box }) => box))), evidence];
  }

  /** One glyph, judged by itself. @param {Candidate} candidate @param {Box} box */
  glyph({ sign, logOdds: odds, probabilities, confidence: sure, frame: seen }, box) {
    const digitScore = 1 / (1 + Math.exp(-odds));
    /** @type {[string, number][]} */
    const chances = sign === null ? this.alphabet.map((label, k) => [label, probabilities[k]]) : [[sign, sure]];
    const [label, confidence] = chances.reduce((best, one) => (one[1] > best[1] ? one : best));
    const surety = sign === null ? confidence : 1, { calibration } = this.classifier.alphabet;
    const enough = this.pages.recognizer.readsOther
      ? calibration.enough(this.alphabet.map((_, k) => (sign === null ? probabilities[k] : Number(k === 0))), digitScore, this.leastAlone)
      : surety * digitScore >= this.least.glyph;
    return glyphOf({
      label, confidence, digitScore, box, reason: enough ? null : "unsure", chances, frame: sign === null ? seen.data : null,
    });
  }

  /** The glyphs before which the writer left a gap between numbers. @param {Box[]} boxes */
  gaps(boxes) {
    if (boxes.length < 2) return [];
    const features = gapFeatures(boxes, median(boxes.map(box => box[3])));
    return features.flatMap((one, i) => (logOdds(this.config.gap, one) > 0 ? [i + 1] : []));
  }

  /** The lines, and what is doubted of each and of the page: a line of an accepted page is accepted, and its glyphs are.
   * @param {Picture} picture @param {Page} page @param {[Line, LineEvidence][]} read @returns {PageReading} */
  judged(picture, page, read) {
    if (!read.length) return { lines: [], doubts: [] };
    if (this.pages.recognizer.readsOther) return this.judgedByGlyphs(picture, page, read);
    const boxOf = (/** @type {number} */ row) => uploaded(picture, inPicture(page, page.candidates[row].box));
    const odds = read.map(([, { features }]) => logOdds(this.judge, features));
    const { features, left } = pageFeatures(page, read.map(([, evidence]) => evidence), odds, this.other);
    const sure = 1 / (1 + Math.exp(-logOdds(this.config.page, features))) >= this.least.page;
    const lines = read.map(([line, evidence], i) => {
      if (sure || 1 / (1 + Math.exp(-odds[i])) >= this.least.line) return assured(line);
      const { reason, message, row } = why(evidence);
      return doubted(line, [doubt(reason, message, boxOf(row))]);
    });
    if (sure || lines.some(({ doubts }) => doubts.length)) return { lines, doubts: [] };
    const at = left === null ? around(lines.map(({ box }) => box)) : boxOf(left);
    return { lines, doubts: [doubt(left === null ? "unsure" : "incomplete", PAGE_DOUBT, at)] };
  }

  /** The same where letters are read: a line is accepted where each of its glyphs is and none is cut, a page where nothing
   * on it is left unread.
   * @param {Picture} picture @param {Page} page @param {[Line, LineEvidence][]} read @returns {PageReading} */
  judgedByGlyphs(picture, page, read) {
    const boxOf = (/** @type {number} */ row) => uploaded(picture, inPicture(page, page.candidates[row].box));
    const lines = read.map(([line, evidence]) => {
      if (evidence.cut === null && line.glyphs.every(({ accepted }) => accepted)) return line;
      const { reason, message, row } = why({ ...evidence, missed: null });
      const surety = (/** @type {Glyph} */ glyph) => glyph.confidence * glyph.digit_score;
      const weakest = line.glyphs.reduce((least, one) => (surety(one) < surety(least) ? one : least)), twin = twinOf(weakest.top);
      const told = message === LEAST_SURE && twin ? `This glyph may be ${weakest.label} or ${twin}: they look alike.` : message;
      return doubted(line, [doubt(reason, told, boxOf(row))]);
    });
    const hottest = (/** @type {number} */ row) => Math.max(...page.candidates[row].heat);
    const left = unread(page).filter(row => page.candidates[row].whole || hottest(row) >= SURE);
    const apart = nonMaximumSuppression(left.map(row => page.candidates[row].box), left.map(hottest), TOGETHER);
    const rows = apart.map(i => left[i]).sort((a, b) => a - b);
    return { lines, doubts: rows.map(row => doubt("incomplete", LEFT, boxOf(row))) };
  }

  /** A picture as `classify` reads it; null where it is blank. @param {Picture} picture @returns {Promise<Glyph | null>} */
  async glyphAlone(picture) {
    const found = frame(picture.pixels);
    if (!found.box) return null;
    const [{ probabilities, digitScore, known, sure }] = await this.classifier.verdicts([found.image], this.leastAlone);
    const best = argmax(probabilities), reason = known ? (sure ? null : "unsure") : "not_a_digit";
    return glyphOf({
      label: known ? this.alphabet[best] : "",
      confidence: probabilities[best],
      digitScore,
      box: uploaded(picture, found.box),
      reason,
      chances: this.alphabet.map((label, k) => [label, probabilities[k]]),
      frame: found.image.data,
    });
  }

  /** The same; what is no digit is left out. @param {Picture} picture */
  async whole(picture) {
    const glyph = await this.glyphAlone(picture);
    return glyph?.label ? [lineOf([glyph])] : [];
  }

  /** A picture on which no more than one glyph was found, looked at as a whole too.
   * @param {Picture} picture @param {Page} page @returns {Promise<PageReading>} */
  async single(picture, page) {
    const lines = await this.whole(picture);
    if (!page.lines.length) {
      const seen = lines.filter(({ glyphs: [glyph] }) => glyph.accepted);
      return { lines: seen, doubts: seen.map(({ box }) => doubt("unsure", UNSEEN, box)) };
    }
    const row = page.lines[0].taken[0], [read, evidence] = this.line(picture, page, page.lines[0]);
    if (!lines.length || !same(lines[0], read)) return this.judged(picture, page, [[read, evidence]]);
    if (this.agreed(page, row, lines[0])) return { lines, doubts: [] };
    const judged = this.judged(picture, page, [[lines[0], evidence]]);
    return { ...judged, lines: judged.lines.map(aboutItsGlyph) };
  }

  /** Whether both networks read the one glyph of a picture alike, surely, and nothing else is seen in it.
   * @param {Page} page @param {number} row @param {Line} line */
  agreed(page, row, { glyphs: [glyph] }) {
    const others = Math.max(0, ...unread(page).map(one => Math.max(...page.candidates[one].heat)));
    const agreed = glyph.label === this.labels[argmax(page.candidates[row].heat)] || !this.labels.includes(glyph.label);
    return glyph.accepted && agreed && others < SURE;
  }
}

/** Whether two lines of one glyph are of the same one, read alike. @param {Line} line @param {Line} other */
const same = (line, other) => line.text === other.text && intersectionOverUnion(line.box, other.box) >= SAME_PLACE;

/** @param {Box} box @returns {Box} */
function whole([x, y, w, h]) {
  return [Math.max(0, rint(x)), Math.max(0, rint(y)), Math.max(1, rint(w)), Math.max(1, rint(h))];
}
