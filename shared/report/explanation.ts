import type { Reach } from '../domain/audit/access/reach.ts';
import { printable } from '../domain/basics/text/printable.ts';
import { type Account, nameOf, projectOf } from '../domain/chain/account.ts';
import type { Chain } from '../domain/chain/chain.ts';
import { hopsOf } from '../domain/chain/hop.ts';
import { type Fix, grantHop } from '../domain/grants/fix.ts';
import type { HopState } from '../domain/iam/evaluate-hop.ts';
import type { Reason } from '../domain/iam/explain-hop.ts';
import type { ServiceAccount } from '../domain/iam/snapshot.ts';
import { reachText } from './words/reach.ts';

/** How a hop was evaluated against live policies. */
export type HopEvaluation = {
  readonly state: HopState;
  readonly reasons: readonly Reason[];
  /** How many bindings grant other roles to other members. */
  readonly others: number;
};

/** A hop: `from` needs `permission` on `to`. */
export type ExplainedHop = {
  readonly from: string;
  readonly to: string;
  readonly permission: string;
  /** How to grant it. Absent if only the unique ID of `from` is known, because a grant names an email. */
  readonly grant?: Fix;
  readonly evaluation?: HopEvaluation;
};

export type Explanation = {
  readonly name: string;
  readonly kind: Chain['credential']['kind'];
  readonly secret: string;
  readonly hops: readonly ExplainedHop[];
  /** The other members who can get the credential. Absent offline. */
  readonly reach?: readonly Reach[];
};

/** Facts from Google about accounts and about the hops of a chain. Hops count from 1. */
export type LiveState = {
  readonly accountOf: (account: Account) => ServiceAccount | undefined;
  readonly evaluationOf: (hop: number) => HopEvaluation | undefined;
  readonly reach?: readonly Reach[];
};

export const OFFLINE: LiveState = { accountOf: () => undefined, evaluationOf: () => undefined };

export const explanationOf = (
  chain: Chain,
  caller: Account,
  { accountOf, evaluationOf, reach }: LiveState,
): Explanation => ({
  name: chain.name,
  kind: chain.credential.kind,
  secret: chain.secret,
  ...(reach && { reach }),
  hops: hopsOf(chain, caller).map(({ from, to, permission }, i) => {
    const evaluation = evaluationOf(i + 1);
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
      ...(evaluation && { evaluation }),
    };
  }),
});

/** The width of a terminal, in characters. A longer chain is drawn downwards. */
const WIDTH = 100;

/** A chain as a picture, with the grant that each arrow needs. */
export function explanationText({ name, kind, secret, hops, reach = [] }: Explanation): string {
  const path = [hops[0]?.from ?? '', ...hops.map(({ to }) => to)];
  const inLine = `  ${path.join(' ──► ')}`;
  const downwards = path.map((account, i) => (i === 0 ? `  ${account}` : `    ──► ${account}`));
  const lines = [
    `${name}: ${kind}, stored in ${secret}`,
    '',
    ...(inLine.length <= WIDTH ? [inLine] : downwards),
    '',
    ...hops.flatMap(hopLines),
    ...(reach.length > 0 ? ['', '  others who can get it:'] : []),
    ...reach.map((one) => `     ${reachText(one)}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function hopLines({ from, to, permission, grant, evaluation }: ExplainedHop, i: number): string[] {
  const state = evaluation ? `${evaluation.state}: ` : '';
  const how = grant?.gcloud ?? `a grant names an email, but only the unique ID of ${from} is known`;
  return [
    `  ${i + 1}. ${state}${from} needs ${permission} on ${to}`,
    ...(evaluation?.state === 'ok' ? [] : [`     ${how}`]),
    ...(evaluation ? evaluationLines(evaluation) : []),
  ];
}

const SIGN = { yes: '+', no: '-', unknown: '?', denies: '!' } as const;

const evaluationLines = ({ reasons, others }: HopEvaluation): string[] => [
  ...reasons.flatMap(({ helps, where, binding, because, parts }) => [
    `     ${SIGN[helps]} ${binding ? `${binding.role} on ` : ''}${where}: ${because}`,
    ...(binding ? [`         for ${binding.members.join(', ')}`] : []),
    ...parts.map(({ text, value }) => `         if ${text}: ${value}`),
  ]),
  ...(others === 1 ? ['     - 1 binding of another role for other members'] : []),
  ...(others > 1 ? [`     - ${others} bindings of other roles for other members`] : []),
];
