import "./page.js";
import pbjs from "prebid-11-36";
import "prebid-11-36/modules/bidResponseFilter.js";
import "prebid-11-36/modules/openxBidAdapter.js";
import "prebid-11-36/modules/goldbachBidAdapter.js";

pbjs.processQueue();
window.run(pbjs);
