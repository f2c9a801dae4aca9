import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellArgument } from '../../../shared/domain/basics/text/shell-quote.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { type LocalClient, localClient } from '../start/local-client.ts';
import { Stop } from '../start/stop.ts';
import { makeTokenFolder, removeDeadTokenFolders } from './token-folders.ts';

/** The services of gcloud that go to the local cloud. Calls to other services would go to Google with a token that Google does not know. @see `gcloud topic configurations` */
const OVERRIDDEN = [
  'IAMCREDENTIALS',
  'IAM',
  'SECRETMANAGER',
  'CLOUDRESOURCEMANAGER',
  'CLOUDIDENTITY',
  'CLOUDFUNCTIONS',
  'CLOUDSCHEDULER',
  'CLOUDBUILD',
  'ARTIFACTREGISTRY',
  'SERVICEUSAGE',
  'STORAGE',
  'EVENTARC',
  'PUBSUB',
  'ORGPOLICY',
  'LOGGING',
  'MONITORING',
  'PRIVILEGEDACCESSMANAGER',
];

/**
 * Prints shell lines that point gcloud and ./hopmint to a running local cloud. gcloud gets an empty configuration, and the token of the
 * account in a file that only its owner can read. So no credential for Google is sent to the local cloud. The script `hopmint` prints other
 * lines before, in case this command fails.
 */
export async function localEnv(
  { port, as }: { readonly port: number; readonly as?: string },
  io: Io,
): Promise<Exit> {
  try {
    await removeDeadTokenFolders(io.env);
    const cloud = localClient(`http://127.0.0.1:${port}`);
    const { accounts, projects } = await cloud.world();
    const token = as === undefined ? undefined : await cloud.token(as);
    const project = accounts.find(({ email }) => email === as)?.projectId ?? projects[0]?.id;
    const { host, roots } = await cloud.grpc();
    const directory = await folderWith({ [TOKEN]: token, [ROOTS]: roots }, port, cloud, io);
    const variables = {
      CLOUDSDK_CONFIG: directory,
      ...(token !== undefined && { CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(directory, TOKEN) }),
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
      GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: join(directory, ROOTS),
      HOPMINT_LOCAL_GRPC: host,
      HOPMINT_CLOUD: cloud.url,
    };
    if (token === undefined) io.out('unset CLOUDSDK_AUTH_ACCESS_TOKEN_FILE;\n');
    for (const [name, value] of Object.entries(variables)) {
      io.out(`export ${name}=${shellArgument(value)};\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    io.err(`hopmint local env: ${error.message}\n`);
    return error.exit;
  }
}

const TOKEN = 'token';
const ROOTS = 'grpc-roots.pem';

/**
 * Makes the folder for gcloud, with these files in it: the token if there is one, and the certificate. When the local cloud ends, it removes the folder.
 *
 * @throws {Stop} if the local cloud ends meanwhile, and so can no longer remove the folder
 */
async function folderWith(
  files: Readonly<Record<string, string | undefined>>,
  port: number,
  cloud: LocalClient,
  io: Io,
): Promise<string> {
  const directory = await makeTokenFolder(port, io.env);
  try {
    for (const [name, text] of Object.entries(files)) {
      if (text !== undefined) await writeFile(join(directory, name), text, { mode: 0o600 });
    }
    await cloud.world();
    return directory;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}
