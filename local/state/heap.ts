/** Gives back the smallest first; equals in the order they came. */
export class Heap<T> {
  readonly #rankOf: (item: T) => number;
  #nodes: { item: T; rank: number; order: number }[] = [];
  #order = 0;

  constructor(rankOf: (item: T) => number) {
    this.#rankOf = rankOf;
  }

  get size(): number {
    return this.#nodes.length;
  }

  peek(): T | undefined {
    return this.#nodes[0]?.item;
  }

  push(item: T): void {
    this.#nodes.push({ item, rank: this.#rankOf(item), order: this.#order++ });
    for (let at = this.#nodes.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#isLess(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): T | undefined {
    const first = this.#nodes[0];
    const last = this.#nodes.pop();
    if (first === undefined || last === undefined || this.#nodes.length === 0) return first?.item;
    this.#nodes[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (this.#isLess(left, least)) least = left;
      if (this.#isLess(right, least)) least = right;
      if (least === at) return first.item;
      this.#swap(at, least);
      at = least;
    }
  }

  #isLess(one: number, other: number): boolean {
    const [a, b] = [this.#nodes[one], this.#nodes[other]];
    if (!a || !b) return false;
    return a.rank < b.rank || (a.rank === b.rank && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#nodes[one], this.#nodes[other]];
    if (a && b) [this.#nodes[one], this.#nodes[other]] = [b, a];
  }
}
