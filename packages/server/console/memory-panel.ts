import type { WireMemory } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { conversationSection } from "./conversation.ts";
import { code, copyButton } from "./dialogs.ts";
import { button, type Child, h, refill, written } from "./dom.ts";
import { openEditor, toRequest } from "./editor.ts";
import { historySection } from "./history.ts";
import { marked } from "./marks.ts";
import { failureBox, notify, waiting } from "./notices.ts";
import { askToDelete } from "./removal.ts";
import { isHit, type Shown } from "./results.ts";
import { writeRoute } from "./route.ts";
import { session } from "./session.ts";
import { reasonLines, signalBars } from "./signals.ts";
import { atTime, score } from "./text.ts";

export interface PanelActions {
  close(): void;
  open(key: string): void;
  /** Shows only the memories of a thread. */
  filter(thread: string): void;
  /** What another memory says, when that is at hand. */
  textOf(key: string): string | undefined;
  /** The memory was written, deleted or brought back. */
  changed(key: string, now: "written" | "deleted" | "back"): void;
}

/** All about one memory. @param found - As the search found it, when one did. */
export function memoryPanel(
  namespace: string,
  key: string,
  found: Shown | undefined,
  actions: PanelActions,
): HTMLElement {
  const body = h("div", {}, waiting());
  const title = h("h2", { tabindex: "-1", id: "panel-title" }, "Memory");
  const load = async () => {
    try {
      draw(await call("memoryGet", { namespace, key }));
    } catch (error) {
      refill(
        body,
        failureBox(error, () => void load()),
      );
    }
  };

  function draw(memory: WireMemory): void {
    const mayWrite = session.may("write", namespace);
    const { thread } = memory;
    const hit = found !== undefined && isHit(found) ? found : undefined;
    const saved = (text: string) => (stored: WireMemory) => {
      actions.changed(key, "written");
      draw(stored);
      notify(text, {
        label: "Undo",
        async run() {
          draw(withoutSuccess(await call("memorySet", toRequest(memory, stored.version))));
          actions.changed(key, "written");
          notify("The memory says again what it said before.");
        },
      });
    };
    const outdated = (now: WireMemory | undefined) => {
      actions.changed(key, now === undefined ? "deleted" : "written");
      if (now !== undefined) draw(now);
    };
    const restore = async (version: WireMemory) => {
      const stored = await call("memorySet", toRequest(version, memory.version));
      saved(`Version ${version.version} is restored.`)(withoutSuccess(stored));
    };
    const pinned = memory.pinned_at !== undefined;
    const pin = async () => {
      try {
        draw(await call(pinned ? "memoryUnpin" : "memoryPin", { namespace, key }));
        actions.changed(key, "written");
        notify(pinned ? "It is not in the profile any more." : "It is pinned: it is in the profile now.");
      } catch (error) {
        body.prepend(failureBox(error));
      }
    };
    const approve = async () => {
      try {
        draw(await call("factApprove", { namespace, key }));
        actions.changed(key, "written");
        notify("It is approved: recalls have it from now on.");
      } catch (error) {
        body.prepend(failureBox(error));
      }
    };
    const remove = () => askToDelete(memory, (now) => actions.changed(key, now));
    refill(
      body,
      h(
        "p",
        { class: "value whole", dir: "auto" },
        marked(memory.value, hit?.value === memory.value ? hit.reasons.terms : []),
      ),
      mayWrite &&
        h(
          "div",
          { class: "actions" },
          button("Edit", () => openEditor(namespace, memory, saved("The memory is saved."), outdated), {
            id: "edit-memory",
          }),
          button(pinned ? "Unpin" : "Pin", () => void pin(), { id: "pin-memory" }),
          button("Delete", remove, { id: "delete-memory", class: "quiet" }),
        ),
      verdict(),
      hit !== undefined && whyFound(),
      facts(memory),
      thread !== undefined &&
        conversationSection(
          { ...memory, thread },
          { open: actions.open, filter: () => actions.filter(thread) },
        ),
      historySection(memory, mayWrite ? restore : undefined),
      rawSection(memory),
    );

    /** Why it is in no recall, or was flagged, and what can be done. */
    function verdict(): Child {
      const { flagged, held_back: waits = false } = memory;
      if (flagged === undefined && !waits) return undefined;
      return h(
        "section",
        { "aria-label": "Approval", class: "verdict" },
        h(
          "p",
          {},
          flagged === undefined
            ? "It reads like an order to a model. "
            : `The moderator flagged it: ${flagged.join(", ").replaceAll("_", " ")}. `,
          waits ? "It is in no recall until somebody approves it." : "Recalls have it all the same.",
        ),
        waits &&
          mayWrite &&
          h(
            "div",
            { class: "actions" },
            button("Approve", () => void approve(), { id: "approve-memory", class: "strong" }),
            button("Decline", remove, { id: "decline-memory" }),
          ),
      );
    }

    function whyFound(): Child {
      if (hit === undefined) return undefined;
      const link = (other: string) =>
        button(written(actions.textOf(other) ?? other), () => actions.open(other), { class: "link" });
      return h(
        "section",
        { "aria-label": "Why it was found", class: "found" },
        h("h3", {}, "Why it was found ", h("span", { class: "amount" }, score(hit.score))),
        signalBars(hit.signals),
        h(
          "dl",
          { class: "facts" },
          reasonLines(hit, link).map(({ label, text }) => [h("dt", {}, label), h("dd", {}, text)]),
        ),
      );
    }
  }

  void load();
  return h(
    "section",
    { class: "panel", "aria-labelledby": "panel-title" },
    h(
      "div",
      { class: "panel-head" },
      button("← Back", actions.close, { class: "quiet", id: "close-panel", title: "Close (Escape)" }),
      title,
    ),
    body,
  );
}

/** As the API has it. */
function rawSection(memory: WireMemory): HTMLElement {
  const { success: _, ...stored } = memory as WireMemory & { success?: true };
  return h(
    "section",
    { "aria-label": "JSON" },
    h("details", {}, h("summary", {}, "Raw JSON"), code(JSON.stringify(stored, null, 2), "the JSON")),
  );
}

function facts(memory: WireMemory): HTMLElement {
  const {
    namespace,
    key,
    role,
    origin,
    tags,
    entities,
    metadata,
    created_at,
    updated_at,
    expires_at,
    version,
  } = memory;
  const rows: [string, Child][] = [
    ["key", [written(key, { class: "mono" }), " ", copyButton(key, "the key")]],
  ];
  if (role !== undefined) rows.push(["role", written(role)]);
  if (origin !== undefined) rows.push(["origin", origin]);
  if (tags.length > 0) rows.push(["tags", tags.map((tag) => [h("bdi", { class: "tag" }, tag), " "])]);
  if (entities.length > 0)
    rows.push([
      "entities",
      entities.map(({ name, type }) => [
        h(
          "span",
          { class: "entity" },
          h("a", { href: writeRoute({ page: "entities", namespace, query: name }) }, h("bdi", {}, name)),
          " ",
          h("span", { class: "soft" }, type),
        ),
        " ",
      ]),
    ]);
  if (Object.keys(metadata).length > 0)
    rows.push(["metadata", h("pre", { class: "mono" }, JSON.stringify(metadata, null, 2))]);
  rows.push(["created", h("time", { datetime: created_at }, atTime(created_at))]);
  if (version > 1) rows.push(["changed", h("time", { datetime: updated_at }, atTime(updated_at))]);
  if (expires_at !== undefined)
    rows.push(["expires", h("time", { datetime: expires_at }, atTime(expires_at))]);
  const { valid_from, valid_to, supersedes = [], pinned_at } = memory;
  for (const [name, moment] of Object.entries({
    "true from": valid_from,
    "true until": valid_to,
    pinned: pinned_at,
  }))
    if (moment !== undefined) rows.push([name, h("time", { datetime: moment }, atTime(moment))]);
  if (supersedes.length > 0)
    rows.push(["supersedes", supersedes.map((old) => [written(old, { class: "mono" }), " "])]);
  return h(
    "section",
    { "aria-label": "Details" },
    h("h3", {}, "Details"),
    h(
      "dl",
      { class: "facts" },
      rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    ),
  );
}

function withoutSuccess({ success: _, ...memory }: WireMemory & { success: true }): WireMemory {
  return memory;
}
