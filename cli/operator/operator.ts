import { readFile } from 'node:fs/promises';
import type { Administration } from '../../shared/cloud/administration.ts';
import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Deployment } from '../../shared/cloud/deployment.ts';
import { CredentialFileError } from '../../shared/domain/basics/credential-file.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { identitySourceOf } from '../../shared/domain/basics/identity-source.ts';
import { isLoopbackHost, isLoopbackUrl } from '../../shared/domain/basics/loopback.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { Token } from '../../shared/domain/chain/credential.ts';
import type { Asker } from '../../shared/domain/grants/explain-refusal.ts';
import type { TokenInfo } from '../../shared/domain/rotation/proof.ts';
import type { Wire } from '../../shared/google/wire/wire.ts';
import type { Io } from '../terminal/io.ts';
import { asked } from './asked.ts';
import { whoAmI } from './identity.ts';

/** The cloud with the identity and the rights of the operator. */
export type OperatorCloud = {
  readonly cloud: Cloud;
  /** Used only by commands that may write to IAM or Secret Manager. */
  readonly administration: Administration;
  /** What `doctor` reads. */
  readonly deployment: Deployment;
  readonly local: boolean;
  /** The name of the operator's account. None if neither its credentials nor Google name it. */
  readonly whoAmI: (signal: AbortSignal) => Promise<string | undefined>;
  /** Who the operator is, and where this identity comes from. */
  readonly asker: () => Promise<Asker>;
  /** What Google says of the operator's token. */
  readonly introspectSelf: (signal: AbortSignal) => Promise<Result<TokenInfo, Failure>>;
};

/**
 * Opens Google, or the local cloud that `HOPMINT_CLOUD` names. The identity is the token in `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE`, or
 * application default credentials where that variable is not set. Makes no call.
 *
 * @param wire the timers of Google's clients; tests give their own
 * @returns a message about the environment or the missing identity, and what to do
 */
export async function operatorCloud(
  { env, now, onFailure }: Pick<Io, 'env' | 'now' | 'onFailure'>,
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
    { deploymentOf },
    { googleCloud },
    { hostsOf },
    { WIRE },
    { accessTokenFrom, applicationDefault },
  ] = await Promise.all([
    import('../../shared/google/administration/administration.ts'),
    import('../../shared/google/deployment/deployment.ts'),
    import('../../shared/google/cloud.ts'),
    import('../../shared/google/wire/http.ts'),
    import('../../shared/google/wire/wire.ts'),
    import('../../shared/google/wire/identity.ts'),
  ]);
  const log = asked();
  const onRefused = onFailure && log.refused;
  const self = tokenFile
    ? accessTokenFrom(() => readFile(tokenFile, 'utf8'), onRefused)
    : applicationDefault(onRefused);
  try {
    await self.identity();
  } catch (error) {
    if (error instanceof CredentialFileError) return err(error.message);
    return err(
      tokenFile
        ? `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: ${tokenFile} cannot be read`
        : 'you have no Google identity here: run "gcloud auth application-default login", or name a file with an access token in CLOUDSDK_AUTH_ACCESS_TOKEN_FILE',
    );
  }
  if (url && !(await answers(url, wire ?? WIRE))) {
    return err(
      `HOPMINT_CLOUD: no local cloud answers at ${url}: start one with "./hopmint local", or unset the variable`,
    );
  }
  const hosts = hostsOf(url, emulator);
  const cloud = googleCloud(hosts, now, self, wire, onRefused);
  const administration = administrationOf(cloud.http, hosts, wire);
  const own = (signal: AbortSignal) => whoAmI(self, cloud.credentials.introspect, signal);
  const asker = async (): Promise<Asker> => {
    const [name, source] = await Promise.all([
      own(AbortSignal.timeout(WHO_AM_I_MS)),
      self.source?.() ?? identitySourceOf(null),
    ]);
    return { source, ...(name !== undefined && { name }) };
  };
  onFailure?.(() => log.explanation(asker));
  const introspectSelf = async (signal: AbortSignal) => {
    try {
      const { token } = await (await self.identity()).getAccessToken();
      return await cloud.credentials.introspect(new Token(token ?? ''), signal);
    } catch {
      // The message of the library may contain an answer of Google.
      return err<Failure>({ reason: 'unauthenticated', detail: 'no token' });
    }
  };
  return ok({
    cloud,
    administration,
    deployment: deploymentOf(cloud.http, hosts, wire),
    local: Boolean(url),
    whoAmI: own,
    asker,
    introspectSelf,
  });
}

/** The time for asking Google who a failed command was. */
const WHO_AM_I_MS = 5_000;

/** Any response counts, because a test can make a local cloud answer with errors. */
const answers = (url: string, { fetch }: Wire): Promise<boolean> =>
  fetch(`${url.replace(/\/+$/, '')}/_local/clock`, { method: 'GET' }).then(
    () => true,
    () => false,
  );
