"""Countries by the distinguishing sign of their vehicles, which tables have for codes: `D`, `A`, `F`, `CDN`.

Of the signs of the Conventions on Road Traffic (Geneva 1949, Vienna 1968), as generally known: those of one letter,
those of two that ISO 3166-1 keeps free for them, and those of three that are no code of ISO. `CH` and `PL` mean the
same in both. A sign that means another country in ISO, such as `BRN` or `ET`, is read as ISO's.
"""

VEHICLE_CODES = {
    "A": "AT", "B": "BE", "C": "CU", "D": "DE", "E": "ES", "F": "FR", "G": "GA", "H": "HU", "I": "IT", "J": "JP",
    "K": "KH", "L": "LU", "M": "MT", "N": "NO", "P": "PT", "Q": "QA", "S": "SE", "T": "TH", "V": "VA", "Z": "ZM",
    "DY": "BJ", "EW": "EE", "FL": "LI", "JA": "JM", "PI": "PH", "RA": "AR", "RH": "HT", "RI": "ID", "RL": "LB",
    "RM": "MG", "RN": "NE", "RP": "PH", "SF": "FI", "WG": "GD", "WL": "LC", "WV": "VC", "YV": "VE",
    "BDS": "BB", "BHT": "BT", "BRU": "BN", "BUR": "MM", "CAM": "CM", "CDN": "CA", "CGO": "CD",
    "EAK": "KE", "EAT": "TZ", "EAZ": "TZ", "GBA": "GG", "GBG": "GG", "GBJ": "JE", "GBM": "IM",
    "GBZ": "GI", "GCA": "GT", "HKJ": "JO", "LAR": "LY", "MAL": "MY", "MGL": "MN", "MOC": "MZ",
    "MYA": "MM", "NAU": "NR", "NEP": "NP", "NMK": "MK", "RCA": "CF", "RCB": "CG", "RCH": "CL", "RIM": "MR",
    "RKS": "XK", "RMM": "ML", "ROK": "KR", "SCV": "VA", "SLO": "SI", "SME": "SR",
    "SUD": "SD", "WAG": "GM", "WAL": "SL", "WAN": "NG",
}  # fmt: skip
"""Sign in upper case to ISO 3166-1 alpha-2."""
