import type { OptionSpecs } from "./command.ts";

export const defaultPath = "./.souvenir/memory.db";

/** Understood before and after the command. */
export const commonOptions: OptionSpecs = {
  json: { type: "boolean", help: "the result as JSON: one document, or one a line for lists" },
  help: { type: "boolean", short: "h", help: "say how it is used" },
};
export const fileOptions: OptionSpecs = {
  path: { type: "string", value: "FILE", help: `file of the store; default ${defaultPath}` },
};
export const storeOptions: OptionSpecs = {
  ...fileOptions,
  store: {
    type: "string",
    value: "ADDRESS",
    help: "PostgreSQL instead of a file: postgres://user@host/database, ?schema=NAME for another than souvenir; with a password better in SOUVENIR_STORE, where others do not see it",
  },
};
export const encryptionOptions: OptionSpecs = {
  "encryption-key-file": {
    type: "string",
    value: "FILE",
    help: "file of the key with which the store is encrypted; default: what SOUVENIR_ENCRYPTION_KEY holds, or the file that SOUVENIR_ENCRYPTION_KEY_FILE names",
  },
};
export const targetOptions: OptionSpecs = {
  ...storeOptions,
  ...encryptionOptions,
  url: { type: "string", value: "URL", help: "work against a server instead of a file" },
  key: {
    type: "string",
    value: "KEY",
    help: "key for the server; better in SOUVENIR_KEY, where others do not see it",
  },
};
export const embedderOptions: OptionSpecs = {
  embedder: {
    type: "string",
    value: "NAME",
    help: "static, mistral, mistral:MODEL[:DIMENSIONS] or none; default: the one of the store, static for a new one",
  },
};
export const factOptions: OptionSpecs = {
  facts: {
    type: "string",
    value: "NAME",
    help: "what finds facts in what people say: mistral, mistral:MODEL or none; default: none, and nothing is sent",
  },
  "facts-batch": {
    type: "boolean",
    help: "read conversations that are over in Mistral's batch jobs: half the price, within a day",
  },
  "facts-tokens": { type: "string", value: "N", help: "tokens that this may cost a day; default: no limit" },
};
export const safetyOptions: OptionSpecs = {
  safety: {
    type: "string",
    value: "RULES",
    help: "what is done with keys, cards and personal data in what is written: secrets=redact,cards=block,personal=warn; and with what Mistral's moderation flags: moderation=warn or hold",
  },
};
export const namespaceOptions: OptionSpecs = {
  namespace: { type: "string", short: "n", value: "NAME", help: "whose memory; default: default" },
};
export const filterOptions: OptionSpecs = {
  tag: { type: "string", multiple: true, value: "TAG", means: "tags", help: "only memories with this tag" },
  where: {
    type: "string",
    value: "JSON",
    help: `only memories whose metadata fit, as in '{"budget":{"lte":50}}'`,
  },
  thread: { type: "string", value: "NAME", help: "only turns of this conversation" },
};
export const originOptions: OptionSpecs = {
  origin: {
    type: "string",
    multiple: true,
    value: "NAME",
    help: "only what came from there: user, assistant, tool, import or inferred",
  },
  "held-back": {
    type: "boolean",
    help: "only what is held back from recall, because it reads like an order to a model or was flagged",
  },
};
export const timeOptions: OptionSpecs = {
  "as-of": { type: "string", value: "TIME", help: "only what was true then: a date, or 30d ago" },
  "known-at": { type: "string", value: "TIME", help: "as it was known then" },
};
export const versionOptions: OptionSpecs = {
  "if-version": {
    type: "string",
    value: "N",
    help: "only if it is of this version now; 0: only if there is none",
  },
};
/** For commands that work on memories of one namespace. */
export const memoryOptions: OptionSpecs = { ...namespaceOptions, ...targetOptions, ...embedderOptions };
