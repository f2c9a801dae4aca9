import { type FunctionProcess, startFunction } from '../../cli/commands/start/function.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { ENV } from '../run.ts';
import { CHAINS_URL } from './chains-bucket.ts';

/**
 * Starts a function under the real functions-framework, against a local cloud, with the published file of `publishAt`.
 *
 * @param options.account the email of the function's own account
 * @param options.log gets each line that the function prints
 * @param options.port any free port by default
 */
export async function startAt(
  local: LocalCloud,
  options: {
    readonly target: 'fanout' | 'mint' | 'audit';
    readonly account: string;
    readonly log: (line: string) => void;
    readonly env?: Readonly<Record<string, string>>;
    readonly port?: number;
  },
): Promise<FunctionProcess> {
  const { target, account, log, env, port } = options;
  const answer = await fetch(`${local.url}/_local/metadata`, {
    method: 'POST',
    body: JSON.stringify({ account }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const { host } = (await answer.json()) as { host: string };
  return startFunction({
    target,
    ...(port === undefined ? {} : { port }),
    env: {
      ...ENV,
      HOPMINT_CLOUD: local.url,
      HOPMINT_CHAINS: CHAINS_URL,
      HOPMINT_PROJECT: 'acme-ops',
      GCE_METADATA_HOST: host,
      METADATA_SERVER_DETECTION: 'assume-present',
      ...env,
    },
    log,
    signal: AbortSignal.timeout(20_000),
  });
}
