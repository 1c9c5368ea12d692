// The first page: ticks, words and order make a state; the state makes the address and the list.
(function () {
  "use strict";
  const { make, find, readState, writeState, writeAddress, readAddress, findModelPage } = window.OMR;
  const models = window.OMR.readModels(window.OMR_DATA);
  const byId = (id) => document.getElementById(id);
  if (!models) {
    byId("status").textContent = "This page and its data are of different versions: reload it.";
    return;
  }
  const FEW = 12;
  const MAX_COMPARED = 4;
  const PAGE = models.data.page;
  const picked = new Set();
  const opened = new Set();
  let state = readState(readAddress(), models);
  let found = null;
  let shown = PAGE;

  function showAll(isStep) {
    shown = PAGE;
    found = find(models, state);
    showRows();
    showCounts();
    showControls();
    if (isStep !== undefined) writeAddress(writeState(state, models), isStep);
  }

  function showRows() {
    const rows = found.rows.slice(0, shown);
    byId("rows").replaceChildren(...rows.map(makeRow));
    byId("more").hidden = found.rows.length <= shown;
    const unsized = found.rows.filter((row) => !row.likely).length;
    let note = unsized && /size/.test(state.sort) ? `; ${format(unsized)} of them have no size on record` : "";
    if (found.unsized) note = `; ${format(found.unsized)} more fit but have no size on record`;
    byId("status").textContent = `${format(found.rows.length)} of ${format(models.rows.length)} models${note}`;
    byId("none").hidden = found.rows.length > 0;
  }

  function format(number) {
    return number.toLocaleString("en");
  }

  function makeRow(row) {
    const title = (facet) => models.facets.find((each) => each.id === facet).titles.get(row.values[facet][0]);
    const label = row.values.label[0];
    return make(
      "tr",
      null,
      make("td", { class: "pick" }, makePick(row)),
      make("th", { scope: "row" }, make("a", { href: findModelPage(row.id) }, row.id), make("small", null, row.name)),
      make("td", { "data-name": "Label" }, make("span", { class: `label ${label}` }, label)),
      make("td", { "data-name": "Commercial use" }, title("commercial")),
      make("td", { "data-name": "License" }, row.license_name || "no weights"),
      make("td", { "data-name": "Size", class: "number" }, row.shown_size || "?"),
      make("td", { "data-name": "Modality" }, row.values.modality.join(", ")),
      make("td", { "data-name": "Released", class: "day" }, row.released || "?"),
    );
  }

  function makePick(row) {
    const box = make("input", { type: "checkbox", "aria-label": `Compare ${row.id}` });
    box.checked = picked.has(row.id);
    box.disabled = !box.checked && picked.size >= MAX_COMPARED;
    box.addEventListener("change", () => {
      picked[box.checked ? "add" : "delete"](row.id);
      showTray();
      for (const other of document.querySelectorAll("#rows .pick input")) {
        other.disabled = !other.checked && picked.size >= MAX_COMPARED;
      }
    });
    return make("label", { class: "target" }, box);
  }

  function showTray() {
    byId("tray").hidden = picked.size === 0;
    byId("picked").textContent = [...picked].join(", ");
    const asked = [...picked].map(encodeURIComponent).join(",").replaceAll("%2F", "/");
    byId("compare").href = `compare.html?m=${asked}`;
  }

  function buildFacets() {
    byId("facets").replaceChildren(...models.facets.map(makeFacet));
  }

  function makeFacet(facet) {
    const list = make("ul", { id: `list-${facet.id}` });
    const group = make("details", { id: `facet-${facet.id}` }, make("summary", null, facet.title), list);
    group.open = facet.open || Boolean(state.values[facet.id]);
    if (facet.id === "label") group.append(makeBetter());
    return group;
  }

  function makeBetter() {
    const box = make("input", { type: "checkbox", id: "better" });
    box.addEventListener("change", () => {
      state.better = box.checked;
      showAll(true);
    });
    return make("label", { class: "better" }, box, " or better");
  }

  function showCounts() {
    for (const facet of models.facets) {
      const focused = document.activeElement && document.activeElement.dataset.value;
      const isHere = document.activeElement && document.activeElement.name === facet.id;
      const list = byId(`list-${facet.id}`);
      list.replaceChildren(...listItems(facet));
      if (isHere) {
        const again = [...list.querySelectorAll("input")].find((box) => box.dataset.value === focused);
        if (again) again.focus();
      }
    }
  }

  // Of a long list the most frequent values and those that are ticked, until somebody asks for all.
  function listItems(facet) {
    const ticked = state.values[facet.id] || new Set();
    const counts = found.counts[facet.id];
    const isLong = facet.words.length > FEW + 3 && !opened.has(facet.id);
    let words = facet.words;
    if (isLong) {
      const live = words.filter((value) => counts.get(value) && !ticked.has(value)).slice(0, FEW);
      words = words.filter((value) => ticked.has(value) || live.includes(value));
    }
    const items = words.map((value) => makeItem(facet, value, ticked.has(value), counts.get(value) || 0));
    return isLong ? [...items, makeOpener(facet)] : items;
  }

  function makeItem(facet, value, isTicked, count) {
    const box = make("input", { type: "checkbox", name: facet.id });
    box.dataset.value = value;
    box.checked = isTicked;
    box.addEventListener("change", () => {
      const ticked = (state.values[facet.id] = state.values[facet.id] || new Set());
      ticked[box.checked ? "add" : "delete"](value);
      if (!ticked.size) delete state.values[facet.id];
      showAll(true);
    });
    const number = make("span", { class: "count" }, format(count));
    return make("li", { class: count || isTicked ? null : "empty" },
      make("label", null, box, make("span", null, facet.titles.get(value)), number));
  }

  function makeOpener(facet) {
    const button = make("button", { type: "button" }, `all ${facet.words.length}`);
    button.addEventListener("click", () => {
      opened.add(facet.id);
      showCounts();
      byId(`list-${facet.id}`).querySelector("input").focus();
    });
    return make("li", null, button);
  }

  function showControls() {
    if (byId("q").value.trim() !== state.q.trim()) byId("q").value = state.q;
    byId("since").value = state.since.length === 10 ? state.since : "";
    byId("sort").value = state.sort;
    byId("better").checked = state.better;
    byId("clear").hidden = writeState({ ...state, sort: "-date" }, models) === "";
    for (const button of document.querySelectorAll("[data-sort]")) {
      const key = button.dataset.sort;
      const isSorted = state.sort.replace(/^-/, "") === key;
      const order = state.sort.startsWith("-") ? "descending" : "ascending";
      button.closest("th").setAttribute("aria-sort", isSorted ? order : "none");
    }
  }

  function sortBy(key, first) {
    const sorted = state.sort.replace(/^-/, "") === key;
    if (sorted) state.sort = state.sort.startsWith("-") ? key : `-${key}`;
    else state.sort = first;
    showAll(true);
  }

  function quoteCell(value) {
    let text = Array.isArray(value) ? value.join(" ") : String(value);
    if (models.data.formula.some((sign) => text.startsWith(sign))) text = `'${text}`;
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  // The columns of the file of all models, as far as this page knows them.
  function downloadCsv() {
    const names = ["id", "name", "developer", "label", "commercial", "license", "parameters", "modality",
      "data", "gate", "released", "changed", "depth"];
    const lines = found.rows.map((row) => names.map((name) => quoteCell(name in row.values ? row.values[name] : row[name] || "")).join(","));
    const file = new Blob([[names.join(","), ...lines].join("\n"), "\n"], { type: "text/csv" });
    const link = make("a", { href: URL.createObjectURL(file), download: "models.csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function listen() {
    byId("search").addEventListener("submit", (event) => event.preventDefault());
    byId("q").addEventListener("input", () => {
      state.q = byId("q").value;
      showAll(false);
    });
    byId("since").addEventListener("change", () => {
      state.since = byId("since").value;
      showAll(true);
    });
    byId("sort").addEventListener("change", () => {
      state.sort = byId("sort").value;
      showAll(true);
    });
    for (const button of document.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => sortBy(button.dataset.sort, button.dataset.first));
    }
    byId("clear").addEventListener("click", () => {
      state = window.OMR.makeState();
      showAll(true);
      byId("q").focus();
    });
    byId("more").addEventListener("click", showMore);
    byId("csv").addEventListener("click", downloadCsv);
    byId("unpick").addEventListener("click", () => {
      picked.clear();
      showTray();
      showRows();
    });
    window.addEventListener("popstate", () => {
      state = readState(readAddress(), models);
      buildFacets();
      showAll();
    });
  }

  function showMore() {
    const rows = found.rows.slice(shown, shown + PAGE).map(makeRow);
    byId("rows").append(...rows);
    shown += PAGE;
    byId("more").hidden = found.rows.length <= shown;
    rows[0].querySelector("a").focus();
  }

  document.documentElement.classList.add("live");
  if (window.matchMedia("(min-width: 60rem)").matches) byId("filters").open = true;
  buildFacets();
  listen();
  showAll();
})();
