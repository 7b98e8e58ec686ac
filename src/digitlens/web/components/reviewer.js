// The queue in the browser: one keystroke decides, the next item shows at once, and the page hears of all of it.
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector("section");
  if (!root.queue) root.focus({ preventScroll: true }); // else Enter would still press the link that led here
  const queue = (root.queue ??= { before: data.before, decisions: [], lines: [], told: new Set(), later: new Set() });
  const find = (selector) => root.querySelector(selector);
  const kind = (label) => [/\p{Lu}/u, /\p{Ll}/u].findIndex((letters) => letters.test(label));

  const settled = () => {
    const last = new Map();
    queue.decisions.forEach(({ item, label }) => last.set(item, label));
    return last;
  };
  const current = () => {
    const done = settled();
    const open = data.items.filter(({ id }) => (done.get(id) ?? null) === null && !queue.told.has(id));
    return open.find(({ id }) => !queue.later.has(id)) ?? open[0];
  };
  const decide = (item, label) => {
    queue.decisions.push({ number: queue.before + queue.decisions.length + 1, item, label });
    setStateValue("decisions", [...queue.decisions]);
    show();
  };
  const actions = {
    label: (label) => current() && decide(current().id, label),
    confirm: () => current() && decide(current().id, current().read),
    none: () => current() && decide(current().id, ""),
    skip: () => { if (current()) { queue.later.add(current().id); show(); } },
    undo: () => {
      const done = settled();
      const last = queue.decisions.findLast(({ item, label }) => label !== null && done.get(item) !== null);
      if (last) { queue.later.delete(last.item); decide(last.item, null); }
    },
  };

  /* A part of a page, or all of it, with a place outlined: as large as fits. */
  const place = (cut, image, part, mark) => {
    const picture = cut.querySelector("img"), outline = cut.querySelector("i");
    picture.src = image.picture;
    const [wide, high] = [cut.clientWidth, cut.clientHeight];
    const [x, y, w, h] = part, [left, top, across, down] = mark;
    const scale = Math.min(wide / w, high / h);
    const from = [(wide - w * scale) / 2 - x * scale, (high - h * scale) / 2 - y * scale];
    Object.assign(picture.style, { width: `${image.width * scale}px`, left: `${from[0]}px`, top: `${from[1]}px` });
    Object.assign(outline.style, { left: `${from[0] + left * scale - 3}px`, top: `${from[1] + top * scale - 3}px`, width: `${across * scale + 2}px`, height: `${down * scale + 2}px` });
    outline.hidden = !across;
  };
  find(".typed").onsubmit = (event) => {
    event.preventDefault();
    const item = current();
    if (!item) return;
    queue.told.add(item.id);
    queue.lines.push({ number: queue.before + queue.lines.length + 1, item: item.id, label: find(".typed input").value });
    setStateValue("lines", [...queue.lines]);
    show();
    root.focus({ preventScroll: true });
  };

  function show() {
    const item = current();
    root.hidden = !item;
    if (!item) return;
    for (const [part, address, alt] of [["crop", item.crop, "As it stands in your picture"], ["frame", item.frame, "The 28 by 28 points that the network saw"]]) {
      const image = find(`img.${part}`);
      image.parentElement.hidden = !address;
      image.src = address ?? "";
      image.alt = alt;
    }
    const page = data.pages[item.page];
    root.querySelectorAll(".near").forEach((figure) => (figure.hidden = !page));
    if (page) {
      place(find(".cut.line"), page, item.part, item.place);
      place(find(".cut.whole"), page, [0, 0, page.width, page.height], item.place);
    }
    find(".typed").hidden = !page;
    if (root.shownItem !== item.id) find(".typed input").value = item.line;
    root.shownItem = item.id;
    find(".typed span").textContent = item.blank ? "Something is written here: what does it say?" : "The line it is on, all of it";
    find(".labels").hidden = find(".none").hidden = item.blank;
    find("h3").textContent = item.asked;
    find(".told").textContent = item.told;
    find(".file").textContent = item.file;
    find(".confirm span").textContent = item.yes;
    find(".none span").textContent = data.none;
    find(".undo").disabled = !queue.decisions.some(({ label }) => label !== null);
    find(".hint").hidden = item.blank || !data.labels.some((label) => kind(label) >= 0);
    find(".labels").classList.toggle("many", data.labels.length > 10);
    find(".labels").replaceChildren(...data.labels.flatMap((label, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.className = label === item.read ? "read" : "";
      button.onclick = () => actions.label(label);
      const fresh = i > 0 && kind(label) !== kind(data.labels[i - 1]); // digits, capitals, small letters: a row each
      return fresh ? [document.createElement("i"), button] : [button];
    }));
  }
  for (const name of ["confirm", "none", "skip", "undo"]) find(`.${name}`).onclick = actions[name];

  // Keys count anywhere on the page, but not while something is being written or a menu is open. They are heard before
  // the page hears them: R and C would run it again, or clear its cache. A key stands for its label in either case where
  // only one is read.
  const press = (event) => {
    const at = event.composedPath()[0];
    const busy = at.closest?.("input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox]");
    const elsewhere = [" ", "Enter"].includes(event.key) && at.closest?.("button, a, summary, [role=tab]");
    if (busy || elsewhere || event.ctrlKey || event.metaKey || event.altKey || root.hidden) return;
    const named = { Enter: "confirm", "/": "none", " ": "skip", Backspace: "undo" };
    const label = [event.key, event.key.toUpperCase(), event.key.toLowerCase()].find((key) => data.labels.includes(key));
    const blank = current()?.blank;
    if (label && !blank) actions.label(label);
    else if (event.key in named && !(blank && event.key === "/")) actions[named[event.key]]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  root.unlisten?.();
  window.addEventListener("keydown", press, true);
  root.unlisten = () => window.removeEventListener("keydown", press, true);
  show();
  return root.unlisten;
}
