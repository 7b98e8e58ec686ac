// A picture with a button on each glyph: a radio group, so that the arrow keys go from one to the next. Marks show where
// else to look; what they say stands beside the picture.
export default function ({ parentElement, data, setStateValue }) {
  const image = parentElement.querySelector("img");
  const group = parentElement.querySelector("[role=radiogroup]");
  const fingerprint = JSON.stringify([data.spots, data.marks, data.image.length]);
  if (group.dataset.made === fingerprint) return;
  group.dataset.made = fingerprint;
  image.src = data.image;
  image.alt = data.alt;
  image.className = data.tiny ? "tiny" : "";

  const place = (element, { x, y, w, h }) =>
    Object.assign(element.style, { left: `${x}%`, top: `${y}%`, width: `${w}%`, height: `${h}%` });
  const tagged = (element, label) => {
    const tag = document.createElement("span");
    tag.textContent = label;
    element.append(tag);
    return element;
  };
  const marks = data.marks.map((mark) => {
    const box = document.createElement("i");
    place(box, mark);
    return tagged(box, mark.label);
  });
  parentElement.querySelector(".marks").replaceChildren(...marks);

  const buttons = data.spots.map((spot) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = spot.tone;
    button.setAttribute("role", "radio");
    button.setAttribute("aria-label", spot.told);
    button.title = spot.told;
    place(button, spot);
    return tagged(button, spot.label);
  });

  const choose = (index, told = true) => {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", String(i === index));
      button.tabIndex = i === index ? 0 : -1;
    });
    if (told) setStateValue("chosen", index);
  };
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  buttons.forEach((button, index) => {
    button.onclick = () => choose(index);
    button.onkeydown = (event) => {
      if (!(event.key in steps)) return;
      event.preventDefault();
      const next = (index + steps[event.key] + buttons.length) % buttons.length;
      buttons[next].focus();
      choose(next);
    };
  });
  group.hidden = !buttons.length;
  group.replaceChildren(...buttons);
  choose(data.first, false);
}
