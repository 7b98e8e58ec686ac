/* A sheet with its table beside it: the doubtful cells one after another, the picture of each within its row. */

/* The table's fields and the places of its cells on the sheet, made anew: only where another table is shown. */
function lay(root, { cells, heads, rows }) {
  root.inputs = cells.map(() => Object.assign(document.createElement("input"), { autocomplete: "off", spellcheck: false, size: 4 }));
  root.spots = cells.map((cell) => {
    const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, hidden: !cell.w });
    button.setAttribute("aria-hidden", "true");
    Object.assign(button.style, { left: `${cell.x}%`, top: `${cell.y}%`, width: `${cell.w}%`, height: `${cell.h}%` });
    return button;
  });
  const line = document.createElement("tr"), body = root.querySelector("tbody");
  for (const head of ["", ...heads]) {
    const made = Object.assign(document.createElement("th"), { scope: "col", textContent: head });
    if (!head) made.setAttribute("aria-label", "row");
    line.append(made);
  }
  root.querySelector("thead").replaceChildren(line);
  body.replaceChildren();
  for (let i = 0; i < rows; i++) {
    const row = body.insertRow();
    row.append(Object.assign(document.createElement("th"), { scope: "row", textContent: String(i + 1) }));
    for (let j = 0; j < heads.length; j++) {
      const index = cells.findIndex(({ row, column }) => row === i && column === j);
      const place = row.insertCell();
      if (index < 0) place.className = "none";
      else place.append(root.inputs[index]);
    }
  }
  root.querySelector(".spots").replaceChildren(...root.spots);
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector("section"), find = (selector) => root.querySelector(selector);
  const frame = frames.get(root) ?? new Frame(root);
  frames.set(root, frame);
  const queue = (root.queue ??= { before: data.before, decisions: [] });
  const fingerprint = JSON.stringify([data.cells, data.image.length, data.key, data.before, data.undoable]);
  if (root.dataset.made === fingerprint) return;
  root.dataset.made = fingerprint;
  const { cells } = data;
  const shape = JSON.stringify([data.key, data.rows, data.heads, cells.map(({ row, column, x, y, w, h }) => [row, column, x, y, w, h])]);
  if (root.shape !== shape) lay(root, data);
  if (root.key !== data.key) Object.assign(root, { key: data.key, at: null });
  root.shape = shape;
  if (frame.image.src !== data.image) find(".strip img").src = data.image;
  frame.show(data);

  /* What was typed and is not heard yet stands until it is; so does what is being typed. */
  const { inputs, spots } = root;
  queue.decisions.filter(({ number, label }) => number > data.before && label !== null)
    .forEach(({ item, label }) => cells[item] && Object.assign(cells[item], { text: label, tone: "said" }));
  cells.forEach((cell, index) => {
    const input = inputs[index], typing = input.matches(":focus") && input.value !== input.dataset.text;
    if (!typing) input.value = cell.text;
    input.dataset.text = cell.text;
    input.className = spots[index].className = cell.tone;
    input.setAttribute("aria-label", spots[index].title = cell.told);
  });

  /* The row of a cell as the sheet has it, the cell outlined. */
  const strip = (cell) => {
    const box = find(".strip"), picture = box.querySelector("img"), mark = box.querySelector("i");
    box.hidden = !cell.w;
    const [wide, high] = frame.size;
    if (box.hidden) return;
    const row = cells.filter((other) => other.row === cell.row && other.w);
    const [left, right] = [Math.min(...row.map(({ x }) => x)), Math.max(...row.map(({ x, w }) => x + w))];
    const [width, height] = [box.clientWidth, box.clientHeight];
    const scale = Math.max(Math.min(width / ((right - left) / 100 * wide), 0.8 * height / (cell.h / 100 * high)), 0.35 * height / (cell.h / 100 * high));
    const [x, y, w, h] = [cell.x * wide, cell.y * high, cell.w * wide, cell.h * high].map((part) => part / 100 * scale);
    const shown = Math.max(0, Math.min(left / 100 * wide * scale, x), x + w / 2 - width / 2 > left / 100 * wide * scale ? Math.min(x + w / 2 - width / 2, right / 100 * wide * scale - width) : 0);
    Object.assign(picture.style, { width: `${wide * scale}px`, left: `${-shown}px`, top: `${height / 2 - y - h / 2}px` });
    Object.assign(mark.style, { left: `${x - shown - 3}px`, top: `${height / 2 - h / 2 - 3}px`, width: `${w}px`, height: `${h}px` });
  };
  const show = (index, reveal = true) => {
    root.at = index;
    const cell = cells[index];
    spots.forEach((spot, i) => spot.classList.toggle("at", i === index));
    if (reveal && cell.w) frame.reveal(spots[index]);
    strip(cell);
    find(".asked").textContent = cell.told;
    find(".right span").textContent = inputs[index].value ? `${inputs[index].value} is right` : "nothing is there";
    find(".others").replaceChildren(...cell.others.map((text) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text || "nothing" });
      button.setAttribute("aria-label", `It is ${text || "nothing"}`);
      button.onclick = () => decide(index, text, true);
      return button;
    }));
  };
  const go = (index) => { inputs[index].focus({ preventScroll: false }); inputs[index].select(); };
  const next = (index) => {
    const ahead = cells.map((_, i) => (index + 1 + i) % cells.length).find((i) => inputs[i].classList.contains("doubt"));
    if (ahead !== undefined) go(ahead);
    else find(".asked").textContent = "Nothing is doubtful any more: take the table home.";
  };
  const decide = (index, text, on) => {
    inputs[index].value = inputs[index].dataset.text = cells[index].text = text;
    cells[index].tone = inputs[index].className = spots[index].className = "said";
    queue.decisions.push({ number: queue.before + queue.decisions.length + 1, item: index, label: text });
    setStateValue("decisions", [...queue.decisions]);
    if (on) next(index);
  };

  inputs.forEach((input, index) => {
    input.onfocus = () => show(index);
    input.oninput = () => (find(".right span").textContent = input.value ? `${input.value} is right` : "nothing is there");
    input.onchange = () => { if (input.value !== cells[index].text) decide(index, input.value, false); };
    input.onkeydown = (event) => {
      const whole = input.selectionEnd - input.selectionStart === input.value.length;
      if (event.key === "Enter") decide(index, input.value, true);
      else if (event.key === "Delete" && whole) decide(index, "", true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
  });
  spots.forEach((spot, index) => (spot.onclick = () => go(index)));
  find(".right").onclick = () => decide(root.at, inputs[root.at].value, true);
  find(".empty").onclick = () => decide(root.at, "", true);
  find(".undo").disabled = !data.undoable;
  find(".undo").onclick = () => {
    queue.decisions.push({ number: queue.before + queue.decisions.length + 1, item: 0, label: null });
    setStateValue("decisions", [...queue.decisions]);
  };
  frame.laid = () => root.at !== null && strip(cells[root.at]);
  const first = root.at ?? cells.findIndex(({ tone }) => tone === "doubt");
  if (cells.length) show(Math.max(0, first), root.at !== null);
  frame.lay();
}
