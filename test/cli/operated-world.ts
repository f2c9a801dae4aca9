import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadSource } from '../../cli/operator/source.ts';
import type { Io } from '../../cli/terminal/io.ts';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import {
  MINTER,
  openRotationWorld,
  RELAY,
  type RotationWorld,
  TARGET,
} from '../functions/rotation-world.ts';
import { holding } from './holding.ts';
import { recordingIo } from './recording-io.ts';

export const CHAINS = `
caller: ${MINTER}
tickEvery: 1m
defaults: { lifetime: 1h, rotateEvery: 30m }
chains:
  - name: billing-export
    delegates: [${RELAY}]
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery.readonly] }
    secret: projects/acme-ops/secrets/billing-export
  - name: partner-api
    target: ${TARGET}
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/partner-api
`;

/** A rotation world, and an operator before it with a chain file. */
export type OperatedWorld = {
  readonly rotation: RotationWorld;
  readonly read: ReadSource;
  /** The terminal of an account or a `user:`, whose token is in a file. Without `scopes`, the token has that of the whole platform. */
  as(
    account: string,
    scopes?: readonly string[],
  ): Promise<{ io: Io; written: { out: string; err: string } }>;
  seed(world: object): Promise<void>;
  /** Calls to Google's APIs so far. */
  calls(): string[];
  close(): Promise<void>;
};

export async function openOperatedWorld(text = CHAINS): Promise<OperatedWorld> {
  const { file, faults } = parseChainFiles(
    [{ path: 'chains.yaml', text }],
    new Date('2026-11-22T12:00:00Z'),
  );
  if (!file) throw new Error(JSON.stringify(faults));
  const rotation = await openRotationWorld(file.chains);
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-cli-'));
  const { url } = rotation.local;
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}/_local/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as { accessToken: string };
  };
  return {
    rotation,
    read: holding(text),
    async as(account, scopes) {
      const { accessToken } = await post('token', {
        account,
        lifetimeSeconds: 86_400,
        ...(scopes && { scopes }),
      });
      const tokenFile = join(directory, account.replace(/\W/g, '-'));
      await writeFile(tokenFile, accessToken, { mode: 0o600 });
      const { io, written } = recordingIo({
        HOPMINT_CLOUD: url,
        CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
      });
      return { io: { ...io, now: () => rotation.clock.now }, written };
    },
    async seed(world) {
      await post('seed', world);
    },
    calls: () =>
      rotation.local.state.requests
        .filter(({ path }) => !path.startsWith('/_local/'))
        .map(({ api, apiMethod }) => `${api} ${apiMethod}`),
    async close() {
      await rotation.close();
      await rm(directory, { recursive: true });
    },
  };
}
