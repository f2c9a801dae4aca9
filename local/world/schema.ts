import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { PolicyBody } from '../authorization/policy-body.ts';
import { ApiError } from '../core/api-error.ts';

/** A number as YAML writes it bare, or the same in quotes. */
const Digits = z
  .union([z.string(), z.bigint(), z.int()])
  .transform(String)
  .pipe(z.string().regex(/^\d+$/, 'must be a number'));
const UniqueId = Digits.pipe(z.string().regex(/^\d{21}$/, 'must have 21 digits'));
const Email = z
  .string()
  .regex(/^[^@\s]+@[^@\s]+$/, 'must be an email')
  .toLowerCase();
const AccountEmail = Email.refine((email) => email.endsWith('gserviceaccount.com'), {
  error: 'must be the email of a service account, which ends in gserviceaccount.com',
});
const ProjectId = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a project ID');
const Parent = z
  .string()
  .regex(/^(organizations|folders)\/\d+$/, 'must be organizations/NUMBER or folders/NUMBER');
const named = (collection: string) =>
  z
    .string()
    .regex(
      new RegExp(`^projects/[^/]+/${collection}/[^/]+$`),
      `must be projects/PROJECT/${collection}/NAME`,
    );
const Labels = z.record(z.string(), z.string());

const OrgPolicies = z
  .record(
    z.string(),
    z.strictObject({
      allowedValues: z.array(z.string()).exactOptional(),
      deniedValues: z.array(z.string()).exactOptional(),
      allowAll: z.boolean().exactOptional(),
      denyAll: z.boolean().exactOptional(),
      inheritFromParent: z.boolean().exactOptional(),
    }),
  )
  .transform((policies) =>
    Object.fromEntries(
      Object.entries(policies).map(([name, policy]) => [
        name.replace(/^constraints\//, ''),
        policy,
      ]),
    ),
  );

const container = {
  displayName: z.string().exactOptional(),
  policy: PolicyBody.exactOptional(),
  orgPolicies: OrgPolicies.exactOptional(),
};
const Condition = z.strictObject({
  expression: z.string(),
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
});
const members = z.array(z.string());

/** A seed: what a world begins with, or what is added to it. */
export const World = z.strictObject({
  organization: z.strictObject({ id: Digits, ...container }).exactOptional(),
  folders: z.array(z.strictObject({ id: Digits, parent: Parent, ...container })).default([]),
  projects: z
    .array(
      z.strictObject({
        id: ProjectId,
        number: Digits.exactOptional(),
        parent: Parent.exactOptional(),
        ...container,
      }),
    )
    .default([]),
  accounts: z.array(
    z.strictObject({
      email: AccountEmail,
      uniqueId: UniqueId.exactOptional(),
      disabled: z.boolean().exactOptional(),
      deleted: z.boolean().exactOptional(),
      displayName: z.string().exactOptional(),
      description: z.string().exactOptional(),
      policy: PolicyBody.exactOptional(),
      keys: z
        .array(
          z.strictObject({
            id: z.string().regex(/^[0-9a-f]+$/, 'must be the ID of a key, in hex'),
            disabled: z.boolean().exactOptional(),
            validBeforeTime: z.iso.datetime().exactOptional(),
          }),
        )
        .exactOptional(),
    }),
  ),
  roles: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^(projects|organizations)\/[^/]+\/roles\/[\w.]{3,64}$/,
            'must be projects/PROJECT/roles/ID or organizations/NUMBER/roles/ID',
          ),
        title: z.string().exactOptional(),
        description: z.string().exactOptional(),
        includedPermissions: z.array(z.string()),
        stage: z.enum(['ALPHA', 'BETA', 'GA', 'DEPRECATED', 'DISABLED', 'EAP']).exactOptional(),
        deleted: z.boolean().exactOptional(),
      }),
    )
    .default([]),
  denyPolicies: z
    .array(
      z.strictObject({
        attachedTo: z
          .string()
          .regex(
            /^(projects|folders|organizations)\/[^/]+$/,
            'must be projects/ID, folders/NUMBER or organizations/NUMBER',
          ),
        name: z.string().min(1),
        displayName: z.string().exactOptional(),
        rules: z
          .array(
            z.strictObject({
              description: z.string().exactOptional(),
              denyRule: z.strictObject({
                deniedPrincipals: members.exactOptional(),
                exceptionPrincipals: members.exactOptional(),
                deniedPermissions: members.exactOptional(),
                exceptionPermissions: members.exactOptional(),
                denialCondition: Condition.exactOptional(),
              }),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  groups: z.array(z.strictObject({ email: Email, members: members.default([]) })).default([]),
  secrets: z
    .array(
      z.strictObject({
        name: named('secrets'),
        labels: Labels.exactOptional(),
        annotations: Labels.exactOptional(),
        policy: PolicyBody.exactOptional(),
      }),
    )
    .default([]),
  topics: z
    .array(
      z.union([
        named('topics').transform((name) => ({ name, policy: undefined })),
        z.strictObject({ name: named('topics'), policy: PolicyBody.exactOptional() }),
      ]),
    )
    .default([]),
  buckets: z
    .array(
      z.strictObject({
        name: z.string(),
        project: ProjectId,
        versioning: z.boolean().exactOptional(),
        policy: PolicyBody.exactOptional(),
      }),
    )
    .default([]),
  objects: z
    .array(z.strictObject({ bucket: z.string(), name: z.string().min(1), text: z.string() }))
    .default([]),
});
export type World = z.output<typeof World>;

/** A world file's text, YAML or JSON. A 21-digit number that stands there without quotes keeps all its digits. */
export const readWorld = (text: string): unknown =>
  parseYaml(
    text,
    (_key, value: unknown) =>
      typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value,
    { intAsBigInt: true },
  );

/** @throws {ApiError} 400 with a line for each fault, and where it is. */
export function parseWorld(world: unknown): World {
  const parsed = World.safeParse(world);
  if (parsed.success) return parsed.data;
  throw badWorld(
    parsed.error.issues.map(({ path, message }) =>
      [z.core.toDotPath(path), message].filter(Boolean).join(': '),
    ),
  );
}

export const badWorld = (faults: readonly string[]): ApiError =>
  new ApiError(
    'INVALID_ARGUMENT',
    `The world has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.join('\n')}`,
  );
