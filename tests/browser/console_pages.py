"""The paths of the console's pages that every look goes through: colours, widths, no scripts, contrast."""

PATHS = (
    "/",
    "/components",
    "/people",
    "/account",
    "/shown",
    "/parties",
    "/parties?outcome=refuse&sort=-name",
    "/parties/advertiser/rt",
    "/parties/advertiser/two-owners",
    "/decisions/d-678fb0c13689a9206369/letter",
    "/complaints",
    "/complaints?view=all",
    "/influence",
    "/influence/g-5720124b6782",
    "/influence/g-5720124b6782/edge?a=ferry-trips&b=rain-coats",
    "/jobs",
    "/lists",
    "/lists/house-media?q=a",
    "/upload",
    "/rules",
    "/rules/minority-designated-owner",
)
WITHOUT_SESSION = ("/login", "/public", "/public/complaint", "/public/letter")
