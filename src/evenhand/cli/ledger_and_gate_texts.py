"""The lines and examples of the verbs of the ledger and the gate, as in `verb_texts.py`."""

PAGES: dict[str, tuple[str, ...]] = {
    "ledger": ("Verify, prove and maintain the signed log",),
    "ledger init": ("Make an empty ledger", "evenhand ledger init myledger --origin ads.example.org/log"),
    "ledger append": (
        "Append records",
        "evenhand ledger append myledger records.jsonl",
        "evenhand ledger append myledger -",
    ),
    "ledger checkpoint": ("Sign and publish a checkpoint", "evenhand ledger checkpoint myledger"),
    "ledger verify": (
        "Check that nothing was changed",
        "evenhand ledger verify demo-network",
        "evenhand ledger verify demo-network --vkey ads.example.org/log+1234abcd+AAAA",
    ),
    "ledger replay": ("Make every recorded ruling again, by Cedar", "evenhand ledger replay demo-network"),
    "ledger prove": (
        "Write the receipt of one entry",
        "evenhand ledger prove demo-network 12 --out receipt.tlog-proof",
    ),
    "ledger check": (
        "Check a receipt, or an entry of a log",
        "evenhand ledger check receipt.tlog-proof --vkey-file log.vkey",
        "evenhand ledger check demo-network 12",
    ),
    "ledger erase": (
        "Erase personal data; the proofs stay",
        'evenhand ledger erase demo-network 12 --basis "GDPR Art. 17" --by DPO',
    ),
    "ledger status": ("Show size, checkpoint and problems", "evenhand ledger status demo-network"),
    "ledger compact": ("Remove old partial tiles and free space", "evenhand ledger compact demo-network"),
    "ledger backup": ("Copy the records, without the key", "evenhand ledger backup demo-network backups/monday"),
    "ledger restore": ("Restore a backup", "evenhand ledger restore backups/monday demo-network"),
    "ledger move": (
        "Move the tables to Postgres, or back",
        'evenhand ledger move demo-network --to "host=db.example dbname=ads"',
        "evenhand ledger move demo-network --to file",
    ),
    "ledger export": ("Write the public log for a web server", "evenhand ledger export demo-network public-log"),
    "ledger rotate": ("Replace the signing key", "evenhand ledger rotate demo-network --days 30"),
    "gate": ("Ask, compile, export and serve the gate",),
    "gate check": (
        "Ask whether one buyer may buy",
        "evenhand gate check --register demo-network --adomain www.rt.com",
        "evenhand gate check --register demo-network --advertiser rt --json",
    ),
    "gate compile": (
        "Compile a register for fast reading",
        "evenhand gate compile register.jsonl --out register.evh",
    ),
    "gate export": (
        "Write block lists for other systems",
        "evenhand gate export --register demo-network --format csv --out blocked.csv",
    ),
    "gate exports": (
        "Show exported block lists, renew or forget",
        "evenhand gate exports demo-network",
        "evenhand gate exports demo-network --renew",
    ),
    "gate drift": (
        "Compare a block list with the one due now",
        "evenhand gate drift --register demo-network --format csv --host blocked.csv",
    ),
    "gate filter": (
        "Filter the bid responses of a log",
        "evenhand gate filter bids.ndjson --register demo-network --out kept.ndjson",
    ),
    "gate shadow": (
        "Report what would be stopped in a log",
        "evenhand gate shadow bids.ndjson --register demo-network --html report.html",
    ),
    "gate purchase": (
        "Ask whether a campaign may be bought",
        "evenhand gate purchase order.json --register demo-network",
    ),
    "gate serve": (
        "Answer bids over HTTP",
        "evenhand gate serve --register demo-network --port 8970",
    ),
}
