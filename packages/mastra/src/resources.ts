/**
 * Where Mastra's resources and Souvenir's namespaces meet. A resource id is the namespace as it stands, so that what an
 * agent of another framework, or the REST server, keeps under the same name is the same memory. Threads are Souvenir
 * threads under their own ids.
 *
 * Names that begin with `mastra-vector:` belong to `SouvenirVector`. A resource id that begins so, after any number of
 * `%`, gets one `%` more: every resource has a namespace of its own, and every other namespace is a resource's.
 */
export const vectorNamespacePrefix = "mastra-vector:";

const escapable = new RegExp(`^%*${vectorNamespacePrefix}`);
const escaped = new RegExp(`^%+${vectorNamespacePrefix}`);

/** The namespace of a resource. */
export function namespaceOf(resourceId: string): string {
  return escapable.test(resourceId) ? `%${resourceId}` : resourceId;
}

/** The resource of a namespace, `undefined` for one of `SouvenirVector`. */
export function resourceOf(namespace: string): string | undefined {
  if (namespace.startsWith(vectorNamespacePrefix)) return undefined;
  return escaped.test(namespace) ? namespace.slice(1) : namespace;
}
