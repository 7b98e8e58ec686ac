// A line to be typed anew: it is sent when it is sent off, and never by itself.
export default function ({ parentElement, data, setStateValue }) {
  const form = parentElement.querySelector("form"), input = form.querySelector("input");
  if (form.queue?.key !== data.key) form.queue = { key: data.key, before: data.before, texts: [] };
  const { queue } = form;
  if (form.shown !== data.text) input.value = form.shown = data.text;
  form.onsubmit = (event) => {
    event.preventDefault();
    if (input.value === form.shown) return;
    queue.texts.push({ number: queue.before + queue.texts.length + 1, item: 0, label: input.value });
    setStateValue("texts", [...queue.texts]);
  };
}
