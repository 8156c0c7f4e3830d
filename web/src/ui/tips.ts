// SPDX-License-Identifier: Apache-2.0
// A word or two beside what the pointer or the keyboard is on: `data-tip` holds them, and with
// data-tip-side="right" they end where it ends. What they say is also in the element's accessible
// name or description. They lie above the page, so that they make no scroller longer and none cuts
// them; Escape and a press put them away.

const GAP = 6;
const EDGE = 8;

const carrier = (node: EventTarget | null) =>
  node instanceof Element ? node.closest<HTMLElement>("[data-tip]") : null;

// Once in the page.
export function showTips() {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.popover = "manual";
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);

  let hovered: HTMLElement | null = null;
  let focused: HTMLElement | null = null;
  let shown: HTMLElement | null = null;

  const hide = () => {
    shown = null;
    tip.hidePopover();
  };
  const show = () => {
    const of = hovered?.isConnected ? hovered : focused;
    const words = of?.dataset.tip;
    if (!of?.isConnected || !words || of.ariaExpanded === "true") return hide();
    shown = of;
    if (tip.textContent !== words) tip.textContent = words;
    tip.showPopover();
    place(tip, of);
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const over = carrier(event.target);
    if (over === hovered) return;
    hovered = over;
    show();
  });
  document.documentElement.addEventListener("pointerleave", () => {
    hovered = null;
    show();
  });
  document.addEventListener("focusin", (event) => {
    const isSeen = event.target instanceof Element && event.target.matches(":focus-visible");
    focused = isSeen ? carrier(event.target) : null;
    show();
  });
  document.addEventListener("focusout", () => {
    focused = null;
    show();
  });
  document.addEventListener("pointerdown", () => {
    // Why something cannot be used is what is wanted there.
    if (shown?.ariaDisabled !== "true") hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  // It stays beside its element.
  for (const change of ["scroll", "resize"]) {
    window.addEventListener(change, () => shown && show(), { capture: true, passive: true });
  }
  new MutationObserver((changes) => {
    const isAnother = changes.some(({ type, target }) => type === "attributes" && target === of());
    if (isAnother) show();
    else if (shown && !shown.isConnected) show();
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-tip"] });

  function of() {
    return hovered ?? focused;
  }
}

function place(tip: HTMLElement, of: HTMLElement) {
  const { top, bottom, left, right } = of.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tip;
  const wanted = of.dataset.tipSide === "right" ? right - width : left;
  const x = Math.max(EDGE, Math.min(wanted, document.documentElement.clientWidth - width - EDGE));
  const below = bottom + GAP;
  const y = below + height + EDGE > window.innerHeight ? top - GAP - height : below;
  tip.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
}
