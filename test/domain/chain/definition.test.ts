import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';

const [minter, other] = ['minter', 'other'].map((name) => ({
  email: `${name}@acme-ops.iam.gserviceaccount.com`,
})) as [{ email: string }, { email: string }];
const [relay, vault] = ['relay', 'vault'].map((name) => ({
  email: `${name}@acme-ops.iam.gserviceaccount.com`,
})) as [{ email: string }, { email: string }];
const token = {
  kind: 'access-token',
  scopes: ['https://www.googleapis.com/auth/pubsub'],
  lifetimeSeconds: 3600,
} as const;
const idToken = {
  kind: 'id-token',
  audience: 'https://a.example.com',
  includeEmail: true,
} as const;

const chain: Chain = {
  name: 'export',
  delegates: [relay, vault],
  target: { email: 'reader@acme-data.iam.gserviceaccount.com' },
  credential: token,
  secret: 'projects/acme-ops/secrets/export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
const digest = (part: Partial<Chain> = {}, caller = minter) =>
  digestOf({ ...chain, ...part }, caller);

// googleapis/google-cloud-go#19939, #11386 and google-auth-library-php#580, #622: a cache key left out some of the
// parts, so a credential of another kind, audience or chain was returned.
describe('the digest of a chain', () => {
  const others: { title: string; part: Partial<Chain> }[] = [
    { title: 'its kind', part: { credential: idToken } },
    {
      title: 'its audience',
      part: { credential: { ...idToken, audience: 'https://b.example.com' } },
    },
    {
      title: 'whether it contains the email',
      part: { credential: { ...idToken, includeEmail: false } },
    },
    {
      title: 'its scopes',
      part: { credential: { ...token, scopes: [...token.scopes, 'openid'] } },
    },
    { title: 'its lifetime', part: { credential: { ...token, lifetimeSeconds: 1800 } } },
    { title: 'the order of its delegates', part: { delegates: [vault, relay] } },
    { title: 'how many delegates it has', part: { delegates: [relay] } },
    {
      title: 'its target',
      part: { target: { email: 'writer@acme-data.iam.gserviceaccount.com' } },
    },
    {
      title: 'the pin of its target',
      part: { target: { ...chain.target, uniqueId: '104857600000000000000' } },
    },
    { title: 'its secret', part: { secret: 'projects/acme-ops/secrets/other' } },
    { title: 'its format', part: { format: 'json' } },
  ];
  it.each(others)('changes with $title, and is different for each change', ({ part }) => {
    expect(digest(part)).not.toBe(digest());
    const all = [digest(), digest({}, other), ...others.map(({ part: one }) => digest(one))];
    expect(new Set(all).size).toBe(all.length);
  });

  it.each<{ title: string; part: Partial<Chain> }>([
    {
      title: 'its schedule',
      part: { rotateEverySeconds: 900, retryWindowSeconds: 300, minValiditySeconds: 60 },
    },
    { title: 'its pause', part: { paused: { until: new Date(0), reason: 'INC-1234' } } },
  ])('does not change with $title', ({ part }) => {
    expect(digest(part)).toBe(digest());
  });
});
