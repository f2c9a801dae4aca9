import type { Secret, SecretVersion } from '../../../local/state/secret.ts';
import type { State } from '../../../local/state/state.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { TARGET } from '../../functions/rotation-world.ts';
import { type StoredCredential, storedCredentialIn } from '../../simulation/stored-credential.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A chain that was broken is healed so long after an event of it has arrived. */
const HEALED_WITHIN_MS = 2 * MINUTE_MS;
/** The same for a chain that was healed three times within an hour. */
const LIMITED_WITHIN_MS = 12 * MINUTE_MS;
/** The schedule heals what no event has reported: the next instant of the grid, a tick, and what may delay the rotation. */
const SCHEDULE_SLACK_MS = 5 * MINUTE_MS;
/** A read may be so old that it hides what a person has done since. */
const UNSEEN_MS = MINUTE_MS;

/** A failed rotation is tried again after 30 minutes at the latest. */
const RETRIED_WITHIN_MS = 35 * MINUTE_MS;
/** Without an event, the audit observes a secret within 12 minutes, its targets within 15, and a read may lag. */
const OBSERVED_WITHIN_MS = 16 * MINUTE_MS;

const RECREATED = 'belongs to a deleted account';

type Known = StoredCredential & { readonly isOurs: boolean; readonly accountId: string };

/** What happened to the secret of one chain, and what its readers get. It uses no code of the product. */
export class ChainWatch {
  readonly chain: Chain;
  readonly isTouched: boolean;
  readonly violations: string[] = [];
  /** Since when a reader of `latest` or `current` gets no usable credential, in milliseconds since 1970. */
  brokenSince: number | undefined;
  /** When a person has changed the secret or the target for the last time. */
  changedAt = 0;
  rotations = 0;
  /** Why a reader of `latest` or `current` gets no usable credential now. */
  problem: string | undefined;
  /** Milliseconds in which a reader of `latest` or `current` had no usable credential. */
  brokenMs = 0;
  readonly #state: State;
  readonly #known: Known[] = [];
  /** When a reader of `latest`, or of the alias that we have set, got each version for the last time. */
  readonly #lastNamed = new Map<number, number>();
  readonly #committed = new Set<number>();
  #lastCommitted = 0;
  /** A chain that is still broken at this time was not healed, though an event has arrived. */
  #healedBefore = Number.POSITIVE_INFINITY;
  /** A chain that is still broken at this time was not rotated by the schedule. */
  #rotatedBefore: number;
  /** A chain that is broken at this time is reported, because an event or an audit has shown it. */
  #observedBefore = Number.POSITIVE_INFINITY;
  /** Nothing can be minted, or a failed rotation waits for its next attempt. */
  #excusedUntil = 0;
  #lastChanges: string[] = [];
  #lastStepAt: number;
  readonly #initial: number;

  /** @param isTouched a person changes the secret */
  constructor(state: State, chain: Chain, isTouched: boolean) {
    this.isTouched = isTouched;
    this.#state = state;
    this.chain = chain;
    this.#initial = this.#secret.versions.length;
    this.changedAt = this.#now;
    this.#lastStepAt = this.#now;
    this.#rotatedBefore = this.#now + HEALED_WITHIN_MS;
  }

  /** The versions from our present first one on that are not destroyed. */
  get liveVersions(): number {
    const first = Number(this.#secret.annotations['hopmint-first']);
    const aliases = Object.entries(this.#secret.versionAliases);
    const isKept = (number: number) =>
      aliases.some(([alias, kept]) => kept === number && !/^(current|previous)$/.test(alias));
    return this.#secret.versions.filter(
      ({ number, state }) => state !== 'DESTROYED' && number >= first && !isKept(number),
    ).length;
  }

  /** The only problem is that the target was created again. */
  get isOnlyRecreated(): boolean {
    return this.problem?.endsWith(RECREATED) ?? false;
  }

  /** No reader has had a usable credential for so long, since the last change. */
  isBrokenFor(ms: number): boolean {
    const { brokenSince, changedAt } = this;
    return brokenSince !== undefined && this.#now - Math.max(brokenSince, changedAt) >= ms;
  }

  /** The same, and an event or an audit has shown it for so long. */
  mustBeReported(ms: number): boolean {
    return this.isBrokenFor(ms) && this.#now - this.#observedBefore >= ms;
  }

  get isQuiet(): boolean {
    return this.#now - Math.max(this.changedAt, this.#excusedUntil) > HOUR_MS;
  }

  /** A person has changed the secret, or the target. The next scheduled rotation heals it at the latest. */
  async changed(what: string): Promise<void> {
    await this.#learn(false);
    this.changedAt = this.#now;
    this.#lastChanges = [...this.#lastChanges.slice(-5), `${this.#time} ${what}`];
    this.#healedBefore = Number.POSITIVE_INFINITY;
    this.#observedBefore = this.#now + OBSERVED_WITHIN_MS;
    this.#rotatedBefore = this.#now + this.chain.rotateEverySeconds * 1000 + SCHEDULE_SLACK_MS;
  }

  /** The event of a change has arrived. @param isLimited the chain was healed three times within the last hour */
  eventArrived(isLimited: boolean): void {
    // No event about a secret reports that the target was created again.
    if (!this.isOnlyRecreated) this.#observedBefore = this.#now;
    const within = isLimited ? LIMITED_WITHIN_MS : HEALED_WITHIN_MS;
    this.#healedBefore = Math.min(this.#healedBefore, this.#now + within);
  }

  /** The healing of this chain has to wait, because it was healed three times within an hour. */
  limited(): void {
    if (this.#healedBefore < Number.POSITIVE_INFINITY) {
      this.#healedBefore = Math.max(this.#healedBefore, this.#now + LIMITED_WITHIN_MS);
    }
    this.#rotatedBefore = Math.max(this.#rotatedBefore, this.#now + LIMITED_WITHIN_MS);
  }

  /** Nothing can be minted for so long. */
  excuse(ms: number): void {
    this.#excusedUntil = this.#now + ms + RETRIED_WITHIN_MS;
  }

  /** The product has called Google about this secret, with success. */
  async called(call: string, url: string): Promise<void> {
    if (call.endsWith('.addVersion')) await this.#learn(true);
    if (call.endsWith('.secrets.patch')) this.#checkCommit();
    const destroyed = /versions\/(\d+):destroy/.exec(url)?.[1];
    if (destroyed !== undefined) this.#checkDestroyed(Number(destroyed));
  }

  /** Looks at what readers get now. */
  step(): void {
    const { versions, versionAliases: aliases } = this.#secret;
    const newest = versions.length;
    this.#lastNamed.set(newest, this.#now);
    if (aliases.current === this.#lastCommitted) this.#lastNamed.set(aliases.current, this.#now);
    this.problem = this.#problemOf('latest', newest) ?? this.#problemOf('current', aliases.current);
    const { problem } = this;
    if (problem === undefined) {
      this.brokenSince = undefined;
    } else {
      this.brokenSince ??= this.#now;
      this.brokenMs += this.#now - this.#lastStepAt;
      // No event about a secret reports that the target was created again.
      const healedBefore = this.isOnlyRecreated ? Number.POSITIVE_INFINITY : this.#healedBefore;
      const healed = Math.min(healedBefore, this.#rotatedBefore);
      if (this.#now > Math.max(healed, this.#excusedUntil)) {
        this.violate(`not healed in time: ${problem}`);
        this.#rotatedBefore = Number.POSITIVE_INFINITY;
        this.#healedBefore = Number.POSITIVE_INFINITY;
      }
    }
    this.#lastStepAt = this.#now;
  }

  violate(what: string): void {
    const changes = this.#lastChanges.join('; ');
    this.violations.push(`${this.#time} ${this.chain.name}: ${what} (${changes})`);
  }

  /** Why a reader of a name gets no usable credential; undefined if it gets one. */
  #problemOf(name: string, number: number | undefined): string | undefined {
    if (number === undefined) return `${name} does not exist`;
    const version = this.#secret.versions[number - 1];
    const known = this.#known[number - 1];
    const of = `${name}, version ${number},`;
    if (version?.state !== 'ENABLED') return `${of} is ${version?.state}`;
    if (!known?.isOurs) return `${of} is not ours`;
    if (known.accountId !== this.#accountId) return `${of} ${RECREATED}`;
    const seconds = (known.expiresAt.getTime() - this.#now) / 1000;
    if (seconds <= 0) return `${of} has expired`;
    const isPromised = this.isQuiet && seconds < this.chain.minValiditySeconds;
    return isPromised ? `${of} is valid for ${seconds} s` : undefined;
  }

  #checkCommit(): void {
    const current = Number(this.#secret.annotations['hopmint-current']);
    if (!this.#known[current - 1]?.isOurs)
      this.violate(`${current} was committed, and is not ours`);
    if (this.#committed.has(current)) this.violate(`I4: ${current} was committed twice`);
    this.#committed.add(current);
    this.#lastCommitted = current;
    this.rotations++;
  }

  #checkDestroyed(number: number): void {
    const { versions, versionAliases: aliases, annotations } = this.#secret;
    const isRecent = this.#now - this.changedAt < UNSEEN_MS;
    if (number <= this.#initial) this.violate(`I3: version ${number} was there before us`);
    if (number === versions.length) this.violate(`I2: the newest version ${number} was destroyed`);
    const ours = [aliases.current, aliases.previous, Number(annotations['hopmint-current'])];
    if (!isRecent && ours.includes(number)) this.violate(`I2: ${number} was destroyed`);
    const newer = versions.filter(
      (version) =>
        version.number > number &&
        this.#committed.has(version.number) &&
        (version.state === 'ENABLED' || isRecent),
    );
    if (newer.length < 2) this.violate(`I3: ${number} was destroyed after ${newer.length} newer`);
    const unusedMs = this.#now - (this.#lastNamed.get(number) ?? 0);
    const least = Math.min(this.chain.rotateEverySeconds, 600) * 1000 - MINUTE_MS;
    if (unusedMs < least) {
      this.violate(`a lagging reader may still use ${number}: it was named ${unusedMs} ms ago`);
    }
  }

  async #learn(isOurs: boolean): Promise<void> {
    for (const version of this.#secret.versions.slice(this.#known.length)) {
      this.#known.push({ ...(await this.#read(version)), isOurs, accountId: this.#accountId });
    }
  }

  async #read(version: SecretVersion): Promise<StoredCredential> {
    const stored = await storedCredentialIn(this.#state, this.chain, version);
    if (!stored.isForeign && !stored.isCorrect) this.violate(`${version.number} is wrong`);
    return stored;
  }

  get #secret(): Secret {
    const secret = this.#state.secrets.get(this.chain.secret);
    if (!secret) throw new Error(`${this.chain.secret} is gone`);
    return secret;
  }

  get #accountId(): string {
    return this.#state.accountsByEmail.get(TARGET)?.uniqueId ?? '';
  }

  get #now(): number {
    return this.#state.now().getTime();
  }

  get #time(): string {
    return this.#state.now().toISOString();
  }
}
