/** How the local cloud differs from an ideal cloud, as `PUT /_local/settings` sets it. */
export type Settings = {
  /** How long a new policy has no effect. */
  propagationSeconds: number;
  /** How old a response of Secret Manager may be: of get and list, and of access by `latest` or by an alias. */
  staleReadSeconds: number;
  /** Allowed calls for each project and minute, by quota, as in `secretmanager/write`. Empty: no quotas. */
  quotas: Record<string, number>;
  /** How many extra times each message is delivered. */
  duplicateDeliveries: number;
};
