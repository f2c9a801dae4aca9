import { z } from 'zod';
import type { Evidence, Finding } from '../../domain/audit/finding/finding.ts';
import type { LeftOut as LeftOutFindings } from '../../domain/audit/listed-report.ts';
import type { ObservedCredential } from '../../domain/audit/observed-credential.ts';
import { CHAIN_STATES, type ChainReport } from '../../domain/audit/report.ts';
import { HOP_STATES } from '../../domain/iam/evaluate-hop.ts';
import { VERSION_STATES } from '../../domain/rotation/ledger/evidence.ts';
import type { ShownReport } from '../words/shown-report.ts';
import { type EvidenceSchema, FindingSchema, Severity } from './finding.ts';
import { at, name, names } from './texts.ts';

// Only `npm run schema` and tests load this file.

const Hop = z.object({
  from: name('The account that needs the permission: its email, or its unique ID.'),
  to: name('The account on which `from` needs it.'),
  permission: name('For example `iam.serviceAccounts.getAccessToken`.'),
  state: z
    .enum(HOP_STATES)
    .describe('`unknown`: it could not be decided. It does not count as ok.'),
});

const Step = z.object({
  who: name(
    'The identity that takes the step. In the first step it is the member, in later steps an account that the member has reached.',
  ),
  permission: name('The permission that the step uses.'),
  on: name('The resource on which it is used.'),
  resource: name('The resource whose policy grants the permission.'),
  role: name('The role that contains the permission.'),
});

const Reach = z.object({
  member: name('As IAM writes it.'),
  steps: z.array(Step).describe('The last step leads to the credential.'),
  possible: z.literal(true).optional().describe('Present if it could not be decided.'),
});

const ObservedVersion = z.object({
  number: z.int().min(1).describe('The number of the version.'),
  state: z
    .enum(VERSION_STATES)
    .describe('Scheduled for destruction counts as destroyed. `not listed`: it was not looked up.'),
});

const Observed = z.object({
  at: at('When the versions of the secret were read.'),
  latest: ObservedVersion.nullable().describe('The newest version, which readers of `latest` get.'),
  current: ObservedVersion.nullable().describe(
    'The version that the ledger names as current. Null without a ledger that can be true.',
  ),
  previous: ObservedVersion.nullable().describe('The version before it. Null if there is none.'),
  unusable: names('Why readers cannot use the credential, in sentences. Empty if they can.'),
  recreated: z
    .string()
    .nullable()
    .describe(
      'The one of these reasons that says that the target was created again. Null if it was not.',
    ),
  doubt: z.string().nullable().describe('Why the ledger is not believed. Null if it is.'),
  secretExpiresAt: z.iso
    .datetime()
    .nullable()
    .describe('When Google deletes the secret with all its versions. Null if it does not.'),
  destroyDelaySeconds: z
    .int()
    .min(0)
    .nullable()
    .describe('How long Google keeps a destroyed version, disabled. Null if it keeps none.'),
});

const Chain = z.object({
  name: name('As in the chain file.'),
  source: z
    .object({
      path: name('The file that contains the chain.'),
      line: z.int().min(1).describe('From 1.'),
    })
    .nullable()
    .describe('Where people wrote the chain. Null if that is not known.'),
  state: z
    .enum(CHAIN_STATES)
    .describe('The worst state that applies; `paused` if the chain is paused.'),
  expiresAt: z.iso
    .datetime()
    .nullable()
    .describe('When its credential expires, in RFC 3339, UTC. Null without a credential.'),
  observed: Observed.nullable().describe('What was observed of its secret. Null if nothing was.'),
  hops: z.array(Hop).describe('In order from the caller.'),
  reach: z
    .array(Reach)
    .max(100)
    .describe(
      'The other members who can get its credential, shortest path first. 100 at most, and fewer in a report of many chains.',
    ),
  reachCount: z.int().min(0).describe('How many such members there are.'),
});

const Unread = z.object({
  resource: name('The resource or the subject.'),
  reason: name('Why it was not read or not checked.'),
});

const LeftOut = z.object({
  kind: name('The kind of the findings.'),
  severity: Severity,
  count: z.int().min(1).describe('How many findings of this kind and severity are left out.'),
});

const ReportSchema = z.object({
  version: z
    .literal(1)
    .describe('New keys may be added under the same version. No key is removed or changed.'),
  generatedAt: at('When the report was made.'),
  clean: z
    .boolean()
    .describe('Every hop is ok, there is no finding of low or above, and every resource was read.'),
  chainFile: z
    .object({
      digest: name('SHA-256 of the published file or of the source texts, in hex.'),
      generation: name(
        'Cloud Storage’s generation; for files on disk, the time of the last change in milliseconds.',
      ),
      writtenAt: z.iso
        .datetime()
        .nullable()
        .describe('When it was written. Null if that is not known.'),
      writtenBy: z
        .string()
        .nullable()
        .describe(
          'The identity that published it, as the publisher states. It is not checked. Null if it is not known.',
        ),
      commit: z
        .string()
        .nullable()
        .describe('The git commit from which it was published. Null if that is not known.'),
      sources: z
        .array(
          z.object({
            path: name('The path of a file.'),
            sha256: name('SHA-256 of its bytes, in hex.'),
          }),
        )
        .describe('The files that people wrote.'),
    })
    .describe('The version of the chain file that was audited.'),
  chains: z.array(Chain).describe('In the order of the chain file.'),
  findings: z
    .array(FindingSchema)
    .max(1000)
    .describe('The most severe first: 1000 at most, and 4 MB.'),
  leftOut: z
    .array(LeftOut)
    .optional()
    .describe(
      'The findings that are only counted. Present if there are more than 1000, or more than 4 MB of them.',
    ),
  coverage: z
    .object({
      read: names('The resources that were read.'),
      unread: z
        .array(Unread)
        .describe(
          'The resources that could not be read or decided. With any, the report is not clean.',
        ),
      notCovered: z
        .array(Unread)
        .describe('Policies do not show this, so an audit of policies cannot check it.'),
    })
    .describe('What the audit read.'),
  filter: z
    .object({
      chains: names('Only these chains; all if the list is empty.'),
      severities: z.array(Severity).describe('Only these severities; all if the list is empty.'),
    })
    .optional()
    .describe('Present if the report leaves out chains or findings.'),
  cloud: z
    .literal('LOCAL')
    .optional()
    .describe('Present if a local cloud was audited instead of Google.'),
});

/** The code does not compile if a report does not match the schema or has a key that the schema does not describe. */
type Undescribed =
  | Exclude<keyof ShownReport, keyof z.input<typeof ReportSchema>>
  | Exclude<keyof ShownReport['coverage'], keyof z.input<typeof ReportSchema>['coverage']>
  | Exclude<keyof ChainReport, keyof z.input<typeof Chain>>
  | Exclude<keyof ObservedCredential, keyof z.input<typeof Observed>>
  | Exclude<keyof ChainReport['reach'][number], keyof z.input<typeof Reach>>
  | Exclude<keyof LeftOutFindings, keyof z.input<typeof LeftOut>>
  | Exclude<keyof Finding, keyof z.input<typeof FindingSchema>>
  | Exclude<keyof Evidence, keyof z.input<typeof EvidenceSchema>>;
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
const described: [Undescribed] extends [never]
  ? Mutable<ShownReport> extends z.input<typeof ReportSchema>
    ? 'all'
    : 'a type differs'
  : Undescribed = 'all';

/** The JSON Schema of a report. `closed`: unknown keys are refused. Programs that read reports should allow unknown keys. */
export const reportJsonSchema = ({ closed }: { closed: boolean } = { closed: false }): object => ({
  title: 'Hopmint audit report',
  $comment: `It describes ${described} keys of a report. npm run schema writes it.`,
  ...z.toJSONSchema(ReportSchema, {
    io: closed ? 'output' : 'input',
    target: 'draft-2020-12',
    reused: 'inline',
  }),
});
