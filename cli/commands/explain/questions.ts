import { parseMemberText } from '../../../shared/domain/audit/questions/member.ts';
import type { PrincipalAnswer } from '../../../shared/domain/audit/questions/principal.ts';
import { askPrincipal, askPrincipals } from '../../../shared/operations/questions.ts';
import { toJson } from '../../../shared/report/json.ts';
import { principalsText, principalText } from '../../../shared/report/questions.ts';
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
 * @returns about one member 0 for yes and possible, 1 for no, 3 for unknown; about everyone 0
 */
export async function answerQuestion(
  { source, chain: name, json, principal: given }: QuestionOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  if (name === undefined) {
    io.err(
      'hopmint explain: name the chain, as in "./hopmint explain billing-export --principals"\n',
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
  const { principal, coverage } = asked.value;
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
