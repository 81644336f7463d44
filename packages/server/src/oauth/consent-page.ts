import { html } from "hono/html";
import type { OAuthClient } from "./client.ts";

/** The page where a person pastes the key that a program is to have, in the console's style and without a script. */
export async function consentPage(options: {
  client: OAuthClient;
  /** Where the program waits for the answer. */
  redirectUri: string;
  /** Address of the MCP endpoint that the program asks for. */
  resource: string;
  status: number;
  /** What was wrong with the key that was sent. */
  problem?: string;
}): Promise<Response> {
  const { client, redirectUri, resource, status, problem } = options;
  const { protocol, host } = new URL(redirectUri);
  const target = host === "" ? protocol : host;
  const page = await html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Lend a key · Souvenir</title>
    <link rel="icon" href="../console/icon.svg" />
    <link rel="stylesheet" href="../console/console.css" />
  </head>
  <body>
    <div class="frame">
      <main class="sign-in" id="main">
        <h1>Souvenir</h1>
        <p><strong>${client.name}</strong> asks for the memory at <code>${resource}</code>. It may then do what the key may that you paste, until you revoke the key. You go back to <strong>${target}</strong>.</p>
        <form method="post">
          <div class="field">
            <label for="key">Key</label>
            <input id="key" name="key" type="password" class="mono" autocomplete="off" spellcheck="false" required autofocus aria-describedby="key-help" />
            <p class="help" id="key-help">Best one of its own, for one namespace: <code>npx @souvenir/server keys create NAME --namespace NAMESPACE</code></p>
          </div>
          ${problem === undefined ? "" : html`<div class="failure" role="alert"><p>${problem}</p></div>`}
          <button type="submit" class="strong">Lend the key</button>
          <button type="submit" name="denied" value="yes" formnovalidate>Refuse</button>
        </form>
      </main>
    </div>
  </body>
</html>`;
  return new Response(page, {
    status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      // A form may go where it redirects to, and nowhere else.
      "Content-Security-Policy": `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${protocol}; base-uri 'none'; frame-ancestors 'none'`,
      "Cross-Origin-Opener-Policy": "same-origin",
      // Within this server, so that the form has an origin.
      "Referrer-Policy": "same-origin",
    },
  });
}
