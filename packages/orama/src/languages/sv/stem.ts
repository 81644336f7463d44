import { stemmer } from "@orama/stemmers/swedish";

/** Snowball's Swedish stem without the definite article that it leaves on: "skåpet", "nyckeln". */
export function stemSwedish(word: string): string {
  return stemmer(word).replace(/(?<=^.{3,})et$|(?<=^.+[aeiouyåäö][lr])n$/, "");
}
