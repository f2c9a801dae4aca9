import fc from 'fast-check';
import { members } from '../oracle/scenario/principals.ts';
import { type Scenario, scenarios } from '../oracle/scenario/scenario.ts';

const SECRET_ROLES = [
  'roles/secretmanager.secretAccessor',
  'roles/secretmanager.viewer',
  'roles/secretmanager.admin',
];

/** A random world of the oracle, in which somebody may read or administer a secret. */
export const provable: fc.Arbitrary<Scenario> = fc
  .record({
    scenario: scenarios,
    grants: fc.array(
      fc.record({
        on: fc.nat({ max: 1 }),
        role: fc.constantFrom(...SECRET_ROLES),
        member: members,
      }),
      { maxLength: 1 },
    ),
  })
  .map(({ scenario, grants }) => {
    const secrets = scenario.file.chains.map(({ secret: name }, i) => ({
      name,
      policy: {
        bindings: grants
          .filter(({ on }) => on % scenario.file.chains.length === i)
          .map(({ role, member }) => ({ role, members: [member] })),
      },
    }));
    return { ...scenario, world: { ...scenario.world, secrets } };
  });
