#!/usr/bin/env bash
# Tesseract: told to read digits only, it joins two numbers into one, and takes letters out without a trace
#
# Seen with   tesseract.js 7.0.0 (Tesseract 5) with @tesseract.js-data/eng 1.0.0 (4.0.0_best_int), sharp 0.35.5
# Expected    tessedit_char_whitelist=0123456789 chooses among digits, and leaves the gap between 12 and 34.
# Happens     "12 34", printed, is read as "1234", "4071 22" as "407122"; "A1B2" as "12", "hello" as nothing. With a space
#             in the list the gaps are kept. The words' confidence is then 0, which tells those who look.
# Why         The gap is a symbol of the network like any other, and not on the list, so its decoder never chooses it
#             (tesseract-ocr/tesseract issue 2923); letters whose likeliest readings are all forbidden leave nothing
#             (issue 2820).
# Hits        Tables and lists of amounts, where a number of twice the length is worse than none.
# Here        Gaps are found from the distances of boxes, and --alphabet leaves ink that is not read in as `incomplete`.
source "$(dirname "$0")/setup.sh"

node_with tesseract.js@7.0.0 @tesseract.js-data/eng@1.0.0 sharp@0.35.5 <<'JAVASCRIPT'
import sharp from "sharp";
import { createWorker } from "tesseract.js";

const langPath = `${process.cwd()}/node_modules/@tesseract.js-data/eng/4.0.0_best_int`;
const worker = await createWorker("eng", 1, { langPath, cacheMethod: "none" });
const seen = {
  "12 34": ["12 34", "1234", "12 34"],
  "4071 22": ["4071 22", "407122", "4071 22"],
  "358": ["358", "358", "358"],
  "hello": ["hello", "", ""],
};
for (const [text, expected] of Object.entries(seen)) {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="500" height="120">
    <rect width="500" height="120" fill="white"/>
    <text x="30" y="85" font-size="70" font-family="sans-serif">${text}</text></svg>`;
  const image = await sharp(Buffer.from(drawing)).png().toBuffer();
  const now = [];
  for (const tessedit_char_whitelist of ["", "0123456789", "0123456789 "]) {
    await worker.setParameters({ tessedit_char_whitelist, tessedit_pageseg_mode: "7" });
    now.push((await worker.recognize(image)).data.text.trim());
  }
  console.log(`${text}: no list, digits, digits and space: ${JSON.stringify(now)}`);
  if (JSON.stringify(now) !== JSON.stringify(expected)) {
    console.log(`CHANGED: ${JSON.stringify(expected)} was seen when this was written.`);
    process.exit(1);
  }
}
await worker.terminate();
JAVASCRIPT
