import { z } from 'zod';

/** How the local cloud differs from an ideal cloud, as `PUT /_local/settings` sets it. */
export type Settings = z.output<typeof Settings>;
export const Settings = z.strictObject({
  /** How long a new policy has no effect. */
  propagationSeconds: z.number().min(0),
  /** How old a response of Secret Manager may be: of get and list, and of access by `latest` or by an alias. */
  staleReadSeconds: z.number().min(0),
  /** How long `serviceAccounts.get` does not find an account that a call has created. */
  newAccountSeconds: z.number().min(0),
  /** Allowed calls for each project and minute, by quota, as in `secretmanager/write`. Empty: no quotas. */
  quotas: z.record(z.string(), z.int().min(0)),
  /** How many extra times each message is delivered. */
  duplicateDeliveries: z.int().min(0).max(100),
  /** How long after its call a log sink publishes an entry. */
  eventDelaySeconds: z.number().min(0),
  /** How probable it is that a log sink does not publish an entry. */
  eventLossProbability: z.number().min(0).max(1),
});
