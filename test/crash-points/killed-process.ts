import { setTimeout as sleep } from 'node:timers/promises';
import { type FunctionProcess, freePorts } from '../../cli/commands/start/function.ts';
import type { LoggedRequest } from '../../local/state/emulator/request-log.ts';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import { compiled, publishAt } from '../functions/chains-bucket.ts';
import { emailOf, MINTER, RELAY, TARGET } from '../functions/rotation-world.ts';
import { startAt } from '../functions/start-function.ts';
import { type Deployment, deploy } from '../simulation/deployment.ts';
import { SecretWatch } from '../simulation/secret-watch.ts';
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
/** Longer than the test takes, so the local cloud never handles the call. */
const LATENCY_MS = 3_600_000;
/** After so many rotations, each rotation destroys a version. */
const ROTATIONS_BEFORE = 4;

/** A deployment whose `mint` runs in a process of its own. */
type Scene = {
  readonly deployment: Deployment;
  readonly watch: SecretWatch;
  /** The lines that the process has logged. */
  readonly lines: readonly string[];
  start(): Promise<FunctionProcess>;
  close(): Promise<void>;
};

/** For every call of a rotation: sends SIGKILL to the real function under the real framework, and starts it again. Pub/Sub redelivers. */
export async function killedPoints(): Promise<Point[]> {
  const points: Point[] = [];
  const calls = await recordCalls();
  for (const [index, call] of calls.entries()) {
    const violations = await killedAt(call);
    const name = `${call.api} ${call.apiMethod}`;
    points.push({
      kind: 'access-token',
      start: 'steady',
      call: name,
      fault: 'SIGKILL',
      violations,
    });
    if (index > 20) throw new Error('a rotation makes fewer calls: the recording is wrong');
  }
  return points;
}

/** The calls that the real `mint` makes for one rotation. */
async function recordCalls(): Promise<LoggedRequest[]> {
  const scene = await open();
  try {
    const running = await scene.start();
    await rotateBefore(scene);
    const { requests } = scene.deployment.local.state;
    await rotate(scene);
    const from = requests.findLastIndex(({ apiMethod }) => apiMethod === 'projects.topics.publish');
    await running.stop();
    return requests.slice(from + 1);
  } finally {
    await scene.close();
  }
}

/** In real time no version has been superseded for long enough to be destroyed, so the number of versions is not checked here. */
async function killedAt({ method, path }: LoggedRequest): Promise<string[]> {
  const scene = await open();
  const { deployment, watch, lines } = scene;
  const { state } = deployment.local;
  try {
    const killed = await scene.start();
    await rotateBefore(scene);
    // The recorded call has the number of another version.
    const pattern = `^${path.replace(/\d+:destroy$/, '[0-9]+:destroy')}([?]|$)`;
    const fault = { path: pattern, method, times: 1, latencyMs: LATENCY_MS };
    state.faults = [fault];
    const before = watch.commits.length;
    await requestRotation(deployment);
    await until(() => fault.times === 0, scene);
    if (killed.pid !== undefined) process.kill(killed.pid, 'SIGKILL');
    await killed.ended;
    const restarted = await scene.start();
    state.advance(15); // past the subscription's backoff
    await until(() => watch.commits.length > before, scene);
    for (const _ of [1, 2, 3]) await rotate(scene);
    await restarted.stop();
    const tokens = [...state.tokens.keys()].map((token) => token.slice(-40));
    const leaks = lines.filter((line) => tokens.some((token) => line.includes(token)));
    return [...watch.violations, ...leaks.map(() => 'I5: a credential was logged')];
  } finally {
    await scene.close();
  }
}

async function rotateBefore(scene: Scene): Promise<void> {
  while (scene.watch.commits.length < ROTATIONS_BEFORE) await rotate(scene);
}

/** Forces a rotation, and waits until it is committed. */
async function rotate(scene: Scene): Promise<void> {
  const before = scene.watch.commits.length;
  await requestRotation(scene.deployment);
  await until(() => scene.watch.commits.length > before, scene);
  await scene.deployment.local.delivered();
}

async function requestRotation(deployment: Deployment): Promise<void> {
  deployment.clock.now = new Date();
  deployment.publishTick({ only: ['export'], force: true });
  const tick = deployment.take('tick');
  if (tick) await deployment.newFanout().run(tick);
  tick?.acknowledge();
}

async function until(isDone: () => boolean, { watch, lines }: Scene): Promise<void> {
  const startedAt = performance.now();
  while (!isDone()) {
    await watch.check('during a run of the real process');
    if (performance.now() - startedAt > 20_000) throw new Error(lines.slice(-5).join('\n'));
    await sleep(2);
  }
}

async function open(): Promise<Scene> {
  const { file } = parseChainFiles([{ path: 'chains.yaml', text: CHAINS }], new Date());
  const chain = file?.chains[0];
  if (!file || !chain) throw new Error('the chain file has faults');
  const deployment = await deploy(file.chains, { now: new Date() });
  const { local, asAda } = deployment;
  publishAt(local, compiled(CHAINS));
  const [port = 0] = await freePorts(1);
  await asAda('PUT', `/v1/${SUBSCRIPTION}`, {
    topic: 'projects/acme-ops/topics/hopmint-mint',
    ackDeadlineSeconds: 120,
    retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
    pushConfig: { pushEndpoint: `http://127.0.0.1:${port}/` },
  });
  const lines: string[] = [];
  return {
    deployment,
    watch: new SecretWatch(local.state, chain),
    lines,
    start: () =>
      startAt(local, {
        target: 'mint',
        account: emailOf('minter'),
        port,
        log: (line) => lines.push(line),
      }),
    close: () => deployment.close(),
  };
}
