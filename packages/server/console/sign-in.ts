import { Failure } from "./api.ts";
import { field } from "./dialogs.ts";
import { h, refill } from "./dom.ts";
import { failureBox } from "./notices.ts";
import { session } from "./session.ts";

/** The page for those who have not shown a key yet. @param lost - The key that was shown is refused by now. */
export function signInPage(done: () => void, { lost = false } = {}): HTMLElement {
  const failure = h("div", {}, lost && failureBox(expired));
  const key = h("input", {
    type: "password",
    required: true,
    autocomplete: "off",
    spellcheck: "false",
    class: "mono",
  });
  const send = h("button", { type: "submit", class: "strong" }, "Sign in");
  const run = async () => {
    send.disabled = true;
    refill(failure);
    try {
      await session.signIn(key.value.trim());
      done();
    } catch (error) {
      refill(failure, failureBox(error instanceof Failure && error.status === 401 ? refused : error));
      key.select();
    }
    send.disabled = false;
  };
  return h(
    "main",
    { class: "sign-in", id: "main" },
    h("h1", { tabindex: "-1" }, "Souvenir"),
    h("p", {}, "This server wants a key. It stays in this tab and is forgotten when you close it."),
    h(
      "form",
      {
        submit(event) {
          event.preventDefault();
          void run();
        },
      },
      field("Key", key, [
        "The server shows one when it is first started. Make another there: ",
        h("code", {}, "npx @souvenir/server keys create"),
      ]),
      failure,
      send,
    ),
  );
}

const expired = new Failure(
  401,
  "UNAUTHORIZED",
  "The key of this tab is not valid any more.",
  "It has expired or was revoked. Sign in with another one.",
);
const refused = new Failure(
  401,
  "UNAUTHORIZED",
  "This key is not valid here.",
  "It may be mistyped, expired or revoked. Paste it again as a whole, or have a new one made.",
);
