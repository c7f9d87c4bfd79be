// The matrix with a keyboard and without reloading: each cell is a plain link, so nothing here is needed to read it.
"use strict";

const board = document.getElementById("board");
if (board) {
  const panel = document.getElementById("cell-panel");
  const links = [...board.querySelectorAll("td.cell a")];
  const at = (row, column) => row && row.cells[column] && row.cells[column].querySelector("a");

  // One tab stop for the grid; arrows move inside it.
  links.forEach((link, index) => { link.tabIndex = index ? -1 : 0; });
  board.addEventListener("keydown", (event) => {
    const link = event.target.closest("td.cell a");
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!link || !step) return;
    event.preventDefault();
    const rows = [...link.closest("tbody").rows];
    let row = rows.indexOf(link.closest("tr"));
    let column = link.closest("td").cellIndex;
    let next = null;
    do {
      row += step[0];
      column += step[1];
      next = at(rows[row], column);
    } while (!next && rows[row] && column > 1 && column < link.closest("tr").cells.length);
    if (!next) return;
    link.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  // A cell opens beside the table, and the table stays where it was scrolled to.
  const show = (html, url) => {
    panel.innerHTML = html;
    board.classList.toggle("board", html !== "");
    history.replaceState(null, "", url);
  };
  document.addEventListener("keydown", (event) => {
    const close = event.key === "Escape" && panel.querySelector(".close-x");
    if (close) close.click();
  });
  board.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const close = event.target.closest(".close-x");
    if (close) {
      event.preventDefault();
      show("", close.href);
    }
    const link = event.target.closest("td.cell a");
    if (!link) return;
    event.preventDefault();
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok) { location.href = link.href; return; }
    show(await answer.text(), link.href);
    board.querySelectorAll("[aria-current]").forEach((old) => old.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
  });
}
