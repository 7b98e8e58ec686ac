// A table with a row a page; its first cell is a button that opens the page.
export default function ({ parentElement, data, setTriggerValue }) {
  const body = parentElement.querySelector("tbody");
  const cell = (row, kind, text) => {
    const made = row.insertCell();
    made.className = kind;
    made.textContent = text;
    return made;
  };
  body.replaceChildren();
  for (const page of data.rows) {
    const row = body.insertRow();
    row.className = page.id === data.open ? "open" : "";
    const button = document.createElement("button");
    const face = document.createElement(page.thumbnail ? "img" : "span");
    if (page.thumbnail) Object.assign(face, { src: page.thumbnail, alt: "" });
    else face.className = "none";
    const name = document.createElement("span");
    name.textContent = page.name;
    button.type = "button";
    button.disabled = !page.openable;
    button.append(face, name);
    button.onclick = () => setTriggerValue("opened", page.id);
    row.insertCell().append(button);
    cell(row, "text", page.text);
    cell(row, "sure", page.sure);
    const note = cell(row, "note", "");
    const tone = document.createElement("b");
    tone.style.setProperty("--tone", `var(--dl-${page.tone})`);
    tone.textContent = page.verdict;
    note.append(tone, page.note ? `: ${page.note}` : "");
  }
}
