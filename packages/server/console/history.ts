import type { WireMemory } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { changes } from "./diff.ts";
import { button, type Child, h, heardOnly, refill } from "./dom.ts";
import { failureBox, waiting } from "./notices.ts";
import { atTime } from "./text.ts";

/** Versions of a memory, the newest first, each with what changed from the one before. */
export function historySection(
  memory: WireMemory,
  restore: ((version: WireMemory) => Promise<void>) | undefined,
): HTMLElement {
  const body = h("div", {}, waiting());
  const load = async () => {
    try {
      const { namespace, key } = memory;
      const earlier = memory.version === 1 ? [] : (await call("memoryHistory", { namespace, key })).versions;
      const versions = [...earlier, memory];
      refill(
        body,
        versions.length === 1
          ? h("p", { class: "soft" }, "One version, never changed.")
          : h(
              "ol",
              { class: "versions", reversed: true },
              versions.map((version, at) => item(version, versions[at - 1])).reverse(),
            ),
      );
    } catch (error) {
      refill(
        body,
        failureBox(error, () => void load()),
      );
    }
  };

  function item(version: WireMemory, before: WireMemory | undefined): HTMLElement {
    const current = version === memory;
    const back = async (event: Event) => {
      const pressed = event.target as HTMLButtonElement;
      pressed.disabled = true;
      try {
        await restore?.(version);
      } catch (error) {
        pressed.replaceWith(failureBox(error));
      }
    };
    return h(
      "li",
      { value: version.version },
      h(
        "p",
        { class: "soft" },
        h("strong", {}, `Version ${version.version}`),
        current ? " · current · " : " · ",
        h("time", { datetime: version.updated_at }, atTime(version.updated_at)),
      ),
      h(
        "p",
        { class: "value", dir: "auto" },
        before === undefined ? version.value : differences(before.value, version.value),
      ),
      before !== undefined && otherChanges(before, version),
      !current &&
        restore !== undefined &&
        button([`Restore`, heardOnly(` version ${version.version}`)], (event) => void back(event), {
          class: "quiet",
        }),
    );
  }
  void load();
  return h("section", { "aria-label": "History" }, h("h3", {}, "History"), body);
}

function otherChanges(before: WireMemory, after: WireMemory): Child {
  const changed = (
    ["tags", "metadata", "thread", "role", "expires_at", "valid_from", "valid_to", "supersedes"] as const
  ).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return changed.map((name) =>
    h(
      "p",
      { class: "change" },
      h("span", { class: "label" }, name.replace("_at", "").replace("_", " "), " "),
      differences(shown(before[name]), shown(after[name])),
    ),
  );
}

function differences(before: string, after: string): Child {
  return changes(before, after).map(({ kind, text }) =>
    kind === "kept" ? text : h(kind === "removed" ? "del" : "ins", {}, text),
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}
