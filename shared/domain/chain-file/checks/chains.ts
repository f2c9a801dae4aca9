import { formatDuration } from '../../basics/duration.ts';
import { lowerAscii } from '../../basics/text/ascii.ts';
import type { Account } from '../../chain/account.ts';
import { ID_TOKEN_LIFETIME_SECONDS, SIGNED_BLOB_LIFETIME_SECONDS } from '../../chain/chain.ts';
import { error, hint, type Path, type Remark } from '../../yaml/fault.ts';
import { LIFETIME_MAX_SECONDS } from '../schema/credential.ts';
import type { ChainDraft, ChainFileDraft } from '../schema/draft.ts';
import { pinner, remarksOnAccounts, remarksOnPins, remarksOnSigner } from './accounts.ts';
import { type Lifetime, remarksOnCredential } from './credentials.ts';
import { remarksOnAdministrators, remarksOnExceptions, remarksOnPause } from './ends.ts';
import { remarksOnSchedule, type Schedule } from './schedules.ts';
import { remarksOnDirectFlow, remarksOnDuplicates, remarksOnWrites } from './write-load.ts';

/** The lifetime of a chain, from the chain or from the defaults; undefined for kinds with a fixed lifetime. */
function lifetimeOf(chain: ChainDraft, file: ChainFileDraft, at: Path): Lifetime | undefined {
  const { credential } = chain;
  if (credential?.kind !== 'access-token' && credential?.kind !== 'signed-jwt') return undefined;
  if (credential.lifetime !== undefined) {
    return { seconds: credential.lifetime, path: [...at, 'credential', 'lifetime'] };
  }
  const { lifetime } = file.defaults;
  return lifetime === undefined ? undefined : { seconds: lifetime, path: ['defaults', 'lifetime'] };
}

const FIXED = {
  'id-token': {
    lifetimeSeconds: ID_TOKEN_LIFETIME_SECONDS,
    lifetimeWhy: 'the 1h that Google fixes for ID tokens',
  },
  'signed-blob': {
    lifetimeSeconds: SIGNED_BLOB_LIFETIME_SECONDS,
    lifetimeWhy: 'the 12h for which Google keeps the signing key',
  },
} as const;

/** The parts of a chain's schedule; undefined if a part has the wrong shape. */
function scheduleOf(
  chain: ChainDraft,
  raw: unknown,
  file: ChainFileDraft,
  lifetime: Lifetime | undefined,
): Schedule | undefined {
  const written = (key: string) => typeof raw === 'object' && raw !== null && key in raw;
  const part = (key: 'rotateEvery' | 'retryWindow' | 'minValidity') =>
    chain[key] ?? (written(key) ? undefined : file.defaults[key]);
  const kind = chain.credential?.kind;
  const life =
    kind === 'id-token' || kind === 'signed-blob'
      ? { ...FIXED[kind], lifetimeMaxSeconds: 0 }
      : lifetime && {
          lifetimeSeconds: lifetime.seconds,
          lifetimeWhy: `the lifetime of ${formatDuration(lifetime.seconds)}`,
          lifetimeMaxSeconds: LIFETIME_MAX_SECONDS,
        };
  const [rotateEverySeconds, retryWindowSeconds, minValiditySeconds, tickEverySeconds] = [
    part('rotateEvery'),
    part('retryWindow'),
    part('minValidity'),
    file.head.tickEvery,
  ];
  return life &&
    rotateEverySeconds !== undefined &&
    retryWindowSeconds !== undefined &&
    minValiditySeconds !== undefined &&
    tickEverySeconds !== undefined
    ? { ...life, rotateEverySeconds, retryWindowSeconds, minValiditySeconds, tickEverySeconds }
    : undefined;
}

/** The key of the chain to which a fault of its schedule belongs; the whole chain if every part comes from the defaults. */
function schedulePath(chain: ChainDraft, lifetime: Lifetime | undefined, at: Path): Path {
  if (chain.rotateEvery !== undefined) return [...at, 'rotateEvery'];
  if (lifetime?.path[0] === 'chains') return lifetime.path;
  if (chain.retryWindow !== undefined) return [...at, 'retryWindow'];
  if (chain.minValidity !== undefined) return [...at, 'minValidity'];
  return at;
}

/** Refuses a reader that is listed twice. Emails are compared without case. */
const remarksOnReaders = (readers: readonly string[], at: Path): Remark[] =>
  readers.flatMap((reader, i) => {
    const first = readers.findIndex((other) => lowerAscii(other) === lowerAscii(reader));
    if (first === i) return [];
    return [error([...at, 'readers', i], `${reader} is already one of the readers: leave one out`)];
  });

/** @see https://cloud.google.com/secret-manager/quotas */
const WRITE_QUOTA = 600;

const remarksOnQuota = (writesPerMinute: number | undefined): Remark[] =>
  writesPerMinute !== undefined && writesPerMinute > WRITE_QUOTA
    ? [
        hint(
          ['writesPerMinute'],
          `Secret Manager allows ${WRITE_QUOTA} writes a minute by default: check that your quota is higher, or write writesPerMinute: 540`,
        ),
      ]
    : [];

/** Every account that the file gives with both email and unique ID, and its position. */
function pinsOf({ head, chains, exceptions }: ChainFileDraft) {
  const placed = (account: Account | undefined, pathOf: () => Path) =>
    account?.email !== undefined && account.uniqueId !== undefined
      ? [{ account, path: pathOf() }]
      : [];
  return [
    ...placed(head.caller, () => ['caller']),
    ...chains.flatMap(({ delegates = [], target }, i) => [
      ...delegates.flatMap((account, j) => placed(account, () => ['chains', i, 'delegates', j])),
      ...placed(target, () => ['chains', i, 'target']),
    ]),
    ...exceptions.flatMap(({ account }, i) => placed(account, () => ['exceptions', i, 'account'])),
  ];
}

/**
 * Checks what the schema cannot check: the meaning of a file.
 *
 * @param rawChains the chains as written: they show whether a key is absent or has a wrong value
 * @param placeOf names the file and the line of a path
 */
export function remarksOn(
  file: ChainFileDraft,
  rawChains: readonly unknown[],
  now: Date,
  placeOf: (path: Path) => string,
): Remark[] {
  const pins = pinsOf(file);
  const pinned = pinner(pins.map(({ account }) => account));
  const { head, defaults, chains, exceptions, administrators } = file;

  const onChains = chains.flatMap((chain, i): Remark[] => {
    const at: Path = ['chains', i];
    const lifetime = lifetimeOf(chain, file, at);
    const schedule = scheduleOf(chain, rawChains[i], file, lifetime);
    const { delegates = [], target, credential } = chain;
    return [
      ...remarksOnAccounts(head.caller, delegates, target, at, pinned),
      ...(credential ? remarksOnCredential(credential, lifetime, [...at, 'credential']) : []),
      ...(credential?.kind === 'signed-jwt' && target ? remarksOnSigner(target, at) : []),
      ...(schedule ? remarksOnSchedule(schedule, schedulePath(chain, lifetime, at)) : []),
      ...remarksOnReaders(chain.readers ?? [], at),
      ...remarksOnPause(chain.paused, at, now),
    ];
  });
  return [
    ...remarksOnPause(head.paused, [], now),
    ...remarksOnQuota(head.writesPerMinute),
    ...remarksOnPins(pins, placeOf),
    ...onChains,
    ...remarksOnDuplicates(chains, 'name', placeOf),
    ...remarksOnDuplicates(chains, 'secret', placeOf),
    ...(head.writesPerMinute === undefined
      ? []
      : remarksOnWrites(chains, defaults.rotateEvery, head.writesPerMinute, head.tickEvery ?? 60)),
    ...remarksOnDirectFlow(chains, pinned),
    ...remarksOnExceptions(exceptions, now),
    ...remarksOnAdministrators(administrators, now),
  ];
}
