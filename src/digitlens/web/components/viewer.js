/* A picture that can be enlarged and moved, with a button on each place in it: a radio group, so that the arrow keys go
   from one to the next. A key that is a label says what is written there. */

const SIZES = [12, 10];  // pixels of a tag's letters, as long as it finds room

/* A tag beside each button, where it covers no glyph and no other tag; where there is no room it waits for more. */
function tag(buttons, figure) {
  const ground = figure.getBoundingClientRect();
  const rect = (x, y, w, h) => ({ left: x, top: y, right: x + w, bottom: y + h });
  const crossed = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const places = new Map(buttons.map((button) => [button, button.getBoundingClientRect()]));
  const taken = buttons.filter((button) => !button.classList.contains("against")).map((button) => places.get(button));
  for (const button of buttons) {
    const label = button.firstElementChild, place = places.get(button);
    const free = (one) => one.left >= ground.left - 1 && one.top >= ground.top - 1 && one.right <= ground.right + 1
      && one.bottom <= ground.bottom + 1 && !taken.some((other) => crossed(one, other));
    label.hidden = false;
    const found = SIZES.some((size) => {
      label.style.fontSize = `${size}px`;
      const { width: w, height: h } = label.getBoundingClientRect();
      const spot = [[place.left, place.top - h], [place.right - w, place.top - h], [place.left, place.bottom], [place.right - w, place.bottom],
        [place.right, place.top], [place.left - w, place.top], [place.right, place.bottom - h], [place.left - w, place.bottom - h]]
        .map(([x, y]) => rect(x, y, w, h)).find(free);
      if (!spot) return false;
      Object.assign(label.style, { left: `${spot.left - place.left - button.clientLeft}px`, top: `${spot.top - place.top - button.clientTop}px` });
      taken.push(spot);
      return true;
    });
    label.hidden = !found;
  }
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector("section");
  const frame = frames.get(root) ?? new Frame(root);
  frames.set(root, frame);
  const group = root.querySelector("[role=radiogroup]");
  const queue = (root.queue ??= { before: data.before, decisions: [] });
  const fingerprint = JSON.stringify([data.spots, data.image.length, data.first]);
  if (group.dataset.made === fingerprint) return;
  group.dataset.made = fingerprint;
  frame.show(data);
  const outline = root.querySelector(".outline");
  outline.toggleAttribute("hidden", !data.outline.length);
  outline.firstElementChild.setAttribute("points", data.outline.map((corner) => corner.join(",")).join(" "));
  frame.figure.className = data.tiny ? "tiny" : "";
  root.querySelector(".hint").textContent = data.labels.length && data.spots.length
    ? "Choose a place and type what it is; Enter: right as read, Delete: nothing there. Ctrl and wheel, or pinch: larger."
    : "Ctrl and wheel, or pinch: larger.";

  const decided = new Set(data.spots.filter(({ tone }) => !["doubt", "against"].includes(tone)).map(({ id }) => id));
  const buttons = data.spots.map((spot) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = spot.tone;
    button.setAttribute("role", "radio");
    button.setAttribute("aria-label", spot.told);
    button.title = spot.told;
    Object.assign(button.style, { left: `${spot.x}%`, top: `${spot.y}%`, width: `${spot.w}%`, height: `${spot.h}%` });
    const label = document.createElement("span");
    label.setAttribute("aria-hidden", "true");
    label.textContent = spot.label;
    button.append(label);
    return button;
  });
  const hadFocus = group.contains(parentElement.getRootNode().activeElement);
  let chosen = Math.max(0, data.spots.findIndex(({ id }) => id === (root.chosen ?? data.first)));

  const choose = (index, told = true) => {
    chosen = index;
    buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", String(i === index));
      button.tabIndex = i === index ? 0 : -1;
    });
    if (told) {
      root.chosen = data.spots[index].id;
      frame.reveal(buttons[index]);
      setStateValue("chosen", data.spots[index].id);
    }
  };
  const follow = (index) => {
    const ahead = buttons.map((_, i) => (index + 1 + i) % buttons.length);
    const next = ahead.find((i) => !decided.has(data.spots[i].id)) ?? index;
    buttons[next].focus({ preventScroll: true });
    choose(next);
  };
  const decide = (label) => {
    const spot = data.spots[chosen];
    queue.decisions.push({ number: queue.before + queue.decisions.length + 1, item: spot.id, label });
    setStateValue("decisions", [...queue.decisions]);
    if (label === null) return;
    decided.add(spot.id);
    buttons[chosen].className = label ? "said" : "gone";
    buttons[chosen].firstElementChild.textContent = label || "×";
    follow(chosen);
  };
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  group.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !buttons.length) return;
    const label = [event.key, event.key.toUpperCase(), event.key.toLowerCase()].find((key) => data.labels.includes(key));
    if (event.key in steps) {
      const next = (chosen + steps[event.key] + buttons.length) % buttons.length;
      buttons[next].focus({ preventScroll: true });
      choose(next);
    } else if (!data.labels.length) return;
    else if (label) decide(label);
    else if (event.key === "Enter") decide(data.spots[chosen].read);
    else if (event.key === "Delete") decide("");
    else if (event.key === "Backspace") decide(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  buttons.forEach((button, index) => (button.onclick = () => { button.focus({ preventScroll: true }); choose(index); }));
  group.hidden = !buttons.length;
  group.replaceChildren(...buttons);
  if (buttons.length) choose(chosen, false);
  if (hadFocus) buttons[chosen]?.focus({ preventScroll: true });
  frame.laid = () => tag(buttons, frame.figure);
  frame.lay();
}
