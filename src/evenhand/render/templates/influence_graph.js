"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const search = byId("search"), close = byId("close"), shown = byId("shown"), told = byId("told");
  const most = Math.max(1, ...data.edges.map((edge) => edge.k));
  const elements = [
    ...data.nodes.map((node) => ({ data: { ...node, kind: "node" }, position: { x: node.x, y: node.y }, classes: node.named ? "" : "other" })),
    ...data.edges.map((edge, number) => ({ data: { ...edge, id: "edge " + number, source: edge.a, target: edge.b, width: 1 + 5 * edge.k / most, kind: "edge" }, classes: edge.byGroup ? "by-group" : "" })),
  ];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const looks = () => [
    { selector: "node", style: { "background-color": colour("--hold-bg"), "border-color": colour("--hold"), "border-width": 2, width: 26, height: 26, label: "data(label)", color: colour("--ink"), "font-size": 11, "text-valign": "bottom", "text-margin-y": 4, "min-zoomed-font-size": 7 } },
    { selector: ".other", style: { "background-color": colour("--card"), "border-color": colour("--edge"), "border-style": "dashed" } },
    { selector: "edge", style: { width: "data(width)", "line-color": colour("--label"), opacity: 0.55, "curve-style": "haystack" } },
    { selector: ".by-group", style: { "line-color": colour("--rule"), opacity: 0.9 } },
    { selector: ".away", style: { display: "none" } },
    { selector: ".pale", style: { opacity: 0.12 } },
    { selector: ".chosen", style: { "border-width": 4, "border-color": colour("--focus"), "line-color": colour("--focus"), opacity: 1 } },
  ];
  const graph = cytoscape({ container: byId("graph"), elements, style: looks(), layout: { name: "preset", padding: 60 }, minZoom: 0.02, maxZoom: 8 });
  // Until somebody has moved or zoomed the picture, it fits its frame, also on a turned phone.
  const fit = () => { graph.resize(); graph.fit(graph.elements(":visible"), Math.min(40, graph.width() / 10)); };
  let untouched = true;
  graph.on("dragpan pinchzoom scrollzoom grab", () => { untouched = false; });
  new ResizeObserver(() => { graph.resize(); if (untouched) fit(); }).observe(byId("graph"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(looks()));

  const say = (heading, lines) => {
    told.replaceChildren();
    const title = document.createElement("h2"), list = document.createElement("ul");
    title.textContent = heading;
    for (const line of lines) {
      const item = document.createElement("li");
      item.textContent = line;
      list.append(item);
    }
    told.append(title, list);
  };
  const choose = (part) => {
    const near = part.closedNeighborhood ? part.closedNeighborhood() : part.union(part.connectedNodes());
    graph.elements().removeClass("chosen").addClass("pale");
    near.union(part.isEdge() ? part.connectedNodes() : graph.collection()).removeClass("pale");
    part.removeClass("pale").addClass("chosen");
    if (part.isEdge()) say("One pair", [part.data("text")]);
    else say(part.data("name"), part.connectedEdges(":visible").sort((one, other) => one.data("q") - other.data("q")).map((edge) => edge.data("text")));
  };
  graph.on("tap", "node, edge", (event) => choose(event.target));
  graph.on("tap", (event) => { if (event.target === graph) graph.elements().removeClass("chosen pale"); });

  const filter = () => {
    const least = Number(close.value) || 0, text = search.value.trim().toLowerCase();
    graph.batch(() => {
      graph.elements().removeClass("away pale chosen");
      graph.edges().forEach((edge) => { edge.toggleClass("away", edge.data("k") < least); });
      graph.nodes().forEach((node) => {
        node.toggleClass("away", least > 0 && node.connectedEdges().every((edge) => edge.hasClass("away")));
        if (text) node.toggleClass("pale", !(node.id() + " " + node.data("name")).toLowerCase().includes(text));
      });
    });
    const nodes = graph.nodes().filter((node) => !node.hasClass("away")), edges = graph.edges().filter((edge) => !edge.hasClass("away"));
    const found = text ? nodes.filter((node) => !node.hasClass("pale")).length + " found of " : "";
    shown.textContent = found + nodes.length + " accounts, " + edges.length + " pairs";
  };
  search.addEventListener("input", filter);
  close.addEventListener("input", filter);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  byId("whole").addEventListener("click", () => { search.value = ""; close.value = "0"; filter(); untouched = true; fit(); });
  filter();
  fit();
})();
