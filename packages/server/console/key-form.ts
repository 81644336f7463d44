import type { CreatedKey, Grant, KeyRequest, Permission } from "../src/api/wire.ts";
import { call, Failure } from "./api.ts";
import { copyButton, field, openDialog, openForm } from "./dialogs.ts";
import { button, h, newId } from "./dom.ts";
import { toMoment } from "./editor.ts";
import { storeKey } from "./session-key.ts";

interface KeyFormOptions {
  /** No key was ever created: with this one the server begins to ask for keys. */
  first: boolean;
  created: () => void;
  reopen: () => void;
}

export function openKeyForm({ first, created, reopen }: KeyFormOptions): void {
  const name = h("input", {
    type: "text",
    required: true,
    maxlength: 200,
    autocomplete: "off",
    autofocus: true,
  });
  const rows = h("div", { class: "grants" });
  const grants: (() => Grant)[] = [];
  const addGrant = (permission: Permission) => {
    const { element, read } = grantRow(permission, () => {
      element.remove();
      grants.splice(grants.indexOf(read), 1);
      another.focus();
    });
    grants.push(read);
    rows.append(element);
    return element;
  };
  const another = button("Another grant", () => addGrant("read").querySelector("select")?.focus(), {
    class: "quiet",
  });
  addGrant(first ? "admin" : "write");
  const number = (extra = {}) =>
    h("input", { type: "number", min: 1, step: 1, inputmode: "numeric", ...extra });
  const expires = h("input", { type: "datetime-local" });
  const rate = number();
  const requests = number();
  const writes = number();

  openForm("Create a key", {
    action: "Create",
    fields: [
      field("Name", name, "What it is for, for example: shop assistant, production"),
      h("fieldset", {}, h("legend", {}, "May"), rows, another),
      h(
        "details",
        {},
        h("summary", {}, "Expiry and limits"),
        field("Expires", expires),
        field("Requests a minute", rate, "Empty: the server's own limit"),
        field("Requests a day", requests, "Empty: as many as it likes"),
        field("Writes a day", writes, "Empty: as many as it likes"),
      ),
    ],
    async submit() {
      const limit = (control: HTMLInputElement) => (control.value === "" ? undefined : Number(control.value));
      const perDay = { requests_per_day: limit(requests), writes_per_day: limit(writes) };
      const request: KeyRequest = {
        name: name.value.trim(),
        grants: grants.map((read) => read()),
        expires_at: toMoment(expires.value),
        rate_limit: limit(rate),
        quota: (perDay.requests_per_day ?? perDay.writes_per_day) === undefined ? undefined : perDay,
      };
      if (first && !request.grants.some(isEverything))
        throw new Failure(
          400,
          "INVALID_INPUT",
          "The first key must be one that can make others.",
          "Give it admin on every namespace; then make narrower keys with it.",
        );
      if (request.grants.length === 0)
        throw new Failure(400, "INVALID_INPUT", "A key without a grant can do nothing.", "Add a grant.");
      const key = await call("keysCreate", request);
      // The server asks for it from now on. Whatever fails next, the key must still be shown.
      if (first) storeKey(key.key);
      return () => {
        created();
        showKey(key, first, reopen);
      };
    },
  });
}

/** The one time that the key itself is shown. */
function showKey({ key, name }: CreatedKey, first: boolean, reopen: () => void): void {
  const shown = h("output", { class: "secret mono", tabindex: "0", "aria-label": "The key" }, key);
  const dialog = openDialog("Copy this key now", (close) => [
    h(
      "p",
      {},
      "This is the only time that the key of ",
      h("bdi", {}, h("strong", {}, name)),
      " is shown: the server keeps no more than a hash of it.",
    ),
    h("div", { class: "secret-row" }, shown),
    h(
      "p",
      { class: "soft" },
      "Programs send it with each request: ",
      h("code", {}, "Authorization: Bearer …"),
    ),
    first && h("p", {}, "From now on every call needs a key. This tab is signed in with this one."),
    h(
      "div",
      { class: "actions" },
      button("I have kept it", close),
      copyButton(key, "the key", { label: "Copy and close", copied: close }),
    ),
  ]);
  dialog.addEventListener("close", () => {
    shown.remove();
    if (first) reopen();
  });
}

const isEverything = (grant: Grant): boolean =>
  grant.permission === "admin" && "prefix" in grant && grant.prefix === "";

function grantRow(start: Permission, remove: () => void): { element: HTMLElement; read: () => Grant } {
  const choice = (label: string, options: [value: string, text: string][], chosen: string) => {
    const select = h(
      "select",
      { "aria-label": label, change: () => draw() },
      options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
    );
    return select;
  };
  const permission = choice(
    "What it may do",
    [
      ["read", "read"],
      ["write", "read and write"],
      ["admin", "everything (admin)"],
    ],
    start,
  );
  const kind = choice(
    "Where",
    [
      ["every", "in every namespace"],
      ["namespace", "in the namespace"],
      ["prefix", "in namespaces that begin with"],
    ],
    start === "admin" ? "every" : "namespace",
  );
  const name = h("input", {
    type: "text",
    id: newId("grant"),
    "aria-label": "Namespace, or how it begins",
    autocomplete: "off",
    spellcheck: "false",
    dir: "auto",
  });
  const draw = () => {
    name.hidden = kind.value === "every";
    name.required = !name.hidden;
    name.placeholder = kind.value === "prefix" ? "team/" : "camille@example.com";
  };
  draw();
  return {
    element: h(
      "div",
      { class: "grant" },
      permission,
      kind,
      name,
      button("Remove", remove, { class: "quiet", "aria-label": "Remove this grant" }),
    ),
    read: () => ({
      ...(kind.value === "namespace"
        ? { namespace: name.value }
        : { prefix: kind.value === "prefix" ? name.value : "" }),
      permission: permission.value as Permission,
    }),
  };
}
