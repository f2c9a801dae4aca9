import {
  deniedFor,
  type Gcloud,
  jsonOf,
  type LocalWithGcloud,
  openLocalWithGcloud,
} from './gcloud.ts';

const minter = 'minter@acme-ops.iam.gserviceaccount.com';
const TOPIC = 'projects/acme-ops/topics/ticks';
type Received = { ackId: string; message: { data: string; attributes?: object } };

let local: LocalWithGcloud;
let owner: Gcloud;
let caller: Gcloud;
beforeAll(async () => {
  local = await openLocalWithGcloud();
  [owner, caller] = await Promise.all([local.as('user:owner@acme.com'), local.as(minter)]);
});
afterAll(() => local.close());

const pull = async (subscription: string, ...more: string[]) =>
  jsonOf<Received[]>(
    await owner(`pubsub subscriptions pull ${subscription} --format=json --limit=10`, ...more),
  );
const failed = (message: string) => ({ code: 1, err: expect.stringContaining(message) });

/** Each test continues where the one before it ended. */
describe('gcloud pubsub', () => {
  it('creates topics and subscriptions', async () => {
    expect((await owner('pubsub topics create ticks --labels=a=b')).code).toBe(0);
    const [topic, again, unknown, made, pushed, orphan] = await Promise.all([
      owner('pubsub topics describe ticks --format=json'),
      owner('pubsub topics create ticks'),
      owner('pubsub topics describe nope'),
      owner(
        'pubsub subscriptions create pulled --topic=ticks --ack-deadline=20 --min-retry-delay=1s --max-retry-delay=5s',
      ),
      owner(
        `pubsub subscriptions create pushed --topic=ticks --push-endpoint=http://127.0.0.1:9/ --push-auth-service-account=${minter}`,
      ),
      owner('pubsub subscriptions create orphan --topic=nope'),
    ]);
    expect(jsonOf(topic)).toEqual({ name: TOPIC, labels: { a: 'b' } });
    expect(again).toMatchObject(failed('Resource already exists in the project (resource=ticks).'));
    expect(unknown).toMatchObject(failed('NOT_FOUND: Resource not found (resource=nope).'));
    expect([made.code, pushed.code]).toEqual([0, 0]);
    expect(orphan).toMatchObject(failed('Resource not found (resource=nope).'));
    const [one, all] = await Promise.all([
      owner('pubsub subscriptions describe pulled --format=json'),
      owner('pubsub topics list-subscriptions ticks --format=json'),
    ]);
    expect(jsonOf(one)).toMatchObject({
      topic: TOPIC,
      ackDeadlineSeconds: 20,
      retryPolicy: { minimumBackoff: '1s', maximumBackoff: '5s' },
      state: 'ACTIVE',
    });
    expect(jsonOf<string[]>(all).toSorted()).toEqual(
      ['pulled', 'pushed'].map((id) => `projects/acme-ops/subscriptions/${id}`),
    );
  });

  it('publishes with the permission, and pulls a message again until it is acknowledged', async () => {
    const forbidden = await caller('pubsub topics publish ticks --message=one');
    expect(forbidden).toEqual(deniedFor('pubsub.topics.publish'));
    const grant = `pubsub topics add-iam-policy-binding ticks --member=serviceAccount:${minter} --role=roles/pubsub.publisher`;
    expect((await owner(grant)).code).toBe(0);
    const published = await caller(
      'pubsub topics publish ticks --message=one --attribute=k=v --format=json',
    );
    expect(jsonOf(published)).toEqual({ messageIds: [expect.stringMatching(/^\d+$/)] });

    const [first] = await pull('pulled');
    expect(first?.message).toMatchObject({
      data: Buffer.from('one').toString('base64'),
      attributes: { k: 'v' },
    });
    await local.control('POST', 'clock', { advanceSeconds: 30 });
    const [second] = await pull('pulled');
    expect(second?.message).toEqual(first?.message);
    const ack = await owner(`pubsub subscriptions ack pulled --ack-ids=${second?.ackId}`);
    expect(ack.code).toBe(0);
    await local.control('POST', 'clock', { advanceSeconds: 30 });
    expect(await pull('pulled')).toEqual([]);
  });

  it('updates topics and subscriptions, and deletes them', async () => {
    const [labelled, updated, unpushed] = await Promise.all([
      owner('pubsub topics update ticks --update-labels=c=d'),
      owner('pubsub subscriptions update pulled --ack-deadline=60'),
      owner('pubsub subscriptions modify-push-config pushed --push-endpoint='),
    ]);
    expect([labelled.code, updated.code, unpushed.code]).toEqual([0, 0, 0]);
    // The message that could not be pushed, because nothing listens on the push endpoint.
    expect(await pull('pushed', '--auto-ack')).toHaveLength(1);
    expect((await owner('pubsub topics delete ticks')).code).toBe(0);
    const [one, gone] = await Promise.all([
      owner('pubsub subscriptions describe pulled --format=json'),
      owner('pubsub topics publish ticks --message=late'),
    ]);
    expect(jsonOf(one)).toMatchObject({ ackDeadlineSeconds: 60, topic: '_deleted-topic_' });
    expect(gone).toMatchObject(failed('Resource not found (resource=ticks).'));
    expect((await owner('pubsub subscriptions delete pulled')).code).toBe(0);
  });
});

describe('gcloud scheduler jobs', () => {
  const jobs = (command: string, ...more: string[]) =>
    owner(`scheduler jobs ${command} --location=europe-west1 --format=json`, ...more);

  it('publish on schedule and when a person runs them, until they are paused or deleted', async () => {
    await owner('pubsub subscriptions create watched --topic=orders');
    const created = await jobs(
      'create pubsub beat --topic=orders --message-body={} --time-zone=Etc/UTC',
      '--schedule=0 3 * * *',
    );
    const job = jsonOf<{ scheduleTime: string; state: string }>(created);
    expect(job.state).toBe('ENABLED');
    const { now } = (await local.control('GET', 'state')) as { now: string };
    const waitSeconds = (Date.parse(job.scheduleTime) - Date.parse(now)) / 1000 + 1;
    await local.control('POST', 'clock', { advanceSeconds: waitSeconds });
    expect(await pull('watched', '--auto-ack')).toHaveLength(1);
    expect((await jobs('run beat')).code).toBe(0);
    const [received, listed, forbidden] = await Promise.all([
      pull('watched', '--auto-ack'),
      jobs('list'),
      caller('scheduler jobs list --location=europe-west1'),
    ]);
    expect(received.map(({ message }) => message.data)).toEqual([
      Buffer.from('{}').toString('base64'),
    ]);
    expect(jsonOf<object[]>(listed)).toHaveLength(1);
    expect(forbidden).toEqual(deniedFor('cloudscheduler.jobs.list'));

    const updated = await jobs('update pubsub beat', '--schedule=0 4 * * *');
    expect(jsonOf(updated)).toMatchObject({ schedule: '0 4 * * *' });
    expect((await jobs('pause beat')).code).toBe(0);
    await local.control('POST', 'clock', { advanceSeconds: 2 * 86_400 });
    expect(await pull('watched')).toEqual([]);
    expect((await jobs('resume beat')).code).toBe(0);
    expect((await jobs('delete beat')).code).toBe(0);
    expect(await jobs('describe beat')).toMatchObject(failed('NOT_FOUND: Job not found.'));
  });
});
