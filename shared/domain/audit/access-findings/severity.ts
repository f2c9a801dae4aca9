import { ACT_AS, CREATE_KEY, setsPolicy, UPDATE_POOL, UPDATE_ROLE } from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import { type Holder, isContainer, isImpersonation, permissionsOf } from '../access/holders.ts';
import type { FindingKind } from '../finding/finding.ts';
import type { Severity } from '../finding/severity.ts';

const LOWER: Readonly<Record<Severity, Severity>> = {
  critical: 'high',
  high: 'medium',
  medium: 'low',
  low: 'low', // a possible finding still counts
  info: 'info',
};

/** docs/severities.md gives the reasons. A finding that is only possible is one step lower, and at most `low` if the role was not read. */
export function severityOf(kind: FindingKind, hold: Holder, roleIsRead: boolean): Severity {
  const severity = certainSeverityOf(kind, hold);
  if (!roleIsRead) return severity === 'info' ? 'info' : 'low';
  return hold.certain === 'yes' ? severity : LOWER[severity];
}

function certainSeverityOf(kind: FindingKind, hold: Holder): Severity {
  const permissions = permissionsOf(hold);
  const mints = mintableBy(permissions.filter(isImpersonation)).length > 0;
  const isInherited = isContainer(hold.resource);
  switch (kind) {
    case 'public':
      return 'critical';
    case 'unexpected-impersonator':
      // A member that can only delegate cannot mint as these accounts, only as the accounts that these can impersonate.
      return mints ? 'high' : 'medium';
    case 'shortcut':
    case 'overgrant':
      return mints ? 'medium' : 'low';
    case 'secret-writers':
      return isInherited ? 'medium' : 'high';
    case 'secret-readers':
      return readersSeverity(hold, isInherited);
    default:
      return escalationSeverity(permissions, isInherited);
  }
}

/**
 * If the chain lists its readers, any other reader is unexpected. If it does not, a member of the secret's own policy is taken for an
 * intended reader.
 */
function readersSeverity({ opens }: Holder, isInherited: boolean): Severity {
  if (opens.some(({ asset }) => asset.declaresReaders)) return 'medium';
  return isInherited ? 'low' : 'info';
}

function escalationSeverity(permissions: readonly string[], isInherited: boolean): Severity {
  if (permissions.some((p) => setsPolicy(p) || p === CREATE_KEY)) {
    return isInherited ? 'medium' : 'high';
  }
  const sufficient = [ACT_AS, ...UPDATE_ROLE, ...UPDATE_POOL];
  // The others are not sufficient. Removing a deny policy gives access only to members with a grant. Deploying new code to a function also
  // needs the right to act as its account.
  return permissions.some((p) => sufficient.includes(p)) ? 'medium' : 'low';
}
