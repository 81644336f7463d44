/** Whether the last digit is the one that Luhn's sum gives (ISO/IEC 7812): cards, SIREN, SIRET. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, place = 0; at >= 0; at--, place++) {
    const digit = digits.charCodeAt(at) - 48;
    const added = place % 2 === 0 ? digit : digit * 2;
    sum += added > 9 ? added - 9 : added;
  }
  return sum % 10 === 0;
}

/** The remainder by 97 of a number of any length, letters counted from A = 10 (ISO 7064, for an IBAN). */
export function modulo97(characters: string): number {
  let rest = 0;
  for (let at = 0; at < characters.length; at++) {
    const unit = characters.charCodeAt(at);
    const value = unit <= 57 ? unit - 48 : unit - 55;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** Whether 11 digits are a German tax id: ISO 7064 MOD 11,10, and one digit of the first ten is there two or three times. */
export function isGermanTaxId(digits: string): boolean {
  if (digits.startsWith("0")) return false;
  const counts = new Array<number>(10).fill(0);
  let product = 10;
  for (let at = 0; at < 10; at++) {
    const digit = digits.charCodeAt(at) - 48;
    counts[digit] = (counts[digit] as number) + 1;
    const sum = (digit + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  const repeated = counts.filter((count) => count > 1);
  if (repeated.length !== 1 || (repeated[0] as number) > 3) return false;
  return (11 - product) % 10 === digits.charCodeAt(10) - 48;
}

/** Whether 15 signs are a French social security number (NIR): its key is 97 less the rest of the others by 97. */
export function isNir(signs: string): boolean {
  const month = Number(signs.slice(3, 5));
  if (!((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50)) return false;
  const body = signs.slice(0, 13).toUpperCase().replace("2A", "19").replace("2B", "18");
  return /^\d{13}$/.test(body) && 97 - modulo97(body) === Number(signs.slice(13));
}
