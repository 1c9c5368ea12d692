// Filters the list of changes; the address holds what was chosen.
(function () {
  "use strict";
  const names = ["maker", "month", "direction", "kind"];
  const select = (name) => document.getElementById(name);
  const items = [...document.querySelectorAll("#events > li")];

  // Only a value that the page offers is taken from the address.
  function readAddress() {
    const asked = new URLSearchParams(location.search || location.hash.slice(1));
    for (const name of names) {
      const value = asked.get(name) || "";
      const known = [...select(name).options].some((option) => option.value === value);
      select(name).value = known ? value : "";
    }
  }

  function fits(item) {
    return names.every((name) => {
      const value = select(name).value;
      return !value || item.dataset[name].split(" ").includes(value);
    });
  }

  function show() {
    let count = 0;
    for (const item of items) {
      item.hidden = !fits(item);
      if (!item.hidden) count += 1;
    }
    document.getElementById("status").textContent = `${count} of ${items.length}`;
  }

  function writeAddress() {
    const asked = new URLSearchParams();
    for (const name of names) if (select(name).value) asked.set(name, select(name).value);
    const search = asked.toString();
    try {
      history.pushState(null, "", search ? `?${search}` : location.pathname.split("/").pop());
    } catch {
      location.hash = search;
    }
  }

  document.documentElement.classList.add("live");
  readAddress();
  show();
  for (const name of names) {
    select(name).addEventListener("change", () => {
      show();
      writeAddress();
    });
  }
  document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("popstate", () => {
    readAddress();
    show();
  });
})();
