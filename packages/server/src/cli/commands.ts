import type { Command } from "./command.ts";
import type { CommandGroups } from "./help.ts";
import {
  embedderOptions,
  encryptionOptions,
  factOptions,
  fileOptions,
  filterOptions,
  memoryOptions,
  namespaceOptions,
  originOptions,
  safetyOptions,
  storeOptions,
  targetOptions,
  timeOptions,
  versionOptions,
} from "./options.ts";

const set: Command = {
  name: "set",
  summary: "Store a memory; an existing key gets a new version",
  parameters: "KEY TEXT",
  means: { TEXT: "value" },
  arity: [1, 2],
  options: {
    "new-key": {
      type: "boolean",
      help: "make the key; the only argument is the text, and the key is printed",
    },
    tag: { type: "string", multiple: true, value: "TAG", means: "tags", help: "a tag" },
    metadata: { type: "string", value: "JSON", help: "an object to filter by" },
    thread: { type: "string", value: "NAME", help: "the conversation that it is a turn of" },
    role: { type: "string", value: "NAME", help: "who said it, for example user" },
    origin: {
      type: "string",
      value: "NAME",
      help: "where it comes from: user, assistant, tool, import or inferred; default: as the role says",
    },
    created: {
      type: "string",
      value: "TIME",
      means: "createdAt",
      help: "when it was said: a date, or 3d for three days ago; default: now",
    },
    expires: {
      type: "string",
      value: "TIME",
      means: "expiresAt",
      help: "when it is forgotten: a date, or 30d; default: never",
    },
    "valid-from": {
      type: "string",
      value: "TIME",
      help: "from when on it is true; default: since it was said",
    },
    "valid-to": {
      type: "string",
      value: "TIME",
      help: "until when it is true, a date or 3d ago; default: still",
    },
    supersedes: {
      type: "string",
      multiple: true,
      value: "KEY",
      help: "a memory that it takes the place of, which stays and is marked",
    },
    ...safetyOptions,
    ...versionOptions,
    ...memoryOptions,
  },
  notes: "TEXT may be - to read it from standard input.",
  examples: [
    'souvenir set stack "The shop runs on Rust, Axum and PostgreSQL." --tag decision',
    "souvenir set notes - < notes.txt",
    'souvenir set --new-key "Camille is allergic to hazelnuts." -n camille@example.com',
  ],
  load: () => import("./commands/set.ts"),
};

const get: Command = {
  name: "get",
  summary: "Print a memory",
  parameters: "KEY",
  arity: [1, 1],
  options: memoryOptions,
  examples: ["souvenir get stack", "souvenir get stack --json"],
  load: () => import("./commands/get.ts"),
};

const search: Command = {
  name: "search",
  summary: "Find memories by words, meaning and names, best first",
  parameters: "QUERY...",
  arity: [1, 1_000],
  options: {
    limit: { type: "string", value: "N", help: "memories at most, 1 to 1000; default 10" },
    "min-score": { type: "string", value: "X", help: "least score, 0 to 1" },
    ...filterOptions,
    entity: {
      type: "string",
      multiple: true,
      value: "NAME",
      means: "entities",
      help: "only memories that name this",
    },
    since: { type: "string", value: "TIME", help: "only from then on: a date, or 7d for seven days ago" },
    until: { type: "string", value: "TIME", help: "only before then" },
    ...timeOptions,
    ...originOptions,
    prefix: { type: "boolean", help: "the last word is the beginning of one, as while typing" },
    facets: { type: "boolean", help: "count names and tags over all that match" },
    ...memoryOptions,
  },
  notes:
    "The bar is the score, 0 to 1, comparable between queries; below the text are the key, the date, what each signal says, and the words that matched. QUERY may be - to read it from standard input.",
  examples: [
    "souvenir search which database do we use",
    "souvenir search budget --since 30d --tag decision",
    "souvenir search invoices --json",
  ],
  load: () => import("./commands/search.ts"),
};

const list: Command = {
  name: "list",
  summary: "Print all memories of a namespace, oldest first",
  parameters: "",
  arity: [0, 0],
  options: {
    limit: { type: "string", value: "N", help: "memories at most; default: all" },
    ...filterOptions,
    ...timeOptions,
    ...originOptions,
    ...memoryOptions,
  },
  examples: [
    "souvenir list | head",
    "souvenir list --held-back",
    'souvenir list --where \'{"project":"shop"}\' --json',
  ],
  load: () => import("./commands/list.ts"),
};

const pin: Command = {
  name: "pin",
  summary: "Put a memory into the profile: what is always known",
  parameters: "KEY",
  arity: [1, 1],
  options: memoryOptions,
  notes: "The profile is for the beginning of every prompt. A pinned memory stays so when it is set anew.",
  examples: ["souvenir pin name -n camille@example.com"],
  load: () => import("./commands/pin.ts"),
};

const unpin: Command = {
  name: "unpin",
  summary: "Take a memory out of the profile",
  parameters: "KEY",
  arity: [1, 1],
  options: memoryOptions,
  examples: ["souvenir unpin name -n camille@example.com"],
  load: () => import("./commands/unpin.ts"),
};

const profile: Command = {
  name: "profile",
  summary: "Print what is pinned in a namespace",
  parameters: "",
  arity: [0, 0],
  options: {
    tokens: {
      type: "string",
      value: "N",
      means: "tokenBudget",
      help: "tokens of all lines together at most; default 400",
    },
    ...memoryOptions,
  },
  examples: ["souvenir profile -n camille@example.com"],
  load: () => import("./commands/profile.ts"),
};

const forget: Command = {
  name: "forget",
  summary: "Erase memories for good, with their history",
  parameters: "[KEY...]",
  arity: [0, 10_000],
  options: {
    where: { type: "string", value: "JSON", help: "those whose metadata fit" },
    thread: { type: "string", value: "NAME", help: "the turns of a conversation" },
    all: { type: "boolean", help: "everything in the namespace" },
    yes: { type: "boolean", short: "y", help: "do not ask" },
    ...versionOptions,
    ...memoryOptions,
  },
  notes: "More than named keys is asked for on a terminal, and needs --yes elsewhere.",
  examples: ["souvenir forget stack", "souvenir forget --all -n camille@example.com --yes"],
  load: () => import("./commands/forget.ts"),
};

const history: Command = {
  name: "history",
  summary: "Print the versions of a memory, newest first",
  parameters: "KEY",
  arity: [1, 1],
  options: memoryOptions,
  examples: ["souvenir history stack"],
  load: () => import("./commands/history.ts"),
};

const namespaces: Command = {
  name: "namespaces",
  summary: "Print the namespaces and how many memories each holds",
  parameters: "",
  arity: [0, 0],
  options: { ...targetOptions, ...embedderOptions },
  examples: ["souvenir namespaces"],
  load: () => import("./commands/namespaces.ts"),
};

const importing: Command = {
  name: "import",
  summary: "Store what souvenir export wrote, or what other programs keep",
  parameters: "[FILE…]",
  arity: [0, Number.POSITIVE_INFINITY],
  options: {
    "dry-run": { type: "boolean", help: "say what would come, and store nothing" },
    "from-line": {
      type: "string",
      value: "N",
      help: "pass over the lines before, after an import of our own lines that was stopped",
    },
    ...safetyOptions,
    ...memoryOptions,
  },
  notes:
    'Exports of ChatGPT, Claude, Mem0, Zep, Letta, LangGraph and MCP\'s server-memory, messages of chat APIs, folders of Markdown and plain text are told apart by what they hold; zip and gzip are unpacked. Importing the same again adds nothing, and what cannot be kept is named, a line each. Without --namespace, what names its user goes to that user\'s namespace.\nA line of our own is a memory as souvenir export writes it, or as little as {"value": "..."}. Lines without a namespace go to the one of --namespace. Of exported memories, those that the store has as new or newer are skipped. Without FILE it reads standard input.',
  examples: [
    "souvenir import memories.jsonl",
    "souvenir import chatgpt-export.zip --dry-run",
    "souvenir import ~/notes -n ada",
    "souvenir export --path old.db | souvenir import --path new.db",
  ],
  load: () => import("./commands/import.ts"),
};

const exporting: Command = {
  name: "export",
  summary: "Write memories as JSON Lines, with their history",
  parameters: "",
  arity: [0, 0],
  options: {
    output: {
      type: "string",
      short: "o",
      value: "FILE",
      help: "write here, whole or not at all; default: standard output",
    },
    namespace: { type: "string", short: "n", value: "NAME", help: "only this one; default: all" },
    "no-history": { type: "boolean", help: "only current versions" },
    ...targetOptions,
    ...embedderOptions,
  },
  examples: ["souvenir export -o memories.jsonl", "souvenir export -n team | gzip > team.jsonl.gz"],
  load: () => import("./commands/export.ts"),
};

const moving: Command = {
  name: "move",
  summary: "Copy the whole store from a file to PostgreSQL, or back",
  parameters: "",
  arity: [0, 0],
  options: {
    from: { type: "string", value: "STORE", help: "a file, or postgres://user@host/database?schema=NAME" },
    to: {
      type: "string",
      value: "STORE",
      help: "the other one: an empty schema, which is made, or a file that is not there; default: SOUVENIR_STORE",
    },
  },
  notes:
    "Memories with their versions, times, vectors, facts and links, and the keys and web hooks of the server. May be stopped, killed and run again at any time: it goes on, and copies what changed since. What is there is compared with what was sent by count and checksum. The source stays as it is. Better give the password in SOUVENIR_STORE, where others do not see it.",
  examples: [
    "souvenir move --from memory.db --to postgres://souvenir@db/souvenir",
    "souvenir move --from postgres://souvenir@db/souvenir --to memory.db",
  ],
  load: () => import("./commands/move.ts"),
};

const reembed: Command = {
  name: "reembed",
  summary: "Change the embedder: make all vectors anew",
  parameters: "",
  arity: [0, 0],
  options: {
    embedder: { type: "string", value: "NAME", help: "static, mistral or mistral:MODEL[:DIMENSIONS]" },
    namespace: { type: "string", short: "n", value: "NAME", help: "only this one; default: all" },
    cancel: { type: "boolean", help: "give up what was begun and not ended" },
    ...storeOptions,
    ...encryptionOptions,
  },
  notes:
    "Searches, also by other processes, use the old vectors until the new ones are complete. May be stopped and run again at any time.",
  examples: ["souvenir reembed --embedder mistral", "souvenir reembed --cancel"],
  load: () => import("./commands/reembed.ts"),
};

const backup: Command = {
  name: "backup",
  summary: "Copy the store into a new file, while it is in use",
  parameters: "FILE",
  arity: [1, 1],
  options: { ...fileOptions, ...encryptionOptions },
  notes:
    "The copy is of one moment, is there when it is whole, and opens like any other store, an encrypted one with the key that it has today. A file that exists is not written over. Keys of the server are not in it; they are in the file beside the store, FILE.keys.",
  examples: ["souvenir backup monday.db", "souvenir backup /mnt/backup/memory.db --path team.db"],
  load: () => import("./commands/backup.ts"),
};

const scan: Command = {
  name: "scan",
  summary: "Count or take out keys, cards and personal data in what is kept",
  parameters: "",
  arity: [0, 0],
  options: {
    fix: {
      type: "boolean",
      help: "put [redacted: kind] in the place of each, and erase earlier versions that hold it",
    },
    ...namespaceOptions,
    ...storeOptions,
    ...encryptionOptions,
    ...embedderOptions,
    ...safetyOptions,
  },
  notes:
    "Looks at all namespaces, or at the one of --namespace, for what --safety names, by default for everything. What was found is counted by kind and never shown.",
  examples: ["souvenir scan", "souvenir scan --fix --safety secrets=redact"],
  load: () => import("./commands/scan.ts"),
};

const scrub: Command = {
  name: "scrub",
  summary: "Remove the bytes of what was erased, now",
  parameters: "",
  arity: [0, 0],
  options: { ...targetOptions, ...embedderOptions },
  notes:
    "What is erased is gone from every answer at once, and from the bytes of the file, its log and its snapshots a while later, when the store is closed, or after this. souvenir stats says how much waits.",
  examples: ["souvenir scrub"],
  load: () => import("./commands/scrub.ts"),
};

const stats: Command = {
  name: "stats",
  summary: "Count memories, vectors and what waits",
  parameters: "",
  arity: [0, 0],
  options: {
    namespace: { type: "string", short: "n", value: "NAME", help: "only this one; default: all" },
    ...targetOptions,
    ...embedderOptions,
  },
  examples: ["souvenir stats", "souvenir stats --json"],
  load: () => import("./commands/stats.ts"),
};

const doctor: Command = {
  name: "doctor",
  summary: "Check everything and say what to do",
  parameters: "",
  arity: [0, 0],
  options: {
    quick: { type: "boolean", help: "do not read every memory" },
    offline: { type: "boolean", help: "do not call the embedding model" },
    ...targetOptions,
    ...embedderOptions,
  },
  notes:
    "Looks at Node, the file and its permissions, the disk, locks, the tables, every memory, the snapshots, the embedder and its queue, keys and the environment; with --store at PostgreSQL, what keeps its commits, clocks, poolers, NOTIFY, rights and row-level security, and no memory is read. Exit code 1 when something is at fault; warnings do not count.",
  examples: ["souvenir doctor", "souvenir doctor --json", "souvenir doctor --url http://127.0.0.1:7077"],
  load: () => import("./commands/doctor.ts"),
};

const toLoopback = {
  "hooks-to-loopback": {
    type: "boolean",
    help: "web hooks may go to this machine, without TLS too: for tests, as who makes one reaches every port of it then",
  },
} as const;

const serve: Command = {
  name: "serve",
  summary: "Serve the memory over HTTP: API, MCP, console",
  parameters: "",
  arity: [0, 0],
  options: {
    port: { type: "string", short: "p", value: "N", help: "default 7077; 0 takes a free one" },
    host: { type: "string", value: "ADDRESS", help: "default 127.0.0.1" },
    open: {
      type: "boolean",
      help: "make no key: as long as there is none, whatever reaches a port of this machine may do everything",
    },
    "allow-origin": {
      type: "string",
      multiple: true,
      value: "ORIGIN",
      help: "pages of this origin may call, as in https://app.example; default: none",
    },
    "public-url": {
      type: "string",
      value: "URL",
      help: "as others reach it through a proxy, as in https://memory.example: OAuth for MCP names it",
    },
    "rate-limit": {
      type: "string",
      value: "N",
      help: "requests a minute of a key that has no limit of its own; default 6000",
    },
    audit: {
      type: "string",
      value: "FILE",
      help: "append a line of JSON for every write, deletion, export, change of keys and wrong key, without contents; with --store, store for one log of all servers in the database",
    },
    "audit-required": { type: "boolean", help: "do nothing of these that --audit FILE does not take" },
    "read-only": { type: "boolean", help: "refuse every write, and write nothing to the file" },
    workers: {
      type: "string",
      value: "N",
      help: "threads that search, each some of the namespaces; 0: none beside the one that writes. Default: one less than cores, at least 1",
    },
    "open-namespaces": {
      type: "string",
      value: "N",
      help: "indexes of namespaces that stay in memory, some 200 KB and more each; default 64",
    },
    dream: {
      type: "string",
      value: "CRON",
      help: "tidy the facts of all namespaces up at these times of this machine's clock, as in '0 3 * * *'",
    },
    ask: {
      type: "string",
      value: "NAME",
      help: "the model that the playground of the console may ask, at your cost, for keys that may write: mistral, mistral:MODEL or none; default: none, and nothing is sent",
    },
    ...toLoopback,
    log: { type: "boolean", help: "say each request on standard error, as a line of JSON" },
    ...safetyOptions,
    ...storeOptions,
    ...encryptionOptions,
    ...embedderOptions,
    ...factOptions,
  },
  notes:
    "Where there is no key, one that opens everything is made and shown this once, with a link to the console. SOUVENIR_KEY gives it instead, as containers are given secrets: one that is not known opens everything from then on. Ctrl-C or SIGTERM finishes the requests that are under way.",
  examples: [
    "souvenir serve",
    "souvenir serve --host 0.0.0.0 --port 8080 --embedder mistral",
    "SOUVENIR_STORE=postgres://souvenir:PASSWORD@db/souvenir souvenir serve --audit store",
  ],
  load: () => import("./commands/serve.ts"),
};

const audit: Command = {
  name: "audit",
  summary: "Print what servers on PostgreSQL wrote down with --audit store",
  parameters: "",
  arity: [0, 0],
  options: storeOptions,
  notes: "A line of JSON for each event, oldest first.",
  examples: ["souvenir audit > audit.jsonl"],
  load: () => import("./commands/audit.ts"),
};

const mcp: Command = {
  name: "mcp",
  summary: "Serve one namespace to an MCP host: remember, recall, list, forget",
  parameters: "",
  arity: [0, 0],
  options: {
    namespace: {
      type: "string",
      short: "n",
      value: "NAME",
      help: "whose memory; needed, and the tools cannot name another",
    },
    "read-only": { type: "boolean", help: "only recall and list" },
    ...safetyOptions,
    ...targetOptions,
    ...embedderOptions,
    ...factOptions,
  },
  notes:
    "Over standard input and output, for a host on this machine. With --facts there are tools for facts too: facts, approve, decline, undo. souvenir serve has the same over HTTP, for several hosts and users: /mcp and /mcp/NAMESPACE.",
  examples: ["souvenir mcp --namespace camille@example.com"],
  load: () => import("./commands/mcp.ts"),
};

const keysCreate: Command = {
  name: "keys create",
  summary: "Make a key for the server; it is shown this once",
  parameters: "NAME",
  arity: [1, 1],
  options: {
    namespace: { type: "string", short: "n", multiple: true, value: "NAME", help: "opens this namespace" },
    prefix: {
      type: "string",
      multiple: true,
      value: "PREFIX",
      means: "grants",
      help: "opens all that begin so, as in acme/",
    },
    everything: { type: "boolean", help: "opens all namespaces" },
    allow: {
      type: "string",
      value: "WHAT",
      help: "read, write (and read) or admin (both, and delete namespaces); default write",
    },
    expires: { type: "string", value: "TIME", help: "a date, or 90d; default: never" },
    "rate-limit": { type: "string", value: "N", help: "requests a minute; default: the server's" },
    "requests-per-day": { type: "string", value: "N", help: "default: no limit" },
    "writes-per-day": { type: "string", value: "N", help: "default: no limit" },
    ...storeOptions,
  },
  examples: [
    "souvenir keys create laptop --everything --allow admin",
    "souvenir keys create shop --prefix shop/ --expires 90d",
    "export SOUVENIR_KEY=$(souvenir keys create script -n team)",
  ],
  load: () => import("./commands/keys-create.ts"),
};

const keysList: Command = {
  name: "keys list",
  summary: "Print the keys, without their secrets",
  parameters: "",
  arity: [0, 0],
  options: storeOptions,
  examples: ["souvenir keys list"],
  load: () => import("./commands/keys-list.ts"),
};

const keysRevoke: Command = {
  name: "keys revoke",
  summary: "Revoke a key, at once",
  parameters: "ID",
  arity: [1, 1],
  options: storeOptions,
  examples: ["souvenir keys revoke ID"],
  load: () => import("./commands/keys-revoke.ts"),
};

const hookOptions = { ...storeOptions, ...encryptionOptions };

const hooksCreate: Command = {
  name: "hooks create",
  summary: "Have a server send changes to an address; prints the secret",
  parameters: "URL",
  arity: [1, 1],
  options: {
    namespace: { type: "string", short: "n", value: "NAME", help: "changes of this namespace" },
    prefix: { type: "string", value: "PREFIX", means: "grants", help: "of all that begin so, as in acme/" },
    everything: { type: "boolean", help: "of all namespaces" },
    texts: { type: "boolean", help: "send the memories, too; default: only what changed" },
    "from-beginning": { type: "boolean", help: "what there is, first; default: from now on" },
    ...toLoopback,
    ...hookOptions,
  },
  examples: ["souvenir hooks create https://example.com/souvenir --prefix users/"],
  load: () => import("./commands/hooks-create.ts"),
};

const hooksList: Command = {
  name: "hooks list",
  summary: "Print the web hooks, and how their deliveries go",
  parameters: "",
  arity: [0, 0],
  options: hookOptions,
  examples: ["souvenir hooks list"],
  load: () => import("./commands/hooks-list.ts"),
};

const hooksTest: Command = {
  name: "hooks test",
  summary: "Send a delivery that tells nothing; taken, it goes on",
  parameters: "ID",
  arity: [1, 1],
  options: { ...toLoopback, ...hookOptions },
  examples: ["souvenir hooks test ID"],
  load: () => import("./commands/hooks-test.ts"),
};

const hooksRotate: Command = {
  name: "hooks rotate",
  summary: "Print a new secret; the one before signs for a day more",
  parameters: "ID",
  arity: [1, 1],
  options: hookOptions,
  examples: ["souvenir hooks rotate ID"],
  load: () => import("./commands/hooks-rotate.ts"),
};

const hooksDelete: Command = {
  name: "hooks delete",
  summary: "Delete a hook",
  parameters: "ID",
  arity: [1, 1],
  options: hookOptions,
  examples: ["souvenir hooks delete ID"],
  load: () => import("./commands/hooks-delete.ts"),
};

const consolidate: Command = {
  name: "consolidate",
  summary: "Look for facts now in what was said since the last look",
  parameters: "",
  arity: [0, 0],
  options: {
    "dry-run": { type: "boolean", help: "print what would come of it; it costs the same" },
    ...memoryOptions,
    ...factOptions,
  },
  notes:
    "What is written while SOUVENIR_FACTS or --facts is given waits to be read; souvenir serve reads it by itself. Lines begin with + for a new fact, ~ for one in the place of another, = for one that was said again, ? for one that waits for approval.",
  examples: [
    "souvenir consolidate --facts mistral",
    "souvenir consolidate --facts mistral --dry-run -n team",
  ],
  load: () => import("./commands/consolidate.ts"),
};

const dream: Command = {
  name: "dream",
  summary: "Tidy facts up: merge what says the same, propose patterns",
  parameters: "",
  arity: [0, 0],
  options: {
    "dry-run": { type: "boolean", help: "print what would come of it" },
    ...memoryOptions,
  },
  notes:
    "No model is asked, and nothing is erased: souvenir undo takes it back. souvenir serve --dream does it by itself. Lines begin with = for a fact that another says, ~ for one that ends another, + for the summary of a conversation, ? for a pattern that waits for approval.",
  examples: ["souvenir dream", "souvenir dream --dry-run -n team"],
  load: () => import("./commands/dream.ts"),
};

const facts: Command = {
  name: "facts",
  summary: "Print the facts that were found",
  parameters: "",
  arity: [0, 0],
  options: {
    subject: { type: "string", value: "NAME", help: "only about this person or thing, as in user" },
    attribute: { type: "string", value: "NAME", help: "only of this side of it, as in employer" },
    type: {
      type: "string",
      value: "TYPE",
      help: "event, state, preference, instruction, relation or summary (of a conversation); default: all but summary",
    },
    state: {
      type: "string",
      value: "STATE",
      help: "active, superseded, proposed or merged; default: active and superseded",
    },
    ...memoryOptions,
  },
  examples: ["souvenir facts", "souvenir facts --state proposed", "souvenir facts --type summary"],
  load: () => import("./commands/facts.ts"),
};

const runs: Command = {
  name: "runs",
  summary: "Print when facts were looked for and dreamt of, or what a run did",
  parameters: "[RUN]",
  arity: [0, 1],
  options: memoryOptions,
  examples: ["souvenir runs", "souvenir runs RUN"],
  load: () => import("./commands/runs.ts"),
};

const undo: Command = {
  name: "undo",
  summary: "Take back what a run did",
  parameters: "RUN",
  arity: [1, 1],
  options: { ...targetOptions, ...embedderOptions },
  examples: ["souvenir undo RUN"],
  load: () => import("./commands/undo.ts"),
};

const encryptionNewKey: Command = {
  name: "encryption new-key",
  summary: "Make a key for encrypted stores, in a file of its own",
  parameters: "FILE",
  arity: [1, 1],
  options: {},
  notes:
    "The file is readable by you only. Keep a copy of it elsewhere, and not beside the backups: without it nobody can read what it encrypts. A file that exists is not written over.",
  examples: ["souvenir encryption new-key ~/keys/souvenir.key"],
  load: () => import("./commands/encryption-new-key.ts"),
};

const encryptionEncrypt: Command = {
  name: "encryption encrypt",
  summary: "Encrypt a store that is in plain text",
  parameters: "",
  arity: [0, 0],
  options: { ...fileOptions, ...encryptionOptions },
  notes:
    "In its place and in one transaction, alone at the file: what is stopped leaves it as it was. Plain backups, exports and copies stay as they are. A new store is encrypted when the first command that makes it has the key.",
  examples: ["souvenir encryption encrypt --encryption-key-file ~/keys/souvenir.key"],
  load: () => import("./commands/encryption-encrypt.ts"),
};

const encryptionDecrypt: Command = {
  name: "encryption decrypt",
  summary: "Make plain text of an encrypted store",
  parameters: "",
  arity: [0, 0],
  options: { ...fileOptions, ...encryptionOptions },
  examples: ["souvenir encryption decrypt --encryption-key-file ~/keys/souvenir.key"],
  load: () => import("./commands/encryption-decrypt.ts"),
};

const encryptionRotate: Command = {
  name: "encryption rotate",
  summary: "Put a store under another key",
  parameters: "NEW-KEY-FILE",
  arity: [1, 1],
  options: {
    content: {
      type: "boolean",
      help: "encrypt all content anew too: for when somebody had the key and a copy of the file",
    },
    ...fileOptions,
    ...encryptionOptions,
  },
  notes:
    "Programs that have the store open go on; give them the new key for their next start. Backups keep the key of their day: with the old key destroyed nobody reads them any more. Keys of the server are something else: souvenir keys.",
  examples: ["souvenir encryption rotate ~/keys/new.key --encryption-key-file ~/keys/souvenir.key"],
  load: () => import("./commands/encryption-rotate.ts"),
};

const approve: Command = {
  name: "approve",
  summary: "Let a concluded fact, or a memory that is held back, take part",
  parameters: "KEY",
  arity: [1, 1],
  options: memoryOptions,
  examples: ["souvenir approve KEY"],
  load: () => import("./commands/approve.ts"),
};

const decline: Command = {
  name: "decline",
  summary: "Erase what waits for approval",
  parameters: "KEY",
  arity: [1, 1],
  options: memoryOptions,
  examples: ["souvenir decline KEY"],
  load: () => import("./commands/decline.ts"),
};

const completion: Command = {
  name: "completion",
  summary: "Print what makes a shell complete commands and options",
  parameters: "SHELL",
  arity: [1, 1],
  options: {},
  notes: "SHELL is bash, zsh or fish.",
  examples: [
    "source <(souvenir completion bash)",
    "souvenir completion fish > ~/.config/fish/completions/souvenir.fish",
  ],
  load: () => import("./commands/completion.ts"),
};

export const commandGroups: CommandGroups = {
  Memories: [set, get, search, list, pin, unpin, profile, forget, history, namespaces, approve, decline],
  Facts: [consolidate, dream, facts, runs, undo],
  "The whole store": [importing, exporting, backup, moving, reembed, scan, scrub, stats, doctor],
  Encryption: [encryptionNewKey, encryptionEncrypt, encryptionRotate, encryptionDecrypt],
  "For other programs": [
    ...[serve, mcp, keysCreate, keysList, keysRevoke],
    ...[hooksCreate, hooksList, hooksTest, hooksRotate, hooksDelete, audit, completion],
  ],
};
export const commands: readonly Command[] = Object.values(commandGroups).flat();
