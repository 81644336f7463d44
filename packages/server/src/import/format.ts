import type { SetInput } from "@souvenir/core";

/** A memory that a file gives. Its key follows from the source's own ids, or from what it says: the same file again adds nothing. */
export interface ImportEntry extends Omit<SetInput, "namespace"> {
  key: string;
  /** Whose it is in the source (a user, an agent, a path of labels): its namespace, unless one is asked for. */
  owner?: string;
  /** When the source changed it last: what the memory has from a later moment stays. */
  updatedAt?: string;
}

/** What a format makes of one piece of a file. */
export type ImportItem =
  | { entry: ImportEntry }
  /** A line of `memory.export()`, as it stands. */
  | { record: Record<string, unknown> }
  /** A message that stands alone: with those before and after it, it is a conversation. */
  | { message: SourceMessage }
  /** An entry that cannot be kept, and why. */
  | { refused: string }
  /** What is no memory, in few words, to be counted: "system messages". */
  | { passed: string };

/** A message of a conversation in the source. */
export interface SourceMessage {
  /** Default: told apart by its words and what was said before it. */
  id?: string;
  role: string;
  text: string;
  createdAt?: string;
  metadata?: Record<string, unknown>;
}

/** A piece of a file: a JSON value (an element of the outermost list, a line, a whole document), or the text of a file. */
export interface Piece {
  value: unknown;
  /** Whether it is the text of a file, and no JSON. */
  isText?: boolean;
  /** Whether its end is missing: it holds what stands before that. */
  isCut?: boolean;
  /** Name of the file, for people; `undefined` where there is none. */
  file?: string;
  /** When the file was changed last, ISO 8601. */
  changedAt?: string;
}

/** How another program writes memories or conversations. What is in no format's table is refused by name. */
export interface ImportFormat {
  /** As people call it. */
  name: string;
  /** By what the piece holds, never by the name of its file. Of a JSON value the end may be missing. */
  recognises(piece: Piece): boolean;
  read(piece: Piece): AsyncIterable<ImportItem> | Iterable<ImportItem>;
}
