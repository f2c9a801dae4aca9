/**
 * Entries by key that are also found by their names, without a look at the others: ten thousand events in a minute ask for names, and a cache has
 * tens of thousands of entries.
 */
export class NamedEntries<E extends { readonly names: readonly string[] }> extends Map<string, E> {
  readonly #keys = new Map<string, Set<string>>();

  /** The keys of the entries that have one of these names. */
  keysOf(names: readonly string[]): readonly string[] {
    return [...new Set(names.flatMap((name) => [...(this.#keys.get(name) ?? [])]))];
  }

  override set(key: string, entry: E): this {
    this.delete(key);
    for (const name of entry.names) {
      const keys = this.#keys.get(name) ?? new Set();
      this.#keys.set(name, keys.add(key));
    }
    return super.set(key, entry);
  }

  override delete(key: string): boolean {
    for (const name of this.get(key)?.names ?? []) {
      const keys = this.#keys.get(name);
      keys?.delete(key);
      if (keys?.size === 0) this.#keys.delete(name);
    }
    return super.delete(key);
  }

  override clear(): void {
    this.#keys.clear();
    super.clear();
  }
}
