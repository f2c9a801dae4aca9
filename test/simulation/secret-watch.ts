import type { State } from '../../local/state/state.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import { type Held, heldBy } from './stored-credential.ts';

/** What a ledger's end and a credential's may be apart: a blob has none of its own but by clocks, and is stored half a minute later. */
const APART_MS = 121_000;

type Stands = { readonly current: number; readonly previous: number };

/**
 * Looks at one secret after every call, and says what invariant does not hold. It reads annotations, aliases and payloads itself: nothing
 * here is the product's.
 */
export class Watch {
  readonly violations: string[] = [];
  /** Each version that a ledger has named, in order. */
  readonly commits: number[] = [];
  /** The least that a reader ever had left, in seconds; and while Google was out of reach for too long. */
  worstSeconds = Number.POSITIVE_INFINITY;
  worstExcusedSeconds = Number.POSITIVE_INFINITY;
  /** How often a reader found less than it may expect, for that reason. */
  excused = 0;
  /** `latest` is known to be old: it was stored by an instance that was frozen after its last look at the clock. */
  latestMayBeOld = false;
  readonly #state: State;
  readonly #chain: Chain;
  readonly #held = new Map<number, Held>();
  /** Versions that are not destroyed. */
  readonly #alive = new Set<number>();
  readonly #storedAt = new Map<number, number>();
  readonly #replaced = new Set<number>();
  #stands: Stands = { current: 0, previous: 0 };
  /** Our first version: what is older was there before us. */
  #first = Number.POSITIVE_INFINITY;
  /** The first under the ledger that stands; after a wipe no ledger knows what is older. */
  #firstKnown = Number.POSITIVE_INFINITY;

  readonly #isExcused: (leftAt?: number) => boolean;

  /**
   * @param isExcused whether a reader may see less than it should. `leftAt`: of a version that no ledger names, and that was stored then.
   * Milliseconds since 1970.
   */
  constructor(state: State, chain: Chain, isExcused: (leftAt?: number) => boolean = () => false) {
    this.#state = state;
    this.#chain = chain;
    this.#isExcused = isExcused;
  }

  /** Versions that are ours to destroy, and are there. */
  get aliveOfOurs(): number {
    return [...this.#alive].filter((n) => n >= this.#firstKnown).length;
  }

  /** The version that the ledger names, and when it was stored. Milliseconds since 1970. */
  get committed(): (Held & { readonly storedAt: number }) | undefined {
    const held = this.#held.get(this.#stands.current);
    const storedAt = this.#storedAt.get(this.#stands.current) ?? 0;
    return held && { ...held, storedAt };
  }

  async look(when: string): Promise<void> {
    const secret = this.#state.secrets.get(this.#chain.secret);
    if (!secret) return;
    const { versions, versionAliases: aliases, annotations } = secret;
    const wrong = (what: string) =>
      this.violations.push(`${this.#state.now().toISOString()} ${when}: ${what}`);

    for (const version of versions.slice(this.#held.size)) {
      const held = await heldBy(this.#state, this.#chain, version);
      this.#held.set(version.number, held);
      this.#alive.add(version.number);
      this.#storedAt.set(version.number, Date.parse(version.createTime));
      if (!held.isTheirs && !held.isRight) wrong(`version ${version.number} was never proven`);
    }
    const isEnabled = (n: number) => versions[n - 1]?.state === 'ENABLED';
    this.#lookAtCommits(annotations, aliases, isEnabled, wrong);
    for (const number of this.#alive) {
      if (isEnabled(number)) continue;
      this.#alive.delete(number);
      const newer = new Set(this.commits.slice(-50).filter((n) => n > number)).size;
      if (number < this.#first) wrong(`I3: version ${number} was not ours to destroy`);
      else if (newer < 2) wrong(`I3: version ${number} is gone with ${newer} newer ones committed`);
    }

    const newest = versions.length;
    for (const [name, number] of [
      ['the newest', newest],
      ['current', aliases.current ?? 0],
      ['previous', aliases.previous ?? 0],
      ['the ledger’s current', this.#stands.current],
      ['the ledger’s previous', this.#stands.previous],
    ] as const) {
      if (number > 0 && !isEnabled(number)) wrong(`I2: ${name}, version ${number}, is gone`);
    }
    if (this.commits.length === 0) return;
    this.#read('the ledger’s current', this.#stands.current, wrong);
    this.#read('current', aliases.current ?? 0, wrong);
    const old = this.#read('latest', newest, wrong, this.latestMayBeOld);
    if (!old) this.latestMayBeOld = false;
  }

  #lookAtCommits(
    annotations: Readonly<Record<string, string>>,
    aliases: Readonly<Record<string, number>>,
    isEnabled: (version: number) => boolean,
    wrong: (what: string) => void,
  ): void {
    const numberIn = (key: string) => Number(annotations[`hopmint-${key}`] ?? 0);
    const was = this.#stands;
    const stands = { current: numberIn('current'), previous: numberIn('previous') };
    if (stands.current === was.current) return;
    this.#stands = stands;
    if (stands.current === 0) {
      // Somebody has wiped the ledger, and the next one is a first one.
      this.#replaced.clear();
      return;
    }
    if (was.current === 0) this.#firstKnown = stands.current;
    this.#first = Math.min(this.#first, stands.current);
    this.commits.push(stands.current);
    if (this.#replaced.has(was.current)) wrong(`I4: version ${was.current} was replaced twice`);
    this.#replaced.add(was.current);
    if (stands.current < was.current) wrong(`I4: ${stands.current} replaced ${was.current}`);
    if (stands.previous !== was.current) wrong(`the ledger forgot that ${was.current} was current`);
    if (!isEnabled(stands.current)) wrong(`version ${stands.current} was committed, and is gone`);
    if (aliases.current !== stands.current) wrong('the alias is not what the ledger says');
    const held = this.#held.get(stands.current);
    const said = Date.parse(annotations['hopmint-expires-at'] ?? '');
    const apart = Math.abs(said - (held?.expiresAt.getTime() ?? 0));
    if (!(apart <= APART_MS)) wrong(`the ledger says that ${stands.current} ends at another time`);
    if (held?.isTheirs) wrong(`version ${stands.current} was committed, and is not ours`);
  }

  /** I1: what a reader of a version has left. @returns whether that is too little */
  #read(name: string, version: number, wrong: (what: string) => void, mayBeOld = false): boolean {
    const held = this.#held.get(version);
    if (!held || held.isTheirs) return false;
    const seconds = (held.expiresAt.getTime() - this.#state.now().getTime()) / 1000;
    const isTooLittle = seconds < this.#chain.minValiditySeconds;
    const leftAt = version > this.#stands.current ? this.#storedAt.get(version) : undefined;
    const isWorse = isTooLittle || seconds < this.worstSeconds;
    if (isWorse && (mayBeOld || this.#isExcused(leftAt))) {
      if (isTooLittle) this.excused++;
      this.worstExcusedSeconds = Math.min(this.worstExcusedSeconds, seconds);
      return isTooLittle;
    }
    this.worstSeconds = Math.min(this.worstSeconds, seconds);
    if (isTooLittle) wrong(`I1: ${name}, version ${version}, has ${Math.round(seconds)} s left`);
    return isTooLittle;
  }
}
