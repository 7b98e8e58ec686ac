/** What was read, shown: the text, where to look, boxes on the picture, and a table of glyphs. */

const SVG = "http://www.w3.org/2000/svg";
const find = id => document.getElementById(id);

const SENTENCES = {
  blank: "Nothing is written here.",
  incomplete: "Please look: something may not have been read.",
  not_a_digit: "This does not look like a digit.",
  several: "There are several glyphs here.",
  unsure: "Please look: not all of it is sure.",
};

/** Say how it stands. @param {string} sentence */
export function say(sentence) {
  find("status").textContent = sentence;
}

/** Show nothing. */
export function clear() {
  find("text").textContent = "";
  for (const id of ["doubts", "glyphs"]) (find(id).tBodies?.[0] ?? find(id)).replaceChildren();
  for (const id of ["taking", "shown", "glyphs"]) find(id).hidden = true;
}

/**
 * Show a reading.
 * @param {import("../module/digitlens.js").Reading} reading
 * @param {{ url: string, width: number, height: number, name: string }} picture
 */
export function show(reading, picture) {
  const glyphs = reading.lines.flatMap(line => line.glyphs), doubts = [...reading.doubts, ...reading.lines.flatMap(line => line.doubts)];
  say(`${reading.accepted ? "Read, and sure." : SENTENCES[reading.reason]} ${(reading.ms / 1000).toFixed(2)} s`);
  find("text").textContent = reading.text;
  find("text").className = reading.accepted ? "" : "doubt";
  find("doubts").replaceChildren(...doubts.map(({ message }) => element("li", message)));
  boxes(picture, glyphs, doubts);
  table(glyphs);
  offer(reading, picture.name);
}

function boxes({ url, width, height }, glyphs, doubts) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true"); // the table says the same in words
  svg.append(...glyphs.map(one => rectangle(one.box, one.accepted ? "sure" : "doubt")), ...doubts.map(one => rectangle(one.box, "look")));
  find("picture").src = url;
  find("frame").querySelector("svg")?.remove();
  find("frame").append(svg);
  find("shown").hidden = false;
}

function rectangle([x, y, width, height], name) {
  const made = document.createElementNS(SVG, "rect");
  Object.entries({ x, y, width, height, class: name }).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function table(glyphs) {
  const rows = glyphs.map(({ label, confidence, digit_score, accepted, top }, i) => {
    const row = document.createElement("tr"), others = top.slice(1).filter(([, chance]) => chance >= 0.001);
    row.className = accepted ? "sure" : "doubt";
    row.tabIndex = 0;
    const head = element("th", label || "–");
    head.scope = "row";
    row.append(head, element("td", percent(confidence * digit_score)), element("td", others.map(([name, chance]) => `${name} ${percent(chance)}`).join(", ")));
    const mark = on => find("frame").querySelectorAll("rect")[i]?.classList.toggle("chosen", on);
    for (const [type, on] of [["focus", true], ["blur", false], ["pointerenter", true], ["pointerleave", false]]) row.addEventListener(type, () => mark(on));
    return row;
  });
  find("glyphs").tBodies[0].replaceChildren(...rows);
  find("glyphs").hidden = !rows.length;
}

const files = []; // addresses of what is offered, until something else is

function offer(reading, name) {
  files.splice(0).forEach(url => URL.revokeObjectURL(url));
  const give = (id, text, type) => {
    files.push((find(id).href = URL.createObjectURL(new Blob([text], { type }))));
  };
  give("json", `${JSON.stringify({ ...reading, file: name })}\n`, "application/json");
  give("csv", csv(reading), "text/csv");
  find("taking").hidden = !reading.text;
}

/** A row a glyph. */
function csv({ lines }) {
  const rows = lines.flatMap((line, i) => line.glyphs.map(({ label, confidence, accepted, box }) => [i + 1, quoted(label), confidence, accepted, ...box]));
  return ["line,label,confidence,accepted,x,y,w,h", ...rows.map(row => row.join(","))].join("\r\n") + "\r\n";
}

const quoted = label => (/[",]/.test(label) ? `"${label.replaceAll('"', '""')}"` : label);
const percent = share => `${(100 * share).toFixed(share > 0.9995 ? 0 : 1)} %`;

function element(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}
