import { z } from 'zod';
import type { Account } from '../../../shared/domain/chain/account.ts';
import { type Ledger, parseLedger } from '../../../shared/domain/rotation/ledger/ledger.ts';

const Binding = z.object({
  role: z.string(),
  members: z.array(z.string()).default([]),
  condition: z.looseObject({ expression: z.string() }).exactOptional(),
});
const Policy = z.object({
  bindings: z.array(Binding).default([]),
  auditConfigs: z
    .array(
      z.looseObject({
        service: z.string(),
        auditLogConfigs: z.array(z.looseObject({ logType: z.string() })).default([]),
      }),
    )
    .exactOptional(),
});
export type Policy = z.output<typeof Policy>;

const policy = Policy.default({ bindings: [] });

/** The parts of `GET /_local/state` that a start uses. It contains no payload. */
export const World = z.object({
  organization: z.object({ id: z.string(), policy }).exactOptional(),
  projects: z.array(
    z.object({ id: z.string(), number: z.string(), parent: z.string().exactOptional(), policy }),
  ),
  accounts: z.array(
    z.object({
      email: z.string(),
      uniqueId: z.string(),
      projectId: z.string(),
      deleted: z.boolean(),
      policy,
    }),
  ),
  roles: z.array(z.object({ name: z.string() })),
  secrets: z.array(
    z.object({ name: z.string(), annotations: z.record(z.string(), z.string()), policy }),
  ),
  topics: z.array(z.object({ name: z.string(), policy })),
  sinks: z.array(
    z.object({ name: z.string(), destination: z.string(), writerIdentity: z.string() }),
  ),
  buckets: z.array(z.object({ name: z.string(), projectId: z.string(), policy })),
});
export type World = z.output<typeof World>;

export const accountIn = (world: World, account: Account): World['accounts'][number] | undefined =>
  world.accounts.find(
    ({ email, uniqueId, deleted }) =>
      !deleted &&
      (account.email === undefined ? uniqueId === account.uniqueId : email === account.email),
  );

/** A secret's name with the ID of its project in place of the number. */
export function withProjectId(world: World, secret: string): string {
  const [, written, , id] = secret.split('/');
  const project = world.projects.find(({ number }) => number === written);
  return `projects/${project?.id ?? written}/secrets/${id}`;
}

/** The ledgers of the secrets that have one, by the given name of the secret. */
export function ledgersIn(world: World, secrets: readonly string[]): Map<string, Ledger> {
  const annotations = new Map(world.secrets.map((secret) => [secret.name, secret.annotations]));
  return new Map(
    secrets.flatMap((secret) => {
      const ledger = parseLedger(annotations.get(withProjectId(world, secret)));
      return ledger ? [[secret, ledger] as const] : [];
    }),
  );
}
