import type { SetRequest, WireMemory } from "../src/api/wire.ts";
import { call, Failure, isConflict } from "./api.ts";
import { field, openForm } from "./dialogs.ts";
import { h } from "./dom.ts";
import { excerpt } from "./text.ts";
import { fold } from "./words.ts";

/**
 * The dialog that writes a memory: a new one, or the next version of `memory`. When somebody else has changed that
 * meanwhile, nothing is written: the dialog says so, and what it holds stays.
 * @param outdated - Told what the memory says now, `undefined` when it is not there any more.
 */
export function openEditor(
  namespace: string,
  memory: WireMemory | undefined,
  saved: (stored: WireMemory) => void,
  outdated: (now: WireMemory | undefined) => void = () => {},
): void {
  let seen = memory?.version;
  const area = (text: string, rows: number, extra = {}) => {
    const made = h("textarea", { rows, spellcheck: "false", ...extra });
    made.value = text;
    return made;
  };
  const line = (text: string, extra = {}) => {
    const made = h("input", { type: "text", autocomplete: "off", dir: "auto", ...extra });
    made.value = text;
    return made;
  };
  const place = line(namespace, { required: true, maxlength: 512 });
  const value = area(memory?.value ?? "", 6, {
    required: true,
    dir: "auto",
    class: "value",
    autofocus: true,
  });
  const key = line(memory?.key ?? "");
  const tags = line((memory?.tags ?? []).join(", "));
  const metadata = area(
    memory === undefined || Object.keys(memory.metadata).length === 0
      ? ""
      : JSON.stringify(memory.metadata, null, 2),
    4,
    { class: "mono" },
  );
  const thread = line(memory?.thread ?? "");
  const role = line(memory?.role ?? "");
  const expires = line(localTime(memory?.expires_at), { type: "datetime-local", step: "any" });

  openForm(memory === undefined ? "Add a memory" : "Edit the memory", {
    action: memory === undefined ? "Add" : "Save",
    fields: [
      memory === undefined && field("Namespace", place, "It is made with its first memory."),
      field("What to remember", value),
      field("Tags", tags, "Between commas"),
      h(
        "details",
        { open: memory !== undefined && hasMore(memory) },
        h("summary", {}, `${memory === undefined ? "Key, metadata" : "Metadata"}, conversation, expiry`),
        memory === undefined && field("Key", key, "Empty: a new one. An existing key gets a new version."),
        field("Metadata", metadata, ["A JSON object, for example ", h("code", {}, '{ "project": "shop" }')]),
        field("Conversation", thread, "The thread that it is a turn of"),
        field("Role", role, "Who said it: user, assistant or a name"),
        field("Expires", expires, "From then on it is not found, and it is erased soon after"),
      ),
    ],
    async submit() {
      const request: SetRequest = {
        namespace: memory?.namespace ?? place.value,
        value: value.value,
        tags: readTags(tags.value, memory?.tags ?? []),
        metadata: readMetadata(metadata.value),
        entities: entitiesToKeep(memory, value.value),
        key: memory?.key ?? (key.value || undefined),
        thread: thread.value || undefined,
        role: role.value || undefined,
        expires_at: toMoment(expires.value),
        valid_from: memory?.valid_from,
        valid_to: memory?.valid_to,
        supersedes: memory?.supersedes,
        origin: memory && originOf(memory),
        if_version: seen,
      };
      try {
        const { success: _, ...stored } = await call("memorySet", request);
        return () => saved(stored);
      } catch (error) {
        if (memory === undefined || !isConflict(error)) throw error;
        const now = await current(memory);
        seen = now?.version ?? 0;
        outdated(now);
        throw new Failure(
          error.status,
          error.code,
          now === undefined
            ? "Somebody deleted this memory while you were editing it."
            : `Somebody changed this memory while you were editing it. It is now version ${now.version}: “${excerpt(now.value)}”`,
          now === undefined
            ? "What you wrote is still here: Save makes the memory anew, Cancel leaves it deleted."
            : "What you wrote is still here: Save replaces what they wrote, Cancel keeps it.",
        );
      }
    },
  });
}

/** The same memory again, as the next version of the one that is shown. @param seen - Which that is. */
export function toRequest(memory: WireMemory, seen: number): SetRequest {
  // A pin is for the key, whatever is written there; whether it is held back or flagged, the server sees anew.
  const { version: _, updated_at: __, pinned_at: ___, held_back: ____, flagged: _____, ...fields } = memory;
  return { ...fields, origin: originOf(memory), if_version: seen };
}

/** Of a fact it says something else. */
const originOf = ({ origin }: WireMemory): SetRequest["origin"] => (origin === "stated" ? undefined : origin);

/** What a memory says now, `undefined` when there is none. */
async function current({ namespace, key }: WireMemory): Promise<WireMemory | undefined> {
  try {
    return await call("memoryGet", { namespace, key });
  } catch (error) {
    if (error instanceof Failure && error.status === 404) return undefined;
    throw error;
  }
}

function hasMore({ metadata, thread, role, expires_at }: WireMemory): boolean {
  return Object.keys(metadata).length > 0 || (thread ?? role ?? expires_at) !== undefined;
}

/** A tag may hold a comma itself: those that are there already are recognised first. */
function readTags(text: string, before: readonly string[]): string[] {
  if (text === before.join(", ")) return [...before];
  return [...new Set(text.split(",").flatMap((tag) => tag.trim() || []))];
}

function readMetadata(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === "object" && read !== null && !Array.isArray(read)) return { ...read };
  } catch {
    // Said below.
  }
  const advice = 'Write it like { "project": "shop", "budget": 20 }, with double quotes.';
  throw new Failure(400, "INVALID_INPUT", "The metadata is not a JSON object.", advice);
}

/**
 * Entities are found anew in the new text, and those that are sent are added. So those are sent that the old text did
 * not name (somebody gave them) and those that the new one still names.
 */
function entitiesToKeep(memory: WireMemory | undefined, value: string): WireMemory["entities"] {
  const before = fold(memory?.value ?? "");
  const now = fold(value);
  return (memory?.entities ?? []).filter(({ name }) => {
    const folded = fold(name);
    return !before.includes(folded) || now.includes(folded);
  });
}

/** In UTC. `undefined` for an empty field. */
export function toMoment(local: string): string | undefined {
  return local === "" ? undefined : new Date(local).toISOString();
}

/** As the field for dates and times wants it: the time here, without a zone. */
function localTime(moment: string | undefined): string {
  if (moment === undefined) return "";
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}
