import type { Refusal } from '../../domain/basics/refusal.ts';
import { DELEGATION_PERMISSION } from '../../domain/chain/hop.ts';
import { disabledApiOf, permissionOf, reasonOf } from './failures.ts';
import { requestOf } from './requests.ts';

/** Gets each request that Google refuses with 401 or 403. It must not throw. */
export type OnRefused = (refusal: Refusal) => void;

/**
 * Reports a refused request. The text of the answer is not part of the report, because it may repeat what we sent.
 *
 * @param body the body that we sent. Only the delegates of a mint are read from it
 */
export function reportRefusal(
  onRefused: OnRefused,
  { method, url, body }: { readonly method: string; readonly url: string; readonly body?: unknown },
  { status, text }: { readonly status: number; readonly text: string },
): void {
  if (status !== 401 && status !== 403) return;
  const sent = parsed(text);
  const known = requestOf(method, url);
  const permission = permissionOf(sent) ?? known?.permission;
  const hop = known?.id.startsWith('iamcredentials.')
    ? deniedHop(delegatesIn(body), permission)
    : undefined;
  const resource = hop?.resource ?? known?.resource;
  const reason = reasonOf(sent);
  const api = disabledApiOf(sent);
  onRefused({
    request: known?.id ?? `${method} ${new URL(url).pathname}`,
    status,
    ...(resource !== undefined && { resource }),
    ...(reason !== undefined && { reason }),
    ...(permission !== undefined && { permission }),
    ...(hop?.holder !== undefined && { holder: hop.holder }),
    ...(api && { api }),
  });
}

/**
 * The hop of a chain that lacks a permission. With delegates, only the last one needs the right to mint, and the caller needs the right to
 * delegate on the first one. Google does not say which delegate refused the right to delegate.
 */
function deniedHop(
  delegates: readonly string[],
  permission: string | undefined,
): { readonly resource?: string; readonly holder?: string } {
  const [first] = delegates;
  if (first === undefined) return {};
  if (permission === DELEGATION_PERMISSION) return { resource: first };
  return { holder: (delegates.at(-1) ?? first).split('/').at(-1) ?? first };
}

function delegatesIn(body: unknown): string[] {
  const { delegates } =
    ((typeof body === 'string' ? parsed(body) : undefined) as {
      delegates?: unknown;
    }) ?? {};
  return Array.isArray(delegates) ? delegates.filter((one) => typeof one === 'string') : [];
}

/** Gives `undefined` for text that is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
