"use strict";
(() => {
  const table = document.querySelector("table.cells");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const texts = new Intl.Collator(undefined, { numeric: true });
  const number = (text) => (text === "nan" ? NaN : text.endsWith("inf") ? (text[0] === "-" ? -Infinity : Infinity) : Number(text));
  // Cells without a value come last, whichever way it is sorted.
  const compare = (one, other, numeric, sign) => {
    const missing = (value) => (numeric ? Number.isNaN(value) : value === "");
    if (missing(one) || missing(other)) return missing(one) - missing(other);
    return sign * (numeric ? (one > other) - (one < other) : texts.compare(one, other));
  };
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      const numeric = head.classList.contains("number");
      const rows = [...body.rows].map((row) => {
        const text = row.cells[column].textContent;
        return { row, value: numeric ? (text === "" ? NaN : number(text)) : text };
      });
      rows.sort((one, other) => compare(one.value, other.value, numeric, sign));
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      body.append(...rows.map((each) => each.row));
    });
  });
})();
