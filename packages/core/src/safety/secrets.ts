import type { Sensitive } from "./sensitive.ts";

/**
 * Keys that say whose they are: of providers of models, clouds, code hosts, payment, chat. Each alternative begins with
 * letters that are rare and has no repetition within a repetition, so that the time is linear.
 */
const keys =
  /(?<![A-Za-z0-9_-])(?:sk-[A-Za-z0-9_-]{20,256}|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,512}|gh[opsur]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}|xox[abeoprs]-[A-Za-z0-9-]{10,256}|xapp-[A-Za-z0-9-]{20,256}|[rsp]k_(?:live|test)_[A-Za-z0-9]{16,256}|whsec_[A-Za-z0-9]{24,128}|hf_[A-Za-z0-9]{30,64}|gsk_[A-Za-z0-9]{40,64}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,256}|SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}|dop_v1_[a-f0-9]{64}|dapi[a-f0-9]{32}|xai-[A-Za-z0-9]{40,128}|pplx-[A-Za-z0-9]{40,64}|nvapi-[A-Za-z0-9_-]{40,128}|r8_[A-Za-z0-9]{30,64}|tvly-[A-Za-z0-9-]{20,64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|lin_api_[A-Za-z0-9]{40}|ntn_[A-Za-z0-9]{40,64}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}|hvs\.[A-Za-z0-9_-]{24,128}|sq0(?:atp|csp)-[A-Za-z0-9_-]{22,64}|sbp_[a-f0-9]{40}|AGE-SECRET-KEY-1[0-9A-Z]{58}|\d{8,10}:[A-Za-z0-9_-]{35}|eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8,2048})(?![A-Za-z0-9])/g;

/** A name that says that a secret follows, and what follows it. */
const named =
  /(?:api[_ -]?key|secret[_ -]?key|access[_ -]?key|account[_ -]?key|client[_ -]?secret|auth[_ -]?token|access[_ -]?token|bearer|clé d['’]api|api-schlüssel|_key|_token|_secret)["'`]?\s{0,3}[:=]?\s{0,3}["'`]?([A-Za-z0-9_\-+/.=~]{20,512})/gi;
const passwords =
  /(?:password|passwd|passphrase|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord)["'`]?\s{0,3}(?:[:=]|is|ist|est|es|é)\s{0,3}["'`]?([^\s"'`,;]{7,128})/gi;
/** A password in an address. */
const inAddress = /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/"']{1,64}:([^\s@/"']{3,128})@/gi;

export function findSecrets(text: string, found: Sensitive[]): void {
  for (const match of text.matchAll(keys))
    if (isRandom(match[0], 12))
      found.push({
        kind: match[0].startsWith("eyJ") ? "token" : "key",
        start: match.index,
        end: match.index + match[0].length,
      });
  for (const [pattern, run] of [
    [named, 16],
    [passwords, 0],
    [inAddress, 0],
  ] as const)
    for (const match of text.matchAll(pattern)) {
      const secret = match[1] as string;
      const start = match.index + match[0].lastIndexOf(secret);
      if (pattern === inAddress || isRandom(secret, run))
        found.push({ kind: "password", start, end: start + secret.length });
    }
  findPrivateKeys(text, found);
}

/**
 * Whether it was drawn, and is no word and no place for one: letters and digits, not always the same ones.
 * @param run - Letters and digits in a row, at least.
 */
function isRandom(text: string, run: number): boolean {
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  if (new Set(text).size < Math.min(8, text.length - 1)) return false;
  return run === 0 || new RegExp(`[A-Za-z0-9]{${run}}`).test(text);
}

const begin = "-----BEGIN ";

function findPrivateKeys(text: string, found: Sensitive[]): void {
  for (let start = text.indexOf(begin); start !== -1; ) {
    const head = /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/.exec(text.slice(start, start + 90));
    let end = start + begin.length;
    if (head !== null) {
      const tail = text.indexOf("-----END ", start);
      const after = tail === -1 ? -1 : text.indexOf("-----", tail + 9);
      end = after === -1 ? text.length : after + 5;
      found.push({ kind: "private key", start, end });
    }
    start = text.indexOf(begin, end);
  }
}
