import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellArgument } from '../../shared/domain/basics/shell-quote.ts';
import type { Exit, Io } from '../terminal/io.ts';
import { localClient } from './start/local-client.ts';
import { type OwnCloud, openLocalCloud, seedFrom } from './start/open-cloud.ts';
import { Stop } from './start/stop.ts';

/** Runs the local cloud in the foreground until Ctrl-C. */
export async function local(
  { port, seed }: { readonly port: number; readonly seed?: string },
  io: Io,
): Promise<Exit> {
  let cloud: OwnCloud | undefined;
  try {
    cloud = await openLocalCloud(port, io);
    if (seed !== undefined) await seedFrom(seed, localClient(cloud.url), io);
    io.out(`LOCAL    ${cloud.url}\n`);
    if (!io.signal.aborted) {
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve));
    }
    return 0;
  } catch (error) {
    return refuse(io, error);
  } finally {
    await cloud?.close();
  }
}

/** The services of gcloud that go to the local cloud. Calls to other services would go to Google with a token that Google does not know. @see `gcloud topic configurations` */
const OVERRIDDEN = [
  'IAMCREDENTIALS',
  'IAM',
  'SECRETMANAGER',
  'CLOUDRESOURCEMANAGER',
  'CLOUDFUNCTIONS',
  'CLOUDSCHEDULER',
  'CLOUDBUILD',
  'ARTIFACTREGISTRY',
  'SERVICEUSAGE',
  'STORAGE',
  'EVENTARC',
  'PUBSUB',
  'ORGPOLICY',
];

/**
 * Prints shell lines that point gcloud and ./hopmint to a running local cloud. gcloud gets an empty configuration, and the token of the
 * account in a file that only its owner can read. So no credential for Google is sent to the local cloud.
 */
export async function localEnv(
  { port, as }: { readonly port: number; readonly as?: string },
  io: Io,
): Promise<Exit> {
  try {
    const cloud = localClient(`http://127.0.0.1:${port}`);
    const { accounts, projects } = await cloud.world();
    const token = as === undefined ? undefined : await cloud.token(as);
    const directory = await mkdtemp(join(tmpdir(), 'hopmint-gcloud-'));
    const tokenFile = join(directory, 'token');
    if (token !== undefined) await writeFile(tokenFile, token, { mode: 0o600 });
    const project = accounts.find(({ email }) => email === as)?.projectId ?? projects[0]?.id;
    const variables = {
      CLOUDSDK_CONFIG: directory,
      ...(token !== undefined && { CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile }),
      ...(project !== undefined && { CLOUDSDK_CORE_PROJECT: project }),
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
      CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
      CLOUDSDK_CORE_DISABLE_FILE_LOGGING: '1',
      CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
      CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
      // gcloud appends paths without a slash, so the value must end in one.
      ...Object.fromEntries(
        OVERRIDDEN.map((name) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, `${cloud.url}/`]),
      ),
      HOPMINT_CLOUD: cloud.url,
    };
    for (const [name, value] of Object.entries(variables)) {
      io.out(`export ${name}=${shellArgument(value)}\n`);
    }
    return 0;
  } catch (error) {
    return refuse(io, error);
  }
}

function refuse(io: Io, error: unknown): Exit {
  if (!(error instanceof Stop)) throw error;
  io.err(`hopmint local: ${error.message}\n`);
  return error.exit;
}
