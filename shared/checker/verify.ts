import type { Certificate } from '../certificate/certificate.ts';
import { type Refusal, readCertificate } from '../certificate/read-certificate.ts';
import { consequencesOf } from './derive.ts';

/** Checks a certificate against its own snapshot: each of its claims follows, and nothing else does. */
export function verify(text: string): Certificate | Refusal {
  const certificate = readCertificate(text);
  if ('is' in certificate) return certificate;
  const { chains, sets, denials, snapshot, coverage } = certificate;
  const denied = (one: (typeof denials)[number]) =>
    `${one.below} ${one.who} ${one.permission}\n${one.policy} ${one.rule}`;
  const all = [...sets, ...chains.map((one) => ({ ...one, node: `get ${one.name}` }))];
  const places = snapshot.policies.flatMap(({ resource, bindings }) =>
    bindings.map(({ reason }, i) => ({ reason, place: `binding ${i + 1} of ${resource}` })),
  );
  const claims = new Set([
    ...places.map(({ place, reason }) => `${place}\n${reason}`),
    ...denials.map(denied),
    ...all.flatMap((one) => one.members.map(([who, cost]) => `${one.node}\n${who} ${cost}`)),
    ...coverage.unread.map((one) => `coverage.unread\n${one.resource}`),
  ]);
  const found = consequencesOf(certificate);
  const derived = new Set([
    ...places.map(({ place }, i) => `${place}\n${found.reasons[i]}`),
    ...[...found.denials.values()].map(denied),
    ...[...found.sets].flatMap(([node, costs]) =>
      [...costs].map(([who, cost]) => `${node}\n${who} ${cost}`),
    ),
    ...[...found.unread].map((resource) => `coverage.unread\n${resource}`),
  ]);
  const rejected = (line: string, because: string): Refusal => {
    const [place = '', claim] = line.split('\n');
    return { is: 'rejected', place, because: `${claim} ${because}` };
  };
  for (const line of claims) if (!derived.has(line)) return rejected(line, 'does not follow');
  for (const line of derived) if (!claims.has(line)) return rejected(line, 'is left out');
  return certificate;
}
