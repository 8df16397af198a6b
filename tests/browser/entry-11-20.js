import "./page.js";
import pbjs from "prebid-11-20";
import "prebid-11-20/modules/bidResponseFilter.js";
import "prebid-11-20/modules/openxBidAdapter.js";
import "prebid-11-20/modules/goldbachBidAdapter.js";

pbjs.processQueue();
window.run(pbjs);
