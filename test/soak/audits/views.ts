/** What each read of a policy has answered, so that a view may answer the same again later. */
export class Views {
  readonly #answers = new Map<string, { readonly at: number; readonly body: string }[]>();

  record(key: string, at: number, body: string): void {
    const known = this.#answers.get(key) ?? [];
    if (known.at(-1)?.body === body) return;
    known.push({ at, body });
    this.#answers.set(key, known);
  }

  /** The answer at that time; undefined if none is known. */
  at(key: string, time: number): string | undefined {
    return this.#answers.get(key)?.findLast(({ at }) => at <= time)?.body;
  }
}

/** Reads of policies. A list and an object of a bucket are always new. */
export const keyOf = ({ method, url }: Request): string | undefined => {
  const path = new URL(url).pathname;
  return /getIamPolicy|\/iam$|\/keys$|denypolicies$|\/roles\//.test(path)
    ? `${method} ${path}`
    : undefined;
};
