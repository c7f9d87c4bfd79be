// The review queue by keyboard: ↑ ↓ another entry, A pass, R return, X tick. Comforts only.
"use strict";

const why = document.getElementById("f-why");
const ticks = [...document.querySelectorAll('input[name="picked"]')];

// Quick reasons fill the field; without script it is typed.
document.querySelectorAll("[data-reasons]").forEach((box) => {
  box.hidden = false;
  box.addEventListener("click", (event) => {
    if (event.target.type !== "button" || !why) return;
    why.value = why.value ? `${why.value}；${event.target.textContent}` : event.target.textContent;
    why.focus();
  });
});

// One tick for the whole page.
document.querySelectorAll("[data-all]").forEach((label) => {
  label.hidden = false;
  const all = label.querySelector("input");
  all.addEventListener("change", () => ticks.forEach((tick) => { tick.checked = all.checked; }));
});

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "x") {
    const tick = document.querySelector('li.on input[name="picked"]');
    if (tick) tick.checked = !tick.checked;
    return;
  }
  const wanted = document.querySelector(`[data-key="${key}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (key === "r" && why && !why.value.trim()) why.focus();
  else wanted.click();
});
