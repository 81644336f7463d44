import { SouvenirError } from "../errors.ts";
import type { Entity, JsonValue, Logger, Metadata } from "../types.ts";
import { checkInteger, checkObject, checkOptions, invalid } from "../validation.ts";
import { findSensitive } from "./find-sensitive.ts";
import type { ModerationAction, Moderator } from "./moderator.ts";
import type { SafetyAction, SafetyCounts, SafetyOptions, SafetyStats } from "./safety-options.ts";
import { type Sensitive, type SensitiveGroup, type SensitiveKind, sensitiveKinds } from "./sensitive.ts";

/** The texts of a memory. */
export interface Screened {
  value: string;
  tags: string[];
  metadata: Metadata;
  entities: Entity[];
}

const groups: readonly SensitiveGroup[] = ["secrets", "cards", "personal"];
const actions: readonly SafetyAction[] = ["off", "warn", "redact", "block"];
const moderationActions: readonly ModerationAction[] = ["off", "warn", "hold"];
const ruleNames = [...groups, "moderation"] as const;
const marks = /\[redacted: ([a-z ]{3,12})\]/g;
/** Namespaces whose rules are kept at hand. */
const mostNamespaces = 10_000;

interface Rules {
  of: Readonly<Record<SensitiveGroup, SafetyAction>>;
  wanted: ReadonlySet<SensitiveGroup>;
  moderation: ModerationAction;
}

/** The text with `[redacted: kind]` in the place of each. */
export function redacted(text: string, found: readonly Sensitive[]): string {
  let left = "";
  let at = 0;
  for (const { kind, start, end } of found) {
    left += `${text.slice(at, start)}[redacted: ${kind}]`;
    at = end;
  }
  return left + text.slice(at);
}

/** The fields of a memory with each of its texts replaced; names that are entities go when they are not the same any more. */
export function mapTexts(fields: Screened, change: (text: string, where: string) => string): Screened {
  const deep = (value: JsonValue, where: string): JsonValue => {
    if (typeof value === "string") return change(value, where);
    if (Array.isArray(value)) return value.map((each, index) => deep(each, `${where}[${index}]`));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, deep(each, `${where}.${name}`)]),
    );
  };
  return {
    value: change(fields.value, "value"),
    tags: fields.tags.map((tag, index) => change(tag, `tags[${index}]`)),
    metadata: deep(fields.metadata, "metadata") as Metadata,
    entities: fields.entities.filter(({ name }, index) => change(name, `entities[${index}]`) === name),
  };
}

/** Looks at what is about to be written, before anything else does. */
export class Safety {
  readonly moderator: Moderator | undefined;
  readonly #options: Omit<SafetyOptions, "moderator">;
  readonly #logger: Logger;
  readonly #rules = new Map<string, Rules>();
  readonly stats: SafetyStats = { warned: {}, redacted: {}, blocked: {} };

  /** @throws SouvenirError `INVALID_INPUT` */
  constructor(options: unknown, logger: Logger) {
    const { moderator, ...rules } = checkSafety(options);
    this.moderator = moderator;
    this.#options = rules;
    this.#logger = logger;
    if (moderator !== undefined) this.stats.flagged = {};
  }

  /** What is looked for in a namespace. */
  wantedIn(namespace: string): ReadonlySet<SensitiveGroup> {
    return this.#rulesOf(namespace).wanted;
  }

  /** What is done with what the moderator flags in a namespace. */
  readonly moderationIn = (namespace: string): ModerationAction =>
    this.moderator === undefined ? "off" : this.#rulesOf(namespace).moderation;

  /** Counts a memory that was flagged, and tells for what. */
  readonly noteFlagged = (categories: readonly string[]): void => {
    const { flagged = {} } = this.stats;
    for (const category of categories) flagged[category] = (flagged[category] ?? 0) + 1;
    this.#logger.warn?.(`a memory was flagged by the moderator: ${categories.join(", ")}`, { categories });
  };

  /** A memory as it may be kept. @throws SouvenirError `CONTENT_BLOCKED` */
  readonly screen = (namespace: string, fields: Screened): Screened => this.#screen(namespace, fields, false);

  /** The same for what is made from memories: nothing more is refused, what would be is redacted. */
  readonly screenDerived = (namespace: string, fields: Screened): Screened =>
    this.#screen(namespace, fields, true);

  /**
   * The words of a message as they may be kept, so that it is compared with what was kept. What is found in them is counted
   * when they are written.
   * @param where - As in `messages[3].content`. `undefined`: of a message that need not be kept, where nothing is refused.
   * @throws SouvenirError `CONTENT_BLOCKED`
   */
  said(namespace: string, text: string, where: string | undefined): string {
    const rules = this.#rulesOf(namespace);
    if (rules.wanted.size === 0) return text;
    const found = findSensitive(text, rules.wanted);
    const blocked = where === undefined ? [] : found.filter(({ kind }) => actionFor(kind, rules) === "block");
    if (blocked.length > 0) throw this.#blocked(blocked, where as string);
    return redacted(
      text,
      found.filter(({ kind }) => actionFor(kind, rules) !== "warn"),
    );
  }

  #screen(namespace: string, fields: Screened, isDerived: boolean): Screened {
    const rules = this.#rulesOf(namespace);
    if (rules.wanted.size === 0) return fields;
    const counted: { action: "warned" | "redacted"; kind: SensitiveKind }[] = [];
    const screened = mapTexts(fields, (text, where) => {
      // Redacted when the message was compared with its thread.
      for (const [, kind = ""] of text.matchAll(marks))
        if (Object.hasOwn(sensitiveKinds, kind))
          counted.push({ action: "redacted", kind: kind as SensitiveKind });
      const found = findSensitive(text, rules.wanted);
      if (found.length === 0) return text;
      const blocked = isDerived ? [] : found.filter(({ kind }) => actionFor(kind, rules) === "block");
      if (blocked.length > 0) throw this.#blocked(blocked, where);
      const gone = found.filter(({ kind }) => actionFor(kind, rules) !== "warn");
      for (const each of found)
        counted.push({ action: gone.includes(each) ? "redacted" : "warned", kind: each.kind });
      return redacted(text, gone);
    });
    const warned: SafetyCounts = {};
    for (const { action, kind } of counted) {
      count(this.stats[action], kind);
      if (action === "warned") count(warned, kind);
    }
    if (Object.keys(warned).length > 0)
      this.#logger.warn?.(`a memory was kept with what perhaps should not be: ${worded(warned)}`, {
        kinds: warned,
      });
    return screened;
  }

  #blocked(found: readonly Sensitive[], where: string): SouvenirError {
    const kinds: SafetyCounts = {};
    for (const { kind } of found) {
      count(kinds, kind);
      count(this.stats.blocked, kind);
    }
    return new SouvenirError(
      "CONTENT_BLOCKED",
      `${where}: expected a text without what this memory does not keep, and it has: ${worded(kinds)}; take it out, or open the memory with safety: "redact"`,
      { details: { where, kinds } },
    );
  }

  #rulesOf(namespace: string): Rules {
    const known = this.#rules.get(namespace);
    if (known !== undefined) return known;
    if (this.#rules.size >= mostNamespaces) this.#rules.clear();
    const { byNamespace = {}, ...general } = this.#options;
    const own = Object.hasOwn(byNamespace, namespace) ? byNamespace[namespace] : undefined;
    const [prefix] = Object.keys(byNamespace)
      .filter((name) => name.endsWith("*") && namespace.startsWith(name.slice(0, -1)))
      .sort((left, right) => right.length - left.length);
    const given = { ...general, ...(own ?? (prefix === undefined ? {} : byNamespace[prefix])) };
    const of = Object.fromEntries(groups.map((group) => [group, given[group] ?? "off"])) as Rules["of"];
    const wanted = new Set(groups.filter((group) => of[group] !== "off"));
    const rules = { of, wanted, moderation: given.moderation ?? "warn" };
    this.#rules.set(namespace, rules);
    return rules;
  }
}

/** The strongest of those that a kind is of. */
function actionFor(kind: SensitiveKind, { of }: Rules): SafetyAction {
  const place = Math.max(...sensitiveKinds[kind].map((group) => actions.indexOf(of[group])));
  return actions[place] as SafetyAction;
}

function count(counts: SafetyCounts, kind: SensitiveKind): void {
  counts[kind] = (counts[kind] ?? 0) + 1;
}

function worded(counts: SafetyCounts): string {
  return Object.entries(counts)
    .map(([kind, number]) => (number === 1 ? kind : `${kind} (${number})`))
    .join(", ");
}

function checkSafety(given: unknown): SafetyOptions {
  const { byNamespace, moderator, ...rules } = checkOptions(given, "safety", [
    ...ruleNames,
    "byNamespace",
    "moderator",
  ]);
  checkRules(rules, "safety");
  const judge = moderator === undefined ? {} : { moderator: checkModerator(moderator) };
  const named = byNamespace === undefined ? {} : checkObject(byNamespace, "safety.byNamespace");
  const own = Object.entries(named).map(([name, each]) => {
    const where = `safety.byNamespace[${JSON.stringify(name)}]`;
    return checkRules(checkOptions(each, where, ruleNames), where);
  });
  if (moderator === undefined && [rules, ...own].some(({ moderation = "off" }) => moderation !== "off"))
    throw invalid("safety.moderator", "a Moderator beside moderation, such as mistralModerator()");
  // Whoever gave it may change it later.
  return { ...(structuredClone({ ...rules, byNamespace: named }) as SafetyOptions), ...judge };
}

function checkModerator(given: unknown): Moderator {
  const moderator = checkObject(given, "safety.moderator") as Partial<Moderator>;
  if (typeof moderator.moderate !== "function" || typeof moderator.id !== "string" || moderator.id === "")
    throw invalid("safety.moderator", "{ id, moderate }, such as mistralModerator()");
  if (moderator.maxBatch !== undefined)
    checkInteger(moderator.maxBatch, "safety.moderator.maxBatch", 1, 10_000);
  return moderator as Moderator;
}

function checkRules<Rules extends Readonly<Record<string, unknown>>>(rules: Rules, where: string): Rules {
  for (const [name, action] of Object.entries(rules)) {
    const [known, expected]: [readonly unknown[], string] =
      name === "moderation"
        ? [moderationActions, '"off", "warn" or "hold"']
        : [actions, '"off", "warn", "redact" or "block"'];
    if (action !== undefined && !known.includes(action)) throw invalid(`${where}.${name}`, expected, action);
  }
  return rules;
}
