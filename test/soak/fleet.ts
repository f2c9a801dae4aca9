import type { Chain, Format } from '../../shared/domain/chain/chain.ts';
import { chainOf, DEPOT, RELAY, TARGET, TARGET_ID, VAULT } from '../functions/rotation-world.ts';
import { CREDENTIALS, KINDS } from '../simulation/chains.ts';
import type { Random } from './random.ts';

const DELEGATES = [RELAY, VAULT, DEPOT].map((email) => ({ email }));
const FORMATS: readonly Format[] = ['raw', 'json', 'header'];
const TARGETS: readonly Chain['target'][] = [
  { email: TARGET },
  { uniqueId: TARGET_ID },
  { email: TARGET, uniqueId: TARGET_ID },
];
const RETRY_WINDOW_SECONDS = 600;
const MIN_VALIDITY_SECONDS = 300;
const TICK_AND_SKEW_SECONDS = 120;

/** Chains of every kind, depth, format and schedule. Half of them have a lifetime without a minute in reserve. */
export function fleetOf(count: number, random: Random): Chain[] {
  return Array.from({ length: count }, (_, i) => {
    const kind = KINDS[i % KINDS.length] ?? 'access-token';
    const spec = CREDENTIALS[kind];
    const rotateEverySeconds = 60 * Math.round(random.between(15, 40));
    const least =
      rotateEverySeconds + RETRY_WINDOW_SECONDS + MIN_VALIDITY_SECONDS + TICK_AND_SKEW_SECONDS;
    const lifetimeSeconds = random.oneIn(2) ? least : 3600;
    return chainOf(`chain-${i}`, 'lifetimeSeconds' in spec ? { ...spec, lifetimeSeconds } : spec, {
      rotateEverySeconds,
      retryWindowSeconds: RETRY_WINDOW_SECONDS,
      minValiditySeconds: MIN_VALIDITY_SECONDS,
      delegates: DELEGATES.slice(0, Math.floor(random() * 4)),
      format: random.pick(FORMATS),
      target: random.pick(TARGETS),
    });
  });
}
