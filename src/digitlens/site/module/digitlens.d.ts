/** Reads handwritten digits in the browser: pictures in, readings out. Nothing leaves the page. */

/** A rectangle in pixels of the picture as uploaded, upright: left, top, width, height. */
export type Box = [x: number, y: number, width: number, height: number];

/** Why a person should look. */
export type Reason = "blank" | "incomplete" | "not_a_digit" | "several" | "unsure";

/** Whatever a picture may come as. */
export type Source =
  | Blob
  | ImageBitmap
  | ImageData
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLImageElement
  | HTMLVideoElement
  | VideoFrame;

/** Why a line or a page cannot be accepted as a whole, and where to look. */
export interface Doubt {
  reason: Reason;
  message: string;
  box: Box;
}

/** One glyph and what the networks make of it. */
export interface Glyph {
  /** The label read, "" where it is not a glyph of the alphabet. */
  label: string;
  /** Calibrated probability of the best label, 0 to 1. */
  confidence: number;
  /** How surely this is a glyph of the alphabet at all, 0 to 1. */
  digit_score: number;
  box: Box;
  /** False where a person should look. */
  accepted: boolean;
  /** Why it was not accepted, null where it was. */
  reason: Reason | null;
  /** The three best labels with their probabilities, best first. */
  top: [label: string, probability: number][];
  /** What the network saw of it, 28x28, white on black; null for a sign. Not in the JSON. */
  readonly frame: Uint8ClampedArray | null;
}

/** Glyphs of a line that stand together and hold a digit or a letter, no operator among them. */
export interface DigitNumber {
  text: string;
  box: Box;
  confidence: number;
  accepted: boolean;
}

/** Glyphs on one line, in reading order. */
export interface Line {
  /** The labels put together, one space for each gap. */
  text: string;
  box: Box;
  accepted: boolean;
  numbers: DigitNumber[];
  glyphs: Glyph[];
  doubts: Doubt[];
}

/** What was read in one picture: the JSON that `digitlens read --json` prints. */
export interface Reading {
  file: null;
  page: 1;
  /** The lines, separated by a newline; "" for a blank picture. */
  text: string;
  accepted: boolean;
  reason: Reason | null;
  /** NAME@VERSION of the network that read it. */
  model: string;
  /** Wall time from opening to answer, milliseconds. */
  ms: number;
  lines: Line[];
  doubts: Doubt[];
}

export interface ReaderOptions {
  /** The error rate wanted among what is accepted, above 0 and at most 1; 0.005 unless said. */
  maxError?: number;
  /** What is read, by name ("digits", "letters" ...) or as characters; all that the network reads unless said. */
  alphabet?: string | null;
  /** Threads for the networks, where the page is cross-origin isolated; up to four unless said. */
  threads?: number;
  /** The folder of ONNX Runtime's files, as an address or from that of the networks; `../runtime/` unless said. */
  runtime?: string | URL;
}

/** A picture that cannot be read. */
export class ImageError extends Error {
  readonly code: "unreadable_image" | "image_too_large";
}

/** Reads pictures; built once. It works in a page and in a worker, where it blocks nothing. */
export class Reader {
  private constructor();

  /** The labels that are read. */
  readonly labels: string[];
  /** NAME@VERSION of the network that reads glyphs. */
  readonly model: string;

  /**
   * Fetch the networks and start the runtime.
   *
   * @param networks - the folder `networks/` of a site that `digitlens site` wrote
   * @throws RangeError: an option is out of its range
   * @throws Error: a file cannot be fetched, or is not the one that belongs there
   */
  static load(networks: string | URL, options?: ReaderOptions): Promise<Reader>;

  /**
   * Find glyphs on the graphics processor from now on, where the browser has WebGPU (and JSPI), its answers are the same
   * and come sooner; 4 MB more are fetched for it. Nothing else changes, and if it is lost, the processor goes on.
   *
   * @returns whether it is used now
   */
  accelerate(): Promise<boolean>;

  /**
   * Read every digit in a picture, line by line.
   *
   * @param options - `rotate`: degrees by which to turn it clockwise before reading; null, the default, to find out.
   *   `quick`: look twice at most, at a page that lies as it should: for frames of a camera, which come again
   * @throws ImageError: the picture cannot be read
   */
  read(source: Source, options?: { rotate?: number | null; quick?: boolean }): Promise<Reading>;

  /**
   * Read a picture of a single glyph: one line with one glyph, or no line where it is blank.
   *
   * @throws ImageError: the picture cannot be read
   */
  classify(source: Source): Promise<Reading>;
}
