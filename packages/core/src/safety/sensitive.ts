/** What a text may hold that should not be kept. */
export type SensitiveKind =
  /** A key of a provider, a cloud, a code host, a payment service. */
  | "key"
  /** A JSON Web Token. */
  | "token"
  /** What is named as a key, a secret or a password, or stands as one in an address. */
  | "password"
  /** A private key in PEM. */
  | "private key"
  | "card"
  | "iban"
  /** French social security number. */
  | "nir"
  /** French number of an establishment. */
  | "siret"
  /** German tax identification number. */
  | "tax id"
  | "phone"
  | "email";

export interface Sensitive {
  kind: SensitiveKind;
  /** UTF-16 units, the end not included. */
  start: number;
  end: number;
}

/** What is looked for together. An IBAN is of both, `cards` and `personal`. */
export type SensitiveGroup = "secrets" | "cards" | "personal";

export const sensitiveKinds: Readonly<Record<SensitiveKind, readonly SensitiveGroup[]>> = {
  key: ["secrets"],
  token: ["secrets"],
  password: ["secrets"],
  "private key": ["secrets"],
  card: ["cards"],
  iban: ["cards", "personal"],
  nir: ["personal"],
  siret: ["personal"],
  "tax id": ["personal"],
  phone: ["personal"],
  email: ["personal"],
};
