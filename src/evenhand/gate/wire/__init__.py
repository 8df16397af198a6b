"""OpenRTB as bytes: what is read of them, and how bids are taken out without touching the rest."""
