import { ACT_AS, CREATE_KEY, setsPolicy, UPDATE_POOL, UPDATE_ROLE } from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import { type Hold, isContainer, isImpersonation, permissionsOf } from '../access/holders.ts';
import type { FindingKind, Severity } from '../finding/finding.ts';

const LOWER: Readonly<Record<Severity, Severity>> = {
  critical: 'high',
  high: 'medium',
  medium: 'low',
  low: 'low', // what may be so still counts
  info: 'info',
};

/** Reasoned in docs/severities.md. What cannot be decided is told a step lower, and by a role that could not be read, as low. */
export function severityOf(kind: FindingKind, hold: Hold, roleIsRead: boolean): Severity {
  const severity = certainSeverityOf(kind, hold);
  if (!roleIsRead) return severity === 'info' ? 'info' : 'low';
  return hold.certain === 'yes' ? severity : LOWER[severity];
}

function certainSeverityOf(kind: FindingKind, hold: Hold): Severity {
  const permissions = permissionsOf(hold);
  const mints = mintableBy(permissions.filter(isImpersonation)).length > 0;
  const isInherited = isContainer(hold.resource);
  switch (kind) {
    case 'public':
      return 'critical';
    case 'unexpected-impersonator':
      // Who can only delegate mints nothing of these accounts, only of those that they in turn can mint for.
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

/** Where a chain says who its readers are, another is one too many. Where it does not, somebody bound to the very secret is taken for one. */
function readersSeverity({ opens }: Hold, isInherited: boolean): Severity {
  if (opens.some(({ asset }) => asset.declaresReaders)) return 'medium';
  return isInherited ? 'low' : 'info';
}

function escalationSeverity(permissions: readonly string[], isInherited: boolean): Severity {
  const has = (wanted: (permission: string) => boolean) => permissions.some(wanted);
  if (has(setsPolicy) || has((p) => p === CREATE_KEY)) return isInherited ? 'medium' : 'high';
  const opensByItself = [ACT_AS, ...UPDATE_ROLE, ...UPDATE_POOL];
  // A deny policy is a fence before nothing that is open, and new code in a function takes acting as its account too.
  return has((p) => opensByItself.includes(p)) ? 'medium' : 'low';
}
