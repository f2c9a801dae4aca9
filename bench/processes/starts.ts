import { FANOUT, MINTER, RELAY, TARGET } from '../../test/functions/rotation-world.ts';
import { AUDITOR, type Event, type Fleet, identityOf, pushed } from '../worlds/fleet.ts';
import { FUNCTIONS } from './image.ts';
import type { Env } from './process.ts';

const YARDSTICKS = 'build/bench/yardsticks';
const ACCOUNTS = { fanout: FANOUT, mint: MINTER, audit: AUDITOR };

export type Name = keyof typeof ACCOUNTS;
/** How to start a function. @param source a file of the image */
export type Start = { readonly source: string; readonly target: Name; readonly env: Env };

export const tickPushed = pushed({});
export const malformed = pushed({ chain: 7 });
export const statusAsked: Event = { path: '/status' };
export const reportAsked: Event = { path: '/?format=json' };
/** For the yardstick, which shows one policy and makes no report. */
export const policyAsked: Event = { path: `/?account=${RELAY}` };
/** For the yardstick: mints into the secret of `chain-1`. */
export const theirMint = pushed({
  target: TARGET,
  delegates: [RELAY],
  scopes: ['https://www.googleapis.com/auth/bigquery'],
  secret: 'projects/acme-ops/secrets/chain-1',
});

/** Makes one message after another for `chain-0` of a fleet. Each message adds a version to its secret. */
export function mintsOf({ chains: [chain], messageFor }: Fleet): () => Event {
  if (!chain) throw new Error('the fleet has no chain');
  let versions = 0;
  return () => pushed(messageFor(chain, versions++));
}

export const oursOf = async (fleet: Fleet, target: Name): Promise<Start> => ({
  source: FUNCTIONS,
  target,
  env: { ...(await fleet.envOf('mint')), ...(await identityOf(fleet.cloud, ACCOUNTS[target])) },
});

/** @param file the name of a file in `bench/yardsticks/` */
export const theirsOf = async ({ cloud }: Fleet, file: string, target: Name): Promise<Start> => ({
  source: `${YARDSTICKS}/${file}.js`,
  target,
  env: { CLOUD: cloud.url, PROJECT: 'acme-ops', ...(await identityOf(cloud, ACCOUNTS[target])) },
});
