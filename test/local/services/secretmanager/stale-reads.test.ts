import type { ProjectCloud } from '../../project-cloud.ts';
import { automatic, openSecretCloud, SECRETS, type SecretCloud, textOf } from './secret-cloud.ts';

let cloud: ProjectCloud;
let owner: SecretCloud['owner'];
let addVersion: SecretCloud['addVersion'];
let access: SecretCloud['access'];
beforeEach(async () => {
  ({ cloud, owner, addVersion, access } = await openSecretCloud());
  await addVersion('one');
  cloud.state.settings.staleReadSeconds = 60;
  cloud.state.advance(10);
  await owner('PATCH', `${SECRETS}/billing?updateMask=labels`, { labels: { team: 'new' } });
  await addVersion('two');
  await owner('POST', `${SECRETS}?secretId=fresh`, automatic);
});
afterEach(() => cloud.close());

describe('With reads up to 60 s stale', () => {
  /** Moves to 1 s after the change. Reads then see the state of `fraction` × 60 s before. */
  const readFromPast = (fraction: number) => {
    cloud.state.advance(1);
    Object.assign(cloud.state, { random: () => fraction });
  };

  it('get, list, `latest` and aliases may show the state before a change', async () => {
    readFromPast(0.5);
    expect((await owner('GET', `${SECRETS}/billing`)).body.labels).toEqual({ team: 'ops' });
    expect(textOf(await access('latest'))).toBe('one');
    expect((await owner('GET', `${SECRETS}/fresh`)).status).toBe(404);
    expect((await owner('GET', SECRETS)).body.secrets).toHaveLength(1);
    expect((await owner('GET', `${SECRETS}/billing/versions`)).body.versions).toHaveLength(1);
  });

  it('access by number always shows the current state', async () => {
    readFromPast(0.99);
    expect(textOf(await access(2))).toBe('two');
  });

  it('every read shows the current state 60 s after the change', async () => {
    cloud.state.advance(60);
    Object.assign(cloud.state, { random: () => 0.999 });
    expect((await owner('GET', `${SECRETS}/billing`)).body.labels).toEqual({ team: 'new' });
    expect(textOf(await access('latest'))).toBe('two');
    expect((await owner('GET', SECRETS)).body.secrets).toHaveLength(2);
  });
});
