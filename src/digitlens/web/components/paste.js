// Pictures pasted anywhere on the page go into Streamlit's own file uploader, as if they had been dropped there.
export default function ({ parentElement, data }) {
  const paste = (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    const input = document.querySelector(`.st-key-${CSS.escape(data.uploader)} input[type=file]`);
    if (!pasted.length || !input) return;
    event.preventDefault();
    const transfer = new DataTransfer();
    pasted.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const hint = parentElement.querySelector("p");
  hint.hidden = !matchMedia("(any-pointer: fine) and (hover: hover)").matches; // a phone has no such keys
  hint.querySelector("kbd").textContent = /Mac|iP/.test(navigator.platform) ? "⌘ V" : "Ctrl V";
  parentElement.unlisten?.();
  document.addEventListener("paste", paste);
  parentElement.unlisten = () => document.removeEventListener("paste", paste);
  return parentElement.unlisten;
}
