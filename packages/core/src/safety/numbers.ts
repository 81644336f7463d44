import { isGermanTaxId, isNir, modulo97, passesLuhn } from "./checksums.ts";
import type { Sensitive, SensitiveKind } from "./sensitive.ts";

/** Digits with at most two signs between them, as people write numbers. */
const clusters = /[+(]?\d(?:[ \u00a0\u202f./()-]{0,2}\d){7,60}/g;
/** Words before a number that is of something else. */
const ofSomethingElse =
  /(?:order|commande|bestell|auftrag|pedido|ordine|zamówieni|tracking|colis|sendung|suivi|isbn|issn|ean|gtin|imei|serial|série|serien|invoice|facture|rechnung|factura|fattura|ticket|dossier|contract|vertrag|build|timestamp|epoch|doi|commit)[^\d\n]{0,24}$/i;

/** The digits of each group, and where it stands. */
interface Group {
  digits: string;
  start: number;
  end: number;
}

/** Finds numbers by their check digits and by how they are written. */
export function findNumbers(
  text: string,
  wanted: { cards: boolean; personal: boolean },
  found: Sensitive[],
): void {
  if (wanted.personal) findNirs(text, found);
  for (const match of text.matchAll(clusters)) {
    const start = match.index;
    const end = start + match[0].length;
    // Part of a hash, an identifier, a version, a name.
    const before = text.slice(Math.max(0, start - 2), start);
    if (
      /[\p{L}_=&]$|[\p{L}\d][-_.]$|\/$/u.test(before) ||
      /^(?:[\p{L}_]|[-_.][\p{L}_])/u.test(text.slice(end, end + 2))
    )
      continue;
    if (ofSomethingElse.test(text.slice(Math.max(0, start - 48), start))) continue;
    const groups: Group[] = [...match[0].matchAll(/\d+/g)].map(({ 0: digits, index }) => ({
      digits,
      start: start + index,
      end: start + index + digits.length,
    }));
    for (let first = 0; first < groups.length; ) {
      const hit = hitAt(text, groups, first, wanted);
      if (hit === undefined) {
        first++;
        continue;
      }
      const from = groups[first] as Group;
      const last = groups[hit.last] as Group;
      const opening = /[+(]{1,2}$/.exec(text.slice(Math.max(0, from.start - 2), from.start))?.[0].length ?? 0;
      found.push({ kind: hit.kind, start: from.start - opening, end: last.end });
      first = hit.last + 1;
    }
  }
}

/** What begins with a group, and the group that it ends with. */
function hitAt(
  text: string,
  groups: readonly Group[],
  first: number,
  wanted: { cards: boolean; personal: boolean },
): { kind: SensitiveKind; last: number } | undefined {
  let digits = "";
  const lengths: number[] = [];
  const from = groups[first] as Group;
  const isInternational = text[from.start - 1] === "+";
  // Behind a point, a comma or a stroke it is a part of something.
  if (first > 0 && !/[\s(+]/.test(text[from.start - 1] as string)) return undefined;
  for (let last = first; last < groups.length && digits.length <= 19; last++) {
    const group = groups[last] as Group;
    digits += group.digits;
    lengths.push(group.digits.length);
    if (digits.length < 8 || digits.length > 19) continue;
    const shape = lengths.join("-");
    const between = () => separators(text, groups, first, last);
    if (wanted.cards && !isInternational && isCard(digits, shape, between)) return { kind: "card", last };
    if (!wanted.personal) continue;
    if (isSiret(digits, shape)) return { kind: "siret", last };
    if ((shape === "11" || shape === "2-3-3-3") && !isInternational && isGermanTaxId(digits))
      return { kind: "tax id", last };
    const goesOn =
      last + 1 < groups.length &&
      digits.length + (groups[last + 1] as Group).digits.length <= 15 &&
      !/[\n]/.test(text.slice(group.end, (groups[last + 1] as Group).start));
    if (isInternational && digits.length <= 15 && digits.length >= 8 && !goesOn)
      return { kind: "phone", last };
    if (!isInternational && isNationalPhone(digits, shape, between, text[from.start - 1] === "("))
      return { kind: "phone", last };
  }
  return undefined;
}

/** What stands between groups, each once. */
function separators(text: string, groups: readonly Group[], first: number, last: number): string {
  const seen = new Set<string>();
  for (let at = first; at < last; at++)
    seen.add(
      text.slice((groups[at] as Group).end, (groups[at + 1] as Group).start).replace(/[\u00a0\u202f]/g, " "),
    );
  return [...seen].join("|");
}

const cardShapes = new Set([
  "13",
  "14",
  "15",
  "16",
  "18",
  "19",
  "4-4-4-4",
  "4-6-5",
  "4-6-4",
  "4-4-4-4-3",
  "4-4-4-3",
]);
/** First digits and lengths of the schemes (ISO/IEC 7812, as the schemes publish them). */
const schemes =
  /^(?:4(?:\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15})$/;

function isCard(digits: string, shape: string, between: () => string): boolean {
  return (
    cardShapes.has(shape) &&
    schemes.test(digits) &&
    !/^(\d)\1+$/.test(digits) &&
    passesLuhn(digits) &&
    /^[ -]?$/.test(between())
  );
}

function isSiret(digits: string, shape: string): boolean {
  if (shape !== "14" && shape !== "3-3-3-5" && shape !== "9-5") return false;
  const isDate = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(digits);
  return (
    !(isDate && shape === "14") &&
    !/^(\d)\1+$/.test(digits) &&
    passesLuhn(digits) &&
    passesLuhn(digits.slice(0, 9))
  );
}

function isNationalPhone(
  digits: string,
  shape: string,
  between: () => string,
  isBracketed: boolean,
): boolean {
  // France: five pairs, or all in a row.
  if (shape === "10") return /^0[1-9]/.test(digits);
  if (shape === "2-2-2-2-2") return /^0[1-9]/.test(digits) && /^[ .-]$/.test(between());
  // North America.
  if (shape === "3-3-4")
    return /^[2-9]\d\d[2-9]/.test(digits) && (isBracketed ? /^\) ?(?:\||$)/ : /^[-.]$/).test(between());
  // Germany, Britain, Italy: a code of its own, then the number.
  return (
    /^[3-5]-(?:[5-8]|[34]-[34])$/.test(shape) &&
    /^0[1-9]\d{8,10}$/.test(digits) &&
    /^\)? ?[/-]? ?(?:\||$)/.test(between())
  );
}

/** With the letters of Corsica. */
const nirs =
  /(?<![\p{L}\d])[12][ .]?\d\d[ .]?\d\d[ .]?(?:\d\d|2[ABab])[ .]?\d{3}[ .]?\d{3}[ .-]?\d\d(?![\p{L}\d])/gu;

function findNirs(text: string, found: Sensitive[]): void {
  for (const match of text.matchAll(nirs))
    if (isNir(match[0].replace(/[ .-]/g, "")))
      found.push({ kind: "nir", start: match.index, end: match.index + match[0].length });
}

/** Signs of an IBAN by country (ISO 13616). */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VA22 XK20"
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

export function findIbans(text: string, found: Sensitive[]): void {
  for (const match of text.matchAll(/(?<![\p{L}\d-])[A-Za-z]{2}\d\d(?=[ \u00a0]?[A-Za-z0-9])/gu)) {
    const length = ibanLengths[match[0].slice(0, 2).toUpperCase()];
    if (length === undefined) continue;
    let signs = "";
    let at = match.index;
    for (; at < text.length && signs.length < length; at++) {
      const sign = text[at] as string;
      if (/[A-Za-z0-9]/.test(sign)) signs += sign.toUpperCase();
      else if (!/[ \u00a0]/.test(sign) || /[ \u00a0]/.test(text[at + 1] ?? "")) break;
    }
    if (signs.length < length || /^[\p{L}\d]/u.test(text.slice(at, at + 1))) continue;
    if (modulo97(signs.slice(4) + signs.slice(0, 4)) === 1)
      found.push({ kind: "iban", start: match.index, end: at });
  }
}

/** Endings of files that look like a domain: `logo@2x.png`. */
const files = /\.(?:png|jpe?g|gif|svg|webp|avif|css|[cm]?[jt]sx?|json|md|html?|pdf|zip|gz)$/i;

export function findEmails(text: string, found: Sensitive[]): void {
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const local = /[\p{L}\p{N}._%+'-]{1,64}$/u
      .exec(text.slice(Math.max(0, at - 64), at))?.[0]
      .replace(/^[.'-]+/, "");
    const domain = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}\p{L}{2,24}/u.exec(
      text.slice(at + 1, at + 255),
    )?.[0];
    if (local === undefined || local === "" || domain === undefined || files.test(domain)) continue;
    const end = at + 1 + domain.length;
    // An address of a repository: git@github.com:owner/name.
    if (local === "git" && text[end] === ":") continue;
    found.push({ kind: "email", start: at - local.length, end });
  }
}
