import { describe, expect, test } from '@jest/globals';
import { CHECK_IDS, checksFor } from '../../../shared/domain/doctor/checks.ts';
import { doctorRole } from '../../../shared/domain/doctor/role.ts';

describe('the table of checks', () => {
  test('checks before installing need no deployment', () => {
    const before = checksFor({ before: true, probe: false });
    expect(before).toContain('identity');
    expect(before).not.toContain('service-images');
    expect(checksFor({ before: false, probe: false })).toEqual(expect.arrayContaining(before));
  });

  test('only --probe sends a probing tick', () => {
    expect(checksFor({ before: false, probe: false })).not.toContain('probe-mint');
    expect(checksFor({ before: false, probe: true })).toEqual(CHECK_IDS);
  });

  test('the role only reads', () => {
    const verbs = doctorRole('organization').includedPermissions.map((p) => p.split('.').at(-1));
    expect([...new Set(verbs)].sort()).toEqual([
      'get',
      'getIamPolicy',
      'list',
      'searchPolicyBindings',
    ]);
  });

  test('the role of a project has no permission that Google accepts only on organizations', () => {
    const { includedPermissions } = doctorRole('project');
    expect(includedPermissions.filter((p) => /folders|organizations|boundary/.test(p))).toEqual([]);
    expect(includedPermissions).toContain('resourcemanager.projects.get');
  });
});
