import { canonicalJson } from '../../../shared/domain/basics/canonical.ts';
import { formatDuration } from '../../../shared/domain/basics/duration.ts';
import { nameOf } from '../../../shared/domain/chain/account.ts';
import type { Chain, ChainFile, CredentialSpec } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';

/** A chain that is in both files, and the differences in a few words. */
export type ChangedChain = {
  readonly name: string;
  readonly changes: readonly string[];
  /** The new definition has another digest, so the chain is rotated at once. */
  readonly rotates: boolean;
};

/** The differences between the published file and the file that would replace it. */
export type Changes = {
  readonly added: readonly string[];
  readonly changed: readonly ChangedChain[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** Differences in the settings, in a few words each. */
  readonly settings: readonly string[];
};

/** @param before none for the first publish */
export function changesBetween(before: ChainFile | undefined, after: ChainFile): Changes {
  const known = new Map(before?.chains.map((chain) => [chain.name, chain]));
  const names = new Set(after.chains.map(({ name }) => name));
  const changed = after.chains.flatMap((chain) => {
    const old = known.get(chain.name);
    if (!before || !old) return [];
    const changes = changesOfChain(old, chain);
    const rotates = digestOf(old, before.caller) !== digestOf(chain, after.caller);
    return changes.length > 0 || rotates ? [{ name: chain.name, changes, rotates }] : [];
  });
  const added = after.chains.flatMap(({ name }) => (known.has(name) ? [] : [name]));
  return {
    added,
    changed,
    removed: [...known.keys()].filter((name) => !names.has(name)),
    unchanged: after.chains.length - added.length - changed.length,
    settings: before ? changesOfSettings(before, after) : [],
  };
}

/** How the parts of a chain or of the settings are shown. A part that is not here is shown by its key alone. */
type Show<T> = {
  readonly [K in keyof T]?: { as: string; show?: (value: NonNullable<T[K]>) => string };
};

const CHAIN: Show<Chain> = {
  target: { as: 'target', show: nameOf },
  delegates: { as: 'delegates' },
  secret: { as: 'secret', show: String },
  format: { as: 'format', show: String },
  rotateEverySeconds: { as: 'rotateEvery', show: formatDuration },
  retryWindowSeconds: { as: 'retryWindow', show: formatDuration },
  minValiditySeconds: { as: 'minValidity', show: formatDuration },
  paused: { as: 'paused', show: ({ until }) => `until ${until.toISOString()}` },
};

const SETTINGS: Show<ChainFile> = {
  caller: { as: 'caller', show: nameOf },
  publishTo: { as: 'publishTo', show: String },
  tickEverySeconds: { as: 'tickEvery', show: formatDuration },
  writesPerMinute: { as: 'writesPerMinute', show: String },
  grants: { as: 'grants', show: String },
  grantForSeconds: { as: 'grantFor', show: (seconds) => `${seconds / 86_400}d` },
  paused: { as: 'paused', show: ({ until }) => `until ${until.toISOString()}` },
};

const changesOfChain = (before: Chain, after: Chain): string[] => {
  const { credential: oldCredential, source: _old, name: _oldName, ...old } = before;
  const { credential, source: _new, name: _name, ...rest } = after;
  return [...changesOfCredential(oldCredential, credential), ...differences(old, rest, CHAIN)];
};

function changesOfSettings(before: ChainFile, after: ChainFile): string[] {
  const { chains: _old, ...old } = before;
  const { chains: _new, ...rest } = after;
  return differences(old, rest, SETTINGS);
}

function changesOfCredential(before: CredentialSpec, after: CredentialSpec): string[] {
  if (before.kind !== after.kind) return [`kind ${before.kind} -> ${after.kind}`];
  return differences<Record<string, unknown>>(before, after, {
    lifetimeSeconds: { as: 'lifetime', show: (seconds) => formatDuration(Number(seconds)) },
    audience: { as: 'audience', show: String },
  });
}

function differences<T extends object>(
  before: Partial<T>,
  after: Partial<T>,
  shown: Show<T>,
): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof T & string)[]);
  return [...keys].flatMap((key) => {
    const [old, now] = [before[key], after[key]];
    if (canonicalJson({ value: old }) === canonicalJson({ value: now })) return [];
    const { as, show } = shown[key] ?? { as: key };
    const text = (value: T[typeof key] | undefined) =>
      value === undefined || value === null ? 'none' : show?.(value);
    return [show ? `${as} ${text(old)} -> ${text(now)}` : as];
  });
}
