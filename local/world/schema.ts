import { z } from 'zod';
import { PolicyBody } from '../authorization/policy-body.ts';
import { EntitlementBody } from '../services/privilegedaccessmanager/entitlement-resource.ts';
import { STAGES } from '../state/role.ts';
import { AccessBoundary } from './access-boundary-schema.ts';
import { RunService } from './run-service-schema.ts';
import { Sink } from './sink-schema.ts';
import { Subscription } from './subscription-schema.ts';

/** A number, or a string of digits. YAML files contain both. */
const Digits = z
  .union([z.string(), z.bigint(), z.int()])
  .transform(String)
  .pipe(z.string().regex(/^\d+$/, 'must be a number'));
const UniqueId = Digits.pipe(z.string().regex(/^\d{21}$/, 'must have 21 digits'));
/** ASCII only: `toLowerCase` would turn the Kelvin sign into a k. */
const Email = z
  .string()
  .regex(/^[!-?A-~]+@[!-?A-~]+$/, 'must be an email')
  .toLowerCase();
const AccountEmail = Email.refine((email) => email.endsWith('gserviceaccount.com'), {
  error: 'must be the email of a service account, which ends in gserviceaccount.com',
});
/** Projects of before 2016 can have a domain in their ID: `example.com:acme`. */
const ProjectId = z
  .string()
  .regex(/^([a-z0-9.-]+\.[a-z]+:)?[a-z][a-z0-9-]*$/, 'must be a project ID');
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
const ENTITLEMENT =
  /^(?:projects|folders|organizations)\/[^/]+\/locations\/global\/entitlements\/[^/]+$/;

const OrgPolicies = z
  .record(
    z.string(),
    z.strictObject({
      allowedValues: z.array(z.string()).exactOptional(),
      deniedValues: z.array(z.string()).exactOptional(),
      allowAll: z.boolean().exactOptional(),
      denyAll: z.boolean().exactOptional(),
      enforce: z.boolean().exactOptional(),
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
  labels: Labels.exactOptional(),
  policy: PolicyBody.exactOptional(),
  orgPolicies: OrgPolicies.exactOptional(),
};
const Condition = z.strictObject({
  expression: z.string(),
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
});
const members = z.array(z.string());

/** The content of a world file. It becomes the first state of a local cloud, or is merged into its state later. */
export const World = z.strictObject({
  organization: z.strictObject({ id: Digits, ...container }).exactOptional(),
  folders: z.array(z.strictObject({ id: Digits, parent: Parent, ...container })).default([]),
  projects: z
    .array(
      z.strictObject({
        id: ProjectId,
        number: Digits.exactOptional(),
        parent: Parent.exactOptional(),
        services: z
          .array(
            z.string().regex(/^[a-z-]+\.googleapis\.com$/, 'must be an API, as run.googleapis.com'),
          )
          .exactOptional(),
        quotaLimits: z
          .array(
            z.strictObject({
              service: z.string(),
              quotaMetric: z.string(),
              limitName: z.string(),
              value: z.int(),
            }),
          )
          .exactOptional(),
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
        stage: z.enum(STAGES).exactOptional(),
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
  tagKeys: z
    .array(
      z.strictObject({
        name: z.string().regex(/^tagKeys\/\d+$/, 'must be tagKeys/NUMBER'),
        parent: z
          .string()
          .regex(
            /^(organizations|projects)\/[^/]+$/,
            'must be organizations/NUMBER or projects/ID',
          ),
        shortName: z.string().min(1),
        policy: PolicyBody.exactOptional(),
        values: z
          .array(
            z.strictObject({
              name: z.string().regex(/^tagValues\/\d+$/, 'must be tagValues/NUMBER'),
              shortName: z.string().min(1),
              policy: PolicyBody.exactOptional(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  tagBindings: z
    .array(
      z.strictObject({
        /** As in `projects/P`, `projects/P/serviceAccounts/EMAIL`, `buckets/B`. */
        resource: z.string(),
        tagValue: z.string().regex(/^tagValues\/\d+$/, 'must be tagValues/NUMBER'),
      }),
    )
    .default([]),
  groups: z
    .array(
      z.strictObject({
        email: Email,
        members: members.default([]),
        owners: members.default([]),
        managers: members.default([]),
      }),
    )
    .default([]),
  cloudIdentity: z
    .strictObject({
      groupReaders: members.default([]),
      transitive: z.boolean().default(false),
    })
    .exactOptional(),
  /** In Google's form. The roles are on the container in the name. */
  entitlements: z
    .array(
      EntitlementBody.refine(({ name = '' }) => ENTITLEMENT.test(name), {
        path: ['name'],
        error:
          'must be projects/ID/locations/global/entitlements/ID, or the same of a folder or organization',
      }),
    )
    .default([]),
  /** In Google's form. The bindings of an active grant belong into the policy. */
  grants: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/\/entitlements\/[^/]+\/grants\/[^/]+$/, 'must be ENTITLEMENT/grants/ID'),
        requester: z.string(),
        requestedDuration: z
          .string()
          .regex(/^\d+s$/, 'must be seconds, as in 3600s')
          .default('3600s'),
        state: z.string().default('ACTIVE'),
        timeline: z.object({ events: z.array(z.looseObject({})) }).default({ events: [] }),
        auditTrail: z.object({ accessGrantTime: z.iso.datetime() }).exactOptional(),
      }),
    )
    .default([]),
  workloads: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^projects\/[^/]+\/(?:locations\/[^/]+\/(?:functions|services|jobs|clusters)|zones\/[^/]+\/instances)\/[^/]+$/,
            'must be projects/P/locations/L/KIND/NAME with functions, services, jobs or clusters, or projects/P/zones/Z/instances/NAME',
          ),
        serviceAccount: Email,
        labels: Labels.default({}),
      }),
    )
    .default([]),
  secrets: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^projects\/[^/]+\/(locations\/[^/]+\/)?secrets\/[^/]+$/,
            'must be projects/PROJECT/secrets/NAME or projects/PROJECT/locations/LOCATION/secrets/NAME',
          ),
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
  sinks: z.array(Sink).default([]),
  subscriptions: z.array(Subscription).default([]),
  runServices: z.array(RunService).default([]),
  accessBoundaries: z.array(AccessBoundary).default([]),
  buckets: z
    .array(
      z.strictObject({
        name: z.string(),
        project: ProjectId,
        location: z.string().exactOptional(),
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
