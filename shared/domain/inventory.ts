import type { Failure } from './failure.ts';
import type { LifetimePolicy } from './lifetime-policy.ts';
import type { PolicyDocument } from './policy-document.ts';
import type { Replication } from './replication.ts';
import type { Role } from './role.ts';
import type { ServiceAccount } from './snapshot.ts';

/** A custom or predefined role, with what changing it takes. */
export type HeldRole = Role & { readonly etag: string };

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

/** What a plan could not read, and why. */
export type UnreadResource = { readonly resource: string; readonly failure: Failure };

/** All that a plan is compared with, each read once. What is in no map was not read. */
export type Inventory = {
  /** By what names it, as `idOf` gives it. */
  readonly accounts: ReadonlyMap<string, ServiceAccount | 'missing'>;
  /** By name, as `projects/P/secrets/S`. */
  readonly secrets: ReadonlyMap<string, HeldSecret | 'missing'>;
  readonly roles: ReadonlyMap<string, HeldRole | 'missing'>;
  /** By resource: of an account, or of a secret. */
  readonly policies: ReadonlyMap<string, PolicyDocument>;
  /** What is in effect on a project, by its ID, for credentials of more than an hour. */
  readonly lifetimePolicies: ReadonlyMap<string, LifetimePolicy>;
  readonly unread: readonly UnreadResource[];
};
