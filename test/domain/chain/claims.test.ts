import { claimsFor } from '../../../shared/domain/chain/claims.ts';

it('The claims of a JWT name the target, and a minute before the time of minting, although the published file has others', () => {
  const target = { email: 'vault@acme-data.iam.gserviceaccount.com' };
  const chain = {
    name: 'jwt',
    delegates: [],
    target,
    credential: {
      kind: 'signed-jwt',
      claims: { aud: 'x', iss: 'ada@acme.com', sub: 'ada@acme.com', iat: 1, exp: 9_999_999_999 },
      lifetimeSeconds: 3600,
      allowTokenExchange: true,
    },
    secret: 'projects/acme-ops/secrets/jwt',
    format: 'raw',
    rotateEverySeconds: 1800,
    retryWindowSeconds: 600,
    minValiditySeconds: 300,
  } as const;
  const { email } = target;
  expect(claimsFor(chain, new Date(65_900))).toEqual({
    aud: 'x',
    iss: email,
    sub: email,
    iat: 5,
    exp: 3605,
  });
});
