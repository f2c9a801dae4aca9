import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { differences } from './compare.ts';
import type { Exchange } from './exchange.ts';
import { fill, type Placeholders } from './placeholders.ts';
import { initialPlaceholders, RECORDER, worldOf } from './world.ts';

/** What came of one exchange. */
export type Outcome = {
  readonly exchange: Exchange;
  readonly state: 'agrees' | 'differs' | 'no method' | 'not sent';
  /** A line for each difference, or the placeholder that has no value. */
  readonly differences: readonly string[];
};

/** Replays one scenario against a local cloud of its own. */
export async function replay(exchanges: readonly Exchange[], now: () => Date): Promise<Outcome[]> {
  const cloud = await startLocalCloud({ seed: worldOf(exchanges), now, log: () => {} });
  try {
    const values = initialPlaceholders();
    const readPolicies = new Set<string>();
    const send = await senderFor(cloud);
    const outcomes: Outcome[] = [];
    for (const exchange of exchanges) {
      await seedFirstPolicy(exchange, values, readPolicies, send);
      outcomes.push(await replayOne(exchange, values, send));
    }
    return outcomes;
  } finally {
    await cloud.close();
  }
}

type Answer = { readonly status: number; readonly body: unknown };
type Send = (method: string, path: string, body?: string) => Promise<Answer>;

async function senderFor(cloud: LocalCloud): Promise<Send> {
  const response = await cloud.fetch(`${cloud.url}/_local/token`, {
    method: 'POST',
    body: JSON.stringify({ account: RECORDER }),
  });
  const { accessToken } = (await response.json()) as { accessToken: string };
  return async (method, path, body) => {
    const answer = await cloud.fetch(`${cloud.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : parse(text) };
  };
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** A scenario begins in a project that has a policy. The first reading shows it. */
async function seedFirstPolicy(
  { path, response }: Exchange,
  values: Placeholders,
  known: Set<string>,
  send: Send,
): Promise<void> {
  const resource = /^(\/v1\/projects\/[^/:?]+):(get|set)IamPolicy/.exec(path)?.[1];
  if (resource === undefined || known.has(resource) || !path.includes(':getIamPolicy')) return;
  known.add(resource);
  const [target, policy] = [fill(resource, values), fill(response ?? '', values)];
  if (target === undefined || policy === undefined) return;
  const { etag: _, ...first } = JSON.parse(policy) as { etag?: string; bindings?: unknown };
  if (first.bindings === undefined) return;
  await send(
    'POST',
    `${target}:setIamPolicy`,
    JSON.stringify({ policy: first, updateMask: 'bindings,auditConfigs' }),
  );
}

async function replayOne(exchange: Exchange, values: Placeholders, send: Send): Promise<Outcome> {
  const [path, request] = [fill(exchange.path, values), fill(exchange.request ?? '', values)];
  if (path === undefined || request === undefined) {
    const missing = /\$\{\w+\}/.exec(`${path === undefined ? exchange.path : exchange.request}`);
    return { exchange, state: 'not sent', differences: [`no value for ${missing}`] };
  }
  const body = withCurrentEtag(request);
  await lagAsRecorded(exchange, send);
  const answer = await send(exchange.method, path, exchange.request === null ? undefined : body);
  if (isUnknownMethod(answer)) return { exchange, state: 'no method', differences: [] };
  const recordedStatus = Number(exchange.status.slice(0, 3));
  const recorded = exchange.response ? parse(exchange.response) : null;
  const isNew = exchange.method !== 'GET' || exchange.path.includes('/operations/');
  const found =
    answer.status === recordedStatus
      ? differences(recorded, asRecorded(answer.body, recorded), values, isNew)
      : [
          `status: ${answer.status} ${messageOf(answer.body).replace(/errorId=\S+/, '…')} in place of ${exchange.status}`,
        ];
  return { exchange, state: found.length === 0 ? 'agrees' : 'differs', differences: found };
}

/** Google did not find some new accounts for a while. The local cloud does the same on request. */
async function lagAsRecorded({ method, path, status }: Exchange, send: Send): Promise<void> {
  const isMissing = method === 'GET' && path.includes('/serviceAccounts/') && /^404/.test(status);
  const newAccountSeconds = isMissing ? 3600 : 0;
  await send('PUT', '/_local/settings', JSON.stringify({ newAccountSeconds }));
}

/** The recorder replaced all etags. A write without one overwrites, as the recorded write did. */
const withCurrentEtag = (request: string): string =>
  request.replace(/,?\s*"etag": "abcdef0123A="/g, '').replace(/\{\s*,/g, '{');

/** The recorder removed the details of errors, and most recordings hide the parent of the project, in which the recorder has the grants. */
function asRecorded(body: unknown, recorded: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { parent, ...rest } = body as { parent?: unknown; error?: { details?: unknown } };
  if (rest.error && Object.keys(rest).length === 1)
    return { error: { ...rest.error, details: undefined } };
  const isHidden = typeof recorded === 'object' && recorded !== null && !('parent' in recorded);
  return isHidden ? rest : body;
}

const isUnknownMethod = ({ status }: Answer): boolean => status === 501;
const messageOf = (body: unknown): string =>
  (body as { error?: { message?: string } } | null)?.error?.message ?? '';
