import {
  InvalidNamespaceError,
  type ListNamespacesOperation,
  validateNamespace,
} from "@langchain/langgraph-checkpoint";
import { isEmailAddress, type LabelPath, pathOf, sameLabel, toLabel } from "../labels.ts";

/**
 * LangGraph's rules for labels (no `.`, `:`, NUL or empty label), except that an e-mail address is one.
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
  return path;
}

/** Whether a path begins with a prefix, label by label: `["a"]` is no prefix of `["ab"]`. */
export function startsWith(path: LabelPath, prefix: LabelPath): boolean {
  return (
    prefix.length <= path.length && prefix.every((label, index) => sameLabel(label, path[index] as string))
  );
}

/** The label paths among some namespaces that an operation asks for, in code unit order. */
export function listPaths(
  namespaces: readonly string[],
  operation: Partial<ListNamespacesOperation>,
): string[][] {
  const { matchConditions = [], maxDepth, limit, offset = 0 } = operation;
  const found = new Map<string, string[]>();
  for (const namespace of namespaces) {
    const path = pathOf(namespace);
    if (path === undefined || !matchConditions.every((condition) => meets(path, condition))) continue;
    const cut = maxDepth === undefined ? path : path.slice(0, maxDepth);
    found.set(JSON.stringify(cut), cut);
  }
  const sorted = [...found.values()].sort(comparePaths);
  return sorted.slice(offset, limit === undefined ? undefined : offset + limit);
}

function meets(
  path: LabelPath,
  condition: NonNullable<ListNamespacesOperation["matchConditions"]>[number],
): boolean {
  const { matchType, path: pattern } = condition;
  if (matchType !== "prefix" && matchType !== "suffix")
    throw new Error(`expected "prefix" or "suffix" as matchType, got ${JSON.stringify(matchType)}`);
  const start = matchType === "prefix" ? 0 : path.length - pattern.length;
  return (
    pattern.length <= path.length &&
    pattern.every((label, index) => label === "*" || sameLabel(label, path[start + index] as string))
  );
}

function comparePaths(left: LabelPath, right: LabelPath): number {
  for (const [index, label] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (label !== other) return label < other ? -1 : 1;
  }
  return left.length - right.length;
}
