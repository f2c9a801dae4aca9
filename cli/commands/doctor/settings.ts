import { DEFAULTS, type Settings } from '../../../shared/domain/doctor/installation.ts';
import type { Variables } from '../../operator/variables.ts';

/** What a key of `kms_keys` is for, as the policy on customer-managed keys names it. */
const SERVICE = {
  buckets: 'storage.googleapis.com',
  topics: 'pubsub.googleapis.com',
  images: 'artifactregistry.googleapis.com',
  services: 'run.googleapis.com',
} as const;

/** The variables of an installation as doctor needs them. @param region of the command line, before that of the file */
export function settingsOf(variables: Variables | undefined, region: string | undefined): Settings {
  const { kms_key: every, kms_keys: keys, ingress, worker_pool: workerPool } = variables ?? {};
  const uses = Object.entries(SERVICE) as [keyof typeof SERVICE, string][];
  const { fanout, mint, audit } = DEFAULTS.ingress;
  const place = region ?? variables?.region;
  return {
    ...(place !== undefined && { region: place }),
    withKeys: new Set(uses.flatMap(([use, service]) => (every || keys?.[use] ? [service] : []))),
    ingress: {
      fanout: ingress?.functions ?? fanout,
      mint: ingress?.functions ?? mint,
      audit: ingress?.audit ?? audit,
    },
    ...(workerPool && { workerPool }),
    dataAccessLogs: variables?.data_access_logs ?? DEFAULTS.dataAccessLogs,
  };
}
