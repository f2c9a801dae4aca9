/** A line that imports. */
export const from = (path: string) => `export type { Planted } from '${path}';`;

/** Each row is a file of two lines. Its wall allows the first line and refuses the second. */
export const PLANTS = [
  {
    situation: 'a room of the domain imports a room above it',
    file: 'shared/domain/basics/planted.ts',
    allowed: from('./result.ts'),
    refused: from('../audit/finding/finding.ts'),
  },
  {
    situation: 'a nested folder imports a room above its own',
    file: 'shared/domain/audit/access/planted.ts',
    allowed: from('../finding/finding.ts'),
    refused: from('../../../report/text.ts'),
  },
  {
    situation: 'a nested folder imports a later folder of its room',
    file: 'shared/domain/audit/finding/planted.ts',
    allowed: from('../../iam/snapshot.ts'),
    refused: from('../access/reach.ts'),
  },
  {
    situation: 'the domain does I/O',
    file: 'shared/domain/iam/planted.ts',
    allowed: from('zod'),
    refused: from('node:fs'),
  },
  {
    situation: 'an operation imports the wire',
    file: 'shared/operations/planted-wire.ts',
    allowed: from('../cloud/cloud.ts'),
    refused: from('../google/cloud.ts'),
  },
  {
    situation: "an operation imports one of Google's clients",
    file: 'shared/operations/planted-client.ts',
    allowed: from('p-limit'),
    refused: from('@google-cloud/pubsub'),
  },
  {
    situation: 'a report imports the port',
    file: 'shared/report/page/planted.ts',
    allowed: from('../../domain/audit/report.ts'),
    refused: from('../../cloud/cloud.ts'),
  },
  {
    situation: 'the reader imports the audit',
    file: 'shared/reader/planted.ts',
    allowed: from('../domain/chain/credential.ts'),
    refused: from('../domain/audit/report.ts'),
  },
  {
    situation: 'a function imports the folder of another',
    file: 'functions/mint/planted-step.ts',
    allowed: from('../runtime/batch.ts'),
    refused: from('../audit/auditor.ts'),
  },
  {
    situation: 'an entry point imports the folder of another function',
    file: 'functions/mint/entry-point.ts',
    allowed: from('../../shared/google/cloud.ts'),
    refused: from('../fanout/fanout.ts'),
  },
  {
    situation: 'a step of a function imports the wire',
    file: 'functions/audit/planted-wire.ts',
    allowed: from('../../shared/operations/audit.ts'),
    refused: from('../../shared/google/cloud.ts'),
  },
  {
    situation: 'a step of a function imports the log',
    file: 'functions/audit/planted-log.ts',
    allowed: from('../../shared/telemetry/trace.ts'),
    refused: from('../../shared/telemetry/log.ts'),
  },
  {
    situation: 'a function imports a reader of YAML',
    file: 'functions/mint/planted-yaml.ts',
    allowed: from('../../shared/domain/published/chain-line.ts'),
    refused: from('../../shared/domain/yaml/read.ts'),
  },
  {
    situation: 'an operation, which functions use, imports the reader of chain files',
    file: 'shared/operations/planted-yaml.ts',
    allowed: from('../domain/published/chain-line.ts'),
    refused: from('../domain/chain-file/parse.ts'),
  },
  {
    situation: 'the local cloud imports shared',
    file: 'local/services/iam/planted.ts',
    allowed: from('../../core/projects.ts'),
    refused: from('../../../shared/domain/iam/member.ts'),
  },
  {
    situation: 'a room of the local cloud imports a room above it',
    file: 'local/core/planted.ts',
    allowed: from('../state/state.ts'),
    refused: from('../server/router.ts'),
  },
  {
    situation: 'a service of the local cloud imports another',
    file: 'local/services/secretmanager/planted.ts',
    allowed: from('../../authorization/authorize.ts'),
    refused: from('../pubsub/page-by-name.ts'),
  },
  {
    situation: 'a folder of a service of the local cloud imports another service',
    file: 'local/services/secretmanager/versions/planted.ts',
    allowed: from('../secret-store.ts'),
    refused: from('../../pubsub/page-by-name.ts'),
  },
  {
    situation: 'a command imports functions',
    file: 'cli/commands/planted-functions.ts',
    allowed: from('../operator/open.ts'),
    refused: from('../../functions/audit/auditor.ts'),
  },
  {
    situation: 'a command in a folder of its own imports functions',
    file: 'cli/commands/apply/planted.ts',
    allowed: from('../../operator/open.ts'),
    refused: from('../../../functions/mint/rotate.ts'),
  },
  {
    situation: 'a command imports the local cloud',
    file: 'cli/commands/planted-local.ts',
    allowed: from('../../shared/google/cloud.ts'),
    refused: from('../../local/cloud.ts'),
  },
  {
    situation: 'a round of npm start imports the functions that it ticks',
    file: 'cli/commands/start/round/planted.ts',
    allowed: from('../messages.ts'),
    refused: from('../functions.ts'),
  },
  {
    situation: 'the terminal imports shared',
    file: 'cli/terminal/planted.ts',
    allowed: from('node:tty'),
    refused: from('../../shared/report/text.ts'),
  },
  {
    situation: 'an example imports shared',
    file: 'examples/webhook/planted.ts',
    allowed: from('hopmint/reader'),
    refused: from('../../shared/reader/index.ts'),
  },
  {
    situation: 'a type contains an import that a wall refuses',
    file: 'shared/domain/chain/planted.ts',
    allowed: "export const late = () => import('../basics/result.ts');",
    refused: "export type Past = import('../rotation/ledger.ts').Ledger;",
  },
  {
    situation: 'a decision calls new Date()',
    file: 'shared/domain/rotation/planted-date.ts',
    allowed: 'export const day = new Date(0);',
    refused: 'export const now = new Date();',
  },
  {
    situation: 'a decision passes Date.now on',
    file: 'shared/domain/rotation/planted-clock.ts',
    allowed: "export const day = Date.parse('2026-11-22');",
    refused: 'export const now = Date.now;',
  },
  {
    situation: 'a step of a function reads the environment',
    file: 'functions/fanout/planted-env.ts',
    allowed: 'export const env = (given: object) => given;',
    refused: 'export const env2 = process.env;',
  },
];
