import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type PublishOptions, publish } from '../../../cli/commands/publish/publish.ts';
import type { Io } from '../../../cli/terminal/io.ts';
import roles from '../../../deploy/roles.json' with { type: 'json' };
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { type Published, readPublished } from '../../../shared/domain/published/read.ts';
import { recordingIo } from '../recording-io.ts';

export const BUCKET = 'acme-ops-hopmint-chains';
export const PUBLISH_TO = `gs://${BUCKET}/chains.jsonl`;
/** May publish, and read what `plan` reads. */
export const ADA = 'user:ada@acme.com';
/** May publish, and nothing else. */
export const PIPELINE = 'pipeline@acme-ops.iam.gserviceaccount.com';
/** May read the bucket, and nothing else. */
export const READER = 'user:reader@acme.com';
export const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';
const TARGET = 'billing-reader@acme-data.iam.gserviceaccount.com';
const PUBLISHER = 'projects/acme-ops/roles/hopmintPublisher';

export const SETTINGS = `caller: ${MINTER}\npublishTo: ${PUBLISH_TO}\n`;
/** A chain file with chains of these names. */
export const fileOf = (names: readonly string[], settings = SETTINGS): string =>
  `${settings}chains:\n${names.map(chainOf).join('')}`;
const chainOf = (name: string) => `  - name: ${name}
    delegates: [${RELAY}]
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery.readonly] }
    secret: projects/acme-ops/secrets/${name}
`;

export type Ran = { readonly exit: number; readonly out: string; readonly err: string };

/** A local cloud with a bucket for the published file, and a folder with a chain file. */
export type PublishWorld = {
  readonly local: LocalCloud;
  readonly directory: string;
  /** Writes files into the folder. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  git(...args: string[]): Promise<string>;
  /** Runs git, then publishes without a terminal. */
  publish(options?: Partial<PublishOptions>, more?: Partial<Run>): Promise<Ran>;
  /** The terminal of an account. */
  as(account: string): Promise<{ io: Io; written: { out: string; err: string } }>;
  /** The live published file. None if there is none. */
  published(): Promise<Published | undefined>;
  /** The generation, the metadata and the text of the live object. */
  object(): { generation: string; metadata?: Record<string, string>; text: string } | undefined;
  /** Replaces the object, as somebody does who edits it by hand. */
  replace(text: string): Promise<void>;
  close(): Promise<void>;
};

type Run = {
  readonly account: string;
  /** What the person types. Without it there is no terminal. */
  readonly typed: string;
  readonly now: Date;
  /** Called when the command asks, before the answer. */
  readonly whenAsked: () => Promise<unknown>;
};

/** @param permissions of publishers */
export async function openPublishWorld(
  permissions: readonly string[] = roles.hopmintPublisher.includedPermissions,
): Promise<PublishWorld> {
  const reading = [
    'roles/iam.securityReviewer',
    'roles/iam.serviceAccountViewer',
    'roles/secretmanager.viewer',
    'roles/iam.roleViewer',
  ];
  const member = `serviceAccount:${PIPELINE}`;
  const local = await startLocalCloud({
    seed: {
      organization: {
        id: '900000000001',
        policy: { bindings: reading.map((role) => ({ role, members: [ADA] })) },
      },
      projects: ['acme-ops', 'acme-data'].map((id) => ({
        id,
        parent: 'organizations/900000000001',
      })),
      accounts: [MINTER, RELAY, TARGET, PIPELINE].map((email) => ({ email })),
      roles: [{ name: PUBLISHER, includedPermissions: permissions }],
      buckets: [
        {
          name: BUCKET,
          project: 'acme-ops',
          versioning: true,
          policy: {
            bindings: [
              { role: PUBLISHER, members: [ADA, member] },
              { role: 'roles/storage.objectViewer', members: [READER] },
            ],
          },
        },
      ],
    },
    log: () => undefined,
  });
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-publish-'));
  const env = {
    PATH: process.env.PATH,
    HOPMINT_CLOUD: local.url,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@acme.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@acme.com',
    GIT_CEILING_DIRECTORIES: tmpdir(),
    // Else each commit starts two more processes.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'maintenance.auto',
    GIT_CONFIG_VALUE_0: 'false',
  };
  const tokenOf = async (account: string) => {
    const answer = await fetch(`${local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account, lifetimeSeconds: 3600 }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  const world: PublishWorld = {
    local,
    directory,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(directory, name)), { recursive: true });
        await writeFile(join(directory, name), text);
      }
    },
    async git(...args) {
      const run = promisify(execFile);
      return (await run('git', ['-C', directory, ...args], { env })).stdout.trim();
    },
    async as(account) {
      const tokenFile = join(directory, `.token-${account.replace(/\W/g, '-')}`);
      await writeFile(tokenFile, await tokenOf(account), { mode: 0o600 });
      return recordingIo({ ...env, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile });
    },
    async publish(options = {}, { account = ADA, typed, now, whenAsked } = {}) {
      const { io, written } = await world.as(account);
      const terminal = {
        stream: process.stderr,
        async ask(question: string) {
          written.err += question;
          await whenAsked?.();
          return typed ?? '';
        },
      };
      const exit = await publish(
        { source: join(directory, 'chains.yaml'), json: false, ...options },
        { ...io, ...(typed !== undefined && { terminal }), ...(now && { now: () => now }) },
      );
      return { exit, ...written };
    },
    async published() {
      const text = world.object()?.text;
      if (text === undefined) return undefined;
      const published = readPublished(text);
      if (!published.ok) throw new Error(published.error);
      return published.value;
    },
    object() {
      const object = local.state.objects.get(`${BUCKET}/chains.jsonl`);
      if (!object) return undefined;
      const { generation, metadata, data } = object;
      return { generation, ...(metadata && { metadata }), text: data.toString() };
    },
    async replace(text) {
      const url = `${local.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=chains.jsonl`;
      const authorization = `Bearer ${await tokenOf(ADA)}`;
      const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: text });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async close() {
      await local.close();
      await rm(directory, { recursive: true });
    },
  };
  return world;
}

export const readText = (path: string): Promise<string> => readFile(path, 'utf8');
