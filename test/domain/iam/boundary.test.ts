import { type BoundBoundary, boundaryDenial } from '../../../shared/domain/iam/boundary.ts';

const GOAL = new Set(['projects/acme-data', 'projects/700000000002', 'organizations/900000000001']);
const named = (id: string): string =>
  `organizations/900000000001/locations/global/principalAccessBoundaryPolicies/${id}`;

/** A boundary that allows some containers. */
const allows = (
  id: string,
  containers: readonly string[],
  more: { readonly isConditional?: boolean; readonly version?: string } = {},
): BoundBoundary => ({
  name: named(id),
  isConditional: more.isConditional ?? false,
  policy: { containers, enforcementVersion: more.version ?? '4' },
});
const unread: BoundBoundary = {
  name: named('secret'),
  isConditional: false,
  unread: {
    reason: 'policy-denied',
    detail: 'access boundary: Google answered 403',
    permission: 'iam.principalaccessboundarypolicies.get',
  },
};
const OTHER = ['projects/acme-ops'];

describe('a principal access boundary', () => {
  it.each([
    { situation: 'none is bound', bound: [], denies: undefined },
    {
      situation: 'it allows the project by ID',
      bound: [allows('a', ['projects/acme-data'])],
      denies: undefined,
    },
    {
      situation: 'it allows the project by number',
      bound: [allows('a', ['projects/700000000002'])],
      denies: undefined,
    },
    {
      situation: 'it allows what is above the project',
      bound: [allows('a', ['organizations/900000000001'])],
      denies: undefined,
    },
    { situation: 'it allows another project only', bound: [allows('a', OTHER)], denies: 'yes' },
    { situation: 'it allows nothing', bound: [allows('a', [])], denies: 'yes' },
    {
      situation: 'its version does not cover service accounts',
      bound: [allows('a', OTHER, { version: '2' })],
      denies: undefined,
    },
    {
      situation: 'it has the latest version',
      bound: [allows('a', OTHER, { version: 'latest' })],
      denies: 'yes',
    },
    {
      situation: 'another boundary allows the project',
      bound: [allows('a', OTHER), allows('b', ['projects/acme-data'])],
      denies: undefined,
    },
    {
      situation: 'it is for some accounts only',
      bound: [allows('a', OTHER, { isConditional: true })],
      denies: 'unknown',
    },
    {
      situation: 'it is for some accounts only, and allows the project',
      bound: [allows('a', ['projects/acme-data'], { isConditional: true })],
      denies: undefined,
    },
    {
      situation: 'another one, for some accounts only, allows the project',
      bound: [allows('a', OTHER), allows('b', ['projects/acme-data'], { isConditional: true })],
      denies: 'unknown',
    },
    {
      situation: 'another one, for some accounts only, does not allow it either',
      bound: [allows('a', OTHER), allows('b', OTHER, { isConditional: true })],
      denies: 'yes',
    },
    { situation: 'it was not read', bound: [unread], denies: 'unknown' },
    {
      situation: 'it does not allow the project, and another one was not read',
      bound: [allows('a', OTHER), unread],
      denies: 'unknown',
    },
    {
      situation: 'it allows the project, and another one was not read',
      bound: [allows('a', ['projects/acme-data']), unread],
      denies: undefined,
    },
  ])('denies a hop or not where $situation', ({ bound, denies }) => {
    expect(boundaryDenial(bound, GOAL)?.denies).toBe(denies);
  });

  it('is named, with the reason why it was not read', () => {
    expect(boundaryDenial([unread], GOAL)?.boundary).toBe(
      'the principal access boundary secret was not read (access boundary: Google answered 403, without iam.principalaccessboundarypolicies.get)',
    );
    expect(boundaryDenial([allows('a', OTHER)], GOAL)?.boundary).toBe(
      'the principal access boundary a leaves it no access there',
    );
  });
});
