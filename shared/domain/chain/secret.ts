import type { Replication } from './replication.ts';

export const projectOfSecret = (secret: string): string => secret.split('/')[1] as string;

export const LABEL = { key: 'managed-by', value: 'hopmint' } as const;

export const CHAIN_ANNOTATION = 'hopmint-chain';

/** A secret without its payloads, with what a plan asks of it. */
export type HeldSecret = {
  readonly name: string;
  readonly etag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly replication: Replication;
  /** A destroyed version lives on for as long, disabled, and is paid for. */
  readonly versionDestroyTtlSeconds?: number;
};
