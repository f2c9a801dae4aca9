import { DELEGATION_PERMISSION } from '../../chain/hop.ts';
import {
  ACT_AS,
  BIND_TAG,
  CREATE_KEY,
  MOVE_FOLDER,
  MOVE_PROJECT,
  READ_SECRET,
  REPLACE_OBJECT,
  RESTORE_ACCOUNT,
  RESTORE_ROLE,
  SET_BUCKET_POLICY,
  setsPolicy,
  UPDATE_POOL,
  UPDATE_ROLE,
  UPDATE_WORKFORCE_POOL,
  WRITE_SECRET,
} from '../../iam/permissions.ts';
import type { Access } from '../access/find-access.ts';
import { type Holder, isContainer, isImpersonation, isRouteUncertain } from '../access/holders.ts';
import type { Asset } from '../assets/asset.ts';
import type { FindingKind } from '../finding/finding.ts';
import { compareSeverity, type Severity } from '../finding/severity.ts';
import type { LatentSteps } from './latent.ts';

export const LOWER: Readonly<Record<Severity, Severity>> = {
  critical: 'high',
  high: 'medium',
  medium: 'low',
  low: 'low', // a possible finding still counts
  info: 'info',
};

/** Somebody must first enable an account, so it needs a second step. */
const WHILE_DISABLED: Readonly<Record<Severity, Severity>> = { ...LOWER, critical: 'medium' };

/** By so many steps. */
const lowered = (severity: Severity, steps: number): Severity =>
  steps === 0 ? severity : lowered(LOWER[severity], steps - 1);

export type Judgement = {
  readonly severity: Severity;
  /** The power with this severity is possible but not certain. */
  readonly possible: boolean;
  /** The disabled account without which the power with this severity has no effect. */
  readonly disabled?: string | undefined;
  /** Why no impersonation is certain today, although the power with this severity is. */
  readonly doubt?: Pick<Judgement, 'possible' | 'disabled'> | undefined;
};

/**
 * The highest severity of the holder's powers, each judged alone. So another permission never lowers it. docs/severities.md gives the
 * reasons. A power that is only possible is one step lower, and at most `low` if the role was not read. So is a power that has no effect while an
 * account is disabled, and it is at most `medium`. A power that must be requested is lower too, if others must approve it.
 *
 * @param leadsOn whether the holder certainly gets on from an intermediate account to what it leads to
 */
export function judge(
  kind: FindingKind,
  holder: Holder,
  roleIsRead: boolean,
  idle: Access['idle'],
  latentSteps: LatentSteps,
  leadsOn: (asset: Asset) => boolean = () => true,
): Judgement {
  const { resource, principal } = holder;
  const isPossible = (holder.onceGranted ?? holder.certain) !== 'yes';
  let worst: Judgement | undefined;
  let doubt: Judgement['doubt'];
  let mints = false;
  const { entitlement } = holder.binding;
  const steps = entitlement ? latentSteps(entitlement) : 0;
  for (const opened of holder.opens) {
    const { asset, permissions, perhapsDenied = [], undecided = [] } = opened;
    for (const permission of permissions) {
      const certain = certainSeverityOf(kind, permission, asset, resource);
      const disabled = holder.disabled ?? disabledBehind(asset, idle);
      const isEnough = kind !== 'public' || (asset.isEnoughFor?.(principal, permission) ?? true);
      // What has no effect today does not lead on either.
      const isDeadEnd = disabled === undefined && !leadsOn(asset);
      const isOpen =
        perhapsDenied.includes(permission) ||
        undecided.includes(permission) ||
        isRouteUncertain(opened, permission);
      const possible = isPossible || isOpen || !isEnough || isDeadEnd;
      const requested = lowered(certain, steps);
      const enabled = disabled === undefined ? requested : WHILE_DISABLED[requested];
      const severity =
        !roleIsRead && certain !== 'info' ? 'low' : possible ? LOWER[enabled] : enabled;
      const order = worst ? compareSeverity(severity, worst.severity) : -1;
      // Of two powers with the same severity, the certain one decides.
      const isSurer = !possible && disabled === undefined;
      if (order < 0 || (order === 0 && isSurer)) worst = { severity, possible, disabled };
      if (isImpersonation(permission)) {
        mints ||= isSurer;
        doubt ??= { possible, disabled };
      }
    }
  }
  if (!worst) return { severity: 'info', possible: isPossible };
  const isSure = !worst.possible && worst.disabled === undefined;
  return isSure && !mints ? { ...worst, doubt } : worst;
}

/** The disabled account without which the asset gives nothing: the asset itself, or the only one that it leads to. */
export const disabledBehind = (
  { account, name }: Asset,
  idle: Access['idle'],
): string | undefined => (account?.disabled ? account.email : idle.get(name));

/** The severity of one power: one permission on one asset. */
function certainSeverityOf(
  kind: FindingKind,
  permission: string,
  asset: Asset,
  resource: string,
): Severity {
  const isInherited = isContainer(resource);
  if (kind === 'public') return 'critical';
  if (isImpersonation(permission)) {
    // A member that can only delegate cannot mint as these accounts, only as the accounts that these can impersonate.
    const mints = permission !== DELEGATION_PERMISSION;
    if (kind === 'shortcut' || kind === 'overgrant') return mints ? 'medium' : 'low';
    return mints ? 'high' : 'medium';
  }
  // A writer has the power of the caller, also through a grant above the bucket.
  if (permission === REPLACE_OBJECT) return 'high';
  if (permission === SET_BUCKET_POLICY) return isInherited ? 'medium' : 'high';
  if (permission === READ_SECRET) return readersSeverity(asset, isInherited);
  if (setsPolicy(permission)) {
    return isInherited ? administratorSeverity(resource, asset) : 'high';
  }
  if (permission === CREATE_KEY || permission === ACT_AS || WRITE_SECRET.includes(permission)) {
    return isInherited ? 'medium' : 'high';
  }
  // The others are not sufficient. Removing a deny policy gives access only to members with a grant. Deploying new code to a function also
  // needs the right to act as its account. Changing an entitlement also needs the right to set the policy.
  return SUFFICIENT.has(permission) || RUNS_CODE.has(asset.is) ? 'medium' : 'low';
}

/** A member that opens one of these runs code as the account, or uses Cloud Storage as it. Always through a grant above the account. */
const RUNS_CODE: ReadonlySet<Asset['is']> = new Set([
  'workload',
  'kubernetes',
  'agent',
  'storage-key',
]);

/** A member that may set policies on the project of an account, a secret or the chain file is as strong there as its owner. */
export const administratorSeverity = (resource: string, { is, above }: Asset): Severity =>
  (is === 'account' || is === 'secret' || is === 'chain-file') && above[0] === resource
    ? 'high'
    : 'medium';

const SUFFICIENT: ReadonlySet<string> = new Set([
  ...UPDATE_ROLE,
  ...RESTORE_ROLE,
  ...RESTORE_ACCOUNT,
  ...UPDATE_POOL,
  ...UPDATE_WORKFORCE_POOL,
  ...BIND_TAG,
  ...MOVE_PROJECT,
  ...MOVE_FOLDER,
]);

/**
 * If the chain lists its readers, any other reader is unexpected. If it does not, a member of the secret's own policy is taken for an
 * intended reader.
 */
function readersSeverity({ declaresReaders }: Asset, isInherited: boolean): Severity {
  if (declaresReaders) return 'medium';
  return isInherited ? 'low' : 'info';
}
