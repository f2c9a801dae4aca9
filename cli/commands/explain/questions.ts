import { parseMemberText } from '../../../shared/domain/audit/questions/member.ts';
import type { PrincipalAnswer } from '../../../shared/domain/audit/questions/principal.ts';
import { printable } from '../../../shared/domain/basics/text/printable.ts';
import { askPrincipal, askPrincipals, findWayIn } from '../../../shared/operations/questions.ts';
import { toJson } from '../../../shared/report/json.ts';
import { principalsText, principalText } from '../../../shared/report/questions.ts';
import { wayInScript } from '../../../shared/report/way-in/script.ts';
import { chainsCalled } from '../../operator/choose.ts';
import { open } from '../../operator/open.ts';
import { type ReadSource, readSource } from '../../operator/source.ts';
import type { Exit, Io } from '../../terminal/io.ts';

export type QuestionOptions = {
  readonly source: string;
  readonly chain?: string;
  readonly json: boolean;
  /** Asks about this member. Without it, lists everyone. */
  readonly principal?: string;
  /** Prints a script that takes the way in of this member. */
  readonly script?: boolean;
};

const EXITS: Readonly<Record<PrincipalAnswer['answer'], Exit>> = {
  yes: 0,
  possible: 0,
  no: 1,
  unknown: 3,
};

/**
 * Answers who can get the credential of a chain, with the read permissions of the operator.
 *
 * @returns about one member 0 for yes and possible, 1 for no, 3 for unknown; about everyone 0; with `script`, 1 if there is none
 */
export async function answerQuestion(
  { source, chain: name, json, principal: given, script = false }: QuestionOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  if (name === undefined) {
    io.err(
      'hopmint explain: name the chain, as in "./hopmint explain billing-export --principals"\n',
    );
    return 2;
  }
  if (script && (json || given === undefined)) {
    io.err(
      `hopmint explain: --script needs --principal MEMBER${json ? ', and prints no JSON' : ''}\n`,
    );
    return 2;
  }
  const member = given === undefined ? undefined : parseMemberText(given);
  if (member && !member.ok) {
    io.err(`hopmint explain: --principal ${member.error}\n`);
    return 2;
  }
  const opened = await open(source, io, read, (file) => {
    const chosen = chainsCalled(file, [name]);
    return chosen.ok ? undefined : `${source}: ${chosen.error}`;
  });
  if (!opened.ok) return opened.error;
  const { file, cloud, local } = opened.value;
  const [chain] = file.chains.filter((one) => one.name === name);
  if (!chain) throw new Error(`no chain is called ${name}`);
  const now = io.now();
  const marks = { chain: name, askedAt: now.toISOString(), ...(local && { cloud: 'LOCAL' }) };
  if (member === undefined) {
    const asked = await askPrincipals(file, chain, cloud.policies, now, io.signal);
    if (!asked.ok) return refused(asked.error, io);
    const { principals, principalCount, coverage } = asked.value;
    io.out(
      json
        ? toJson({ ...marks, ...asked.value })
        : principalsText(name, principals, principalCount, coverage, now),
    );
    return 0;
  }
  const asked = await askPrincipal(file, chain, member.value, cloud.policies, now, io.signal);
  if (!asked.ok) return refused(asked.error, io);
  const { principal, coverage, known } = asked.value;
  if (script) {
    const found = await findWayIn(known, member.value);
    if (found) {
      io.out(wayInScript({ chain, member: member.value, wayIn: found, askedAt: now }));
      return 0;
    }
    const why =
      principal.answer === 'yes'
        ? 'gcloud alone cannot take its way in: "--principal" without "--script" shows it'
        : `${principal.doubts.join(', ')}`;
    io.err(`hopmint explain: no script for ${member.value}: ${printable(why)}\n`);
    return principal.answer === 'unknown' ? 3 : 1;
  }
  const { unread: _, ...shown } = principal;
  io.out(
    json ? toJson({ ...marks, ...shown, coverage }) : principalText(name, principal, coverage, now),
  );
  return EXITS[principal.answer];
}

function refused(message: string, io: Io): Exit {
  io.err(`hopmint explain: ${message}\n`);
  return 3;
}
