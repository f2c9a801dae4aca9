/** A binary heap. `pop` removes the item with the lowest rank; of equal ranks, the item that was pushed first. */
export class PriorityQueue<T> {
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
    for (let index = this.#nodes.length - 1; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#isLess(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): T | undefined {
    const first = this.#nodes[0];
    const last = this.#nodes.pop();
    if (first === undefined || last === undefined || this.#nodes.length === 0) return first?.item;
    this.#nodes[0] = last;
    for (let index = 0; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      if (this.#isLess(left, least)) least = left;
      if (this.#isLess(right, least)) least = right;
      if (least === index) return first.item;
      this.#swap(index, least);
      index = least;
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
