import type { Grant, WireKey } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { openForm } from "./dialogs.ts";
import { button, type Child, h, refill, written } from "./dom.ts";
import { openKeyForm } from "./key-form.ts";
import { failureBox, notify, waiting } from "./notices.ts";
import type { Page, Shell } from "./page.ts";
import { session } from "./session.ts";
import { type Row, table } from "./table.ts";
import { atTime, count, onDay } from "./text.ts";

/** Keys: who may do what, and since when nobody asked. */
export function keysPage(shell: Shell): Page {
  const heading = h("h1", { tabindex: "-1" }, "Keys");
  const body = h("div", {}, waiting());
  const load = async () => {
    try {
      const { keys } = await call("keysList", undefined);
      refill(
        body,
        session.mode === "open" && firstKey(),
        keys.length > 0 &&
          table(
            "Keys",
            ["Name", "May", "Created", "Last used", "Today", ""],
            keys.map((key) => row(key, (revoked) => askToRevoke(revoked, () => void load()))),
          ),
      );
    } catch (error) {
      refill(
        body,
        failureBox(error, () => void load()),
      );
    }
  };
  const create = () =>
    openKeyForm({ first: session.mode === "open", created: () => void load(), reopen: shell.reopen });

  void load();
  return {
    element: h(
      "main",
      { id: "main", class: "keys" },
      h(
        "div",
        { class: "title" },
        heading,
        h("div", { class: "actions" }, button("Create a key", create, { class: "strong", id: "create-key" })),
      ),
      body,
    ),
    title: "Keys",
    heading,
    show: ({ page }) => page === "keys",
    close() {},
    keys: { n: create },
  };
}

const firstKey = () =>
  h(
    "div",
    { class: "empty" },
    h("h2", {}, "No key yet"),
    h(
      "p",
      {},
      "As long as there is none, the server answers this machine only, and without asking who calls. With the first key, every call needs one, this page's too: give it admin on every namespace, and keep it well.",
    ),
  );

function row(key: WireKey, revoke: (key: WireKey) => void): Row {
  const {
    id,
    name,
    grants,
    created_at,
    last_used_at,
    expires_at,
    revoked_at,
    usage_today: today,
    quota,
  } = key;
  const expired = expires_at !== undefined && Date.parse(expires_at) <= Date.now();
  const state: Child =
    revoked_at !== undefined
      ? h("span", { class: "soft" }, `revoked ${onDay(revoked_at)}`)
      : expired
        ? h("span", { class: "degraded" }, `expired ${onDay(expires_at)}`)
        : button("Revoke", () => revoke(key), {
            class: "quiet",
            id: `revoke-${id}`,
            "aria-label": `Revoke ${name}`,
          });
  const of = (most: number | undefined) => (most === undefined ? "" : ` of ${count(most)}`);
  return {
    name: [written(name), h("span", { class: "soft mono" }, id)],
    class: revoked_at !== undefined || expired ? "gone" : undefined,
    cells: [
      h(
        "ul",
        {},
        grants.map((grant) => h("li", {}, grantText(grant))),
      ),
      [
        onDay(created_at),
        expires_at !== undefined && !expired && h("span", { class: "soft" }, `expires ${onDay(expires_at)}`),
      ],
      last_used_at === undefined ? h("span", { class: "soft" }, "never") : atTime(last_used_at),
      [
        `${count(today.requests)}${of(quota?.requests_per_day)} requests`,
        h("span", { class: "soft" }, `${count(today.writes)}${of(quota?.writes_per_day)} writes`),
      ],
      state,
    ],
  };
}

export function grantText(grant: Grant): Child {
  const where =
    "namespace" in grant
      ? h("bdi", { class: "mono" }, grant.namespace)
      : grant.prefix === ""
        ? "every namespace"
        : h("bdi", { class: "mono" }, grant.prefix, "…");
  return [h("strong", {}, grant.permission), " ", where];
}

function askToRevoke(key: WireKey, revoked: () => void): void {
  openForm("Revoke this key?", {
    action: "Revoke",
    danger: true,
    fields: h(
      "p",
      {},
      "Programs that use ",
      written(key.name, { class: "strong-text" }),
      " are refused from their next request on. A revoked key cannot be brought back.",
    ),
    async submit() {
      await call("keysRevoke", { id: key.id });
      return () => {
        revoked();
        notify("The key is revoked.");
      };
    },
  });
}
