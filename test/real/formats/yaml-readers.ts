import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { startLocalCloud } from '../../../local/cloud.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { filesNamed, markdownOf, textOf } from '../../docs/markdown.ts';
import { startRecorder } from '../gcloud/recorder.ts';

const run = promisify(execFile);

/** A document in YAML, where it stands, and its text. */
export type Document = { readonly at: string; readonly text: string };

/** Every file, and every block of a page. */
export const documents = (): Document[] => [
  ...filesNamed('*.yaml', '*.yml').map((at) => ({ at, text: textOf(at) })),
  ...filesNamed('*.md').flatMap((page) =>
    markdownOf(textOf(page))
      .blocks.filter(({ language }) => /^ya?ml$/.test(language))
      .map(({ text, line }) => ({ at: `${page}:${line}`, text })),
  ),
];

/** What it is, by its keys; and who says whether it is a right one. Each answers with what is wrong. */
const SCHEMAS = {
  'chain file': { keys: ['caller', 'chains'], faultsOf: faultsOfChainFile },
  world: { keys: ['accounts'], faultsOf: faultsOfWorld },
  build: { keys: ['steps'], faultsOf: faultsOfBuild },
  service: { keys: ['apiVersion', 'kind'], of: { kind: 'Service' }, faultsOf: faultsOfService },
  'external secret': {
    keys: ['apiVersion', 'kind'],
    of: { kind: 'ExternalSecret' },
    faultsOf: faultsOfExternalSecret,
  },
} as const;

export async function faultsOf(text: string, directory: string): Promise<string[]> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return [(error as Error).message];
  }
  const known = Object.values(SCHEMAS).find((schema) => {
    const held = value as Record<string, unknown>;
    return (
      typeof value === 'object' &&
      schema.keys.every((key) => key in held) &&
      Object.entries('of' in schema ? schema.of : {}).every(([key, of]) => held[key] === of)
    );
  });
  return known ? known.faultsOf(text, directory) : ['no schema is known for this'];
}

async function faultsOfChainFile(text: string): Promise<string[]> {
  const { faults } = parseChainFiles([{ path: 'chains.yaml', text }], new Date());
  return faults.flatMap(({ severity, line, message }) =>
    severity === 'error' ? [`${line}: ${message}`] : [],
  );
}

async function faultsOfWorld(text: string): Promise<string[]> {
  try {
    await (await startLocalCloud({ seed: parse(text) })).close();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** gcloud reads it into Google's own messages, and refuses what is no field of theirs. Whether it is sent is what tells. */
async function gcloudSends(
  text: string,
  directory: string,
  command: (file: string) => string[],
): Promise<{ sent: Awaited<ReturnType<typeof startRecorder>>; said: string }> {
  const file = join(directory, 'document.yaml');
  const token = join(directory, 'token');
  await Promise.all([writeFile(file, text), writeFile(token, 'of-nobody')]);
  const name = z.object({ metadata: z.object({ name: z.string() }) }).safeParse(parse(text)).data;
  const before = name && {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { ...name.metadata, namespace: '1', generation: 1, resourceVersion: 'A' },
    spec: {},
  };
  const recorder = await startRecorder(before ? [before] : []);
  const env = {
    PATH: process.env.PATH,
    ...recorder.env,
    CLOUDSDK_CONFIG: join(directory, 'gcloud'),
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token,
  };
  const { stderr: said } = await run('gcloud', command(file), { env }).catch(
    (error: { stderr: string }) => error,
  );
  await recorder.close();
  return { sent: recorder, said };
}

async function faultsOfBuild(text: string, directory: string): Promise<string[]> {
  const { sent, said } = await gcloudSends(text, directory, (file) => [
    ...['builds', 'submit', '--no-source', '--async', `--config=${file}`],
    ...['--project=acme-ops', '--region=us-east1'],
  ]);
  return sent.builds.length > 0 ? [] : [said];
}

async function faultsOfService(text: string, directory: string): Promise<string[]> {
  const { sent, said } = await gcloudSends(text, directory, (file) => [
    ...['run', 'services', 'replace', file, '--project=acme-shop', '--region=europe-west1'],
  ]);
  const replaced = [...sent.services.values()].some(
    ({ spec }) => Object.keys(spec ?? {}).length > 0,
  );
  return replaced ? [] : [said];
}

/** @see https://external-secrets.io/latest/api/externalsecret/ */
const ExternalSecret = z.strictObject({
  apiVersion: z.literal('external-secrets.io/v1'),
  kind: z.literal('ExternalSecret'),
  metadata: z.strictObject({ name: z.string(), namespace: z.string().optional() }),
  spec: z.strictObject({
    refreshInterval: z.string().regex(/^\d+[smh]$/),
    secretStoreRef: z.strictObject({
      kind: z.enum(['SecretStore', 'ClusterSecretStore']),
      name: z.string(),
    }),
    target: z.strictObject({ name: z.string() }),
    data: z.array(
      z.strictObject({
        secretKey: z.string(),
        remoteRef: z.strictObject({ key: z.string(), version: z.string().optional() }),
      }),
    ),
  }),
});

async function faultsOfExternalSecret(text: string): Promise<string[]> {
  const parsed = ExternalSecret.safeParse(parse(text));
  return parsed.success ? [] : [z.prettifyError(parsed.error)];
}
