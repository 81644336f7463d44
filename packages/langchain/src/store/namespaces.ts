import {
  InvalidNamespaceError,
  type ListNamespacesOperation,
  validateNamespace,
} from "@langchain/langgraph-checkpoint";
import {
  isEmailAddress,
  isTemplate,
  type LabelPath,
  pathOf,
  sameLabel,
  toLabel,
  unfilled,
} from "../labels.ts";

/**
 * LangGraph's rules for labels (no `.`, `:`, NUL or empty label), except that an e-mail address is one, and a template
 * that nobody filled in is none.
 * @throws InvalidNamespaceError
 */
export function checkLabels(
  path: unknown,
  options: { allowEmpty?: boolean; allowReservedRoot?: boolean } = {},
): string[] {
  if (!Array.isArray(path)) throw new InvalidNamespaceError("Namespace must be a list of labels.");
  const labels = path.map((label: unknown) =>
    typeof label === "string" && isEmailAddress(label) ? toLabel(label) : label,
  );
  try {
    validateNamespace(labels as string[], options);
  } catch (error) {
    const message = (error as Error).message;
    if (!/period|colon|NUL/.test(message)) throw error;
    throw new InvalidNamespaceError(`${message} Use toLabel(text) of @souvenir/langchain for such a label.`);
  }
  const open = (path as string[]).find(isTemplate);
  if (open !== undefined) throw new InvalidNamespaceError(`Namespace label ${unfilled(open)}.`);
  return path;
}

/** The label paths among some namespaces that an operation asks for, in code unit order. */
export function listPaths(
  namespaces: readonly string[],
  { matchConditions, maxDepth, limit, offset }: ListNamespacesOperation,
): string[][] {
  const paths = namespaces
    .map(pathOf)
    .filter((path) => path !== undefined)
    .filter((path) => matchConditions?.every((condition) => meets(path, condition)))
    .map((path) => path.slice(0, maxDepth));
  // No label has a NUL, which is before all other characters.
  const found = new Map(paths.map((path) => [path.join("\0"), path]));
  return [...found.keys()]
    .sort()
    .slice(offset, offset + limit)
    .map((name) => found.get(name) as string[]);
}

type Condition = NonNullable<ListNamespacesOperation["matchConditions"]>[number];

function meets(path: LabelPath, { matchType, path: pattern }: Condition): boolean {
  if (!["prefix", "suffix"].includes(matchType))
    throw new Error(`expected "prefix" or "suffix" as matchType, got ${JSON.stringify(matchType)}`);
  const start = matchType === "prefix" ? 0 : path.length - pattern.length;
  if (pattern.length > path.length) return false;
  return pattern.every((label, index) => label === "*" || sameLabel(label, path[start + index] as string));
}
