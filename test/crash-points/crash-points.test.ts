import { FAULTS } from './faults.ts';
import { interleavings } from './interleavings.ts';
import { type Point, points } from './points.ts';

/** A few of each sort; `npm run crash-points` has them all, for every kind and from every start. */
const FEW = [
  'the process gone, done',
  'the answer lost',
  '503 until it gives up',
  'the deadline, done',
  'frozen for an hour, before the call, out of time',
  'a foreign edit, before the call',
  'a version added by someone else, before its answer',
  'the answer to another question',
];
const faults = FAULTS.filter(({ name }) => FEW.includes(name));

it('strikes with every fault that is named', () => {
  expect(faults).toHaveLength(FEW.length);
});

describe('a rotation', () => {
  // aws-secrets-manager-rotation-lambdas#168: a rotation that failed half-way left its pending version behind for good.
  it('keeps every invariant, whatever strikes whichever of its calls', async () => {
    const found: Point[] = [];
    for await (const point of points('access-token', 'steady', { faults, sockets: true })) {
      found.push(point);
    }
    expect(found.filter(({ violations }) => violations.length > 0)).toEqual([]);
    expect(new Set(found.map(({ boundary }) => boundary))).toEqual(
      new Set([
        'none',
        'secretmanager projects.secrets.list',
        'pubsub projects.topics.publish',
        'secretmanager projects.secrets.get',
        'iamcredentials projects.serviceAccounts.generateAccessToken',
        'oauth2 tokeninfo',
        'secretmanager projects.secrets.addVersion',
        'secretmanager projects.secrets.versions.destroy',
        'secretmanager projects.secrets.patch',
      ]),
    );
  }, 60_000);

  it('is done once by two deliveries, however their calls are interleaved', async () => {
    const found = [];
    for await (const one of interleavings('signed-blob', 'first')) found.push(one);
    expect(found.filter(({ violations }) => violations.length > 0)).toEqual([]);
    expect(found).toHaveLength(10); // six calls in all, of which the first is given
  }, 60_000);
});
