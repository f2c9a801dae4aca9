import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { startLocalCloud } from '../../../local/cloud.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { filesNamed, markdownOf, textOf } from '../../docs/markdown.ts';
import { type Recorder, startRecorder } from '../gcloud/recorder.ts';

const run = promisify(execFile);

export type Document = {
  /** The path of a file, or the path and line of a block in Markdown. */
  readonly place: string;
  readonly text: string;
};

/** Every YAML file of the repository, and every YAML block in Markdown. */
export const documents = (): Document[] => [
  ...filesNamed('*.yaml', '*.yml').map((path) => ({ place: path, text: textOf(path) })),
  ...filesNamed('*.md').flatMap((page) =>
    markdownOf(textOf(page))
      .blocks.filter(({ language }) => /^ya?ml$/.test(language))
      .map(({ text, line }) => ({ place: `${page}:${line}`, text })),
  ),
];

/** The kinds of documents. A document is of the kind whose keys it has, with these values where the kind gives some. */
const READERS = {
  'chain file': { keys: ['caller', 'chains'], faultsOf: faultsOfChainFile },
  world: { keys: ['accounts'], faultsOf: faultsOfWorld },
  build: { keys: ['steps'], faultsOf: faultsOfBuild },
  service: { keys: ['apiVersion', 'kind'], values: { kind: 'Service' }, faultsOf: faultsOfService },
  'external secret': {
    keys: ['apiVersion', 'kind'],
    values: { kind: 'ExternalSecret' },
    faultsOf: faultsOfExternalSecret,
  },
} as const;

/** The faults that the reader of a document finds. @param directory for temporary files */
export async function faultsOf(text: string, directory: string): Promise<string[]> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return [(error as Error).message];
  }
  const reader = Object.values(READERS).find((reader) => {
    const document = value as Record<string, unknown>;
    const values = Object.entries('values' in reader ? reader.values : {});
    return (
      typeof value === 'object' &&
      reader.keys.every((key) => key in document) &&
      values.every(([key, expected]) => document[key] === expected)
    );
  });
  return reader ? reader.faultsOf(text, directory) : ['yaml-readers.ts has no reader for it'];
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

/** Runs a gcloud command that sends the document. gcloud sends only documents whose fields Google's API has. */
async function sendWithGcloud(
  text: string,
  directory: string,
  command: (file: string) => string[],
): Promise<{ recorder: Recorder; stderr: string }> {
  const file = join(directory, 'document.yaml');
  const token = join(directory, 'token');
  await Promise.all([writeFile(file, text), writeFile(token, 'no-real-token')]);
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
  const { stderr } = await run('gcloud', command(file), { env }).catch(
    (error: { stderr: string }) => error,
  );
  await recorder.close();
  return { recorder, stderr };
}

async function faultsOfBuild(text: string, directory: string): Promise<string[]> {
  const { recorder, stderr } = await sendWithGcloud(text, directory, (file) => [
    ...['builds', 'submit', '--no-source', '--async', `--config=${file}`],
    ...['--project=acme-ops', '--region=us-east1'],
  ]);
  return recorder.builds.length > 0 ? [] : [stderr];
}

async function faultsOfService(text: string, directory: string): Promise<string[]> {
  const { recorder, stderr } = await sendWithGcloud(text, directory, (file) => [
    ...['run', 'services', 'replace', file, '--project=acme-shop', '--region=europe-west1'],
  ]);
  const isReplaced = [...recorder.services.values()].some(
    ({ spec }) => Object.keys(spec ?? {}).length > 0,
  );
  return isReplaced ? [] : [stderr];
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
