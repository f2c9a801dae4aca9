import { readFile } from 'node:fs/promises';
import type { Administration } from '../../shared/administration.ts';
import type { Cloud } from '../../shared/cloud.ts';
import { isLoopback } from '../../shared/config.ts';
import { err, ok, type Result } from '../../shared/domain/result.ts';
import type { Wire } from '../../shared/google/wire.ts';
import type { Io } from '../terminal/io.ts';

/** Google as the operator sees it, with the identity at hand. */
export type OperatorCloud = {
  readonly cloud: Cloud;
  /** Nothing of it is asked by a command that only reads. */
  readonly administration: Administration;
  readonly local: boolean;
};

/**
 * Google, or the local cloud that `HOPMINT_CLOUD` names, as the token in `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE`, or else by application default
 * credentials. Google is not asked before the first call.
 *
 * @param wire Google's own by default
 * @returns what to do instead, when the environment is wrong or there is no identity at hand
 */
export async function operatorCloud(
  { env, now }: Pick<Io, 'env' | 'now'>,
  wire?: Wire,
): Promise<Result<OperatorCloud, string>> {
  const { HOPMINT_CLOUD: url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile } = env;
  if (url && !isLoopback(url)) {
    return err('HOPMINT_CLOUD: write a loopback address, as http://127.0.0.1:8787');
  }
  const [{ administrationOf }, { googleCloud }, { hostsOf }, { applicationDefault }] =
    await Promise.all([
      import('../../shared/google/administration.ts'),
      import('../../shared/google/cloud.ts'),
      import('../../shared/google/http.ts'),
      import('../../shared/google/identity.ts'),
    ]);
  const self = tokenFile
    ? { identity: () => clientOf(tokenFile), email: async () => undefined }
    : applicationDefault();
  try {
    await self.identity();
  } catch {
    return err(
      tokenFile
        ? `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: ${tokenFile} cannot be read`
        : 'there is no identity at hand: run "gcloud auth application-default login", or name a file with an access token in CLOUDSDK_AUTH_ACCESS_TOKEN_FILE',
    );
  }
  const hosts = hostsOf(url, env.PUBSUB_EMULATOR_HOST);
  const cloud = googleCloud(hosts, self, now, wire);
  const administration = administrationOf(cloud.http, hosts, wire);
  return ok({ cloud, administration, local: Boolean(url) });
}

/** The file is read for every call, as whoever writes it refreshes it. */
async function clientOf(tokenFile: string) {
  const [{ OAuth2Client }, token] = await Promise.all([
    import('google-auth-library'),
    readFile(tokenFile, 'utf8'),
  ]);
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token.trim() });
  return client;
}
