// Filters models as the command `search` does. The tables of words come from the records' program.
(function () {
  "use strict";
  const FORMAT = 1;
  const SIZE = /^(<=|>=|<|>|~)?(\d+(?:\.\d+)?)([kmbt])?(?:-(\d+(?:\.\d+)?)([kmbt]))?$/;
  const YEAR = /^20[12]\d$/;
  const HUB = /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/([^/?#]+\/[^/?#]+).*$/;

  // The places of a column's values: numbers, or a sign for each.
  function listPlaces(column, signs) {
    return typeof column.n === "string" ? [...column.n].map((sign) => signs.indexOf(sign)) : column.n;
  }

  function unpack(column, signs) {
    return listPlaces(column, signs).map((place) => column.v[place]);
  }

  // One object for each model, and the facets by id.
  function readModels(data) {
    if (!data || data.format !== FORMAT) return null;
    const columns = {};
    for (const name of Object.keys(data.columns)) columns[name] = unpack(data.columns[name], data.signs);
    const rows = data.ids.map((id, place) => readRow(id, place, columns));
    const facets = data.facets.map((facet) => readFacet(facet, rows, data.signs));
    const license = facets.find((facet) => facet.id === "license");
    for (const row of rows) {
      const key = row.values.license[0];
      row.license_name = key === "no-weights" ? "" : license.titles.get(key);
      row.text = buildText(row);
    }
    const ordered = [...rows].sort((one, other) => compareValues(one.key, other.key));
    return { rows, ordered, facets, data };
  }

  function readRow(id, place, columns) {
    const [owner, own] = id.split("/");
    const row = { id, owner, key: id.toLowerCase(), values: {} };
    for (const name of Object.keys(columns)) row[name] = columns[name][place];
    if (row.name === 0) row.name = own;
    else if (row.name === 1) row.name = own.replaceAll("-", " ");
    [row.likely, row.shown_size] = row.size;
    row.parameters = row.shown_size.startsWith("≈") ? 0 : row.likely;
    return row;
  }

  const DERIVED = {
    maker: (row) => [row.owner],
    year: (row) => [row.released.slice(0, 4) || "unknown"],
  };

  function readFacet(facet, rows, signs) {
    const pairs = facet.values.map((value) => (typeof value === "string" ? [value, value] : value));
    const words = pairs.map((pair) => pair[0]);
    if (facet.rows) {
      const lists = facet.rows.v.map((numbers) => numbers.map((number) => words[number]));
      listPlaces(facet.rows, signs).forEach((place, row) => {
        rows[row].values[facet.id] = lists[place];
      });
    } else for (const row of rows) row.values[facet.id] = DERIVED[facet.id](row);
    return { id: facet.id, title: facet.title, open: facet.open, words, titles: new Map(pairs) };
  }

  function buildText(row) {
    const license = row.values.license[0] === "no-weights" ? "" : row.values.license[0];
    const family = row.values.family[0] === "none" ? "" : row.values.family[0];
    const parts = [row.id, row.name, row.developer, family, license, row.license_name, row.other_names];
    return parts.join("\n").toLowerCase();
  }

  // `7B text commercial` as a filter.
  function parseQuery(query, tables) {
    const asked = { words: [], values: {}, size: null };
    for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) takeWord(word, asked, tables);
    return asked;
  }

  function takeWord(word, asked, tables) {
    const size = parseSize(word, tables);
    if (size) asked.size = size;
    else if (Object.hasOwn(tables.words, word)) narrow(asked, tables.words[word][0], tables.words[word][1]);
    else if (YEAR.test(word)) narrow(asked, "year", [word]);
    else asked.words.push(word.replace(HUB, "$1"));
  }

  function narrow(asked, facet, values) {
    asked.values[facet] = asked.values[facet] || new Set();
    values.forEach((value) => asked.values[facet].add(value));
  }

  function parseSize(word, tables) {
    const found = SIZE.exec(word);
    if (!found || !(found[3] || found[5])) return null;
    const [low, high] = tables.about;
    const first = Number(found[2]) * tables.units[found[3] || found[5]];
    if (found[4]) return [low * first, high * Number(found[4]) * tables.units[found[5]]];
    return {
      "<": [0, first],
      "<=": [0, first + 1],
      ">": [first + 1, Infinity],
      ">=": [first, Infinity],
    }[found[1]] || [low * first, high * first];
  }

  // A state as sets that can be asked quickly.
  function prepare(state, data) {
    const asked = parseQuery(state.q, data.query);
    const values = {};
    for (const facet of Object.keys(state.values)) {
      if (state.values[facet].size) values[facet] = new Set(state.values[facet]);
    }
    if (state.better && values.label) {
      for (const label of [...values.label]) {
        for (const wider of data.better[label] || []) values.label.add(wider);
      }
    }
    return { asked, values, since: state.since };
  }

  function hasSome(found, admitted) {
    return found.some((value) => admitted.has(value));
  }

  function admitsQuery(row, wanted) {
    const asked = wanted.asked;
    if (wanted.since && !(row.changed >= wanted.since)) return false;
    if (asked.size && !(row.likely && row.likely >= asked.size[0] && row.likely < asked.size[1])) return false;
    for (const facet of Object.keys(asked.values)) {
      if (!hasSome(row.values[facet], asked.values[facet])) return false;
    }
    return asked.words.every((word) => row.text.includes(word));
  }

  // The models kept, and for each facet how many each of its values would give beside the others.
  function find(models, state) {
    const wanted = prepare(state, models.data);
    const asked = Object.keys(wanted.values);
    const all = models.facets.map((facet) => facet.id);
    const counts = {};
    for (const facet of models.facets) counts[facet.id] = new Map();
    const kept = [];
    let unsized = 0;
    for (const row of models.ordered) {
      if (isUnsized(row, wanted)) unsized += 1;
      if (!admitsQuery(row, wanted)) continue;
      const missed = asked.filter((facet) => !hasSome(row.values[facet], wanted.values[facet]));
      if (missed.length > 1) continue;
      if (!missed.length) kept.push(row);
      for (const facet of missed.length ? missed : all) {
        for (const value of row.values[facet]) {
          counts[facet].set(value, (counts[facet].get(value) || 0) + 1);
        }
      }
    }
    return { rows: sortRows(kept, state.sort), counts, unsized };
  }

  // Whether a model has all that is asked but the size, which nobody recorded.
  function isUnsized(row, wanted) {
    if (row.likely || !(wanted.asked.size || wanted.values.size)) return false;
    if (wanted.values.size && wanted.values.size.has("unknown")) return false;
    const others = Object.keys(wanted.values).filter((facet) => facet !== "size");
    const isKept = others.every((facet) => hasSome(row.values[facet], wanted.values[facet]));
    return isKept && admitsQuery(row, { ...wanted, asked: { ...wanted.asked, size: null } });
  }

  const KEYS = {
    name: (row) => row.key,
    size: (row) => row.likely,
    date: (row) => row.released,
    changed: (row) => row.changed,
  };

  // They come by name, and equals stay in that order; what is not known comes last both ways.
  function sortRows(rows, sort) {
    const read = KEYS[sort.replace(/^-/, "")];
    const sign = sort.startsWith("-") ? -1 : 1;
    const known = rows.filter((row) => read(row));
    known.sort((one, other) => sign * compareValues(read(one), read(other)));
    return [...known, ...rows.filter((row) => !read(row))];
  }

  function compareValues(one, other) {
    return one < other ? -1 : one > other ? 1 : 0;
  }

  function makeState() {
    return { q: "", values: {}, better: false, since: "", sort: "-date" };
  }

  // Whatever the address says is read against a list; the rest is left out.
  function readState(search, models) {
    const asked = new URLSearchParams(search);
    const state = makeState();
    state.q = (asked.get("q") || "").slice(0, 200);
    for (const facet of models.facets) {
      const known = (asked.get(facet.id) || "").split(",").filter((value) => facet.titles.has(value));
      if (known.length) state.values[facet.id] = new Set(known);
    }
    state.better = asked.get("better") === "1";
    if (/^20\d\d(-\d\d(-\d\d)?)?$/.test(asked.get("since") || "")) state.since = asked.get("since");
    const sort = asked.get("sort") || "";
    if (models.data.sorts.includes(sort.replace(/^-/, ""))) state.sort = sort;
    return state;
  }

  function writeState(state, models) {
    const asked = new URLSearchParams();
    if (state.q.trim()) asked.set("q", state.q.trim());
    for (const facet of models.facets) {
      const ticked = facet.words.filter((value) => state.values[facet.id] && state.values[facet.id].has(value));
      if (ticked.length) asked.set(facet.id, ticked.join(","));
    }
    if (state.better) asked.set("better", "1");
    if (state.since) asked.set("since", state.since);
    if (state.sort !== makeState().sort) asked.set("sort", state.sort);
    const text = asked.toString().replaceAll("%2C", ",");
    return text ? `?${text}` : "";
  }

  // The address changes even where a browser refuses a history of files.
  function writeAddress(search, isStep) {
    try {
      const address = search || location.pathname.split("/").pop();
      history[isStep ? "pushState" : "replaceState"](null, "", address);
    } catch {
      location.hash = search;
    }
  }

  function readAddress() {
    return location.search || location.hash.replace(/^#\??/, "?");
  }

  // An element with its children; text stays text.
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const name of Object.keys(attributes || {})) {
      if (attributes[name] !== null) element.setAttribute(name, attributes[name]);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  function findModelPage(id) {
    return `models/${id.split("/").map(encodeURIComponent).join("/")}.html`;
  }

  window.OMR = {
    readModels, parseQuery, find, readState, writeState, writeAddress, readAddress, make, findModelPage,
    makeState, unpack,
  };
})();
