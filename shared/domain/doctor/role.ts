import { CHECKS } from './checks.ts';

/** A custom role in the form that `gcloud iam roles create --file` reads. */
export type DoctorRole = {
  readonly title: string;
  readonly description: string;
  readonly stage: 'GA';
  readonly includedPermissions: readonly string[];
};

/** Google accepts these only in custom roles of an organization. */
const OF_ORGANIZATIONS =
  /^(?:resourcemanager\.(?:folders|organizations)\.|iam\.principalaccessboundarypolicies\.)/;

/** The role that every check can read with. It changes nothing. @param level where the role is created */
export function doctorRole(level: 'organization' | 'project'): DoctorRole {
  const all = new Set(
    Object.values(CHECKS).flatMap(({ permissions }) => permissions as readonly string[]),
  );
  return {
    title: 'Hopmint doctor',
    description:
      'Reads what ./hopmint doctor checks. It cannot change anything, cannot mint and cannot read a payload.',
    stage: 'GA',
    includedPermissions: [...all]
      .filter((permission) => level === 'organization' || !OF_ORGANIZATIONS.test(permission))
      .sort(),
  };
}
