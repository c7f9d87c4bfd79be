// Comforts only: every page works without this file.
"use strict";

// The error box of a form that came back takes the focus, so that it is read first.
const box = document.querySelector(".errors");
if (box) box.focus();

// One click sends once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") {
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});

// A filter applies when it is chosen; without script its button does.
document.querySelectorAll("form.filters select").forEach((select) => {
  select.addEventListener("change", () => select.form.requestSubmit());
});

// Print buttons appear only where they work.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
