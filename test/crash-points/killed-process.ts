import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FunctionProcess,
  freePorts,
  startFunction,
} from '../../cli/commands/start/function.ts';
import type { LoggedRequest } from '../../local/state/request-log.ts';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import { CHAINS_URL, compiled, publishAt } from '../functions/chains-bucket.ts';
import { emailOf, MINTER, RELAY, TARGET } from '../functions/rotation-world.ts';
import { ENV } from '../run.ts';
import { type Deployment, deploy } from '../simulation/deployment.ts';
import { Watch } from '../simulation/secret-watch.ts';
import type { Point } from './points.ts';

const CHAINS = `
caller: ${MINTER}
chains:
  - name: export
    delegates: [${RELAY}]
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery.readonly] }
    secret: projects/acme-ops/secrets/export
`;
const SUBSCRIPTION = 'projects/acme-ops/subscriptions/pushed';
/** Longer than all of this takes: the call is never done. */
const FOR_EVER_MS = 3_600_000;
const SETTLED_AFTER = 4;

type Scene = {
  readonly deployment: Deployment;
  readonly watch: Watch;
  readonly lines: readonly string[];
  start(): Promise<FunctionProcess>;
  close(): Promise<void>;
};

/** Kills the real function, under the real framework, at every call of a rotation: `kill -9`, a new process, and Pub/Sub delivers again. */
export async function killedPoints(): Promise<Point[]> {
  const points: Point[] = [];
  const calls = await recorded();
  for (const [index, call] of calls.entries()) {
    const violations = await killedAt(call);
    const boundary = `${call.api} ${call.apiMethod}`;
    points.push({ kind: 'access-token', start: 'steady', boundary, fault: 'SIGKILL', violations });
    if (index > 20) throw new Error('a rotation does not make so many calls');
  }
  return points;
}

/** The calls of a rotation of `mint`, as the real function makes them. */
async function recorded(): Promise<LoggedRequest[]> {
  const scene = await open();
  try {
    const running = await scene.start();
    await settle(scene);
    const { requests } = scene.deployment.local.state;
    await rotate(scene);
    const from = requests.findLastIndex(({ apiMethod }) => apiMethod === 'projects.topics.publish');
    await running.stop();
    return requests.slice(from + 1);
  } finally {
    await scene.close();
  }
}

async function killedAt({ method, path }: LoggedRequest): Promise<string[]> {
  const scene = await open();
  const { deployment, watch, lines } = scene;
  const { state } = deployment.local;
  try {
    const doomed = await scene.start();
    await settle(scene);
    // Versions that a rotation adds and destroys have other numbers than those that were recorded.
    const pattern = `^${path.replace(/\d+:destroy$/, '[0-9]+:destroy')}([?]|$)`;
    const fault = { path: pattern, method, times: 1, latencyMs: FOR_EVER_MS };
    state.faults = [fault];
    const before = watch.commits.length;
    await ask(deployment);
    await until(() => fault.times === 0, scene);
    if (doomed.pid !== undefined) process.kill(doomed.pid, 'SIGKILL');
    await doomed.ended;
    const heir = await scene.start();
    state.advance(15); // past the subscription's backoff
    await until(() => watch.commits.length > before, scene);
    for (const _ of [1, 2, 3]) await rotate(scene);
    await heir.stop();
    const tokens = [...state.tokens.keys()].map((token) => token.slice(-40));
    const told = lines.filter((line) => tokens.some((token) => line.includes(token)));
    return [
      ...watch.violations,
      ...(watch.aliveOfOurs > 3 ? [`I4: ${watch.aliveOfOurs} versions have piled up`] : []),
      ...told.map(() => 'I5: a credential was logged'),
    ];
  } finally {
    await scene.close();
  }
}

async function settle(scene: Scene): Promise<void> {
  while (scene.watch.commits.length < SETTLED_AFTER) await rotate(scene);
}

/** A rotation that is forced, and committed. */
async function rotate(scene: Scene): Promise<void> {
  const before = scene.watch.commits.length;
  await ask(scene.deployment);
  await until(() => scene.watch.commits.length > before, scene);
  await scene.deployment.local.delivered();
}

async function ask(deployment: Deployment): Promise<void> {
  deployment.clock.now = new Date();
  deployment.beat({ only: ['export'], force: true });
  const tick = deployment.take('tick');
  if (tick) await deployment.fanout().run(tick);
  tick?.acknowledge();
}

async function until(isSo: () => boolean, { watch, lines }: Scene): Promise<void> {
  const startedAt = performance.now();
  while (!isSo()) {
    await watch.look('beside a real process');
    if (performance.now() - startedAt > 20_000) throw new Error(lines.slice(-5).join('\n'));
    await sleep(2);
  }
}

async function open(): Promise<Scene> {
  const { file } = parseChainFiles([{ path: 'chains.yaml', text: CHAINS }], new Date());
  const chain = file?.chains[0];
  if (!file || !chain) throw new Error('the chain file is not right');
  const deployment = await deploy(file.chains, { now: new Date() });
  const { local, ada } = deployment;
  publishAt(local, compiled(CHAINS));
  const [port = 0] = await freePorts(1);
  await ada('PUT', `/v1/${SUBSCRIPTION}`, {
    topic: 'projects/acme-ops/topics/hopmint-mint',
    ackDeadlineSeconds: 120,
    retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
    pushConfig: {
      pushEndpoint: `http://127.0.0.1:${port}/?__GCP_CloudEventsMode=CE_PUBSUB_BINDING`,
    },
  });
  const answer = await local.fetch(`${local.url}/_local/metadata`, {
    method: 'POST',
    body: JSON.stringify({ account: emailOf('minter') }),
  });
  const { host } = (await answer.json()) as { host: string };
  const lines: string[] = [];
  return {
    deployment,
    watch: new Watch(local.state, chain),
    lines,
    start: () =>
      startFunction({
        target: 'mint',
        port,
        env: {
          ...ENV,
          HOPMINT_CLOUD: local.url,
          HOPMINT_CHAINS: CHAINS_URL,
          HOPMINT_PROJECT: 'acme-ops',
          GCE_METADATA_HOST: host,
          METADATA_SERVER_DETECTION: 'assume-present',
        },
        log: (line) => lines.push(line),
        signal: AbortSignal.timeout(20_000),
      }),
    close: () => deployment.close(),
  };
}
