// A publisher's page: Prebid.js with its filter and two bid adapters, and a server that answers with made bids.
// `answers` stands in for the two bidders' servers, since a page opened from disk reaches none.
const { config, bids } = JSON.parse(document.getElementById("case").textContent);
const sent = [];

window.fetch = async (request) => {
  const asked = JSON.parse(await request.clone().text());
  sent.push(asked.badv ?? null);
  const seat = new URL(request.url).hostname.includes("openx") ? "openx" : "goldbach";
  const bid = bids
    .filter((each) => each.seat === seat)
    .map((each, place) => ({
      id: each.id, impid: asked.imp[place].id, price: 1, adm: "<p>made</p>", crid: each.id, w: 300, h: 250, mtype: 1, ext: { prebid: { type: "banner" } },
      ...(each.adomain ? { adomain: each.adomain } : {}),
    }));
  const body = JSON.stringify({ id: asked.id, cur: "USD", seatbid: [{ seat, bid }] });
  return new Response(body, { headers: { "content-type": "application/json" } });
};

window.run = (pbjs) => {
  const params = { goldbach: { publisherId: "made-up" }, openx: { unit: "1", delDomain: "made-up-d.openx.net" } };
  const half = bids.length / 2;
  const adUnits = Array.from({ length: half }, (_, place) => ({
    code: `unit-${place}`,
    mediaTypes: { banner: { sizes: [[300, 250]] } },
    ortb2Imp: {}, // Prebid.js 11.20 fails in its filter where an ad unit has none
    bids: Object.entries(params).map(([bidder, values]) => ({ bidder, params: values })),
  }));
  const rejected = {};
  pbjs.onEvent("bidRejected", (bid) => { rejected[bid.creativeId] = bid.rejectionReason; });
  pbjs.setConfig({ bidderTimeout: 5000, enableSendAllBids: true, userSync: { syncEnabled: false } });
  if (config) pbjs.mergeConfig(config);
  pbjs.requestBids({
    adUnits,
    bidsBackHandler: (back) => {
      const passed = Object.values(back ?? {}).flatMap((unit) => unit.bids.map((bid) => bid.creativeId));
      document.title = "done";
      document.getElementById("result").textContent = JSON.stringify({ passed: passed.sort(), rejected, sent });
    },
  });
};
