import { ApiError } from './api-error.ts';

/**
 * One page of a list.
 *
 * The page token is the key of the last item of the page, so items may come and go between two pages.
 *
 * @param items sorted by `list.key`
 */
export function pageOf<T>(
  items: readonly T[],
  query: URLSearchParams,
  list: { key: (item: T) => string; descending: boolean; maxSize: number; defaultSize: number },
): { page: T[]; nextPageToken?: string } {
  const requestedSize = Number(query.get('pageSize') ?? 0);
  if (!Number.isInteger(requestedSize) || requestedSize < 0)
    throw new ApiError('INVALID_ARGUMENT', 'The page size must not be negative.');
  const size = requestedSize === 0 ? list.defaultSize : Math.min(requestedSize, list.maxSize);

  const after = Buffer.from(query.get('pageToken') ?? '', 'base64url').toString();
  const isAfter = (item: T) => (list.descending ? list.key(item) < after : list.key(item) > after);
  const first = after === '' ? 0 : items.findIndex(isAfter);
  if (first < 0) return { page: [] };

  const page = items.slice(first, first + size);
  const last = page.at(-1);
  if (last === undefined || first + size >= items.length) return { page };
  return { page, nextPageToken: Buffer.from(list.key(last)).toString('base64url') };
}
