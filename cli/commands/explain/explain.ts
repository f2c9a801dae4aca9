import { styleText } from 'node:util';
import type { Policies } from '../../../shared/cloud/policies.ts';

import { reachIn } from '../../../shared/domain/audit/access/reach.ts';
import { err, ok, type Result } from '../../../shared/domain/basics/result.ts';
import { finish } from '../../../shared/domain/basics/steps.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { hopsOf } from '../../../shared/domain/chain/hop.ts';
import { forecastHop, horizonOf } from '../../../shared/domain/grants/forecast.ts';
import { evaluateHop } from '../../../shared/domain/iam/evaluate-hop.ts';
import { reasonsOf } from '../../../shared/domain/iam/explain-hop.ts';
import { accountIn } from '../../../shared/domain/iam/snapshot.ts';
import { readPolicies } from '../../../shared/operations/read-policies.ts';
import {
  explanationOf,
  explanationText,
  type LiveState,
  OFFLINE,
} from '../../../shared/report/explanation.ts';
import { toJson } from '../../../shared/report/json.ts';
import { readChainFile } from '../../operator/chain-file.ts';
import { chainsCalled } from '../../operator/choose.ts';
import { LOCAL_NOTICE } from '../../operator/open.ts';
import { operatorCloud } from '../../operator/operator.ts';
import { type ReadSource, readSource } from '../../operator/source.ts';
import type { Exit, Io } from '../../terminal/io.ts';

export type ExplainOptions = {
  readonly source: string;
  /** By default, all chains. */
  readonly chain?: string;
  readonly json: boolean;
  /** Read the policies too, with the permissions of the operator. */
  readonly live?: boolean;
};

/**
 * Draws the chains. Shows for each hop which account needs which permission on which account, and the command that grants it. With `live`,
 * shows whether the hop is granted, and why.
 */
export async function explain(
  { source, chain: name, json, live = false }: ExplainOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const opened = await readChainFile(source, io, read);
  if (!opened.ok) return opened.error;
  const { file } = opened.value;
  const chosen = name === undefined ? ok(file.chains) : chainsCalled(file, [name]);
  if (!chosen.ok) {
    io.err(`${source}: ${chosen.error}\n`);
    return 2;
  }

  let liveOf: LiveOf = () => OFFLINE;
  if (live) {
    const operator = await operatorCloud(io);
    if (!operator.ok) {
      io.err(`${operator.error}\n`);
      return 2;
    }
    if (operator.value.local) io.err(LOCAL_NOTICE);
    const asked = { ...file, chains: chosen.value };
    const judged = await judge(asked, operator.value.cloud.policies, io);
    if (!judged.ok) {
      io.err(`${judged.error}\n`);
      return 3;
    }
    liveOf = judged.value;
  }

  const explanations = chosen.value.map((chain) =>
    explanationOf(chain, file.caller, liveOf(chain)),
  );
  const bold = (text: string) =>
    io.colour ? text.replace(/^.*$/m, (line) => styleText('bold', line)) : text;
  io.out(
    json
      ? toJson({ chains: explanations })
      : explanations.map((explanation) => bold(explanationText(explanation))).join('\n'),
  );
  const states = explanations.flatMap(({ hops }) =>
    hops.map(({ evaluation }) => evaluation?.state),
  );
  return states.every((state) => state === undefined || state === 'ok') ? 0 : 1;
}

type LiveOf = (chain: Chain) => LiveState;

async function judge(file: ChainFile, policies: Policies, io: Io): Promise<Result<LiveOf, string>> {
  const now = io.now();
  const { snapshot, access } = await readPolicies(file, policies, now, io.signal);
  const [first] = snapshot.unread;
  if (snapshot.accounts.size === 0 && first) {
    return err(`nothing could be read: ${first.resource}: ${first.reason}`);
  }
  const isBroken = (chain: Chain) =>
    hopsOf(chain, file.caller).some((hop) =>
      ['missing', 'denied', 'unknown'].includes(evaluateHop(snapshot, hop, now).state),
    );
  const reachOf = finish(reachIn(file, access, snapshot, now, isBroken));
  return ok((chain) => ({
    reach: finish(reachOf(chain)),
    accountOf(account) {
      const known = accountIn(snapshot, account);
      return known === 'missing' ? undefined : known;
    },
    evaluationOf(number) {
      const hop = hopsOf(chain, file.caller)[number - 1];
      if (!hop) return undefined;
      const evaluation = forecastHop(snapshot, hop, horizonOf(chain, file, now), now);
      return { state: evaluation.state, ...reasonsOf(evaluation, now) };
    },
  }));
}
