import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { answerQuestion } from '../../../cli/commands/explain/questions.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { holding } from '../../cli/holding.ts';
import { recordingIo } from '../../cli/recording-io.ts';
import { environmentOf } from './gcloud.ts';
import {
  AUDITOR,
  attackerOf,
  chainFileOf,
  DESTINATION,
  HOLES,
  type Hole,
  NOW,
  OPS,
  targetOf,
  worldOf,
} from './holes.ts';

const run = promisify(execFile);
const read = holding(chainFileOf(HOLES));
/** Each command of gcloud keeps one core busy for a second. */
const limit = pLimit(2);

let local: LocalCloud;
let env: Readonly<Record<string, string>>;
let directory: string;
const movedMs = { by: 0 };

const post = async (path: string, body: object) => {
  const answer = await fetch(`${local.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as { accessToken: string };
};
const tokenFileOf = async (account: string) => {
  const { accessToken } = await post('/_local/token', { account });
  const path = join(directory, `token-${account.replace(/\W/g, '-')}`);
  await writeFile(path, accessToken, { mode: 0o600 });
  return path;
};
const ask = async (hole: Hole, more: object) => {
  const { io, written } = recordingIo({
    HOPMINT_CLOUD: local.url,
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: await tokenFileOf(AUDITOR),
  });
  const asked = { source: 'chains.yaml', json: false, chain: hole.name, ...more };
  const exit = await answerQuestion(asked, { ...io, now: () => NOW }, read);
  return { exit, ...written };
};
const scriptOf = (hole: Hole) => ask(hole, { principal: attackerOf(hole), script: true });
/** Runs a script as the attacker, in a folder of its own. */
const runScript = async (hole: Hole, text: string) => {
  const cwd = await mkdtemp(join(directory, 'run-'));
  const path = join(cwd, 'way-in.sh');
  await writeFile(path, text);
  const given = {
    ...env,
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: await tokenFileOf(attackerOf(hole)),
    CLOUDSDK_CONFIG: join(cwd, 'gcloud'),
    TMPDIR: cwd,
    DESTINATION,
    TRIES: '1',
  };
  const ran = await run('sh', [path], { env: given, cwd, timeout: 120_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      out: stdout,
      err: stderr,
    }),
  );
  const left = (await readdir(cwd)).filter((name) => name !== 'way-in.sh' && name !== 'gcloud');
  return { ...ran, left };
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-ways-in-'));
  local = await startLocalCloud({
    seed: worldOf(HOLES),
    now: () => new Date(NOW.getTime() + movedMs.by),
  });
  env = await environmentOf(Number(new URL(local.url).port), AUDITOR);
});
afterAll(async () => {
  await local.close();
  await rm(env.CLOUDSDK_CONFIG ?? '', { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
});

describe('the script of a way in', () => {
  it('ends with a minted credential for each hole, prints no token, and runs nothing from a policy', async () => {
    const target = targetOf({ name: 'secret', does: '' });
    const { accessToken: stored } = await post('/_local/token', { account: target });
    const secret = `projects/${OPS}/secrets/secret`;
    const added = await fetch(`${local.url}/v1/${secret}:addVersion`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${(await post('/_local/token', { account: AUDITOR })).accessToken}`,
      },
      body: JSON.stringify({ payload: { data: Buffer.from(stored).toString('base64') } }),
    });
    expect(added.status).toBe(200);

    const outcomes = await limit.map(
      HOLES.filter(({ from }) => from === undefined),
      async (hole) => {
        const asked = await scriptOf(hole);
        const ran = await runScript(hole, asked.out);
        return {
          hole: hole.name,
          exit: asked.exit,
          why: asked.err,
          does: asked.out.includes(hole.does),
          ...ran,
        };
      },
    );
    for (const { hole, exit, does, code, out, err, left, why } of outcomes) {
      const email = targetOf({ name: hole, does: '' });
      expect({
        hole,
        exit,
        does,
        code,
        left,
        says: out.trim().split('\n').at(-1),
        ...((code !== 0 || exit !== 0) && { err, why }),
      }).toEqual({
        hole,
        exit: 0,
        does: true,
        code: 0,
        left: [],
        says: expect.stringMatching(new RegExp(`^(minted|read): an? .* of ${email}$`)),
      });
      expect(out + err).not.toMatch(/ya29\.|eyJ/);
    }
    const hacked = (await readdir(directory)).filter((name) => name === 'hacked');
    expect(hacked).toEqual([]);
  }, 300_000);

  it('says from when it works, and works then', async () => {
    const hole = HOLES.find(({ from }) => from !== undefined);
    if (!hole?.from) throw new Error('one hole opens later');
    const { out } = await scriptOf(hole);
    expect(out).toContain(hole.does);
    expect((await runScript(hole, out)).code).not.toBe(0);
    movedMs.by = new Date(hole.from).getTime() - NOW.getTime();
    expect(await runScript(hole, out)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/minted: an access token of target@p-later/),
    });
    movedMs.by = 0;
  }, 120_000);

  it('does not exist for a member without a way in', async () => {
    const [hole] = HOLES;
    if (!hole) throw new Error('there is a hole');
    const asked = await ask(hole, { principal: 'user:nobody@acme.com', script: true });
    expect(asked).toMatchObject({ exit: 1, out: '' });
  });
});
