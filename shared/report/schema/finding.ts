import { z } from 'zod';
import { SEVERITIES } from '../../domain/audit/finding/severity.ts';
import { at, name, names } from './texts.ts';

export const Severity = z
  .enum(SEVERITIES)
  .describe(
    '`clean`, exit codes and alerts count low and above. Info findings have no effect on them.',
  );

const Condition = z
  .object({
    title: name('As in the policy.').optional(),
    description: name('As in the policy.').optional(),
    expression: name('In CEL.'),
  })
  .describe('The condition of the binding.');

const countOf = (list: string) =>
  z
    .int()
    .min(101)
    .optional()
    .describe(`How many there are. Present if \`${list}\` leaves some out.`);

export const EvidenceSchema = z
  .object({
    summary: name('One sentence.'),
    resource: name('The resource with the policy, or the account.'),
    role: name('The role of the binding.').optional(),
    condition: Condition.optional(),
    denyPolicy: name('The resource name of the deny policy.').optional(),
    constraint: name('The constraint of an organization policy.').optional(),
    permissions: names('The permissions of the role that matter here.').optional(),
    secrets: names('Each as projects/P/secrets/S, 100 at most.').max(100).optional(),
    secretCount: countOf('secrets'),
    keys: names('The IDs of user-managed keys of the account.').optional(),
    stanza: name('What to write into the chain file, as YAML, to accept the finding.').optional(),
    path: names('The path from the member to the account of the chain, both included.').optional(),
    endsAt: at('When the grant ends or the exception ended.').optional(),
    mintFailsAt: at('The first instant at which a mint fails.').optional(),
    accounts: names('The affected accounts, 100 at most.').max(100).optional(),
    accountCount: countOf('accounts'),
    kinds: names('The kinds of credential that it can mint.').optional(),
    disabled: name(
      'The email of a disabled account. The access has no effect until somebody enables it.',
    ).optional(),
    entitlement: name('The entitlement of Privileged Access Manager that offers it.').optional(),
    approvers: names('Who can approve a request. Absent if nobody has to.').optional(),
    justification: z.boolean().optional().describe('True if the requester must give a reason.'),
    maxSeconds: z.int().min(0).optional().describe('For how long a request gives it, at most.'),
    grants: z
      .array(
        z.object({
          name: name('The resource name of the request.'),
          requester: name('Who asked.'),
          approvedBy: names('Who approved.'),
          endsAt: at('When the access ends.').optional(),
        }),
      )
      .optional()
      .describe('The requests to Privileged Access Manager that made the binding.'),
    routes: names('The ways to run code as the account: names of docs/runs-as.md.').optional(),
    workloads: names('What runs as the account, 100 at most.').max(100).optional(),
    possible: z.boolean().optional().describe('True if it could not be decided.'),
  })
  .describe('The evidence for the finding.');

const Fix = z.object({
  gcloud: name('One line for a shell.'),
  terraform: name('The same in Terraform, if there is a safe form.').optional(),
});

export const FindingSchema = z.object({
  kind: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)*$/)
    .describe('For example `hop-missing`. New kinds may be added.'),
  severity: Severity,
  chain: name('The chain, if the finding is about one chain.').optional(),
  chains: names('The chains that it affects, 200 at most.').max(200),
  chainCount: z
    .int()
    .min(201)
    .optional()
    .describe('How many chains it affects. Present if `chains` leaves some out.'),
  hop: z.int().min(1).optional().describe('The number of the hop. The hop from the caller is 1.'),
  account: name('The account that it concerns.'),
  member: name(
    'The member who has or lacks the access, as IAM writes it. Absent if there are several.',
  ).optional(),
  members: names('The members, if there are several: the worst first, 200 at most.')
    .max(200)
    .optional(),
  memberCount: z
    .int()
    .min(2)
    .optional()
    .describe('How many members there are. Present with `members`, which may leave some out.'),
  fingerprint: name('The same finding has the same fingerprint in every report.'),
  evidence: EvidenceSchema,
  fix: Fix.optional().describe('How to fix it. A person must check it before running it.'),
});
