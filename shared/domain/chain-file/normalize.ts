import type { Chain, ChainFile, ChainPosition, CredentialSpec } from '../chain/chain.ts';
import type { ChainSource } from './schema/chain.ts';
import type { SettingsSource } from './schema/chain-file.ts';
import type { CredentialSource } from './schema/credential.ts';
import type { DefaultsSource } from './schema/defaults.ts';

function credentialOf(source: CredentialSource, lifetimeDefault: number): CredentialSpec {
  if (source.kind === 'id-token' || source.kind === 'signed-blob') return source;
  const { lifetime = lifetimeDefault, ...rest } = source;
  return { ...rest, lifetimeSeconds: lifetime };
}

function chainOf(
  chain: ChainSource,
  defaults: DefaultsSource,
  source: ChainPosition | undefined,
): Chain {
  const replication = chain.replication ?? defaults.replication;
  return {
    name: chain.name,
    delegates: chain.delegates,
    target: chain.target,
    credential: credentialOf(chain.credential, defaults.lifetime),
    secret: chain.secret,
    format: chain.format,
    rotateEverySeconds: chain.rotateEvery ?? defaults.rotateEvery,
    retryWindowSeconds: chain.retryWindow ?? defaults.retryWindow,
    minValiditySeconds: chain.minValidity ?? defaults.minValidity,
    ...(chain.readers && { readers: chain.readers }),
    ...(replication && { replication }),
    ...(chain.paused && { paused: chain.paused }),
    ...(source && { source }),
  };
}

/** The chain file with every default filled in. `sources` has the position of each chain. */
export const chainFileOf = (
  settings: SettingsSource,
  chains: readonly ChainSource[],
  sources: readonly ChainPosition[],
): ChainFile => ({
  caller: settings.caller,
  ...(settings.publishTo !== undefined && { publishTo: settings.publishTo }),
  ...(settings.publishers && { publishers: settings.publishers }),
  tickEverySeconds: settings.tickEvery,
  writesPerMinute: settings.writesPerMinute,
  grants: settings.grants,
  ...(settings.grantFor !== undefined && { grantForSeconds: settings.grantFor }),
  ...(settings.paused && { paused: settings.paused }),
  chains: chains.map((chain, i) => chainOf(chain, settings.defaults, sources[i])),
  exceptions: settings.exceptions,
  ...(settings.administrators && { administrators: settings.administrators }),
});
