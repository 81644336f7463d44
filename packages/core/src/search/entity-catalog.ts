import { canonicalName } from "../entities/canonical.ts";
import type { Entity } from "../types.ts";

/** The forms under which entities of a namespace are written, with how many memories use each. */
export class EntityCatalog {
  /** Canonical name → form → memories. */
  readonly #forms = new Map<string, Map<string, number>>();

  static form({ name, type }: Entity): string {
    return `${type}\u0000${name}`;
  }

  static entity(form: string): Entity {
    const cut = form.indexOf("\u0000");
    return { type: form.slice(0, cut), name: form.slice(cut + 1) };
  }

  add(form: string, memories = 1): void {
    const canonical = canonicalName(EntityCatalog.entity(form).name);
    let forms = this.#forms.get(canonical);
    if (forms === undefined) {
      forms = new Map();
      this.#forms.set(canonical, forms);
    }
    forms.set(form, (forms.get(form) ?? 0) + memories);
  }

  remove(form: string): void {
    const canonical = canonicalName(EntityCatalog.entity(form).name);
    const forms = this.#forms.get(canonical);
    const count = forms?.get(form);
    if (forms === undefined || count === undefined) return;
    if (count > 1) forms.set(form, count - 1);
    else forms.delete(form);
    if (forms.size === 0) this.#forms.delete(canonical);
  }

  /** The most used form of an entity; of equals, the first in code unit order. */
  display(canonical: string): Entity | undefined {
    let best: string | undefined;
    let most = 0;
    for (const [form, count] of this.#forms.get(canonical) ?? []) {
      if (count > most || (count === most && best !== undefined && form < best)) {
        best = form;
        most = count;
      }
    }
    return best === undefined ? undefined : EntityCatalog.entity(best);
  }

  /** The forms of an entity that have a given type. */
  formsOf(canonical: string, type: string): string[] {
    return [...(this.#forms.get(canonical)?.keys() ?? [])].filter(
      (form) => EntityCatalog.entity(form).type === type,
    );
  }
}
