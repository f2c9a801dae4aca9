import { type Account, idOf, parseAccount } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import { isGoogleManaged } from '../../iam/service-agent.ts';
import type { ServiceAccount, Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import { assetsOf, leadAsset } from '../assets/assets.ts';
import { fenceAssets } from '../assets/role-and-pool-assets.ts';
import { type Hold, holdsOn, isAdministrator } from './holders.ts';

/** More accounts are not followed, and that is told: an audit is not to become as long as the organization is large. */
export const LEADS_MAX = 500;

/** Who can open what chains rest on. */
export type Access = {
  readonly assets: readonly Asset[];
  /** One for each member of each binding. */
  readonly holds: readonly Hold[];
  /** Accounts that lead to those of chains, and were not read. */
  readonly unknown: readonly Account[];
};

/** An account by which others are reached, and which. */
type Lead = { readonly account: Account } & Pick<Asset, 'accounts' | 'chains'>;

/**
 * Everyone who can open what chains rest on, and, transitively, everyone who can open the accounts of those who can. Who administers a
 * container is in the report as that, and is not followed; nor is who can only read or write a secret.
 */
export function accessOf(file: ChainFile, snapshot: Snapshot, now: Date): Access {
  const guarded = assetsOf(file, snapshot, now);
  const assets = [...guarded, ...fenceAssets(guarded, snapshot)];
  const holds = holdsOn(assets, snapshot, now);
  const taken = new Set(assets.flatMap(({ account }) => account?.uniqueId ?? []));
  const known = accountsByName(snapshot);
  const unknown = new Map<string, Account>();

  let leads = [...exceptedLeads(file, guarded, now), ...holds.flatMap(leadsOf)];
  while (leads.length > 0) {
    const found = new Map<string, { account: ServiceAccount; leads: Lead[] }>();
    for (const lead of leads) {
      const account = known.get(lead.account.email ?? lead.account.uniqueId);
      if (account === undefined) unknown.set(idOf(lead.account), lead.account);
      else if (account !== 'missing' && !taken.has(account.uniqueId)) {
        const same = found.get(account.uniqueId) ?? { account, leads: [] };
        same.leads.push(lead);
        found.set(account.uniqueId, same);
      }
    }
    const fresh = [...found.values()].map(({ account, leads: same }) => {
      const accounts = [...new Set(same.flatMap((lead) => lead.accounts))];
      const chains = [...new Set(same.flatMap((lead) => lead.chains))];
      return leadAsset(account, file, snapshot, { accounts, chains }, now);
    });
    for (const uniqueId of found.keys()) taken.add(uniqueId);
    assets.push(...fresh);
    const more = holdsOn(fresh, snapshot, now);
    holds.push(...more);
    leads = more.flatMap(leadsOf);
  }
  return { assets, holds: merged(holds), unknown: [...unknown.values()] };
}

const FOLLOWED: ReadonlySet<Asset['is']> = new Set(['account', 'lead', 'role', 'pool', 'services']);

function leadsOf(hold: Hold): Lead[] {
  if (isAdministrator(hold)) return [];
  const opened = hold.opens.filter(({ asset }) => FOLLOWED.has(asset.is));
  const accounts = opened.flatMap(({ asset }) => asset.accounts);
  const chains = opened.flatMap(({ asset }) => asset.chains);
  return opened.length === 0 ? [] : leadOf(hold.who, { accounts, chains });
}

/** Whom an exception lets in is quiet; who can be him is not. */
function exceptedLeads(file: ChainFile, guarded: readonly Asset[], now: Date): Lead[] {
  return file.exceptions
    .filter(({ expires }) => expires > now)
    .flatMap((exception) => {
      const { email, uniqueId } = exception.account;
      const asset = guarded.find(({ account }) =>
        uniqueId === undefined ? account?.email === email : account?.uniqueId === uniqueId,
      );
      return asset ? leadOf(parseMember(exception.member), asset) : [];
    });
}

function leadOf(who: Member, { accounts, chains }: Pick<Asset, 'accounts' | 'chains'>): Lead[] {
  if (who.is !== 'account') return [];
  const { email, uniqueId } = who;
  if (email !== undefined) {
    // Kubernetes' accounts have the same prefix, and are none of IAM's; and what is no name of an account goes into no address.
    const isAccount = parseAccount(email).ok && !isGoogleManaged(email);
    return isAccount ? [{ account: { email }, accounts, chains }] : [];
  }
  const isAccount = uniqueId !== undefined && parseAccount(uniqueId).ok;
  return isAccount ? [{ account: { uniqueId }, accounts, chains }] : [];
}

function accountsByName(snapshot: Snapshot): Map<string, ServiceAccount | 'missing'> {
  const known = new Map(snapshot.accounts);
  for (const account of snapshot.accounts.values()) {
    if (account === 'missing') continue;
    known.set(account.email, account);
    known.set(account.uniqueId, account);
  }
  return known;
}

/** A binding of a project opens accounts of chains and those that lead to them: it is one all the same. */
function merged(holds: readonly Hold[]): Hold[] {
  const byBinding = new Map<Hold['binding'], Map<string, Hold>>();
  for (const hold of holds) {
    const members = byBinding.get(hold.binding) ?? new Map<string, Hold>();
    byBinding.set(hold.binding, members);
    const known = members.get(hold.member);
    members.set(hold.member, known ? { ...known, opens: [...known.opens, ...hold.opens] } : hold);
  }
  return [...byBinding.values()].flatMap((members) => [...members.values()]);
}
