import type { Chain } from '../../chain/chain.ts';
import { contradictionOf } from './belief.ts';
import type { Ledger } from './ledger.ts';
import { SETTLED_AFTER_SECONDS, type Version, versionIn } from './version.ts';

/** The newest versions of a secret, as Secret Manager reports them. */
export type NewestVersions = {
  /** The number of the newest version in any state; 0 if there is none. */
  readonly newest: number;
  /** Every version from this number on is listed. */
  readonly from: number;
  /** The listed versions that are not destroyed. */
  readonly versions: readonly Version[];
};

export type ListedVersions = NewestVersions & { readonly observedAt: Date };

/** `not listed`: so many newer versions exist that nobody looked further. */
export const VERSION_STATES = [
  'enabled',
  'disabled',
  'destroyed',
  'never added',
  'not listed',
] as const;
export type VersionState = (typeof VERSION_STATES)[number];

export type ObservedVersion = { readonly number: number; readonly state: VersionState };

/** The account of a credential: by its unique ID, or by the key that signed it. */
export type Holder = Pick<Ledger, 'targetId' | 'keyId' | 'mintedAt'>;

/** What was observed of a chain's credential, and what follows from it. */
export type Evidence = {
  readonly observedAt: Date;
  /** What readers of `latest` get; absent if the secret has never had a version. */
  readonly latest?: ObservedVersion;
  /** The version that the ledger named as current at that time; absent without a ledger that can be true. */
  readonly current?: ObservedVersion;
  readonly previous?: ObservedVersion;
  /** Why Secret Manager contradicts the ledger. */
  readonly contradiction?: string;
  /** The list of versions is older than the ledger, so it shows nothing about the version that the ledger names. */
  readonly isOlder?: true;
  /** The newest version, if it is not one that Hopmint has added. */
  readonly foreign?: number;
  /** Why readers cannot use the credential, in sentences; empty if they can. */
  readonly unusable: readonly string[];
  /** Whose the credential is, as a ledger that is believed says; absent if it follows an older definition of the chain. */
  readonly holder?: Holder;
  /** When each version that is not destroyed was added. Absent in what a report has observed. */
  readonly addedAt?: readonly Date[];
  /** One of the reasons: the target was created again, and the credential belongs to the account before. */
  readonly recreated?: string;
};

/** Whether the observation shows a credential that readers can use, and a ledger that nothing contradicts. */
export const isSound = ({ unusable, contradiction, isOlder }: Evidence): boolean =>
  unusable.length === 0 && contradiction === undefined && !isOlder;

/** The evidence about a chain. `unread`: the versions of its secret could not be read. */
export type EvidenceOf = (chain: string) => Evidence | 'unread' | undefined;

export const NO_EVIDENCE: EvidenceOf = () => undefined;

/**
 * Judges a credential by the versions of its secret.
 *
 * @param ledger undefined if there is none, or if it cannot be true
 * @param listedAt when the ledger was read. The versions were read later, so there may be a newer version
 * @param foreignAfterSeconds a newest version of this age that no ledger names is not one that a rotation is about to commit
 * @param knownForeign a version that an earlier observation has found to be foreign, however young it is
 */
export function evidenceOf(
  chain: Chain,
  digest: string,
  ledger: Ledger | undefined,
  listed: ListedVersions,
  listedAt: Date,
  foreignAfterSeconds = SETTLED_AFTER_SECONDS,
  knownForeign?: number,
): Evidence {
  const { observedAt, newest, versions } = listed;
  const isOlderThan = (seconds: number, at: Date) =>
    listedAt.getTime() - at.getTime() >= seconds * 1000;
  const stateOf = (number: number): ObservedVersion => ({
    number,
    state: versionState(number, listed),
  });

  const latest = newest > 0 ? stateOf(newest) : undefined;
  const current = ledger && stateOf(ledger.current);
  const previous = ledger && ledger.previous > 0 ? stateOf(ledger.previous) : undefined;
  // The list lags behind a commit that is so young.
  const lags =
    ledger !== undefined &&
    newest < ledger.current &&
    !isOlderThan(SETTLED_AFTER_SECONDS, ledger.mintedAt);
  const contradiction =
    ledger && current && !lags
      ? contradictionIn(ledger, current, listed, chain, digest)
      : undefined;
  const believed = contradiction === undefined ? ledger : undefined;

  const added = versions.find(({ number }) => number === newest)?.createdAt;
  const isForeign =
    believed !== undefined &&
    newest > believed.current &&
    (newest === knownForeign || !added || isOlderThan(foreignAfterSeconds, added));
  const isOfThis = believed?.digest === digest && !lags;
  const unusable = lags
    ? brokenVersions(latest, undefined)
    : [
        ...brokenVersions(latest, contradiction === undefined ? current : undefined),
        ...(isForeign && latest?.state === 'enabled'
          ? [
              `readers of latest get version ${newest}${added ? `, added at ${added.toISOString()}` : ''}, which Hopmint did not commit`,
            ]
          : []),
      ];
  return {
    observedAt,
    ...(latest && { latest }),
    ...(current && { current }),
    ...(previous && { previous }),
    ...(contradiction !== undefined && { contradiction }),
    ...(lags && { isOlder: true }),
    ...(isForeign && { foreign: newest }),
    unusable,
    addedAt: versions.map(({ createdAt }) => createdAt),
    ...(isOfThis && { holder: holderIn(believed) }),
  };
}

const holderIn = ({ targetId, keyId, mintedAt }: Ledger): Holder => ({
  mintedAt,
  ...(targetId !== undefined && { targetId }),
  ...(keyId !== undefined && { keyId }),
});

function versionState(number: number, { newest, from, versions }: ListedVersions): VersionState {
  const version = versionIn(number, versions, newest);
  if (version === 'never') return 'never added';
  if (version === 'destroyed') return number >= from ? 'destroyed' : 'not listed';
  return version.state === 'ENABLED' ? 'enabled' : 'disabled';
}

function contradictionIn(
  ledger: Ledger,
  { number, state }: ObservedVersion,
  { versions, newest }: ListedVersions,
  chain: Chain,
  digest: string,
): string | undefined {
  if (state === 'not listed') return undefined;
  return contradictionOf(ledger, versionIn(number, versions, newest), chain, digest);
}

/** Which readers get a version that Secret Manager refuses to give. */
function brokenVersions(
  latest: ObservedVersion | undefined,
  current: ObservedVersion | undefined,
): string[] {
  const isBroken = (version: ObservedVersion | undefined): version is ObservedVersion =>
    version?.state === 'disabled' || version?.state === 'destroyed';
  const of = (readers: string, { number, state }: ObservedVersion) =>
    `readers of ${readers} get nothing: version ${number} is ${state}`;
  if (isBroken(latest) && latest.number === current?.number)
    return [of('latest and current', latest)];
  return [
    ...(isBroken(latest) ? [of('latest', latest)] : []),
    ...(isBroken(current) ? [of('current', current)] : []),
  ];
}
