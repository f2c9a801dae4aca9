import { readFile } from 'node:fs/promises';
import type { Administration } from '../../shared/cloud/administration.ts';
import type { Cloud } from '../../shared/cloud/cloud.ts';
import { isLoopbackHost, isLoopbackUrl } from '../../shared/domain/basics/loopback.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Wire } from '../../shared/google/wire/wire.ts';
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
  if (url && !isLoopbackUrl(url)) {
    return err('HOPMINT_CLOUD: write a loopback address, as http://127.0.0.1:8787');
  }
  const emulator = env.PUBSUB_EMULATOR_HOST;
  if (emulator !== undefined && !isLoopbackHost(emulator)) {
    return err('PUBSUB_EMULATOR_HOST: write a loopback host and port, as 127.0.0.1:8085');
  }
  const [
    { administrationOf },
    { googleCloud },
    { hostsOf },
    { accessTokenFrom, applicationDefault },
  ] = await Promise.all([
    import('../../shared/google/administration/administration.ts'),
    import('../../shared/google/cloud.ts'),
    import('../../shared/google/wire/http.ts'),
    import('../../shared/google/wire/identity.ts'),
  ]);
  const self = tokenFile
    ? accessTokenFrom(() => readFile(tokenFile, 'utf8'))
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
  const hosts = hostsOf(url, emulator);
  const cloud = googleCloud(hosts, self, now, wire);
  const administration = administrationOf(cloud.http, hosts, wire);
  return ok({ cloud, administration, local: Boolean(url) });
}
