/** A line that imports. */
export const from = (path: string) => `export type { Planted } from '${path}';`;

/** A file of two lines. Its wall allows the first line and refuses the second. */
export type Plant = {
  readonly situation: string;
  readonly file: string;
  readonly allowed: string;
  readonly refused: string;
  /** The refused line names a folder that somebody could make. */
  readonly newFolder?: true;
};

export const PLANTS: readonly Plant[] = [
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
  {
    situation: 'the domain imports a command whose folder has the name of a room of the domain',
    file: 'shared/domain/cost/planted-command.ts',
    allowed: from('../apply/plan.ts'),
    refused: from('../../../cli/commands/apply/apply.ts'),
  },
  {
    situation:
      'the domain imports a service of the local cloud with the name of a room of the domain',
    file: 'shared/domain/grants/planted-service.ts',
    allowed: from('../iam/member.ts'),
    refused: from('../../../local/services/iam/roles/list-custom-roles.ts'),
  },
  {
    situation: 'the domain imports a test in a folder with the name of a room of the domain',
    file: 'shared/domain/rotation/planted-test.ts',
    allowed: from('../chain/chain.ts'),
    refused: from('../../../test/domain/chain/versions.ts'),
  },
  {
    situation: 'the domain imports the wire by a path that starts in its own folder',
    file: 'shared/domain/basics/planted-own.ts',
    allowed: from('./../basics/result.ts'),
    refused: from('./../../google/wire/wire.ts'),
  },
  {
    situation: 'the local cloud imports a test of its state',
    file: 'local/core/planted-test.ts',
    allowed: from('../state/state.ts'),
    refused: from('../../test/local/state/state.ts'),
    newFolder: true,
  },
  {
    situation: 'a service of the local cloud imports a command whose path has the name of a room',
    file: 'local/services/storage/planted-command.ts',
    allowed: from('../../identity/signing-keys.ts'),
    refused: from('../../../cli/commands/local/identity/keys.ts'),
    newFolder: true,
  },
  {
    situation: 'an operation imports a folder of the local cloud with the name of the domain',
    file: 'shared/operations/planted-domain.ts',
    allowed: from('../domain/basics/result.ts'),
    refused: from('../../local/domain/result.ts'),
    newFolder: true,
  },
  {
    situation: 'the reader imports a file of a room without a wall',
    file: 'shared/reader/planted-room.ts',
    allowed: from('./wire/wire.ts'),
    refused: from('../wire/wire.ts'),
    newFolder: true,
  },
  {
    situation: 'an example imports another',
    file: 'examples/storage/planted.ts',
    allowed: from('google-auth-library'),
    refused: from('../webhook/server.ts'),
  },
  {
    situation: 'a dynamic import names a room above',
    file: 'shared/domain/chain/planted-late.ts',
    allowed: "export const late = () => import('../basics/result.ts');",
    refused: "export const above = () => import('../rotation/ledger.ts');",
  },
  {
    situation: 'a dynamic import has a template as its path',
    file: 'shared/domain/iam/planted-template.ts',
    allowed: "export const late = () => import('../chain/chain.ts');",
    refused: 'export const hidden = () => import(`../chain/chain.ts`);',
  },
  {
    situation: 'a dynamic import has a variable as its path',
    file: 'cli/commands/start/planted-path.ts',
    allowed: "export const late = () => import('../../../local/cloud.ts');",
    refused: 'export const hidden = (path: string) => import(path);',
  },
  {
    situation: 'a type contains an import of its own room',
    file: 'shared/domain/rotation/planted-type.ts',
    allowed: from('./ledger.ts'),
    refused: "export type Past = import('./ledger.ts').Ledger;",
  },
  {
    situation: 'a file augments a module of a room above',
    file: 'shared/domain/yaml/planted-module.ts',
    allowed: "declare module '../basics/result.ts' {}",
    refused: "declare module '../chain-file/parse.ts' {}",
  },
  {
    situation: 'a file makes its own require',
    file: 'local/world/planted-require.ts',
    allowed: from('node:module'),
    refused: "export { createRequire as from } from 'node:module';",
  },
  {
    situation: 'a file calls require',
    file: 'cli/operator/planted-require.ts',
    allowed: "export const required = 'require';",
    refused: "export const fs = require('node:fs');",
  },
  {
    situation: 'a file imports with the require of TypeScript',
    file: 'cli/terminal/planted-require.ts',
    allowed: from('node:tty'),
    refused: "import tty = require('node:tty');",
  },
  {
    situation: 'a file asks Node for a module of Node',
    file: 'shared/operations/planted-builtin.ts',
    allowed: from('zod'),
    refused: "export const fs = process.getBuiltinModule('node:fs');",
  },
  {
    situation: 'a comment imports a type',
    file: 'shared/cloud/planted-comment.ts',
    allowed: '/** The import (of a policy). */',
    refused: "/** @type {import('../google/cloud.ts').Cloud} */",
  },
  {
    situation: 'a comment has the import tag',
    file: 'shared/cloud/planted-tag.ts',
    allowed: '/** {@link Cloud} */',
    refused: "/** @import { Cloud } from '../google/cloud.ts' */",
  },
  {
    situation: 'a comment references a file',
    file: 'shared/telemetry/planted-reference.ts',
    allowed: '// The <reference> of a log line.',
    refused: '/// <reference path="../google/cloud.ts" />',
  },
  {
    situation: 'the domain calls the global fetch',
    file: 'shared/domain/audit/planted-fetch.ts',
    allowed: 'export const called = (fetch: () => void) => fetch();',
    refused: "export const loaded = fetch('http://localhost');",
  },
  {
    situation: 'the domain starts a timer',
    file: 'shared/domain/apply/planted-timer.ts',
    allowed: 'export const wait = (setTimeout: (ms: number) => void) => setTimeout(1);',
    refused: 'export const timer = setTimeout(() => {}, 1);',
  },
  {
    situation: 'the domain uses the process',
    file: 'shared/domain/published/planted-process.ts',
    allowed: "export const word = 'process';",
    refused: 'export const folder = process.cwd();',
  },
  {
    situation: 'the domain reaches a global by globalThis',
    file: 'shared/domain/iam/planted-global.ts',
    allowed: "export const word = 'globalThis';",
    refused: 'export const load = globalThis.fetch;',
  },
];
