"""The line of every verb in the overview, and its examples."""

# A verb: its line of at most 50 characters, then examples. The folder of the examples is that of `evenhand demo`.
from evenhand.cli import ledger_and_gate_texts

PAGES: dict[str, tuple[str, ...]] = {
    "demo": ("Build a sample network and run it", "evenhand demo", "evenhand demo my-demo --json"),
    "init": (
        "Make a network from your own files",
        "evenhand init mynetwork --table clients.xlsx --lists lists/",
        "evenhand init mynetwork --origin ads.example.org/log",
    ),
    "settle": (
        "Carry out what was decided on a complaint",
        "evenhand settle demo-network c-4f1c --as o.diaz",
        "evenhand settle demo-network c-4f1c --as o.diaz --sign ~/.ssh/id_ed25519",
    ),
    "screen": (
        "Screen names against sanctions lists",
        'evenhand screen --name "Rossiya Segodnya" --network demo-network',
        "evenhand screen clients.xlsx --lists sdn.csv eu.xml",
    ),
    "run": (
        "Screen, decide, record and publish",
        "evenhand run demo-network",
        "evenhand run demo-network --strict --json",
    ),
    "explain": (
        "Show why a party was decided as it was",
        "evenhand explain demo-network rt",
        'evenhand explain demo-network "Sputnik" --json',
    ),
    "judge": (
        "Record an analyst's decision on a match",
        'evenhand judge demo-network rt hm-rt same --by "A. Lee" --why "same site"',
        "evenhand judge demo-network --queue matches.xlsx",
        "evenhand judge demo-network --file matches.xlsx",
    ),
    "serve": (
        "Serve the console for browsers",
        "evenhand serve demo-network",
        "evenhand serve demo-network --public-url https://evenhand.example",
    ),
    "account": ("Say who can log in to the console",),
    "account add": ("Add an account and print its link", "evenhand account add demo-network a.lee"),
    "account list": ("List who can log in", "evenhand account list demo-network"),
    "account reset": ("Print a link for a new password", "evenhand account reset demo-network a.lee"),
    "account disable": ("Disable an account", "evenhand account disable demo-network a.lee"),
    "account enable": ("Enable a disabled account again", "evenhand account enable demo-network a.lee"),
    "key": ("Keys by which programs use the API",),
    "key add": ("Add a key and print it once", "evenhand key add demo-network crm --as a.lee --scope screen"),
    "key list": ("List the keys of programs", "evenhand key list demo-network"),
    "key revoke": ("Revoke a key", "evenhand key revoke demo-network 4f1c0d2a9b7e"),
    "complain": (
        "File a complaint about a decision",
        "evenhand complain demo-network 182 --reason facts_wrong --text words.txt",
        "evenhand complain demo-network --from inbox",
    ),
    "complaints": (
        "List complaints with their deadlines",
        "evenhand complaints demo-network --due",
        "evenhand complaints demo-network c-0b41",
        "evenhand complaints demo-network --tick",
        "evenhand complaints demo-network --numbers",
        "evenhand complaints demo-network --calendar deadlines.ics",
    ),
    "review": (
        "Admit, review and answer a complaint",
        "evenhand review demo-network c-0b41 --as a.lee --admit",
        "evenhand review demo-network c-0b41 --as b.berg --take --conflict no",
    ),
    "tasks": (
        "List what waits for a person",
        "evenhand tasks demo-network",
        "evenhand tasks demo-network --kind match --mine a.lee",
    ),
    "task": ("Show, claim and answer a task",),
    "task show": ("Show a task with both sides and its rules", "evenhand task show demo-network t4b08"),
    "task claim": ("Claim a task for some hours", "evenhand task claim demo-network t4b08 --as a.lee"),
    "task unclaim": ("Give a claimed task back", "evenhand task unclaim demo-network t4b08 --as a.lee"),
    "task assign": (
        "Assign a task to a person",
        "evenhand task assign demo-network t4b08 b.berg --as a.lee",
    ),
    "task note": (
        "Note something on a task",
        'evenhand task note demo-network t4b08 --as a.lee --why "extract asked for"',
    ),
    "task snooze": (
        "Hide a task until a day",
        "evenhand task snooze demo-network t4b08 --until 2026-12-01 --as a --why late",
    ),
    "task answer": (
        "Answer a task",
        'evenhand task answer demo-network t4b08 not-same --as a --why "other number"',
    ),
    "task confirm": (
        "Confirm another person's answer",
        "evenhand task confirm demo-network t4b08 --as b.berg --sign agent",
    ),
    "task object": (
        "Object to another person's answer",
        'evenhand task object demo-network t4b08 --as b.berg --why "same number"',
    ),
    "staff": (
        "Show who works for the network, with which key",
        "evenhand staff demo-network",
        "evenhand staff demo-network --json",
    ),
    "audit": (
        "Compare advertisers that have the same facts",
        "evenhand audit --decisions decisions.csv --json report.json",
        "evenhand audit --decisions decisions.csv --plan plan.json",
        "evenhand audit --ledger demo-network --plan plan.json --json report.json",
    ),
    "audit plan": ("Register what an audit compares", "evenhand audit plan demo-network"),
    "audit run": (
        "Audit a network's own decisions",
        "evenhand audit run demo-network",
        "evenhand audit run demo-network --exploratory --json",
    ),
    "audit comparators": (
        "Show who was in a party's position",
        "evenhand audit comparators demo-network rt --at 2017-11-20T00:00:00Z",
        "evenhand audit comparators demo-network rt --named qm-broadcaster --json",
    ),
    "audit export": (
        "Write a folder for an auditor",
        "evenhand audit export demo-network --out auditors-folder",
    ),
    "audit verify": (
        "Check an auditor's folder",
        "evenhand audit verify auditors-folder --vkey-file log.vkey",
    ),
    "influence": ("Find advertisers that act as one, undeclared",),
    "influence run": (
        "Test the network's events",
        "evenhand influence run demo-network",
        "evenhand influence run demo-network --json",
    ),
    "influence show": (
        "Show what acts as one, and who is in it",
        "evenhand influence show demo-network",
        "evenhand influence show demo-network g-4f1c",
    ),
    "influence edge": (
        "Show the acts behind two accounts",
        "evenhand influence edge demo-network adv-1 adv-2",
    ),
    "evidence": ("Read who said what in saved documents",),
    "evidence add": (
        "Save documents and propose their claims",
        "evenhand evidence add demo-network article.txt --by a.lee",
        "evenhand evidence add demo-network order.pdf --official --by a.lee",
    ),
    "evidence audit": (
        "Check that exchanged names alter no claim",
        "evenhand evidence audit article.txt other.txt",
        "evenhand evidence audit article.txt --json",
    ),
    "evidence read": (
        "Show the claims of a document, keep nothing",
        "evenhand evidence read article.txt",
        "evenhand evidence read article.html --json",
    ),
    "evidence claims": (
        "List claims, those that wait first",
        "evenhand evidence claims demo-network --state proposed",
    ),
    "evidence show": ("Show a claim with what denies it", "evenhand evidence show demo-network q-4f1c"),
    "evidence confirm": (
        "Confirm that a claim was made as read",
        "evenhand evidence confirm demo-network q-4f1c --by a.lee --beside q-9c02",
    ),
    "evidence correct": (
        "Correct a claim and confirm it so",
        "evenhand evidence correct demo-network q-4f --by a.lee --why two --persons 2",
    ),
    "evidence reject": (
        "Reject a claim that was not made so",
        'evenhand evidence reject demo-network q-4f1c --by a.lee --why "a headline"',
    ),
    "evidence untie": (
        "Take back that a denial is of a claim",
        'evenhand evidence untie demo-network q-4f q-9c --by a.lee --why "of another"',
    ),
    "evidence link": (
        "Say what a claim is to a party",
        "evenhand evidence link demo-network q-4f1c rt --by a.lee",
        "evenhand evidence link demo-network q-9c02 rt --relation for --by a.lee",
    ),
    "evidence unlink": (
        "Take a link back",
        'evenhand evidence unlink demo-network q-4f1c rt --by a.lee --why "another"',
    ),
    "evidence export": (
        "Write claims in the forms of others",
        "evenhand evidence export demo-network --format annotations --out claims.json",
        "evenhand evidence export demo-network --format csv",
    ),
    "notify": (
        "Send events to webhooks and by mail",
        "evenhand notify demo-network",
        "evenhand notify demo-network --list",
        "evenhand notify demo-network --replay failed",
    ),
    "doctor": ("Find what is wrong with a network", "evenhand doctor demo-network"),
    "lists": ("Fetch lists, show and compare their versions",),
    "lists show": ("Show the kept versions and which is in force", "evenhand lists show demo-network"),
    "lists update": (
        "Fetch new versions of the configured lists",
        "evenhand lists update demo-network",
        "evenhand lists update demo-network --list ofac-sdn",
    ),
    "lists entry": (
        "Show an entry of the lists in force",
        "evenhand lists entry demo-network hm-rt",
        "evenhand lists entry ofac-sdn-1555 --list sdn.csv",
    ),
    "lists diff": (
        "Show what changed between two versions",
        "evenhand lists diff sdn-old.csv sdn-new.csv --list ofac-sdn",
    ),
    "tables": ("Look at a file before it becomes a table",),
    "tables check": (
        "Show how a file is read and what would change",
        "evenhand tables check demo-network payers demo-network/data/payers.csv",
        "evenhand tables check demo-network payers zahler.xlsx --column name=Firma",
    ),
    "rules": ("Check, test, compare and explain rules",),
    "rules lint": ("Check the rules for mistakes", "evenhand rules lint demo-network"),
    "rules test": ("Run the rulebook's own tests", "evenhand rules test demo-network"),
    "rules fmt": ("Format the files of a rulebook", "evenhand rules fmt rulebook --check"),
    "rules list": ("List the rules", "evenhand rules list demo-network"),
    "rules explain": ("Explain one rule in plain words", "evenhand rules explain demo-network eu-listed"),
    "rules prove": (
        "Prove that the rules are neutral",
        "evenhand rules prove demo-network",
        "evenhand rules prove demo-network --dependence",
    ),
    "rules diff": (
        "Show where one rulebook is stricter or milder",
        "evenhand rules diff demo-network new-rulebook",
    ),
    "rules approve": (
        "Sign the release of a rulebook",
        "evenhand rules approve demo-network --as p.diaz --sign agent",
    ),
    "rules replay": ("Make every recorded ruling again", "evenhand rules replay demo-network"),
    "rules shadow": (
        "Show whom another rulebook would affect",
        "evenhand rules shadow demo-network new-rulebook",
        "evenhand rules shadow demo-network new-rulebook --register proposed.jsonl",
    ),
    "reasons": ("Show, export and send statements of reasons",),
    "reasons show": (
        "Show the letters about a party or decision",
        "evenhand reasons show demo-network rt",
        "evenhand reasons show demo-network rt --form tdb",
    ),
    "reasons export": (
        "Write records in another form",
        "evenhand reasons export records.jsonl --form tdb --out statements.jsonl",
    ),
    "reasons lint": ("Check records before they are sent", "evenhand reasons lint records.jsonl --form tdb"),
    "reasons numbers": (
        "Write or check a transparency report",
        "evenhand reasons numbers DIR --from 2026-01-01 --until 2026-12-31 --out NEW",
        "evenhand reasons numbers --check NEW",
        "evenhand reasons numbers records.jsonl",
    ),
    "reasons send": (
        "Send statements to the EU database",
        "evenhand reasons send demo-network --to https://dsa.example.org --dry-run",
    ),
    **ledger_and_gate_texts.PAGES,
}
