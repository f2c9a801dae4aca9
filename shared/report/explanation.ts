import type { Reach } from '../domain/audit/access/reach.ts';
import { printable } from '../domain/basics/printable.ts';
import { type Account, nameOf, projectOf } from '../domain/chain/account.ts';
import type { Chain } from '../domain/chain/chain.ts';
import { hopsOf } from '../domain/chain/hop.ts';
import { type Fix, grantHop } from '../domain/grants/fix.ts';
import type { HopState } from '../domain/iam/evaluate-hop.ts';
import type { Reason } from '../domain/iam/explain-hop.ts';
import type { ServiceAccount } from '../domain/iam/snapshot.ts';
import { reachText } from './words/reach.ts';

/** What the live policies say of a hop. */
export type Verdict = {
  readonly state: HopState;
  readonly reasons: readonly Reason[];
  /** How many bindings are of other roles and for other members. */
  readonly others: number;
};

/** Who needs what on whom, and how to grant it. */
export type ExplainedHop = {
  readonly from: string;
  readonly to: string;
  readonly permission: string;
  /** None where `from` is known by its unique ID alone: a grant names an email. */
  readonly grant?: Fix;
  readonly verdict?: Verdict;
};

export type Explanation = {
  readonly name: string;
  readonly kind: Chain['credential']['kind'];
  readonly secret: string;
  readonly hops: readonly ExplainedHop[];
  /** Who else can get at the credential; none offline. */
  readonly reach?: readonly Reach[];
};

/** What Google knows of accounts and of the hops of a chain, by number from 1. Nothing offline. */
export type Live = {
  readonly accountOf: (account: Account) => ServiceAccount | undefined;
  readonly verdictOf: (hop: number) => Verdict | undefined;
  readonly reach?: readonly Reach[];
};

export const OFFLINE: Live = { accountOf: () => undefined, verdictOf: () => undefined };

export const explanationOf = (
  chain: Chain,
  caller: Account,
  { accountOf, verdictOf, reach }: Live,
): Explanation => ({
  name: chain.name,
  kind: chain.credential.kind,
  secret: chain.secret,
  ...(reach && { reach }),
  hops: hopsOf(chain, caller).map(({ from, to, permission }, i) => {
    const verdict = verdictOf(i + 1);
    const email = accountOf(from)?.email ?? from.email;
    const known = accountOf(to);
    const grantee = known
      ? { name: known.email, projectId: known.projectId }
      : { name: nameOf(to), projectId: projectOf(to) };
    return {
      from: nameOf(from),
      to: nameOf(to),
      permission,
      ...(email !== undefined && { grant: grantHop(email, grantee) }),
      ...(verdict && { verdict }),
    };
  }),
});

/** Of a terminal, in characters. A longer chain goes down the page. */
const WIDTH = 100;

/** A chain as a picture, and below it a duty for each arrow. */
export function explanationText({ name, kind, secret, hops, reach = [] }: Explanation): string {
  const path = [hops[0]?.from ?? '', ...hops.map(({ to }) => to)];
  const inLine = `  ${path.join(' ──► ')}`;
  const downwards = path.map((account, i) => (i === 0 ? `  ${account}` : `    ──► ${account}`));
  const lines = [
    `${name}: ${kind}, kept in ${secret}`,
    '',
    ...(inLine.length <= WIDTH ? [inLine] : downwards),
    '',
    ...hops.flatMap(hopLines),
    ...(reach.length > 0 ? ['', '  who else can get at it:'] : []),
    ...reach.map((one) => `     ${reachText(one)}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function hopLines({ from, to, permission, grant, verdict }: ExplainedHop, i: number): string[] {
  const state = verdict ? `${verdict.state}: ` : '';
  const how = grant?.gcloud ?? `a grant names an email, and of ${from} only the unique ID is known`;
  return [
    `  ${i + 1}. ${state}${from} needs ${permission} on ${to}`,
    ...(verdict?.state === 'ok' ? [] : [`     ${how}`]),
    ...(verdict ? verdictLines(verdict) : []),
  ];
}

const SIGN = { yes: '+', no: '-', unknown: '?', denies: '!' } as const;

const verdictLines = ({ reasons, others }: Verdict): string[] => [
  ...reasons.flatMap(({ helps, where, binding, because, parts }) => [
    `     ${SIGN[helps]} ${binding ? `${binding.role} on ` : ''}${where}: ${because}`,
    ...(binding ? [`         for ${binding.members.join(', ')}`] : []),
    ...parts.map(({ text, value }) => `         if ${text}: ${value}`),
  ]),
  ...(others === 1 ? ['     - 1 binding of another role, for others'] : []),
  ...(others > 1 ? [`     - ${others} bindings of other roles, for others`] : []),
];
