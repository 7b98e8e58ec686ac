// Puts a text into the clipboard; where the browser has no clipboard for pages that are not at home, by a field.
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button"), words = button.querySelector("b");
  const byField = () => {
    const field = Object.assign(document.createElement("textarea"), { value: data.text });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("no clipboard");
  };
  button.onclick = async () => {
    let told = "Copied";
    try {
      await (navigator.clipboard ? navigator.clipboard.writeText(data.text).catch(byField) : byField());
    } catch {
      told = "Not copied: your browser forbids it";
    }
    words.textContent = parentElement.querySelector(".told").textContent = told;
    setTimeout(() => (words.textContent = "Copy text"), 1500);
  };
}
