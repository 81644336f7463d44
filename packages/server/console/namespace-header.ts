import type { StatsResponse, WireMemory } from "../src/api/wire.ts";
import { call, exportNamespace } from "./api.ts";
import { button, type Child, h, heardOnly, refill, written } from "./dom.ts";
import { openEditor } from "./editor.ts";
import { fileImport } from "./import-file.ts";
import { failureBox } from "./notices.ts";
import { askToDeleteNamespace } from "./removal.ts";
import { session } from "./session.ts";
import { counted, size } from "./text.ts";
import { viewLinks } from "./view.ts";

/**
 * Name of a namespace, what is in it, and what can be done with all of it.
 * @param page - Files that are dropped on it are imported.
 */
export function namespaceHeader(
  namespace: string,
  page: HTMLElement,
  {
    added,
    imported,
    deleted,
  }: { added: (stored: WireMemory) => void; imported: () => void; deleted: () => void },
): { element: HTMLElement; heading: HTMLElement; refresh(): Promise<void> } {
  const heading = h("h1", { tabindex: "-1" }, written(namespace));
  const stats = h("p", { class: "soft stats" });
  const failure = h("div");
  const actions = h("div", { class: "actions" });
  const bring = session.may("write", namespace) && fileImport(namespace, page, failure, imported);

  function drawActions(records: number): void {
    refill(
      actions,
      bring,
      records > 0 && button("Export", () => void download(), { id: "export", class: "quiet" }),
      records > 0 &&
        session.may("admin", namespace) &&
        button("Delete namespace", () => askToDeleteNamespace(namespace, records, deleted), {
          id: "delete-namespace",
          class: "quiet",
        }),
      session.may("write", namespace) &&
        button("Add a memory", () => openEditor(namespace, undefined, added), {
          id: "add-memory",
          class: "strong",
        }),
    );
  }

  async function download(): Promise<void> {
    refill(failure);
    try {
      const url = URL.createObjectURL(await exportNamespace(namespace));
      h("a", { href: url, download: `${namespace.replace(/[^\p{L}\p{N}.@-]+/gu, "-")}.jsonl` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      refill(
        failure,
        failureBox(error, () => void download()),
      );
    }
  }

  return {
    element: h(
      "div",
      {},
      h("div", { class: "title" }, h("div", {}, heading, stats), actions),
      viewLinks(namespace, undefined),
      failure,
    ),
    heading,
    async refresh() {
      try {
        const read = await call("statsGet", { namespace });
        refill(stats, statsLine(read));
        drawActions(read.records);
      } catch {
        drawActions(0); // The list says what is wrong.
      }
    },
  };
}

function statsLine({ records, versions, queue, bytes, reembedding }: StatsResponse): Child {
  const { pending, failed, last_error: lastError } = queue.embedding;
  const waits = pending + queue.extraction.pending;
  const parts = [
    counted(records, "memory", "memories"),
    ...(versions > 0 ? [counted(versions, "earlier version")] : []),
    ...(waits > 0 ? [`${waits} waiting for a model`] : []),
    ...(reembedding === undefined ? [] : [`re-embedding, ${reembedding.done} of ${reembedding.total}`]),
  ];
  const line: (Node | string)[] = [parts.join(" · ")];
  if (failed + queue.extraction.failed > 0)
    line.push(
      h(
        "span",
        { class: "degraded" },
        ` · ${failed + queue.extraction.failed} given up: ${lastError ?? queue.extraction.last_error ?? "see the overview"}`,
      ),
    );
  line.push(heardOnly(`, store of ${size(bytes)}`));
  return line;
}
