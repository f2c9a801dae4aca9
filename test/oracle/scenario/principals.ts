import fc from 'fast-check';
import {
  ACCOUNTS,
  FOLDERS,
  GONE,
  GROUPS,
  idOf,
  NUMBERS,
  ORGANIZATION,
  PEOPLE,
  PROJECTS,
} from './names.ts';

export const people = fc.constantFrom(...PEOPLE);
export const accounts = fc.constantFrom(...ACCOUNTS);
export const accountMembers = accounts.map((email) => `serviceAccount:${email}`);
export const containerSets = fc.constantFrom(...PROJECTS, ...FOLDERS, ORGANIZATION).map((name) => {
  const [kind, id = ''] = name.split('/');
  const number = NUMBERS[id] ?? id;
  return `principalSet://cloudresourcemanager.googleapis.com/${kind}/${number}/type/ServiceAccount`;
});
export const members: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: people },
  { weight: 8, arbitrary: accountMembers },
  { weight: 3, arbitrary: fc.constantFrom(...GROUPS.map((email) => `group:${email}`)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'domain:acme.com',
      'allUsers',
      'allAuthenticatedUsers',
      `serviceAccount:${idOf(ACCOUNTS[1])}`,
      `deleted:serviceAccount:${GONE}?uid=${idOf(GONE)}`,
      `deleted:serviceAccount:${ACCOUNTS[1]}?uid=999999999999999999999`,
      `deleted:user:eve@acme.com?uid=999999999999999999998`,
      'principalSet://cloudresourcemanager.googleapis.com/projects/acme-ops/type/ServiceAccount',
      `principalSet://cloudresourcemanager.googleapis.com/${ORGANIZATION}`,
    ),
  },
  { weight: 1, arbitrary: containerSets },
);
