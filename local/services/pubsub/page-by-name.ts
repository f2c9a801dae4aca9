import { pageOf } from '../../core/paging.ts';

/** One page of topics or subscriptions, sorted by name. */
export function pageByName<T extends { name: string }>(
  items: readonly T[],
  query: URLSearchParams,
) {
  const sorted = items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const list = { key: ({ name }: T) => name, descending: false, maxSize: 1000, defaultSize: 100 };
  return pageOf(sorted, query, list);
}
