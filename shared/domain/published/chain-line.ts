import { type Account, isAccount } from '../chain/account.ts';
import {
  type Chain,
  type ChainPosition,
  type CredentialSpec,
  FORMATS,
  type Kind,
} from '../chain/chain.ts';
import type { Replica, Replication } from '../chain/replication.ts';
import {
  anyObject,
  anyText,
  type Check,
  instant,
  listOf,
  matching,
  objectBy,
  objectOf,
  oneOf,
  text,
  trueOrFalse,
  wholeFrom,
} from './check.ts';

type PauseJson = { readonly until: string; readonly reason: string };

/** A chain as its line has it: dates are texts, and the source is an index and a line. */
export type ChainLine = Omit<Chain, 'paused' | 'source'> & {
  readonly digest: string;
  readonly paused?: PauseJson;
  readonly source: readonly [index: number, line: ChainPosition['line']];
};

const accountMembers = objectOf<Partial<Record<keyof Account, string>>>(
  {},
  { email: text, uniqueId: text },
);
const account: Check = (value) =>
  accountMembers(value) ??
  (isAccount(value as Account) ? undefined : ' is neither an email nor a unique ID');

type Of<K extends Kind> = Extract<CredentialSpec, { kind: K }>;
const CREDENTIALS: { readonly [K in Kind]: Check } = {
  'access-token': objectOf<Of<'access-token'>>(
    {
      kind: text,
      scopes: listOf(matching(/^[^ ]+$/, 'a scope, without spaces')),
      lifetimeSeconds: wholeFrom(1),
    },
    {},
  ),
  'id-token': objectOf<Of<'id-token'>>(
    { kind: text, audience: text, includeEmail: trueOrFalse },
    {},
  ),
  'signed-jwt': objectOf<Of<'signed-jwt'>>(
    {
      kind: text,
      claims: anyObject,
      lifetimeSeconds: wholeFrom(1),
      allowTokenExchange: trueOrFalse,
    },
    {},
  ),
  'signed-blob': objectOf<Of<'signed-blob'>>(
    { kind: text, payload: text, allowTokenExchange: trueOrFalse },
    {},
  ),
};

const REPLICATIONS = {
  true: objectOf<Extract<Replication, { automatic: true }>>(
    { automatic: trueOrFalse },
    { kmsKey: text },
  ),
  false: objectOf<Extract<Replication, { automatic: false }>>(
    {
      automatic: trueOrFalse,
      replicas: listOf(objectOf<Replica>({ location: text }, { kmsKey: text })),
    },
    {},
  ),
};

const wholeFromOne = wholeFrom(1);
const source: Check = (value) =>
  Array.isArray(value) && value.length === 2
    ? (wholeFrom(0)(value[0]) ?? wholeFromOne(value[1]))
    : ' must be the number of a source and a line';

const line = objectOf<ChainLine>(
  {
    name: text,
    digest: matching(/^[0-9a-f]{64}$/, 'a SHA-256 in hex'),
    delegates: listOf(account),
    target: account,
    credential: objectBy('kind', CREDENTIALS),
    secret: matching(/^projects\/[^/]+\/secrets\/[^/]+$/, 'a secret: projects/P/secrets/S'),
    format: oneOf(FORMATS),
    rotateEverySeconds: wholeFromOne,
    retryWindowSeconds: wholeFrom(0),
    minValiditySeconds: wholeFrom(0),
    source,
  },
  {
    readers: listOf(text),
    replication: objectBy('automatic', REPLICATIONS),
    paused: objectOf<PauseJson>({ until: instant, reason: anyText }, {}),
  },
);

/** What is wrong with the value of a line, if it is no chain. @param sources the number of sources in the header */
export function faultOfLine(value: unknown, sources: number): string | undefined {
  const fault = line(value);
  if (fault !== undefined) return fault.startsWith('.') ? `: ${fault.slice(1)}` : fault;
  const index = (value as ChainLine).source[0];
  return index < sources ? undefined : `: the header has no source ${index}`;
}
