import type { SecretVersion } from '../../local/state/secret.ts';
import type { State } from '../../local/state/state.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import { type StoredCredential, storedCredentialIn } from './stored-credential.ts';

/**
 * The most that the ledger's expiry may differ from the credential's. A signed blob has no expiry: the product computes one by its own clock,
 * and stores the blob up to half a minute later.
 */
const EXPIRY_TOLERANCE_MS = 121_000;

/** `latest` and aliases may lag by so much less than a version lives after them: the call and the commit after it take time. */
const CALLS_MS = 60_000;
/** A version lives so long after `latest` and `current` have left it, or for `rotateEvery` if that is shorter. */
const LAGS_MS = 600_000;

/** The annotations of a ledger as text. */
const ledgerText = (annotations: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify(
    Object.entries(annotations)
      .filter(([key]) => key.startsWith('hopmint-'))
      .sort(),
  );

/** The version numbers in a ledger. */
type LedgerVersions = { readonly current: number; readonly previous: number };

/**
 * Checks the invariants of one secret after every call:
 * - I1: `latest`, `current` and the ledger's current version give a reader the minimum validity.
 * - I2: no version that a reader may use is disabled or destroyed.
 * - I3: a version is destroyed only if it is ours, and after two newer ones were committed.
 * - I4: each version is replaced once, by a newer one.
 * - A reader whose `latest` or `current` lags still finds the version that it gets.
 *
 * It reads annotations, aliases and payloads without the product's code.
 */
export class SecretWatch {
  readonly violations: string[] = [];
  /** Each version that a ledger has named as current, in order. */
  readonly commits: number[] = [];
  /** The least validity that a reader has found, in seconds. */
  leastSeconds = Number.POSITIVE_INFINITY;
  /** The same for the reads that are excused. */
  leastExcusedSeconds = Number.POSITIVE_INFINITY;
  /** The number of excused reads that found less than the minimum validity. */
  excused = 0;
  /** An instance read the clock, was frozen, and then stored an old credential. */
  latestMayBeOld = false;
  readonly #state: State;
  readonly #chain: Chain;
  readonly #stored = new Map<number, StoredCredential>();
  /** The state in which the product or a person has left each version. */
  readonly #states = new Map<number, SecretVersion['state']>();
  /** The versions that a person has disabled or destroyed. */
  readonly #spoiled = new Set<number>();
  /** The annotations that a person has forged, as text. They do not count as a ledger. */
  #forged = '';
  /** What the ledger said before it was forged. A rotation that had read it may still follow it. */
  #beforeForgery: LedgerVersions = { current: 0, previous: 0 };
  readonly #storedAt = new Map<number, number>();
  /** The versions that `latest` and `current` named at the last check. */
  #named: readonly number[] = [];
  /** Until when `latest` or `current` has named each version, in milliseconds since 1970. */
  readonly #namedUntil = new Map<number, number>();
  readonly #replaced = new Set<number>();
  #ledger: LedgerVersions = { current: 0, previous: 0 };
  /** Our first version. Older versions belong to somebody else. */
  #first = Number.POSITIVE_INFINITY;
  /** The first version under the present ledger. When a ledger was wiped, the next one does not know our older versions. */
  #firstKnown = Number.POSITIVE_INFINITY;
  readonly #isExcused: (leftAt?: number) => boolean;

  /**
   * @param isExcused whether a reader may find less than the minimum validity. `leftAt` is given for a version that no ledger names: when it
   * was stored, in milliseconds since 1970.
   */
  constructor(state: State, chain: Chain, isExcused: (leftAt?: number) => boolean = () => false) {
    this.#state = state;
    this.#chain = chain;
    this.#isExcused = isExcused;
  }

  /** The number of enabled versions that the product may destroy. */
  get liveVersions(): number {
    const enabled = [...this.#states].filter(([, state]) => state === 'ENABLED');
    return enabled.filter(([version]) => version >= this.#firstKnown).length;
  }

  /** A person has spoiled what readers of `latest` or `current` get, or has forged the ledger, and nothing has healed it. */
  get isBroken(): boolean {
    const secret = this.#state.secrets.get(this.#chain.secret);
    const names = [secret?.versions.length ?? 0, secret?.versionAliases.current ?? 0];
    const isForged = this.#forged !== '' && ledgerText(secret?.annotations) === this.#forged;
    return isForged || names.some((number) => this.#spoiled.has(number));
  }

  /** The credential that the ledger names, and when it was stored, in milliseconds since 1970. */
  get committed(): (StoredCredential & { readonly storedAt: number }) | undefined {
    const stored = this.#stored.get(this.#ledger.current);
    const storedAt = this.#storedAt.get(this.#ledger.current) ?? 0;
    return stored && { ...stored, storedAt };
  }

  /** @param when the call after which it checks, for the messages */
  async check(when: string): Promise<void> {
    const secret = this.#state.secrets.get(this.#chain.secret);
    if (!secret) return;
    const { versions, versionAliases: aliases, annotations } = secret;
    const violate = (what: string) =>
      this.violations.push(`${this.#state.now().toISOString()} ${when}: ${what}`);

    await this.#learn(versions, violate);
    const isEnabled = (number: number) =>
      versions[number - 1]?.state === 'ENABLED' || this.#spoiled.has(number);
    this.#checkLedger(annotations, aliases, isEnabled, violate);
    const now = this.#state.now().getTime();
    for (const number of this.#named) this.#namedUntil.set(number, now);
    this.#named = [versions.length, aliases.current ?? 0];
    for (const [number, before] of this.#states) {
      const state = versions[number - 1]?.state ?? 'DESTROYED';
      if (state === before) continue;
      this.#states.set(number, state);
      if (state !== 'DESTROYED') violate(`version ${number} is ${state} now`);
      const newer = new Set(this.commits.slice(-50).filter((commit) => commit > number)).size;
      if (number < this.#first) violate(`I3: version ${number} was destroyed, and is not ours`);
      else if (newer < 2)
        violate(`I3: version ${number} was destroyed after ${newer} newer commits`);
      const unusedMs = now - (this.#namedUntil.get(number) ?? 0);
      const least = Math.min(this.#chain.rotateEverySeconds * 1000, LAGS_MS) - CALLS_MS;
      if (unusedMs < least) {
        violate(`I1: a reader that lags gets version ${number}, which was destroyed`);
      }
    }

    const newest = versions.length;
    for (const [name, number] of [
      ['the newest', newest],
      ['current', aliases.current ?? 0],
      ['previous', aliases.previous ?? 0],
      ['the ledger’s current', this.#ledger.current],
      ['the ledger’s previous', this.#ledger.previous],
    ] as const) {
      if (number > 0 && !isEnabled(number))
        violate(`I2: ${name}, version ${number}, is not enabled`);
    }
    if (this.commits.length === 0) return;
    this.#checkReader('the ledger’s current', this.#ledger.current, violate);
    this.#checkReader('current', aliases.current ?? 0, violate);
    const isTooOld = this.#checkReader('latest', newest, violate, this.latestMayBeOld);
    if (!isTooOld) this.latestMayBeOld = false;
  }

  /** Whether a ledger may name this previous version after `before`: the newest of its two versions that no person has spoiled. */
  #mayPrecede(previous: number, before: LedgerVersions): boolean {
    const { current, previous: older } = before.current > 0 ? before : this.#beforeForgery;
    this.#beforeForgery = { current: 0, previous: 0 };
    if (previous === before.current || previous === current) return true;
    if (!this.#spoiled.has(current)) return false;
    return previous === older || (previous === 0 && this.#spoiled.has(older));
  }

  async #learn(versions: readonly SecretVersion[], violate: (what: string) => void): Promise<void> {
    for (const version of versions.slice(this.#stored.size)) {
      const stored = await storedCredentialIn(this.#state, this.#chain, version);
      this.#stored.set(version.number, stored);
      this.#states.set(version.number, 'ENABLED');
      this.#storedAt.set(version.number, Date.parse(version.createTime));
      if (!stored.isForeign && !stored.isCorrect) {
        violate(`version ${version.number} is not the chain's credential`);
      }
    }
  }

  /** Runs an action of a person. The product is not blamed for what it changes. */
  async person(act: () => Promise<unknown>): Promise<void> {
    await this.check('before a person');
    const secret = () => this.#state.secrets.get(this.#chain.secret);
    const before = ledgerText(secret()?.annotations);
    await act();
    await this.#learn(secret()?.versions ?? [], (what) => this.violations.push(what));
    for (const { number, state } of secret()?.versions ?? []) {
      if (state === this.#states.get(number)) continue;
      this.#states.set(number, state);
      if (state === 'ENABLED') this.#spoiled.delete(number);
      else this.#spoiled.add(number);
    }
    const after = ledgerText(secret()?.annotations);
    if (after === before) return;
    this.#forged = after;
    if (this.#ledger.current > 0) this.#beforeForgery = this.#ledger;
    this.#ledger = { current: 0, previous: 0 };
    this.#replaced.clear();
  }

  #checkLedger(
    annotations: Readonly<Record<string, string>>,
    aliases: Readonly<Record<string, number>>,
    isEnabled: (version: number) => boolean,
    violate: (what: string) => void,
  ): void {
    if (this.#forged !== '' && ledgerText(annotations) === this.#forged) return;
    const numberIn = (key: string) => Number(annotations[`hopmint-${key}`] ?? 0);
    const before = this.#ledger;
    const ledger = { current: numberIn('current'), previous: numberIn('previous') };
    if (ledger.current === before.current) return;
    this.#ledger = ledger;
    if (ledger.current === 0) {
      // Somebody has wiped the ledger. The next commit writes a first ledger again.
      this.#replaced.clear();
      return;
    }
    if (before.current === 0 && ledger.previous === 0) this.#firstKnown = ledger.current;
    this.#first = Math.min(this.#first, ledger.current);
    this.commits.push(ledger.current);
    if (this.#replaced.has(before.current)) {
      violate(`I4: version ${before.current} was replaced twice`);
    }
    this.#replaced.add(before.current);
    if (ledger.current < before.current)
      violate(`I4: ${ledger.current} replaced ${before.current}`);
    if (!this.#mayPrecede(ledger.previous, before)) {
      violate(`the ledger does not name ${before.current} as the previous version`);
    }
    if (!isEnabled(ledger.current))
      violate(`version ${ledger.current} was committed, and is not enabled`);
    if (aliases.current !== ledger.current) violate('the alias differs from the ledger');
    const stored = this.#stored.get(ledger.current);
    const expiry = Date.parse(annotations['hopmint-expires-at'] ?? '');
    const difference = Math.abs(expiry - (stored?.expiresAt.getTime() ?? 0));
    // Also false for NaN, when the annotation is malformed.
    if (!(difference <= EXPIRY_TOLERANCE_MS)) {
      violate(`the ledger has another expiry than version ${ledger.current}`);
    }
    if (stored?.isForeign) violate(`version ${ledger.current} was committed, and is not ours`);
  }

  /** Checks invariant I1 for one name of a version. @returns whether the reader finds too little */
  #checkReader(
    name: string,
    version: number,
    violate: (what: string) => void,
    mayBeOld = false,
  ): boolean {
    const stored = this.#stored.get(version);
    if (!stored || stored.isForeign) return false;
    const seconds = (stored.expiresAt.getTime() - this.#state.now().getTime()) / 1000;
    const isTooLittle = seconds < this.#chain.minValiditySeconds;
    const leftAt = version > this.#ledger.current ? this.#storedAt.get(version) : undefined;
    const isLess = isTooLittle || seconds < this.leastSeconds;
    if (isLess && (mayBeOld || this.#isExcused(leftAt))) {
      if (isTooLittle) this.excused++;
      this.leastExcusedSeconds = Math.min(this.leastExcusedSeconds, seconds);
      return isTooLittle;
    }
    this.leastSeconds = Math.min(this.leastSeconds, seconds);
    if (isTooLittle)
      violate(`I1: ${name}, version ${version}, is valid for ${Math.round(seconds)} s`);
    return isTooLittle;
  }
}
