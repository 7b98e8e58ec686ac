// The queue in the browser: one keystroke decides, the next item shows at once, and the page hears of all of it.
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector("section");
  if (!root.queue) root.focus({ preventScroll: true }); // else Enter would still press the link that led here
  const queue = (root.queue ??= { before: data.before, decisions: [], later: new Set() });
  const find = (selector) => root.querySelector(selector);

  const settled = () => {
    const last = new Map();
    queue.decisions.forEach(({ item, label }) => last.set(item, label));
    return last;
  };
  const current = () => {
    const done = settled();
    const open = data.items.filter(({ id }) => (done.get(id) ?? null) === null);
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

  function show() {
    const item = current();
    root.hidden = !item;
    if (!item) return;
    for (const [part, address, alt] of [["crop", item.crop, "The digit in your picture"], ["frame", item.frame, "The 28 by 28 points that the network saw"]]) {
      const image = find(`img.${part}`);
      image.parentElement.hidden = !address;
      image.src = address ?? "";
      image.alt = alt;
    }
    find("h3").textContent = item.asked;
    find(".told").textContent = item.told;
    find(".file").textContent = item.file;
    find(".confirm span").textContent = item.yes;
    find(".undo").disabled = !queue.decisions.some(({ label }) => label !== null);
    find(".labels").replaceChildren(...data.labels.map((label) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.className = label === item.read ? "read" : "";
      button.onclick = () => actions.label(label);
      return button;
    }));
  }
  for (const name of ["confirm", "none", "skip", "undo"]) find(`.${name}`).onclick = actions[name];

  // Keys count anywhere on the page, but not while something is being written or a menu is open.
  const press = (event) => {
    const at = event.composedPath()[0];
    const busy = at.closest?.("input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox]");
    const elsewhere = [" ", "Enter"].includes(event.key) && at.closest?.("button, a, summary, [role=tab]");
    if (busy || elsewhere || event.ctrlKey || event.metaKey || event.altKey || root.hidden) return;
    const named = { Enter: "confirm", "/": "none", " ": "skip", Backspace: "undo" };
    if (data.labels.includes(event.key)) actions.label(event.key);
    else if (event.key in named) actions[named[event.key]]();
    else return;
    event.preventDefault();
  };
  root.unlisten?.();
  document.addEventListener("keydown", press);
  root.unlisten = () => document.removeEventListener("keydown", press);
  show();
  return root.unlisten;
}
