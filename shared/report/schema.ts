import { z } from 'zod';
import type { Evidence, Finding } from '../domain/audit/finding/finding.ts';
import type { ChainReport } from '../domain/audit/report.ts';
import { SEVERITIES, type ShownReport } from './words/shown-report.ts';

// For `npm run schema` and for tests. Nothing that runs in the cloud loads it.

const name = (what: string) => z.string().describe(what);
const names = (what: string) => z.array(z.string()).describe(what);
const at = (what: string) => z.iso.datetime().describe(`${what} RFC 3339, UTC.`);

const Severity = z
  .enum(SEVERITIES)
  .describe(
    '`clean`, exit codes and alerts count low and above; info tells what one may want to know.',
  );

const Hop = z.object({
  from: name('The account that needs the permission: its email, or its unique ID.'),
  to: name('The account that it needs it on.'),
  permission: name('As `iam.serviceAccounts.getAccessToken`.'),
  state: z
    .enum(['ok', 'missing', 'denied', 'expiring', 'unknown'])
    .describe('`unknown`: it could not be decided, which is never taken for ok.'),
});

const Step = z.object({
  who: name('Who does it: a member, then the accounts that were reached.'),
  permission: name('What they can do.'),
  on: name('What they can do it on.'),
  resource: name('Whose policy says so.'),
  role: name('By which role.'),
});

const Reach = z.object({
  member: name('As IAM writes it.'),
  steps: z.array(Step).describe('The last leads to the credential.'),
  possible: z.literal(true).optional().describe('It could not be decided whether it is so.'),
});

const Chain = z.object({
  name: name('As in the chain file.'),
  source: z
    .object({
      path: name('Of the file that has the chain.'),
      line: z.int().min(1).describe('From 1.'),
    })
    .nullable()
    .describe('Where people wrote the chain. Null where that is not known.'),
  state: z
    .enum(['ok', 'expiring', 'unknown', 'late', 'stale', 'broken', 'paused'])
    .describe('Of several the worst, but `paused` before all.'),
  expiresAt: z.iso
    .datetime()
    .nullable()
    .describe('When its credential expires. RFC 3339, UTC; null where there is none.'),
  hops: z.array(Hop).describe('In order from the caller.'),
  reach: z
    .array(Reach)
    .describe('Everyone beyond its own hops who can get at its credential, shortest path first.'),
});

const Condition = z
  .object({
    title: name('As the policy has it.').optional(),
    description: name('As the policy has it.').optional(),
    expression: name('In CEL.'),
  })
  .describe('Of the binding.');

const EvidenceSchema = z
  .object({
    summary: name('One sentence.'),
    resource: name('Whose policy it is, or which account.'),
    role: name('Of the binding.').optional(),
    condition: Condition.optional(),
    denyPolicy: name('Its resource name.').optional(),
    constraint: name('Of an organization policy.').optional(),
    members: names('Whom it speaks of, where they are several.').optional(),
    permissions: names('What of a role matters here.').optional(),
    secrets: names('As projects/P/secrets/S.').optional(),
    keys: names('IDs of user-managed keys of the account.').optional(),
    path: names('From who can to the account of the chain, both ends included.').optional(),
    endsAt: at('When a grant ends, or an exception has.').optional(),
    accounts: names('Every account that it affects.').optional(),
    chains: names('Every chain that it affects.').optional(),
    kinds: names('The kinds of credential that can be minted by it.').optional(),
    possible: z.boolean().optional().describe('It could not be decided whether it is so.'),
  })
  .describe('What the finding rests on.');

const Fix = z.object({
  gcloud: name('One line for a shell.'),
  terraform: name('The same, where a safe one exists.').optional(),
});

const FindingSchema = z.object({
  kind: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)*$/)
    .describe('As `hop-missing`. New kinds may come.'),
  severity: Severity,
  chain: name('Where it is of one.').optional(),
  hop: z.int().min(1).optional().describe('From 1, the caller’s.'),
  account: name('The account that it is about.'),
  member: name('Who has, or lacks, the access; as IAM writes it.').optional(),
  fingerprint: name('The same for the same finding in every report.'),
  evidence: EvidenceSchema,
  fix: Fix.optional().describe('How to mend it, for a person to read and to run.'),
});

const Unread = z.object({ resource: name('What.'), reason: name('Why.') });

const ReportSchema = z.object({
  version: z.literal(1).describe('Keys may come under the same version; none goes or changes.'),
  generatedAt: at('When it was made.'),
  clean: z
    .boolean()
    .describe('Every hop is ok, there is no finding of low or above, and nothing was left unread.'),
  chainFile: z
    .object({
      digest: name('SHA-256, in hex: of the published file, or of the texts that were read.'),
      generation: name(
        'Cloud Storage’s generation; for files on disk, the time of the last change in milliseconds.',
      ),
      writtenAt: z.iso
        .datetime()
        .nullable()
        .describe('When it was written. Null where that is not known.'),
      writtenBy: z
        .string()
        .nullable()
        .describe(
          'The identity that published it, as the publisher states it: nobody checks this. Null where it is not known.',
        ),
      commit: z
        .string()
        .nullable()
        .describe('The git commit that it was published from. Null where that is not known.'),
      sources: z
        .array(z.object({ path: name('Of a file.'), sha256: name('Of its bytes, in hex.') }))
        .describe('The files that people wrote.'),
    })
    .describe('Which version of the chain file was audited.'),
  chains: z.array(Chain).describe('In the order of the chain file.'),
  findings: z.array(FindingSchema).describe('The most severe first.'),
  coverage: z
    .object({
      read: names('What was read.'),
      unread: z.array(Unread).describe('What could not be read or decided: not clean.'),
      notCovered: z
        .array(Unread)
        .describe('Policies do not show this, so an audit of policies cannot check it.'),
    })
    .describe('What the report rests on.'),
  filter: z
    .object({
      chains: names('Only these; all where it is empty.'),
      severities: z.array(Severity).describe('Only these; all where it is empty.'),
    })
    .optional()
    .describe('There while something is left out of chains and findings.'),
  cloud: z
    .literal('LOCAL')
    .optional()
    .describe('There where a local cloud was audited, and not Google.'),
});

/** A report that the schema would refuse, or a key that it says nothing of, does not compile. */
type Undescribed =
  | Exclude<keyof ShownReport, keyof z.input<typeof ReportSchema>>
  | Exclude<keyof ShownReport['coverage'], keyof z.input<typeof ReportSchema>['coverage']>
  | Exclude<keyof ChainReport, keyof z.input<typeof Chain>>
  | Exclude<keyof ChainReport['reach'][number], keyof z.input<typeof Reach>>
  | Exclude<keyof Finding, keyof z.input<typeof FindingSchema>>
  | Exclude<keyof Evidence, keyof z.input<typeof EvidenceSchema>>;
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
const described: [Undescribed] extends [never]
  ? Mutable<ShownReport> extends z.input<typeof ReportSchema>
    ? 'all'
    : 'not as the type has it'
  : Undescribed = 'all';

/** The JSON Schema of a report. `closed`: it refuses keys that it does not know, which readers of reports had better not. */
export const reportJsonSchema = ({ closed }: { closed: boolean } = { closed: false }): object => ({
  title: 'Hopmint audit report',
  $comment: `It describes ${described} that a report has. Written by npm run schema.`,
  ...z.toJSONSchema(ReportSchema, {
    io: closed ? 'output' : 'input',
    target: 'draft-2020-12',
    reused: 'inline',
  }),
});
