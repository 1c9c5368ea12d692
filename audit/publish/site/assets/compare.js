// Up to four models or families side by side. What is compared stands in the address.
(function () {
  "use strict";
  const { make, findModelPage, writeAddress } = window.OMR;
  const models = window.OMR.readModels(window.OMR_DATA);
  const more = window.OMR_MORE;
  const MAX = 4;
  const FAMILY = "family:";
  const NAMES_SHOWN = 20;
  const byId = (id) => document.getElementById(id);
  const rows = new Map(models.rows.map((row) => [row.id, row]));
  const titles = Object.fromEntries(models.facets.map((facet) => [facet.id, facet.titles]));
  for (const name of Object.keys(more.columns)) {
    const values = window.OMR.unpack(more.columns[name], models.data.signs);
    models.rows.forEach((row, place) => {
      row[name] = values[place].split("|");
    });
  }
  let chosen = [];

  function listMembers(key) {
    if (!key.startsWith(FAMILY)) return rows.has(key) ? [rows.get(key)] : [];
    const id = key.slice(FAMILY.length);
    return id === "none" ? [] : models.rows.filter((row) => row.values.family[0] === id);
  }

  // Keys of the address that mean something, each once, four at most.
  function readChosen() {
    const asked = (new URLSearchParams(window.OMR.readAddress()).get("m") || "").split(",").filter(Boolean);
    const known = [...new Set(asked)].filter((key) => listMembers(key).length);
    chosen = known.slice(0, MAX);
    const missing = asked.filter((key) => !listMembers(key).length).slice(0, MAX).map((key) => key.slice(0, 80));
    if (missing.length) say(`not recorded here: ${missing.join(", ")}`);
    else if (known.length > MAX) say("four at most: the first four are shown");
    else say("");
  }

  function say(words) {
    byId("status").textContent = words;
  }

  const facetValue = (id) => (row) => row.values[id].map((value) => titles[id].get(value)).join(", ");
  const plain = (name) => (row) => row[name] || "unknown";

  function listLines() {
    const lines = [
      ["Label", facetValue("label")],
      ["Maker", plain("developer")],
      ["Family", facetValue("family")],
      ["Released", plain("released")],
      ["Parameters", (row) => row.shown_size || "unknown"],
      ["Modality", facetValue("modality")],
      ["License of the weights", (row) => row.license_name || "no weights"],
      ["Commercial use", facetValue("commercial")],
      ["Gate", facetValue("gate")],
    ];
    more.uses.forEach((noun, place) => lines.push([noun[0].toUpperCase() + noun.slice(1), (row) => row.uses[place]]));
    more.questions.forEach((question, place) => lines.push([question, (row) => row.questions[place]]));
    for (const facet of models.facets.filter((each) => each.title.startsWith("By "))) {
      lines.push([facet.title, facetValue(facet.id)]);
    }
    more.components.forEach((name, place) => {
      lines.push([name[0].toUpperCase() + name.slice(1), (row) => row.components[place].replaceAll("-", " ")]);
    });
    lines.push(["Last change", (row) => row.changed || "none known"]);
    lines.push(["Depth of the record", facetValue("depth")]);
    return lines;
  }

  // The value of a model, or the values of a family with their numbers; of sizes the range.
  function summarize(line, members) {
    const [title, read] = line;
    if (members.length === 1) return read(members[0]);
    if (title === "Parameters") return describeRange(members);
    if (title === "Released") return describeDays(members);
    const counts = new Map();
    for (const row of members) counts.set(read(row), (counts.get(read(row)) || 0) + 1);
    if (counts.size === 1) return [...counts.keys()][0];
    const sorted = [...counts].sort((one, other) => other[1] - one[1]);
    const shown = sorted.slice(0, 5).map(([value, count]) => `${value} (${count})`);
    return shown.join("; ") + (sorted.length > 5 ? `; and ${sorted.length - 5} more` : "");
  }

  function describeRange(members) {
    const known = members.filter((row) => row.likely).sort((one, other) => one.likely - other.likely);
    if (!known.length) return "unknown";
    const ends = [...new Set([known[0].shown_size, known[known.length - 1].shown_size])];
    return ends.join(" – ");
  }

  function describeDays(members) {
    const days = members.map((row) => row.released).filter(Boolean).sort();
    const missing = members.length - days.length;
    const ends = [...new Set([days[0] || "unknown", days[days.length - 1] || "unknown"])].join(" – ");
    return days.length && missing ? `${ends}, unknown (${missing})` : ends;
  }

  function makeHead(key) {
    const members = listMembers(key);
    const isFamily = key.startsWith(FAMILY);
    const href = isFamily ? `families/${encodeURIComponent(key.slice(FAMILY.length))}.html` : findModelPage(key);
    const name = isFamily ? titles.family.get(key.slice(FAMILY.length)) : key;
    const button = make("button", { type: "button", "aria-label": `Take ${name} away` }, "×");
    button.addEventListener("click", () => choose(chosen.filter((other) => other !== key)));
    const note = isFamily ? make("small", null, ` family of ${members.length}`) : null;
    return make("th", { scope: "col" }, make("a", { href }, name), note, " ", button);
  }

  function show() {
    byId("table").replaceChildren();
    byId("only").closest("p").hidden = chosen.length < 2;
    if (!chosen.length) return;
    const members = chosen.map(listMembers);
    const body = make("tbody", null);
    for (const line of listLines()) {
      const values = members.map((each) => summarize(line, each));
      const differs = new Set(values).size > 1;
      if (byId("only").checked && chosen.length > 1 && !differs) continue;
      const mark = differs ? make("small", { class: "mark" }, " differs") : null;
      body.append(make("tr", { class: differs ? "differs" : null }, make("th", { scope: "row" }, line[0], mark),
        ...values.map((value) => make("td", null, value))));
    }
    const head = make("thead", null, make("tr", null, make("td", null), ...chosen.map(makeHead)));
    byId("table").append(head, body);
  }

  function choose(keys) {
    chosen = keys;
    const asked = chosen.map(encodeURIComponent).join(",").replaceAll("%2F", "/").replaceAll("%3A", ":");
    writeAddress(asked ? `?m=${asked}` : "", true);
    say("");
    show();
  }

  // What is typed as a key: a model, a family by its id or name, or the only model that contains it.
  function findKey(words) {
    const text = words.trim();
    if (listMembers(text).length) return text;
    const lower = text.toLowerCase();
    for (const [id, name] of titles.family) {
      if (id !== "none" && (id === lower || name.toLowerCase() === lower || `family: ${name}`.toLowerCase() === lower)) return FAMILY + id;
    }
    const found = models.rows.filter((row) => row.id.toLowerCase().includes(lower));
    const exact = found.filter((row) => row.id.toLowerCase().split("/")[1] === lower);
    if (exact.length === 1) return exact[0].id;
    return found.length === 1 ? found[0].id : "";
  }

  function suggest() {
    const lower = byId("what").value.trim().toLowerCase();
    const families = [...titles.family].filter(([id, name]) => id !== "none" && name.toLowerCase().includes(lower));
    const ids = models.rows.filter((row) => row.id.toLowerCase().includes(lower)).map((row) => row.id);
    const names = [...families.map((pair) => `Family: ${pair[1]}`), ...ids].slice(0, NAMES_SHOWN);
    byId("names").replaceChildren(...(lower ? names : []).map((name) => make("option", { value: name })));
  }

  document.documentElement.classList.add("live");
  byId("what").addEventListener("input", suggest);
  byId("only").addEventListener("change", show);
  byId("add").addEventListener("submit", (event) => {
    event.preventDefault();
    const key = byId("what").value.trim() ? findKey(byId("what").value) : "";
    if (!key) say("Write more of the name: no model or family, or more than one, fits.");
    else if (chosen.includes(key)) say("It is there already.");
    else if (chosen.length >= MAX) say("Four at most: take one away first.");
    else {
      byId("what").value = "";
      choose([...chosen, key]);
    }
  });
  window.addEventListener("popstate", () => {
    readChosen();
    show();
  });
  readChosen();
  show();
})();
