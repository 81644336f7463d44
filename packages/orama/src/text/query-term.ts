import type { Occurrences } from "./term-documents.ts";

/** What one word of a question finds in one field. */
export interface QueryTerm {
  /** The word as the question has it, in lower case. */
  word: string;
  /** Position of the word among those of the question that are searched. */
  position: number;
  /** The terms of the index that it stands for; several when texts of several languages stem it differently. */
  terms: string[];
  field: string;
  /**
   * Inverse document frequency, times what repetitions in the question add, times the penalty of an inexact match, times
   * the boost of the field.
   */
  weight: number;
  kind: "exact" | "script" | "compound" | "begun" | "prefix" | "typo" | "infix";
  /**
   * `whole`: an identifier of which other words are parts. What it gives a document depends on nothing but whether the
   * document has it, and is more than all its parts can give, so that a part never outranks the whole. `part`: of an
   * identifier that was found. Default: neither.
   */
  identifier?: "whole" | "part" | undefined;
  /** Of a typo: the words that it may have been meant to be, as far as the index tells. */
  corrections?: readonly string[];
  /** Documents that have it. */
  count: number;
  /**
   * The same in lists, and how often each has it. A document may be in two lists, and has it as often as both say. Views,
   * stale after the next change of the index.
   */
  lists: readonly Occurrences[];
}
