import type { Chain, ChainFile, CredentialSpec } from '../chain/chain.ts';
import { error, type Fault, ordered, type Path, type Remark } from '../yaml/fault.ts';
import { parseYamlSource, streamYamlSource } from '../yaml/source.ts';
import { remarksOn } from './checks/chains.ts';
import { ChainFileSource, ChainSource, type DefaultsSource } from './schema/chain-file.ts';
import type { CredentialSource } from './schema/credential.ts';
import { type ChainDraft, chainDraftOf, chainFileDraftOf } from './schema/draft.ts';
import { remarksOf } from './schema/messages.ts';
import { interning } from './share-equal-values.ts';

export type { Fault } from '../yaml/fault.ts';

function credentialOf(source: CredentialSource, lifetimeDefault: number): CredentialSpec {
  if (source.kind === 'id-token' || source.kind === 'signed-blob') return source;
  const { lifetime = lifetimeDefault, ...rest } = source;
  return { ...rest, lifetimeSeconds: lifetime };
}

function chainOf(source: ChainSource, defaults: DefaultsSource): Chain {
  const replication = source.replication ?? defaults.replication;
  return {
    name: source.name,
    delegates: source.delegates,
    target: source.target,
    credential: credentialOf(source.credential, defaults.lifetime),
    secret: source.secret,
    format: source.format,
    rotateEverySeconds: source.rotateEvery ?? defaults.rotateEvery,
    retryWindowSeconds: source.retryWindow ?? defaults.retryWindow,
    minValiditySeconds: source.minValidity ?? defaults.minValidity,
    ...(source.readers && { readers: source.readers }),
    ...(replication && { replication }),
    ...(source.paused && { paused: source.paused }),
  };
}

const chainFileOf = (source: ChainFileSource): ChainFile => ({
  caller: source.caller,
  tickEverySeconds: source.tickEvery,
  writesPerMinute: source.writesPerMinute,
  grants: source.grants,
  ...(source.grantFor !== undefined && { grantForSeconds: source.grantFor }),
  ...(source.paused && { paused: source.paused }),
  chains: source.chains.map((chain) => chainOf(chain, source.defaults)),
  exceptions: source.exceptions,
});

/** A claim keeps its digits only as a text, and what its reader expects is the author's to say. */
const remarksOnLongNumbers = (paths: readonly Path[]): Remark[] =>
  paths
    .filter(([, , , key]) => key === 'claims')
    .map((path) =>
      error(path, 'no JSON number is this long without losing digits: put it in quotes'),
    );

const EMPTY: Remark = error(
  [],
  'there is nothing here: write caller: … and chains: …, or begin with "hopmint init"',
);
const NO_MAPPING: Remark = error([], 'a chain file is a mapping: write caller: … and chains: …');

/** The chains of a file as they come, one raw at a time: of a hundred thousand all together would fill the memory. */
function collector() {
  const intern = interning();
  const drafts: ChainDraft[] = [];
  const right: ChainSource[] = [];
  /** What is wrong, as it is written. */
  const wrong = new Map<number, unknown>();
  let anyRight: unknown;
  return {
    drafts,
    right,
    take: (raw: unknown) => {
      const parsed = ChainSource.safeParse(raw);
      if (parsed.success) {
        const chain = intern(parsed.data);
        anyRight ??= raw;
        right.push(chain);
        drafts.push(chain);
      } else {
        wrong.set(drafts.length, raw);
        drafts.push(chainDraftOf(raw));
      }
    },
    /** As written, as far as it matters: what is right and what is left out look alike. */
    written: () => drafts.map((draft, i) => (wrong.has(i) ? wrong.get(i) : draft)),
    /** A list in which the same is wrong, at the same place. */
    sample: (): unknown[] =>
      wrong.size === 0
        ? right.slice(0, 1).map(() => anyRight)
        : drafts
            .slice(0, Math.max(...wrong.keys()) + 1)
            .map((_, i) => (wrong.has(i) ? wrong.get(i) : anyRight)),
  };
}

function readChains(text: string) {
  const streamed = collector();
  const source = streamYamlSource(text, 'chains', streamed.take);
  if (source) return { source, chains: streamed };
  const chains = collector();
  const whole = parseYamlSource(text);
  const list = (whole.value as { chains?: unknown } | null | undefined)?.chains;
  if (Array.isArray(list)) for (const raw of list) chains.take(raw);
  return { source: whole, chains };
}

/**
 * The chain file, or everything that is wrong with it.
 *
 * All faults at once, in order of position: a syntax error hides only what it may have garbled, and an ill-shaped key neither
 * its neighbours nor what they mean.
 *
 * @returns `file` unless a fault is an error
 */
export function parseChainFile(
  text: string,
  now: Date,
): { readonly file?: ChainFile; readonly faults: readonly Fault[] } {
  const { source, chains } = readChains(text);
  const { value } = source;
  if (value === undefined || value === null) {
    const empty: Fault = {
      severity: 'error',
      line: 1,
      column: 1,
      path: '',
      message: EMPTY.message,
    };
    return { faults: source.faults.length > 0 ? ordered(source.faults) : [empty] };
  }
  const located = (remarks: readonly Remark[]): Fault[] =>
    ordered([...source.faults, ...remarks.flatMap((remark) => source.locate(remark) ?? [])]);
  if (typeof value !== 'object' || Array.isArray(value)) return { faults: located([NO_MAPPING]) };

  const isList = Array.isArray((value as { chains?: unknown }).chains);
  const parsed = ChainFileSource.safeParse(isList ? { ...value, chains: chains.sample() } : value);
  const faults = located([
    ...(parsed.success ? [] : remarksOf(parsed.error.issues)),
    ...remarksOnLongNumbers(source.longNumbers),
    ...remarksOn(chainFileDraftOf(value, chains.drafts), chains.written(), now),
  ]);
  if (!parsed.success || faults.some(({ severity }) => severity === 'error')) return { faults };
  const head = structuredClone({ ...parsed.data, chains: [] }); // as texts cut out of the file keep all of it in memory
  return { file: chainFileOf({ ...head, chains: chains.right }), faults };
}
