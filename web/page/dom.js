// Elements from code: never from strings of HTML, so that no name that somebody gave can become
// markup.

// element("button", { class: "plain", onclick: act, disabled: true }, "Restore", icon)
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else made.setAttribute(name, String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function button(label, onclick, properties = {}) {
  return element("button", { type: "button", ...properties, onclick }, label);
}

// A link to another view of the page.
export function link(path, label, go) {
  return element("a", {
    href: path,
    onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      go(path);
    },
  }, label);
}

// Copies the text; says so on the button for a moment.
export function copyButton(text, what) {
  const made = button("Copy", async () => {
    try {
      await navigator.clipboard.writeText(text);
      made.textContent = "Copied";
    } catch {
      // Browsers refuse without https or a permission; then the text is selected to be copied by hand.
      const range = document.createRange();
      range.selectNodeContents(made.previousElementSibling ?? made);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      made.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { made.textContent = "Copy"; }, 2000);
  }, { class: "small", "aria-label": `Copy the address of ${what}` });
  return made;
}

// Read out by screen readers, without moving the focus.
export function announce(words) {
  document.getElementById("announcement").textContent = words;
}

// Asks with a form in a dialog; the answer is the form's values, or null when it was left.
export function ask(title, fields, doIt) {
  return new Promise((resolve) => {
    const heading = element("h2", { id: "dialog-title" }, title);
    const form = element("form", { method: "dialog" }, heading, fields,
      element("div", { class: "row" },
        element("button", { class: "main", value: "yes" }, doIt),
        element("button", { value: "no", formnovalidate: true }, "Cancel")));
    const dialog = element("dialog", { "aria-labelledby": "dialog-title" }, form);
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      const values = dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null;
      dialog.remove();
      before?.focus?.();
      resolve(values);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function field(label, name, properties = {}) {
  const { hint, ...rest } = properties;
  const id = `field-${name}`;
  return element("div", { class: "field" },
    element("label", { for: id }, label),
    element("input", { id, name, ...rest, "aria-describedby": hint ? `${id}-hint` : undefined }),
    hint ? element("small", { id: `${id}-hint` }, hint) : null);
}

export function checkbox(label, name) {
  return element("label", { class: "check" }, element("input", { type: "checkbox", name }), ` ${label}`);
}
