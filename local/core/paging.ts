import { Status } from './status.ts';

/**
 * One page of a list.
 *
 * @param items in the order of their keys, ascending or descending; the token is the last key seen, so a list may change between pages
 */
export function pageOf<T>(
  items: readonly T[],
  query: URLSearchParams,
  list: { key: (item: T) => string; descending: boolean; max: number; usual: number },
): { page: T[]; nextPageToken?: string } {
  const asked = Number(query.get('pageSize') ?? 0);
  if (!Number.isInteger(asked) || asked < 0)
    throw new Status('INVALID_ARGUMENT', 'The page size must not be negative.');
  const size = asked === 0 ? list.usual : Math.min(asked, list.max);

  const after = Buffer.from(query.get('pageToken') ?? '', 'base64url').toString();
  const isAfter = (item: T) => (list.descending ? list.key(item) < after : list.key(item) > after);
  const first = after === '' ? 0 : items.findIndex(isAfter);
  if (first < 0) return { page: [] };

  const page = items.slice(first, first + size);
  const last = page.at(-1);
  if (last === undefined || first + size >= items.length) return { page };
  return { page, nextPageToken: Buffer.from(list.key(last)).toString('base64url') };
}
