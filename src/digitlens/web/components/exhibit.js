// A part of a report: the page made it of a tree whose texts are escaped, so that it may stand as it is.
export default function ({ parentElement, data }) {
  const main = parentElement.querySelector("main");
  if (main.shown === data.html) return;
  main.shown = data.html;
  main.innerHTML = data.html;
}
